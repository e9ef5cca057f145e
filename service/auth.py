"""Who may write: a bearer token, with the scope and for the timeline needed. Reading is free."""

from __future__ import annotations

import re

from flask import request

from events.stores.tokens import Token
from service.current import store
from service.errors import ForbiddenError, UnauthorisedError

LONGEST_SECRET = 256

_BEARER = re.compile(rf"(?i:bearer) +([A-Za-z0-9._~+/-]{{1,{LONGEST_SECRET}}}=*)")


def token(scope: str) -> Token:
    """The token of this request, which must have `scope`. Raises UnauthorisedError, ForbiddenError."""
    match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if match is None:
        raise UnauthorisedError("Writing needs the header 'Authorization: Bearer <token>'.")
    found = store().tokens.find(match[1])
    if found is None:
        raise UnauthorisedError(
            "This token is unknown or was revoked; `allegiance token create` makes another."
        )
    if scope not in found.scopes:
        have = ", ".join(found.scopes) or "none"
        raise ForbiddenError(
            f"This needs a token with the scope {scope!r}; the scopes of yours: {have}.", scope
        )
    return found


def author(scope: str, timeline: str) -> str:
    """The id of the token that may write to a timeline: the author of what it appends."""
    found = token(scope)
    check(found, scope, timeline)
    return found.id


def check(found: Token, scope: str, timeline: str) -> None:
    """Raise ForbiddenError unless the token is good for this timeline."""
    if found.timeline not in (None, timeline):
        raise ForbiddenError(f"This token is good for the timeline {found.timeline!r} only.", scope)
