"""The front page: which timelines there are."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response

from events.ask import description
from events.fields import Text
from events.model import Commit
from service import access
from service.current import store
from service.embed.scene import in_language
from service.embed.shown import Words
from service.pages import showing

blueprint = Blueprint("home", __name__)

_AT_ONCE = 50


class HomeQuery(showing.PageQuery):
    """The timelines, some at a time."""

    after = Text(64)


class Item(NamedTuple):
    """A timeline in the list."""

    name: str
    head: Commit
    title: Words
    description: Words
    sides: list[Words]


@blueprint.get("/")
def show_home() -> Response:
    """The timelines, with links to each."""
    query = showing.read(HomeQuery)
    after, there = query["after"] or "", store().timelines()
    hidden = access.hidden()  # after that: what is begun and made private between them is not shown
    found = [item for item in there if item[0] > after and item[0] not in hidden]
    items = [_item(name, head, query["lang"]) for name, head in found[:_AT_ONCE]]
    following = items[-1].name if len(found) > _AT_ONCE else None
    return showing.show("home.html", query["lang"], items=items, following=following)


def _item(name: str, head: Commit, lang: str) -> Item:
    said = description(store(), name, head.position)
    return Item(
        name,
        head,
        in_language(lang, said.get("title"), "" if said else name),
        in_language(lang, said.get("description"), ""),
        [in_language(lang, side["name"], "") for side in said.get("sides", ())],
    )
