"""The documents that the rows of a table name: each declared once, before its first use.

A source is known by its link or, without one, by its title and publisher. The rows that
name it may repeat what the first said of it, or leave that out; they may not say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from events import codec
from events.errors import AllegianceError, Problem, shorten
from events.ingest.columns import Cells
from events.ingest.naming import digest, slug, tidy

FIELDS = {"source_title": "title", "publisher": "publisher", "source_published": "published"}
"""Column -> the document's field, for what rows say of a source beside its link."""

_COLUMNS = {field: column for column, field in FIELDS.items()} | {"url": "source_url"}


@dataclass
class _Source:
    """What is said of one source, by column. `line` is its first; None is the record itself.

    `where` has the line that said each, and `heard` is what the last row said, with its `faults`.
    """

    id: str
    said: dict[str, str]
    line: int | None
    sent: bool = False
    where: dict[str, int] = field(default_factory=dict)
    heard: dict[str, str] | None = None
    faults: dict[str, str] = field(default_factory=dict)


class Sources:
    """The documents there are, by id with their bodies, and those that rows add."""

    def __init__(self, known: Mapping[str, Mapping[str, Any]]) -> None:
        self._sources: dict[str, _Source] = {}
        for id, body in known.items():
            said = {column: str(body[field]) for column, field in FIELDS.items() if field in body}
            key = _key(body.get("url", ""), said.get("source_title", ""), said.get("publisher", ""))
            self._sources.setdefault(key, _Source(id, said, None, sent=True))

    def find(self, cells: Cells) -> tuple[str | None, list[Problem], list[Problem]]:
        """The id of the source that a row names, None if it names none, its problems and its notices."""
        url, said = _said(cells)
        title = said.get("source_title", "")
        if not url and not title:
            detail = "There is no source; write its link as source_url, or its title as source_title."
            return None, [cells.problem("source_url", detail)], []
        key = _key(url, title, said.get("publisher", ""))
        source = self._sources.get(key)
        if source is None:
            source = self._sources[key] = _Source(_id(url, title, key), {}, cells.number)
        if source.heard != said:  # most rows say what the row before them said
            source.heard, source.faults = said, _faults(url, said)
        problems = [cells.problem(column, detail) for column, detail in source.faults.items()]
        others = []
        for column, text in said.items():
            if column in source.faults or source.said.get(column) == text:
                continue
            if column not in source.said and not source.sent:
                source.said[column], source.where[column] = text, cells.number
            else:
                others.append(_otherwise(cells, column, source))
        return (source.id, problems, others) if source.line is None else (source.id, problems + others, [])

    def take_unsent(self, cells: Cells) -> Iterator[dict[str, Any]]:
        """The line of the document that a sound row names, unless it was taken before."""
        url, said = _said(cells)
        source = self._sources[_key(url, said.get("source_title", ""), said.get("publisher", ""))]
        if not source.sent:
            source.sent = True
            yield {"entity": "document", "id": source.id, **_body(url, source.said)}


def _said(cells: Cells) -> tuple[str, dict[str, str]]:
    said = {column: tidy(cells.get(column)) for column in FIELDS}
    return cells.get("source_url"), {column: text for column, text in said.items() if text}


def _key(url: str, title: str, publisher: str) -> str:
    return url or "\0".join((title, publisher))


def _id(url: str, title: str, key: str) -> str:
    try:
        legible = (urlsplit(url).hostname or "").removeprefix("www.") if url else title
    except ValueError:
        legible = ""
    return f"{slug(legible)[:40].strip('-') or 'source'}-{digest(key)}"


def _body(url: str, said: Mapping[str, str]) -> dict[str, str]:
    body = {"title": shorten(tidy(url), 500)} | {FIELDS[column]: text for column, text in said.items()}
    return body | {"url": url} if url else body


def _faults(url: str, said: Mapping[str, str]) -> dict[str, str]:
    """Column -> what cannot stand in what a row says of its source."""
    try:
        codec.record({"entity": "document", "id": "source", **_body(url, said)}, "")
    except AllegianceError as error:
        found = {_COLUMNS[problem.field or "url"]: problem.detail for problem in error.problems}
        if "source_title" not in said:  # the link stands in for it, and is at fault itself
            found.pop("source_title", None)
        return found
    return {}


def _otherwise(cells: Cells, column: str, source: _Source) -> Problem:
    there = source.said.get(column)
    words = f"says {there!r}" if there else "says nothing"
    if source.line is None:
        return cells.problem(
            column, f"The record {words} here of this source, and that stands; correct it there."
        )
    line = source.where.get(column, source.line)
    detail = f"Line {line} {words} here of this source; write the same in both, or leave this empty."
    return cells.problem(column, detail)
