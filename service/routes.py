"""How a view is hung up: its address, its parameters and its documentation, said once.

Who may call it stands in `service.scopes`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema

from events.schemas import SCHEMAS
from service import access, queries
from service.bodies import CSV, JSON, NDJSON
from service.current import store
from service.schemas.receipts import ReceiptSchema

View = Callable[..., Any]

TIMELINE = {
    "name": "timeline",
    "in": "path",
    "required": True,
    "description": "The id of a timeline.",
    "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"},
}
ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The id of an event, actor or document.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,128}$"},
}
_ERRORS_OF_WRITING = (400, 404, 409, 413, 415, 422, 503, 507)
_ERRORS_OF_READING = (400, 404, 422, 503)
_ENTITIES = {"anyOf": list(SCHEMAS.values())}

BATCH = {
    "required": True,
    "description": "One object, a JSON list of them, one on each line, or a table with a claim in each row. "
    "It may be sent with Content-Encoding: gzip.",
    "content": {
        JSON: {"schema": {"anyOf": [*SCHEMAS.values(), {"type": "array", "items": _ENTITIES}]}},
        **{kind: {"schema": {"type": "string"}} for kind in (*NDJSON, CSV)},
    },
}
"""What an append takes, for the documentation."""

DIGESTS = tuple(
    {
        "name": name,
        "in": "header",
        "description": "sha-256=:BASE64: of the body as it is sent (RFC 9530); another body is refused.",
        "schema": {"type": "string"},
    }
    for name in ("Content-Digest", "Repr-Digest")
)
"""The headers that say what must arrive, for the documentation."""


def one(schema: type[Schema]) -> dict[str, Any]:
    """A body that is one JSON object, for the documentation."""
    return {"required": True, "content": {JSON: {"schema": schema}}}


def reads(  # noqa: PLR0913  # all that the documentation says of it
    blueprint: Blueprint,
    rule: str,
    query: type[Schema],
    answer: type[Schema] | dict[str, Any] | None,
    *,
    status: int = 200,
    content_type: str | None = None,
    headers: Sequence[dict[str, Any]] = (),
    **options: Any,
) -> Callable[[View], View]:
    """Hang up a view of (**names in the address, query) that reads."""

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(**names: str) -> Any:
            return view(**names, query=queries.read(query, request.query_string))

        documented = blueprint.doc(parameters=[{"in": "query", "schema": query}, *headers])(asked)
        for error in _ERRORS_OF_READING:
            documented = blueprint.alt_response(error, "DEFAULT_ERROR")(documented)
        if status == 200:
            documented = blueprint.alt_response(304, description="The client has it already.")(documented)
        documented = blueprint.response(status, answer, content_type=content_type)(documented)
        blueprint.get(rule, **options)(documented)
        return view

    return decorate


def writes(
    blueprint: Blueprint,
    rule: str,
    query: type[Schema],
    body: dict[str, Any],
    *,
    headers: Sequence[dict[str, Any]] = (),
    **options: Any,
) -> Callable[[View], View]:
    """Hang up a view of (**names in the address, query, token) that appends.

    Who is not allowed to, and a timeline that is not there, are refused before the body is read.
    """

    def decorate(view: View) -> View:
        documented = _changing(blueprint, view, query, body, headers)
        documented = blueprint.alt_response(200, schema=ReceiptSchema, description="Nothing was new.")(
            documented
        )
        blueprint.post(rule, **options)(blueprint.response(201, ReceiptSchema)(documented))
        return view

    return decorate


def administers(
    blueprint: Blueprint,
    rule: str,
    query: type[Schema],
    body: dict[str, Any],
    answer: type[Schema],
    **options: Any,
) -> Callable[[View], View]:
    """Hang up a view of (**names in the address, query, token) that changes what is beside the log."""

    def decorate(view: View) -> View:
        documented = _changing(blueprint, view, query, body, ())
        blueprint.patch(rule, **options)(blueprint.response(200, answer)(documented))
        return view

    return decorate


def _changing(
    blueprint: Blueprint,
    view: View,
    query: type[Schema],
    body: dict[str, Any],
    headers: Sequence[dict[str, Any]],
) -> View:
    """A view behind its token, and documented but for its answer."""

    @wraps(view)
    def authorised(**names: str) -> Any:
        if "timeline" in names:
            store().head(names["timeline"])
        return view(**names, query=queries.read(query, request.query_string), token=access.token())

    parameters = [{"in": "query", "schema": query}, *headers]
    documented: View = blueprint.doc(parameters=parameters, requestBody=body)(authorised)
    for status in _ERRORS_OF_WRITING:
        documented = blueprint.alt_response(status, "DEFAULT_ERROR")(documented)
    return documented
