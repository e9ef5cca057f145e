"""The log itself, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import listings, present
from service import access, answers
from service.current import site, store
from service.parameters import LogQuery
from service.routes import TIMELINE, reads
from service.schemas.log import LogSchema

blueprint = Blueprint(
    "log",
    __name__,
    url_prefix="/v1/timelines/<timeline>",
    description="Everything, in the order it was learned.",
)


@reads(blueprint, "/log", LogQuery, LogSchema, parameters=[TIMELINE])
def list_entries(timeline: str, query: Mapping[str, Any]) -> Response:
    """The entries after a position, in order."""
    ops, after, limit, wait = tuple(query["op"]), query["after"], query["limit"], query["wait"]
    waited = site().waiting.until(lambda: store().head(timeline).position > after, wait)
    if wait:
        access.require_still_readable(timeline)
    asked = answers.asked(timeline, query)

    def make() -> bytes:
        names = store().tokens.authors()
        page = listings.entries(store(), timeline, ops, asked.position, after=after, limit=limit)
        reached = max(after, asked.position) if wait else None
        following = reached if page.after is None else page.after
        return answers.collection(
            [present.entry(entry, names) for entry in page.items],
            None if following is None else str(following),
        )

    response = answers.read(asked, (ops, after, limit, bool(wait)), make)
    if not waited:
        response.headers["Retry-After"] = "1"
    return response
