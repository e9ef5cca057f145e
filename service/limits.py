"""How often a client may ask, and what it is told of that."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from flask import Response, g, request

from events.stores.tokens import Token
from service.counter import SECONDS, Standing
from service.current import site
from service.errors import TooManyError

READS, WRITES = "reads", "writes"

_AUTOMATIC = {READS: 6000, WRITES: 600}
_NEVER = ("/healthz", "/livez", "/readyz", "/metrics")


def count(token: Token | None) -> None:
    """Count this request for its token, or else its address. Raises TooManyError."""
    rule = request.url_rule
    if rule is not None and rule.rule in _NEVER:
        return
    kind = READS if request.method in ("GET", "HEAD") else WRITES
    limit = _limit(kind, token)
    if limit:
        client = token.id if token else client_of(request.remote_addr or "")
        allowed, g.standing = site().counter.count(kind, client, limit)
        if not allowed:
            raise TooManyError(kind, limit, g.standing.seconds)


def add_headers(response: Response) -> None:
    """Say where the client stands (draft-ietf-httpapi-ratelimit-headers), if its request was counted."""
    standing: Standing | None = g.get("standing")
    if standing is not None:
        policy = f'"{standing.kind}";q={standing.limit};w={SECONDS}'
        response.headers["RateLimit-Policy"] = policy
        response.headers["RateLimit"] = f'"{standing.kind}";r={standing.left};t={standing.seconds}'


def _limit(kind: str, token: Token | None) -> int:
    """How many requests of a kind this client may send in SECONDS; 0 for any number."""
    if token is not None and token.limit is not None:
        return token.limit
    settings = site().settings
    limit = settings.read_limit if kind == READS else settings.write_limit
    if limit is not None:
        return limit
    # A proxy on this machine that nobody told us of would make all readers one client.
    return 0 if is_here(request.remote_addr or "") else _AUTOMATIC[kind]


@lru_cache(maxsize=4096)
def client_of(address: str) -> str:
    """Whom an address stands for: of IPv6 the network, of which one client has every address."""
    parsed = _parsed(address)
    if parsed is None:
        return "nobody"
    return str(ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed)


@lru_cache(maxsize=4096)
def is_here(address: str) -> bool:
    """Whether an address is this machine's own: loopback, or none where a socket is a file."""
    parsed = _parsed(address)
    return not address or (parsed is not None and parsed.is_loopback)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
