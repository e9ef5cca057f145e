"""What changed: in the world between two days, or in what is known between two states of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import changes
from events.errors import InvalidError, Problem
from service import answers
from service.answers import Asked
from service.current import store
from service.cursors import Place
from service.parameters import ChangesQuery
from service.routes import TIMELINE, reads
from service.schemas import CHANGES

blueprint = Blueprint(
    "changes", __name__, url_prefix="/v1/timelines/<timeline>", description="What became different, and when."
)


@reads(blueprint, "/changes", ChangesQuery, CHANGES, parameters=[TIMELINE])
def list_changes(timeline: str, query: Mapping[str, Any]) -> Response:
    """What changed: `axis=valid` in the world, `axis=known` in what is known of it."""
    return (_in_the_world if query["axis"] == "valid" else _in_what_is_known)(timeline, query)


def _in_the_world(timeline: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    first, last = query["first"], query["last"]

    def find() -> list[dict[str, Any]]:
        return changes.valid(store(), timeline, first, last, asked.commit)

    return _page(asked, (first, last), query, find)


def _in_what_is_known(timeline: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, {"known_at": query["last"], "cursor": query["cursor"]})
    before = store().resolve(timeline, query["first"])
    if before.position > asked.position:
        detail = (
            f"'from' is position {before.position}, after 'to', which is {asked.position}; exchange them."
        )
        raise InvalidError(detail, [Problem(detail, field="from")])

    def find() -> list[dict[str, Any]]:
        return changes.known(store(), timeline, before, asked.commit, query["at"])

    return _page(asked, (before, query["at"]), query, find)


def _page(asked: Asked, question: tuple[object, ...], query: Mapping[str, Any], find: Any) -> Response:
    """A page of what `find` gives, which is the same list for ever; so its place in the list is its key."""
    (start,) = query["cursor"].key if query["cursor"] else (0,)
    end = start + query["limit"]

    def make() -> bytes:
        items, following = answers.page(
            find()[start : end + 1], query["limit"], lambda _: Place(asked.position, (end,))
        )
        return answers.collection(items, following)

    return answers.read(asked, (query["axis"], *question, start, end), make)
