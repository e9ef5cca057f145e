"""Every error as `application/problem+json` (RFC 9457): the one table of statuses, and what is made of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, Response, current_app
from werkzeug import exceptions as http

from events import errors
from events.errors import AllegianceError, Problem
from events.log import MOST_PROBLEMS
from events.strict_json import compact
from service import observing
from service.errors import (
    ForbiddenError,
    MediaTypeError,
    TooManyError,
    UnauthorisedError,
    UnofferedFormatError,
)

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """One kind of error: `slug` names it for good, `meaning` tells a client what to do about it."""

    slug: str
    status: int
    title: str
    meaning: str


TABLE: dict[type[Exception], Kind] = {
    errors.UnreadableError: Kind(
        "unreadable",
        400,
        "The request cannot be read",
        "The body or the query is not what it claims to be: broken JSON, a cut body, text that is not UTF-8. "
        "Mend what `errors` points at and send it again; nothing was appended.",
    ),
    errors.InvalidError: Kind(
        "invalid",
        422,
        "The request says something that cannot stand",
        "It reads well, but a value, a name or a parameter cannot stand. Each of `errors` says which.",
    ),
    errors.TooLargeError: Kind(
        "too-large", 413, "The request is too large", "Send less at once; the detail names the limit."
    ),
    errors.UnknownError: Kind(
        "unknown",
        404,
        "What was asked for is not there",
        "Check the name, or the position, that the detail repeats.",
    ),
    errors.ConflictError: Kind(
        "conflict",
        409,
        "It contradicts the log",
        "The log holds something else under the same id, or something still needs what would be retracted. "
        "Read what is there, then correct it or choose another id.",
    ),
    errors.PositionConflictError: Kind(
        "position-conflict",
        409,
        "The log has moved on",
        "The append was conditional on a position that is no longer the head. Read the entries in `missed`, "
        "then send again with `position` as the new expected_position.",
    ),
    errors.BusyError: Kind(
        "busy",
        503,
        "Not now",
        "The store could not take this now. Send the same again after Retry-After seconds.",
    ),
    errors.ForkedError: Kind(
        "history-forked",
        503,
        "The log is not the one that was signed",
        "The last checkpoint, which is kept outside the database, names entries that are not in it, or other "
        "ones: an old backup, say. Everything can be read, and nothing is appended until the operator has "
        "brought the whole log back.",
    ),
    errors.DatabaseError: Kind(
        "database",
        503,
        "The database is not ready",
        "The database is not initialised, or of another version. The operator runs `allegiance doctor`.",
    ),
    errors.FullError: Kind(
        "full",
        507,
        "There is no room for it",
        "The disk of the database is full, or nearly so. Nothing was appended, and reading goes on; send the "
        "same again once the operator has made room.",
    ),
    UnauthorisedError: Kind(
        "unauthorised",
        401,
        "A token is needed",
        "Writing, and reading what is private, needs the header `Authorization: Bearer <token>`; "
        "`allegiance token create` makes one. A token that is unknown, has expired or was revoked is none.",
    ),
    ForbiddenError: Kind(
        "forbidden",
        403,
        "The token is not good for this",
        "Use a token with the scope, or for the timeline, named.",
    ),
    TooManyError: Kind(
        "too-many",
        429,
        "That was too often",
        "You have asked for as much as one client may in a minute. Go on after Retry-After seconds.",
    ),
    MediaTypeError: Kind(
        "unsupported-media-type",
        415,
        "The type of the body is not read here",
        "Send one of the types in `Accept-Post`.",
    ),
    UnofferedFormatError: Kind(
        "unoffered-format",
        501,
        "The answer is not made in this format",
        "Ask for the format that the detail names.",
    ),
    http.NotFound: Kind(
        "no-such-address",
        404,
        "There is nothing at this address",
        "No address matches; addresses have no trailing slash. /docs lists them all.",
    ),
    http.MethodNotAllowed: Kind(
        "method-not-allowed",
        405,
        "Not with this method",
        "Use one of the methods in the header Allow; see /docs.",
    ),
    http.BadRequest: Kind(
        "bad-request",
        400,
        "The request is malformed",
        "A header, the host or the framing of the request is wrong.",
    ),
    http.HTTPException: Kind(
        "refused", 400, "The request was refused", "The status says why; /docs says what each address takes."
    ),
    Exception: Kind(
        "internal", 500, "Something failed here", "The fault is ours and has been logged. Try again later."
    ),
}
"""The kind of each class of error; a class that is not here has the kind of its nearest base."""


def kind_of(error: Exception) -> Kind:
    """The row of the table for an error."""
    if isinstance(error, http.InternalServerError):
        return TABLE[Exception]
    return next(TABLE[cls] for cls in type(error).__mro__ if cls in TABLE)


def answer(error: Exception) -> Response:
    """The problem+json of an error. Nothing of an unexpected error's own text gets out."""
    kind = kind_of(error)
    if isinstance(error, errors.DatabaseError):
        current_app.logger.error(error.detail)
    status = kind.status
    if isinstance(error, http.HTTPException) and kind is TABLE[http.HTTPException]:
        status = error.code or status
    content = {
        "type": f"/docs/errors#{kind.slug}",
        "title": kind.title,
        "status": status,
        **_content(error, kind),
    }
    request_id = observing.request_id()
    if request_id:
        content["request_id"] = request_id
    response = Response(compact(content), status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(_headers(error))
    return response


def register(app: Flask) -> None:
    """Answer the domain's errors so; the framework's own come through `service.openapi.ServiceApi`."""
    app.register_error_handler(AllegianceError, answer)


def problem(item: Problem) -> dict[str, Any]:
    """One fault as the answer lists it; what is not known is left out."""
    members = {
        "detail": item.detail,
        "line": item.line,
        "column": item.column,
        "field": item.field,
        "value": item.value,
    }
    return {name: member for name, member in members.items() if member is not None}


def _content(error: Exception, kind: Kind) -> dict[str, Any]:
    if not isinstance(error, AllegianceError) or isinstance(error, errors.DatabaseError):
        return {"detail": kind.meaning}  # its own words may name a path here; they are in the log
    content: dict[str, Any] = {"detail": error.detail}
    if error.problems:
        content["errors"] = [problem(item) for item in error.problems[:MOST_PROBLEMS]]
    if isinstance(error, errors.PositionConflictError):
        names = ("position", "op", "entity", "id")
        content["position"] = error.position
        content["expected_position"] = error.expected
        content["missed"] = [dict(zip(names, entry, strict=True)) for entry in error.missed]
    return content


def _headers(error: Exception) -> dict[str, str]:
    match error:
        case errors.BusyError() | errors.FullError() | TooManyError():
            return {"Retry-After": str(error.retry_after)}
        case UnauthorisedError():
            why = ', error="invalid_token"' if error.offered else ""
            return {"WWW-Authenticate": f'Bearer realm="allegiance"{why}'}
        case ForbiddenError():
            scope = f'error="insufficient_scope", scope="{error.scope}"'
            return {"WWW-Authenticate": f'Bearer realm="allegiance", {scope}'}
        case MediaTypeError():
            return {"Accept-Post": ", ".join(error.accepted)}
        case http.MethodNotAllowed(valid_methods=methods) if methods:
            return {"Allow": ", ".join(sorted(methods))}
    return {}
