"""What changed: in the world between two days, or in what is known between two states of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import changes
from events.changes import Change
from events.errors import InvalidError, Problem
from events.model import Relation
from service import answers
from service.answers import Asked
from service.current import store
from service.cursors import Place
from service.parameters import ChangesQuery
from service.routes import TIMELINE, reads
from service.schemas.changes import CHANGES

blueprint = Blueprint(
    "changes", __name__, url_prefix="/v1/timelines/<timeline>", description="What became different, and when."
)


@reads(blueprint, "/changes", ChangesQuery, CHANGES, parameters=[TIMELINE])
def list_changes(timeline: str, query: Mapping[str, Any]) -> Response:
    """What changed: `axis=valid` in the world, `axis=known` in what is known of it."""
    return (_in_the_world if query["axis"] == "valid" else _in_what_is_known)(timeline, query)


def _in_the_world(timeline: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    first, last, after = query["first"], query["last"], query["cursor"] and query["cursor"].key

    def find() -> Iterator[Change]:
        return changes.valid(store(), timeline, first, last, asked.commit, after)

    return _page(asked, (first, last), query, find)


def _in_what_is_known(timeline: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, {**query, "known_at": query["last"]})
    before = store().resolve(timeline, query["first"])
    if before.position > asked.position:
        detail = (
            f"'from' is position {before.position}, after 'to', which is {asked.position}; exchange them."
        )
        raise InvalidError(detail, [Problem(detail, field="from")])

    beyond = query["cursor"] and Relation(*query["cursor"].key[1:])

    def find() -> Iterator[Change]:
        return changes.known(store(), timeline, before, asked.commit, query["at"], beyond)

    return _page(asked, (before, query["at"]), query, find)


def _page(
    asked: Asked, question: tuple[object, ...], query: Mapping[str, Any], find: Callable[[], Iterator[Change]]
) -> Response:
    """A page of what `find` gives, and no more of it than that."""
    limit = query["limit"]

    def make() -> bytes:
        found = list(islice(find(), limit + 1))
        shown, following = answers.page(found, limit, lambda change: Place(asked.position, change.key))
        return answers.collection([change.item for change in shown], following)

    return answers.read(asked, (query["axis"], *question, query["cursor"], limit), make)
