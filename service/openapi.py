"""The API's description, made from the schemas that check, and the framework's errors in our shape."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

from flask import Response
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from service import problems, scopes
from service.schemas.receipts import ProblemSchema
from service.scopes import LISTED, OPEN, READ

DESCRIPTION = """\
An append-only record of dated, sourced events, replayed to answer: what was the state of alliances \
at date X, as we knew it on date Y, and who says so?

Public timelines are open to everybody. Writing, and reading what is private, needs a bearer token with the \
scope that each address names. Every error is `application/problem+json`; \
its `type` leads to what to do about it.
"""

_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "What `allegiance token create` prints. Its scopes: `read` what is private, `append` what "
    "is new, `correct` and retract what is there, `admin` who may read.",
}
_REFUSALS = {OPEN: (429,), READ: (401, 404, 429), LISTED: (401, 429)}
_REFUSALS_OF_WRITING = (401, 403, 404, 429)
_HEADERS = {
    401: {"WWW-Authenticate": "How to say who you are: `Bearer`."},
    403: {"WWW-Authenticate": "The scope that it needs."},
    429: {
        "Retry-After": "In how many seconds to go on.",
        "RateLimit": "How many requests are left, and until when.",
    },
}


class ServiceApi(Api):  # type: ignore[misc]
    """flask-smorest's API with problem+json for every error."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        content = {problems.MEDIA_TYPE: {"schema": self.ERROR_SCHEMA}}
        response = {"description": "What went wrong and what to do.", "content": content}
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, response, lazy=True)

    def handle_http_exception(self, error: HTTPException) -> Any:
        """The framework's own errors, in the one shape of all errors."""
        if error.code is not None and error.code < 400:
            return error
        answer: Response = problems.answer(error)
        return answer


def settings(base_url: str) -> dict[str, Any]:
    """What flask-smorest wants to know, as the application's configuration."""
    return {
        "API_TITLE": "Allegiance",
        "API_VERSION": version("allegiance"),
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {
            "info": {"description": DESCRIPTION},
            "servers": [{"url": base_url or "/"}],
            "components": {"securitySchemes": {"bearer": _BEARER}},
        },
    }


def with_access(description: dict[str, Any]) -> dict[str, Any]:
    """The description, whole but for what each address needs and how it refuses: the table of scopes."""
    for status, meanings in _HEADERS.items():
        description["components"]["responses"][f"Error{status}"]["headers"] = {
            name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in meanings.items()
        }
    for (method, rule), need in scopes.NEEDS.items():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        operation = description["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue  # a page for people
        if need in (READ, LISTED):
            operation["security"] = [{}, {"bearer": ["read"]}]
        elif need != OPEN:
            operation["security"] = [{"bearer": [need]}]
        refusals = {
            str(status): {"$ref": f"#/components/responses/Error{status}"}
            for status in _REFUSALS.get(need, _REFUSALS_OF_WRITING)
        }
        operation["responses"] = dict(sorted({**operation["responses"], **refusals}.items()))
    return description
