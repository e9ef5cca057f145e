"""The API's description, made from the schemas that check, and the framework's errors in our shape."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from flask import Response
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from service import problems
from service.schemas.receipts import ProblemSchema

DESCRIPTION = """\
An append-only record of dated, sourced events, replayed to answer: what was the state of alliances \
at date X, as we knew it on date Y, and who says so?

Reading is open to everybody. Writing needs a bearer token. Every error is `application/problem+json`; \
its `type` leads to what to do about it.
"""


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
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        },
    }
