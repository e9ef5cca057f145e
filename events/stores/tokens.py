"""Who may write: bearer tokens, of which a store keeps only the hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import NamedTuple, Protocol

SCOPES = ("append", "correct", "admin")
"""`append` new things, `correct` and retract what is there, `admin` what is beyond both."""

_SECRET_BYTES = 32
_ID_BYTES = 6
_PREFIX = "alg_"


class Token(NamedTuple):
    """A token without its secret. `timeline` is the only one it is good for, or None for any."""

    id: str
    scopes: tuple[str, ...]
    timeline: str | None
    note: str
    created_at: str
    revoked_at: str | None = None


class Tokens(Protocol):
    """The tokens of a store."""

    def create(
        self, scopes: tuple[str, ...], timeline: str | None = None, note: str = ""
    ) -> tuple[Token, str]:
        """A new token and its secret, which is never to be had again."""

    def find(self, secret: str) -> Token | None:
        """The token with this secret, or None if there is none or it was revoked."""

    def list(self) -> list[Token]:
        """Every token, in order of making, the revoked ones too."""

    def revoke(self, id: str) -> Token:
        """Make a token useless, now and for ever. Raises UnknownError; safe to repeat."""


def new_secret(entropy: Callable[[int], bytes]) -> str:
    """A secret of 256 random bits, recognisable by its prefix."""
    return _PREFIX + base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).decode().rstrip("=")


def new_id(entropy: Callable[[int], bytes]) -> str:
    """An opaque id: it stands as author in entries, and tells nothing."""
    return "t" + entropy(_ID_BYTES).hex()


def digest(secret: str) -> str:
    """What is kept of a secret: hex SHA-256. A secret has 256 bits, so that no slower hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
