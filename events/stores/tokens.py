"""Who may write, and read what is private: bearer tokens, of which a store keeps only the hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from events.errors import ConflictError
from events.stores.clock import next_instant, read_instant, write_instant

SCOPES = ("read", "append", "correct", "admin")
"""`read` what is private, `append` new things, `correct` and retract what is there, `admin` who may read."""

LOCAL = "local"
"""Who acts on the command line, where no token is asked for."""

_SECRET_BYTES = 32
_ID_BYTES = 6
_PREFIX = "alg_"


class Token(NamedTuple):
    """A token without its secrets. `timeline` is the only one it is good for, or None for any.

    `author` is the public name of who writes with it, `note` is for those who manage it, `limit` its own
    limit of requests a minute. The newest secret is good until `expires_at`, those before it at most
    until `overlap_until`; None is for ever, or that there are none.
    """

    id: str
    scopes: tuple[str, ...]
    timeline: str | None
    note: str
    created_at: str
    revoked_at: str | None = None
    author: str = ""
    limit: int | None = None
    expires_at: str | None = None
    overlap_until: str | None = None

    def covers(self, timeline: str) -> bool:
        """Whether it is good for a timeline."""
        return self.timeline in (None, timeline)


class Secret(NamedTuple):
    """What is kept of one secret of a token: when it was made, and until when it is good."""

    made_at: str
    expires_at: str | None

    def ending(self, until: datetime) -> Secret:
        """The same, good until an instant at most."""
        end = write_instant(until)
        return self._replace(expires_at=min(end, self.expires_at or end))


class Tokens(Protocol):
    """The tokens of a store.

    Each change is in the audit trail (`events.stores.access`), as done `by` somebody. Methods that
    take an id raise UnknownError if no token has it.
    """

    def create(
        self,
        scopes: tuple[str, ...],
        timeline: str | None = None,
        note: str = "",
        *,
        author: str = "",
        days: int | None = None,
        by: str = LOCAL,
    ) -> tuple[Token, str]:
        """A new token and its secret, which is never to be had again. It is good for `days`, or for ever."""

    def find(self, secret: str) -> Token | None:
        """The token with this secret; None if there is none, or it has expired or was revoked."""

    def list(self) -> list[Token]:
        """Every token, in order of making, the revoked ones too."""

    def authors(self) -> Mapping[str, str]:
        """The author's name of each token that has one, by id. It never changes."""

    def rotate(
        self, id: str, overlap_days: int, days: int | None = None, by: str = LOCAL
    ) -> tuple[Token, str]:
        """A new secret, good for `days` or as long as the last one was given.

        Older ones are good for `overlap_days` more at most. Raises ConflictError for a revoked token.
        """

    def limit(self, id: str, limit: int | None, by: str = LOCAL) -> Token:
        """Give a token a limit of its own, or none."""

    def revoke(self, id: str, by: str = LOCAL) -> Token:
        """Make every secret of a token useless, now and for ever; safe to repeat."""


def new_secret(entropy: Callable[[int], bytes]) -> str:
    """A secret of 256 random bits, recognisable by its prefix."""
    return _PREFIX + base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).decode().rstrip("=")


def new_id(entropy: Callable[[int], bytes]) -> str:
    """An opaque id: it stands as author in entries, and tells nothing."""
    return "t" + entropy(_ID_BYTES).hex()


def digest(secret: str) -> str:
    """What is kept of a secret: hex SHA-256. A secret has 256 bits, so that no slower hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def after(now: datetime, days: int | None) -> str | None:
    """The instant some days after another; None for ever."""
    return None if days is None else write_instant(now + timedelta(days=days))


def renewed(token: Token, last: Secret, now: datetime, days: int | None) -> Secret:
    """The secret that follows the `last` one of a token. Raises ConflictError for a revoked token."""
    if token.revoked_at is not None:
        raise ConflictError(
            f"Token {token.id} was revoked for ever; 'allegiance token create' makes another."
        )
    made_at = next_instant(now, last.made_at)
    if days is None and last.expires_at is not None:
        length = read_instant(last.expires_at) - read_instant(last.made_at)
        return Secret(made_at, write_instant(now + length))
    return Secret(made_at, after(now, days))
