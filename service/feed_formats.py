"""How a feed is written: JSON Feed 1.1, and Atom (RFC 4287, with RFC 5005 for its pages)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from xml.etree import ElementTree

from events.model import Entry
from events.telling import Told
from service import answers

JSON_FEED = "application/feed+json"
ATOM = "application/atom+xml"

_VERSION = "https://jsonfeed.org/version/1.1"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Item(NamedTuple):
    """An entry, in words, under its name for ever, and where to read of it."""

    entry: Entry
    told: Told
    id: str
    address: str


class Feed(NamedTuple):
    """A page of a feed: `following` is the address of the older items, `updated` when the newest came."""

    title: str
    id: str
    home: str
    address: str
    following: str | None
    updated: str | None
    items: list[Item]


def as_json(feed: Feed) -> bytes:
    """A feed as JSON Feed 1.1. `_allegiance` of each item says which entry it is."""
    content: dict[str, Any] = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
    }
    if feed.following:
        content["next_url"] = feed.following
    return answers.encode({**content, "items": [_json_item(item) for item in feed.items]})


def _json_item(item: Item) -> dict[str, Any]:
    entry, told = item.entry, item.told
    said: dict[str, Any] = {
        "position": entry.position,
        "op": entry.op,
        "entity": entry.entity,
        "id": entry.id,
    }
    return {
        "id": item.id,
        "url": item.address,
        "title": told.title,
        "content_text": told.text,
        "date_published": entry.recorded_at,
        "_allegiance": {**said, "reason": told.reason} if told.reason else said,
    }


def as_atom(feed: Feed) -> bytes:
    """A feed as Atom."""
    root = ElementTree.Element("feed", xmlns=_NAMESPACE)
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", feed.updated or _NEVER)
    _text(ElementTree.SubElement(root, "author"), "name", feed.title.partition(":")[0])
    _link(root, "self", feed.address)
    _link(root, "alternate", feed.home)
    if feed.following:
        _link(root, "next", feed.following)
    for item in feed.items:
        _atom_entry(ElementTree.SubElement(root, "entry"), item)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _atom_entry(element: ElementTree.Element, item: Item) -> None:
    _text(element, "id", item.id)
    _text(element, "title", item.told.title)
    _text(element, "updated", item.entry.recorded_at)
    _text(element, "published", item.entry.recorded_at)
    _link(element, "alternate", item.address)
    ElementTree.SubElement(element, "category", term=item.entry.op)
    _text(element, "content", item.told.text).set("type", "text")


def _text(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = _NOT_XML.sub("\ufffd", text)
    return element


def _link(parent: ElementTree.Element, rel: str, address: str) -> None:
    ElementTree.SubElement(parent, "link", rel=rel, href=address)
