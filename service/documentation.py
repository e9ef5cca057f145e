"""The API's description for machines and for people, and what each kind of error means."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, current_app, render_template
from flask_smorest import Blueprint as DocumentedBlueprint

from service import answers
from service.problems import TABLE

# Only the files of the interface itself: the package's own page would bring an inline script.
_INTERFACE = Path(flask_swagger_ui.__file__).with_name("dist")

# Swagger UI sets styles and draws its icons inline.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

description = DocumentedBlueprint("description", __name__, description="This description.")
pages = Blueprint("docs", __name__, static_folder=_INTERFACE, static_url_path="/docs/assets")


_PLAIN_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@description.get("/openapi.json")
@description.response(200, {"type": "object"})
def show_description() -> Response:
    """This description, in OpenAPI 3.1."""
    body: bytes = current_app.extensions["allegiance-description"]()
    return answers.tagged(answers.etag(body), answers.REVALIDATED, lambda: body)


@pages.get("/docs")
def show_interface() -> Response:
    """The description, to read and to try."""
    return page("docs.html", _POLICY)


@pages.get("/docs/errors")
def show_errors() -> Response:
    """What each kind of error means and what to do: where the `type` of every error leads."""
    return page("errors.html", kinds=sorted(TABLE.values(), key=lambda kind: (kind.status, kind.slug)))


def page(template: str, policy: str | None = None, /, **values: object) -> Response:
    """A page of HTML, revalidated like a live answer; without `policy` it may load our style alone."""
    response = Response(render_template(template, **values), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = answers.REVALIDATED
    response.headers["Content-Security-Policy"] = policy or _PLAIN_POLICY
    response.add_etag()
    return response
