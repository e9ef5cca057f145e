"""The rows of a table that cannot stand, written back with the reason, ready to mend and send again.

The columns are those of the table, after `line`, where the row stood, and `problem`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import chain

from events.errors import Problem
from events.ingest.columns import FORMULA_STARTS, Column, Header
from events.ingest.reading import Row
from events.ingest.table import IGNORED

BOM = "\ufeff"
"""Without it some spreadsheets take UTF-8 for something else."""

_LINE = (Column("line", "a line number"),)


def reject(rows: Iterable[Row], problems: Mapping[int, Sequence[Problem]]) -> Iterator[str]:
    """A CSV file in pieces, to be saved as UTF-8: the header, and the rows on the lines that have `problems`.

    No cell in it is a formula to a spreadsheet.
    """
    rest = iter(rows)
    header = next(rest, None)
    if header is None:
        return
    kept = _kept(header)
    yield BOM + _line([*IGNORED, *(header.cells[place] for place in kept)])
    for row in rest:
        if found := problems.get(row.number):
            cells = [row.cells[place] if place < len(row.cells) else "" for place in kept]
            beyond = row.cells[len(header.cells) :]
            yield _line([str(row.number), " ".join(_said(problem) for problem in found), *cells, *beyond])


def mend(rows: Iterable[Row], mended: Iterable[Row]) -> Iterator[Row]:
    """The rows of a table with those in whose place a mended file of rejects has another, by its `line`."""
    rest, others = iter(rows), iter(mended)
    header, new = next(rest, None), next(others, None)
    if header is None or new is None:
        yield from chain(() if header is None else (header,), rest)
        return
    place = Header(new, _LINE).places["line"]
    kept = _kept(new)
    by_line = {
        row.cells[place].strip(): [row.cells[at] if at < len(row.cells) else "" for at in kept]
        for row in others
    }
    yield header
    for row in rest:
        cells = by_line.get(str(row.number))
        yield row if cells is None else Row(row.number, cells)


def _kept(header: Row) -> list[int]:
    """The places of the table's own columns."""
    return [place for place, name in enumerate(header.cells) if name.strip().lower() not in IGNORED]


def _said(problem: Problem) -> str:
    return f"{problem.field}: {problem.detail}" if problem.field else problem.detail


def _line(cells: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells])
    return line.getvalue()
