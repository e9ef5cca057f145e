"""Scenes to draw, and what a drawn picture says, read back from its SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from events.codec import Draft, record
from events.model import Erased
from events.moments import parse_at
from events.stores.memory import MemoryStore
from events.strict_json import read
from service.embed.record import Record, reader
from service.embed.scene import view_of
from service.embed.shown import Scene, View

SEEDS = Path(__file__).parents[2] / "seeds" / "libya.ndjson"
LANGUAGES = ("en", "fr", "ar")
PERMALINK = "https://allegiance.example/embed/libya?at=2019-05-01&known_at=74"
SVG = "{http://www.w3.org/2000/svg}"


def recorded(*batches: Iterable[dict[str, Any] | Draft]) -> Record:
    """A timeline of lines, each batch a commit, as its log stands after the last one."""
    store = MemoryStore()
    store.initialise()
    for batch in batches:
        drafts = [line if isinstance(line, Draft) else record(line, "libya") for line in batch]
        store.append("libya", drafts, author="desk", create=True)
    return reader(store)("libya", store.head("libya"), Erased())


def libya() -> Record:
    """The timeline that comes with the project."""
    return recorded([read(line.encode()) for line in SEEDS.read_text(encoding="utf-8").splitlines()])


def scene(of: Record, at: str | None = None, language: str = "en", **view: Any) -> Scene:
    """A view of a record, on a day if one is given."""
    return view_of(of, View(language, None if at is None else parse_at(at), **view))


def parsed(svg: str) -> ElementTree.Element:
    """A picture as XML; it must be well-formed."""
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    """What is written in a picture, without the marks of direction and with spaces of one sort."""
    written = ("".join(text.itertext()) for text in parsed(svg).iter(f"{SVG}text"))
    return [re.sub("[\u2066-\u2069]", "", text).replace("\u00a0", " ") for text in written]


def bars(svg: str) -> Iterator[tuple[str, float, float, float]]:
    """Each bar: its status by how it looks, its edges from the left, and how far down it is."""
    for path in parsed(svg).iter(f"{SVG}path"):
        data, status = path.attrib["d"], _status(path)
        for left, top, right in re.findall(r"M([-\d.]+) ([-\d.]+)H([-\d.]+)", data if status else ""):
            yield str(status), *sorted((float(left), float(right))), float(top)


def _status(path: ElementTree.Element) -> str | None:
    fill = path.attrib.get("fill", "none")
    if path.attrib.get("stroke-dasharray") == "0 4":
        return "presumed"
    if fill.startswith("url("):
        return "possible"
    return "attested" if fill.startswith("#") and "stroke" not in path.attrib else None
