"""The log of a timeline in words, newest first."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response

from events import strict_json
from events.model import Entry
from service.current import store
from service.embed.scene import in_language
from service.embed.shown import Words
from service.pages import showing
from service.pages.explorer import about, whole
from service.parameters import Whole

blueprint = Blueprint("entries", __name__)

_AT_ONCE = 100


class EntriesQuery(showing.PageQuery):
    """The log, some entries at a time."""

    before = Whole("Only entries before this position.", 1)


class Line(NamedTuple):
    """An entry in words."""

    entry: Entry
    title: Words
    reason: str | None
    author: str | None


@blueprint.get("/timelines/<timeline>/entries")
def show_entries(timeline: str) -> Response:
    """The log, newest first, in words."""
    query = showing.read(EntriesQuery)
    scene = whole(timeline, query["lang"])
    head = scene.commit.position
    last = min(head, query["before"] - 1) if query["before"] else head
    first = max(last - _AT_ONCE, 0)
    entries = list(store().entries(timeline, first, last)) if last else []
    names = store().tokens.authors()
    return showing.show(
        "entries.html",
        query["lang"],
        **about(scene, "entries"),
        lines=[_line(entry, query["lang"], names.get(entry.author)) for entry in reversed(entries)],
        clock=showing.clock,
        older=first + 1 if first else None,
        newer=last + _AT_ONCE + 1 if last < head else None,
    )


def _line(entry: Entry, lang: str, author: str | None) -> Line:
    body = {} if entry.body is None else strict_json.read(entry.body)
    title, reason = body.get("title"), body.get("reason")
    if isinstance(title, dict):
        words = in_language(lang, title, "")
    else:
        words = in_language(lang, body.get("names"), title or body.get("name") or entry.id)
    return Line(entry, words, reason, author)
