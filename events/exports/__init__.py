"""The record in the forms that others read: what each is called, what it takes, and how it is written.

An export is made of a store's reads and given in pieces. It has the same bytes for the same timeline,
commit, question and years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from events import ask
from events.days import day_of, iso
from events.exports import archive, graph, lines, panel, slides, table
from events.exports.things import Source, Wanted
from events.stores import Store

__all__ = ["FORMATS", "VERSION", "Format", "Wanted", "filename", "parts", "year_text"]

VERSION = 1
"""A change of any format's bytes raises it."""

BLOCK_BYTES = 64 * 1024

NOTHING, DAY, YEARS = "nothing", "day", "years"
"""What a format takes beside a timeline and a point of its log."""


_JSON, _LINES = "application/json", "application/x-ndjson"
_CSV, _XML = "text/csv; charset=utf-8", "application/graphml+xml"


class Format(NamedTuple):
    """A form in which the record is given. An address and a filename end with its name."""

    name: str
    media_type: str
    takes: str
    meaning: str
    parts: Callable[[Source], Iterator[bytes]]


def _state(source: Source) -> Iterator[bytes]:
    wanted = source.wanted
    yield ask.state(source.store, wanted.timeline, source.question, wanted.commit).encode()


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        format.name: format
        for format in (
            Format("json", _JSON, DAY, "the state of a day, as it is answered", _state),
            Format("csv", _CSV, DAY, "the relations of a day, a row each", table.parts),
            Format("graphml", _XML, DAY, "the relations of a day as a graph", graph.parts),
            Format("panel.csv", _CSV, YEARS, "relations by year, for counting", panel.parts),
            Format("timelinejs.json", _JSON, NOTHING, "the events for TimelineJS", slides.parts),
            Format("ndjson", _LINES, NOTHING, "what is live, as lines to ingest", lines.live_parts),
            Format("log.ndjson", _LINES, NOTHING, "every entry of the log", lines.log_parts),
            Format("zip", "application/zip", NOTHING, "all of it, to keep, cite and check", archive.parts),
        )
    }
)  # fmt: skip


def parts(store: Store, format: Format, wanted: Wanted) -> Iterator[bytes]:
    """An export, piece by piece.

    Raises UnknownError for an actor of the question that the log had not heard of by then, before anything
    is given.
    """
    if wanted.question is not None:
        ask.require_actors(store, wanted.timeline, wanted.question.actors, wanted.commit)
    return _blocks(format.parts(Source(store, wanted)))


def _blocks(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces worth sending. The first is made now, so that what fails early is raised."""
    blocks = _gathered(parts)
    return chain([next(blocks, b"")], blocks)


def _gathered(parts: Iterator[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for part in parts:
        block += part
        if len(block) >= BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def year_text(year: int) -> str:
    """A year as a date has it: ``2019``, ``-0043``."""
    return iso(day_of(year, 1, 1)).removesuffix("-01-01")


def filename(format: Format, wanted: Wanted) -> str:
    """What to call it: ``libya-2019-05-01-known-at-74.csv``."""
    words = [wanted.timeline]
    if wanted.question is not None:
        words.append(iso(wanted.question.at))
    if wanted.years is not None:
        words += map(year_text, wanted.years)
    return "-".join([*words, "known-at", str(wanted.commit.position)]) + f".{format.name}"
