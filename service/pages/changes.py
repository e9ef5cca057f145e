"""What changed, to be read: in the world between two days, or in what is known between two entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from flask import Blueprint, Response

from events import changes
from events.changes import Change
from events.days import iso
from events.errors import InvalidError
from events.fields import Choice, Text
from events.moments import parse_at
from events.vocabulary import KINDS
from service.current import store
from service.embed import language
from service.embed.shown import Scene
from service.pages import showing
from service.pages.explorer import about, whole
from service.parameters import Whole

blueprint = Blueprint("changed", __name__)

_AT_ONCE = 100


class ChangesQuery(showing.PageQuery):
    """Between which two days, or which two positions."""

    axis = Choice(("valid", "known"), load_default="valid")
    first = Text(80, data_key="from")
    last = Text(80, data_key="to")
    after = Whole("How many changes to leave out.", load_default=0)


@blueprint.get("/timelines/<timeline>/changes")
def show_changes(timeline: str) -> Response:
    """What became different in the world, or in what is known of it."""
    query = showing.read(ChangesQuery)
    scene, lang = whole(timeline, query["lang"]), query["lang"]
    items: list[Mapping[str, Any]] = []
    ends, wrong = (query["first"] or "", query["last"] or ""), None
    stop = query["after"] + _AT_ONCE
    try:
        ends, found = (_known if query["axis"] == "known" else _valid)(scene, query)
        items = [change.item for change in islice(found, stop + 1)]
    except InvalidError as error:
        wrong = error.detail
    shown = items[query["after"] : stop]
    response = showing.show(
        "changes.html",
        lang,
        **about(scene, "changes"),
        axis=query["axis"],
        ends=ends,
        items=shown,
        by_day=[(date, list(group)) for date, group in groupby(shown, key=lambda item: item.get("date"))],
        following=stop if len(items) > stop else None,
        wrong=wrong,
        kinds=KINDS,
        number=parse_at,
        point=lambda bounds: language.point(lang, *(parse_at(bounds[end]) for end in ("earliest", "latest"))),
    )
    response.status_code = 422 if wrong else 200
    return response


def _valid(scene: Scene, query: Mapping[str, Any]) -> tuple[tuple[str, str], Iterator[Change]]:
    first = scene.first - 1 if query["first"] is None else parse_at(query["first"])
    last = scene.end if query["last"] is None else parse_at(query["last"])
    if last < first:
        raise InvalidError("The last day is before the first; exchange the two.")
    return (iso(first), iso(last)), changes.valid(store(), scene.timeline, first, last, scene.commit)


def _known(scene: Scene, query: Mapping[str, Any]) -> tuple[tuple[str, str], Iterator[Change]]:
    head = scene.commit.position
    first = _position(query["first"], max(head - 1, 0), head)
    last = _position(query["last"], head, head)
    if last < first:
        raise InvalidError("The later entry stands before the earlier one; exchange the two.")
    before, after = (store().resolve(scene.timeline, position) for position in (first, last))
    return (str(first), str(last)), changes.known(store(), scene.timeline, before, after)


def _position(text: str | None, otherwise: int, head: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and int(text) <= head):
        raise InvalidError(f"Write the number of an entry, from 0 to {head}.")
    return int(text)
