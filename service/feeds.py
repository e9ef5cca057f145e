"""Feeds: each entry of the log as an item, the latest first, dated by when the log learned it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request
from flask_smorest import Blueprint

from events.model import Entry, Thing
from events.search import Query
from events.stores.clock import read_instant
from events.telling import called, stated, tell
from service import answers, feed_formats
from service.appending import COLLECTIONS
from service.current import public_root, store
from service.cursors import POSITIONS, Cursor, Place
from service.feed_formats import Feed, Item
from service.parameters import MinPositionQuery, PageQuery
from service.routes import TIMELINE, reads
from service.schemas.feeds import FeedSchema
from service.search import FILTERS, FilterQuery, query_of

_SINCE = "2026"  # the year in the name of every tag: it says when the scheme began, and never changes

blueprint = Blueprint(
    "feeds", __name__, url_prefix="/v1/timelines/<timeline>", description="What the log learned, to follow."
)


class FeedQuery(PageQuery, MinPositionQuery, FilterQuery):
    """Whose feed, or which."""

    cursor = Cursor(POSITIONS)


@reads(
    blueprint,
    "/feed.json",
    FeedQuery,
    FeedSchema,
    content_type=feed_formats.JSON_FEED,
    parameters=[TIMELINE],
)
def show_json_feed(timeline: str, query: Mapping[str, Any]) -> Response:
    """What the log learned, as JSON Feed 1.1."""
    return _feed(timeline, query, feed_formats.as_json, feed_formats.JSON_FEED)


@reads(
    blueprint,
    "/feed.atom",
    FeedQuery,
    {"type": "string"},
    content_type=feed_formats.ATOM,
    parameters=[TIMELINE],
)
def show_atom_feed(timeline: str, query: Mapping[str, Any]) -> Response:
    """What the log learned, as Atom."""
    return _feed(timeline, query, feed_formats.as_atom, feed_formats.ATOM)


def _feed(
    timeline: str, query: Mapping[str, Any], show: Callable[[Feed], bytes], content_type: str
) -> Response:
    asked = answers.asked(timeline, query)
    wanted, limit = query_of(query), query["limit"]
    before = asked.position + 1
    if query["cursor"]:
        before = min(before, query["cursor"].key[0])

    def make() -> bytes:
        found = _entries(timeline, wanted, before, limit + 1)
        shown, following = answers.page(found, limit, lambda entry: Place(asked.position, (entry.position,)))
        told = _Told(timeline, asked.position)
        return show(
            Feed(
                title=_title(told.name("timeline", timeline), query),
                id=_tag(f"{timeline}?{_address_query()}"),
                home=f"{public_root()}/v1/timelines/{timeline}",
                address=_address(),
                following=following and _address(following),
                updated=shown[0].recorded_at if shown else asked.commit.recorded_at,
                items=[told.item(entry) for entry in shown],
            )
        )

    question = (wanted, before, limit, public_root(), request.query_string)
    return answers.read(asked, question, make, content_type)


def _entries(timeline: str, wanted: Query, before: int, limit: int) -> list[Entry]:
    """The entries below a position that are asked for, the latest first."""
    if wanted.words_or_filters:
        return store().concerning(timeline, wanted, before, limit)
    found = store().entries(timeline, max(0, before - 1 - limit), before - 1) if before > 1 else ()
    return [*found][::-1]


class _Told:
    """Entries of a timeline in words as known at a position, each name looked up once."""

    def __init__(self, timeline: str, position: int) -> None:
        self._timeline = timeline
        self._position = position
        self.name = cache(self._look_up)

    def item(self, entry: Entry) -> Item:
        thing = stated(entry) or self._last_stated(entry.entity, entry.id, entry.position)
        commit = store().resolve(self._timeline, read_instant(entry.recorded_at))
        part = f"/{COLLECTIONS[entry.entity]}/{entry.id}" if entry.entity in COLLECTIONS else ""
        address = f"{public_root()}/v1/timelines/{self._timeline}{part}?known_at={commit.position}"
        id = _tag(f"{self._timeline}/{entry.position}")
        return Item(entry, tell(entry, thing, self.name), id, address)

    def _look_up(self, entity: str, id: str) -> str:
        thing = self._last_stated(entity, id, self._position)
        return called(thing, self.name) if thing else id

    def _last_stated(self, entity: str, id: str, upto: int) -> Thing | None:
        history = store().history(self._timeline, entity, id, upto)
        return next((found for entry in history[::-1] if (found := stated(entry)) is not None), None)


def _title(timeline: str, query: Mapping[str, Any]) -> str:
    narrowed = [value for name in FILTERS for value in query[name]] + ([query["q"]] if query["q"] else [])
    return f"{timeline}: what the record learned{' about ' if narrowed else ''}{', '.join(narrowed)}"


def _tag(name: str) -> str:
    """A name for ever (RFC 4151), whatever address it is read at by then."""
    host = public_root().partition("://")[2].partition(":")[0]
    return f"tag:{host},{_SINCE}:{name.rstrip('?')}"


def _address_query(cursor: str | None = None) -> str:
    """The parameters of this feed without its place in it, or with another one."""
    given = parse_qsl(request.query_string.decode())
    pairs = [pair for pair in given if pair[0] not in ("cursor", "min_position")]
    return urlencode([*pairs, ("cursor", cursor)] if cursor else pairs)


def _address(following: str | None = None) -> str:
    query = _address_query(following) if following else request.query_string.decode()
    return f"{public_root()}{request.path}{'?' if query else ''}{query}"
