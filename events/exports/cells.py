"""Rows of CSV that a spreadsheet takes for text and nothing else.

A cell of text that begins with = + - @, their full-width forms, a tab or a line break would be a formula
to a spreadsheet. It gets an apostrophe in front, and so does one that begins with apostrophes and then one
of these: taking one apostrophe off such a cell always gives what it said. Lines end as RFC 4180 has it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")

Cell = str | int | bool | Sequence[str] | None


def row(cells: Iterable[Cell]) -> bytes:
    """One line, in UTF-8. A list has "; " between its parts, None is empty."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow([_written(cell) for cell in cells])
    return line.getvalue().encode()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    text = cell if isinstance(cell, str) else "; ".join(cell)
    return f"'{text}" if _FORMULA.match(text) else text
