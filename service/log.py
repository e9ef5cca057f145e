"""The log itself, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import present
from service import answers
from service.current import store
from service.parameters import LogQuery
from service.routes import TIMELINE, reads
from service.schemas import LogSchema

blueprint = Blueprint(
    "log",
    __name__,
    url_prefix="/v1/timelines/<timeline>",
    description="Everything, in the order it was learned.",
)


@reads(blueprint, "/log", LogQuery, LogSchema, parameters=[TIMELINE])
def list_entries(timeline: str, query: Mapping[str, Any]) -> Response:
    """The entries after a position, in order."""
    asked = answers.asked(timeline, query)
    after, last = query["after"], min(query["after"] + query["limit"], asked.position)

    def make() -> bytes:
        names = store().tokens.authors()
        entries = store().entries(timeline, after, last) if after < last else ()
        following = str(last) if after < last < asked.position else None
        return answers.collection([present.entry(entry, names) for entry in entries], following)

    return answers.read(asked, (after, last), make)
