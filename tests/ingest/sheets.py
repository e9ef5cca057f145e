"""Small helpers that write tables as people do, and read what becomes of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from events import codec
from events.errors import Problem
from events.ingest import Context, Line, csv_file
from events.stores import Receipt, Store

TIMELINE = "suez"
CLAIM = {
    "date": "1956-10-29",
    "subject": "Israel",
    "kind": "fights",
    "object": "Egypt",
    "source_url": "https://example.org/suez",
}
"""A row with no more than a row needs."""

CREATING = Context(create_actors=True)


def sheet(*rows: dict[str, str], columns: Sequence[str] = (), delimiter: str = ",") -> str:
    """Rows as delimited text; the columns are those of all rows, in order, unless they are given."""
    text = StringIO()
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def claims(**cells: str) -> str:
    """A table of one claim, with these cells added to or put in the place of `CLAIM`'s."""
    return sheet({**CLAIM, **cells})


def read(table: str | bytes, context: Context = CREATING) -> list[Line]:
    """What the CSV reader makes of a table."""
    return list(csv_file.read([table.encode() if isinstance(table, str) else table], context))


def values(lines: Iterable[Line]) -> list[Any]:
    """The values of lines, none of which may have a problem."""
    kept = list(lines)
    assert not problems(kept)
    return [line.value for line in kept if line.value is not None]


def events(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The events among good lines."""
    return [value for value in values(lines) if "entity" not in value]


def event(table: str | bytes, context: Context = CREATING) -> dict[str, Any]:
    """The one event of a table."""
    (only,) = events(read(table, context))
    return only


def entities(lines: Iterable[Line], entity: str) -> list[dict[str, Any]]:
    """The actors, or the documents, among good lines."""
    return [value for value in values(lines) if value.get("entity") == entity]


def problems(lines: Iterable[Line]) -> list[Problem]:
    """All that is wrong."""
    return [problem for line in lines for problem in line.problems]


def problem(table: str | bytes, context: Context = CREATING) -> Problem:
    """The one thing that is wrong with a table."""
    (only,) = problems(read(table, context))
    return only


def notices(lines: Iterable[Line]) -> list[str]:
    """What a person is told beside."""
    return [notice.detail for line in lines for notice in line.notices]


def append(store: Store, lines: Iterable[Line]) -> Receipt:
    """Append the values of good lines, as one batch."""
    drafts = [codec.record(line.value, TIMELINE, line.number) for line in lines if line.value is not None]
    return store.append(TIMELINE, drafts, author="desk", create=True)
