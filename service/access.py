"""Who may do what: each request is counted, and held against what its address needs, before all else."""

from __future__ import annotations

import re

from flask import g, request

from events.errors import UnknownError
from events.stores.tokens import Token
from service import limits
from service.current import store
from service.errors import ForbiddenError, UnauthorisedError
from service.scopes import LISTED, OPEN, READ, needed

LONGEST_SECRET = 256

_BEARER = re.compile(rf"(?i:bearer) +([A-Za-z0-9._~+/-]{{1,{LONGEST_SECRET}}}=*)")


def admit() -> None:
    """Before every request. Raises TooManyError, UnauthorisedError, ForbiddenError or UnknownError.

    What is no address at all is counted, and left to be refused as such.
    """
    if request.method == "OPTIONS":  # says nothing but the methods, and changes nothing
        return
    g.token = _found()
    limits.count(g.token)
    if request.url_rule is not None:
        _hold(needed(request.method, request.url_rule.rule), (request.view_args or {}).get("timeline"))


def _found() -> Token | None:
    """The good token of this request, if it has one."""
    match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    found = None if match is None else store().tokens.find(match[1])
    if found is not None:
        store().usage.use(found.id)
    return found


def _hold(need: str | None, timeline: str | None) -> None:
    if need is None:
        raise ForbiddenError("Nobody may use this address: what it needs was never said.", "none")
    if need == LISTED:
        _offered()
    elif need == READ:
        require_readable(timeline or "")
    elif need != OPEN:
        _require_scope(need, timeline)


def _require_scope(scope: str, timeline: str | None) -> None:
    found = token()
    if scope not in found.scopes:
        have = ", ".join(found.scopes) or "none"
        raise ForbiddenError(
            f"This needs a token with the scope {scope!r}; the scopes of yours: {have}.", scope
        )
    if timeline is not None:
        check(found, scope, timeline)


def token() -> Token:
    """The token of this request. Raises UnauthorisedError if there is no good one."""
    found = _offered()
    if found is None:
        raise UnauthorisedError("This needs the header 'Authorization: Bearer <token>'.")
    return found


def _offered() -> Token | None:
    """The token of this request, None if it has none. Another one might get another answer."""
    g.token_asked = True
    found: Token | None = g.token
    if found is None and "Authorization" in request.headers:
        raise UnauthorisedError(
            "This token is malformed or unknown, has expired or was revoked; `allegiance token create` "
            "makes another.",
            offered=True,
        )
    return found


def check(found: Token, scope: str, timeline: str) -> None:
    """Raise ForbiddenError unless the token is good for this timeline."""
    if not found.covers(timeline):
        raise ForbiddenError(f"This token is good for the timeline {found.timeline!r} only.", scope)


def require_readable(timeline: str) -> None:
    """Raise UnknownError unless this request may read a timeline; one that it may not is as good as none."""
    if store().access.visibility(timeline) == "public":
        return
    found = _offered()
    if found is None or not found.covers(timeline):
        raise UnknownError("timeline", timeline)


def require_still_readable(timeline: str) -> None:
    """The same for a request that has waited: much may have been decided meanwhile."""
    g.token = _found()
    require_readable(timeline)


def hidden() -> frozenset[str]:
    """The timelines that this request may not read."""
    found: Token | None = g.token
    private = store().access.private()
    return private if found is None else frozenset(name for name in private if not found.covers(name))


def token_asked() -> bool:
    """Whether another token, or none, might get another answer to this request."""
    return bool(g.get("token_asked"))


def token_decided() -> bool:
    """Whether this answer is what it is because of a good token."""
    return token_asked() and g.get("token") is not None
