"""A filled-in example of a table, to download and to replace by one's own."""

from __future__ import annotations

from functools import cache

from flask import Response
from flask_smorest import Blueprint

from events.ingest.template import csv_text
from service import answers

blueprint = Blueprint("template", __name__, url_prefix="/v1", description="How to send a table.")


@blueprint.get("/template.csv")
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
@blueprint.alt_response(304, description="The client has it already.")
def show_template() -> Response:
    """A filled-in example of a table to send as text/csv."""
    tag = answers.etag(_example())
    response = answers.tagged(tag, answers.REVALIDATED, _example, "text/csv; charset=utf-8")
    if response.status_code == 200:
        response.headers["Content-Disposition"] = 'attachment; filename="allegiance-template.csv"'
    return response


@cache
def _example() -> bytes:
    return csv_text().encode()
