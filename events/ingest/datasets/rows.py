"""Rows of delimited text as data sets are published.

Published files are not all UTF-8, not all comma-separated, and write what is missing in many ways.
Everything here streams.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from events.errors import InvalidError, Problem, UnreadableError, shorten
from events.ingest.reading import LONGEST_LINE, Line, lines

_FAULT = ""  # the name of no column: what is wrong with the row as a row
_BOM = b"\xef\xbb\xbf"
_NOTHING = frozenset({"", ".", "na", "n/a", "nan", "null", "none"})
_WHOLE = re.compile(r"(-?[0-9]{1,9})(?:\.0*)?")


class Row(NamedTuple):
    """One row: the line it begins on, from 1, and its cells by lower-case column name."""

    number: int
    cells: dict[str, str]

    def get(self, *names: str) -> str:
        """The first of these cells that has something in it, or an empty string."""
        for name in names:
            text = self.cells.get(name, "").strip()
            if text.lower() not in _NOTHING:
                return text
        return ""

    def whole(self, name: str) -> int | None:
        """The whole number in a cell, None where there is none. InvalidError for anything else."""
        text = self.get(name)
        if not text:
            return None
        match = _WHOLE.fullmatch(text)
        if match is None:
            detail = f"{shorten(text)!r} is not a whole number; write one, or leave the cell empty."
            raise InvalidError(detail, [self.problem(detail, name)])
        return int(match[1])

    def flag(self, name: str) -> bool:
        """Whether a cell says 1."""
        return self.get(name) in ("1", "1.0")

    def problem(self, detail: str, field: str | None = None) -> Problem:
        """A problem of this row, in the cell `field`."""
        value = shorten(self.cells.get(field, "")) if field else None
        return Problem(detail, line=self.number, field=field, value=value)


def header(head: bytes) -> frozenset[str]:
    """The lower-case column names in the first line of a file, as far as `head` reaches."""
    first = head.removeprefix(_BOM).splitlines()[:1]
    return frozenset(_names(_decode(first[0]))) if first else frozenset()


def each(
    stream: Iterable[bytes], needed: Iterable[str], read: Callable[[Row], Iterator[Line]]
) -> Iterator[Line]:
    """What `read` makes of each row; a row that it refuses, or with more cells than columns, is a fault."""
    for row in rows(stream, needed):
        try:
            if fault := row.cells[_FAULT]:
                raise InvalidError(fault, [row.problem(fault)])
            yield from read(row)
        except InvalidError as error:
            yield Line(row.number, None, error.problems or (row.problem(error.detail),))


def notice(number: int, detail: str, field: str | None = None, value: str | None = None) -> Line:
    """Something odd in what is published, which hinders nobody."""
    return Line(number, None, (), (Problem(detail, line=number, field=field, value=value),))


def rows(stream: Iterable[bytes], needed: Iterable[str]) -> Iterator[Row]:
    """The rows below the header. InvalidError if a needed column is not there."""
    texts = _lines(stream)
    first = next(texts, "")
    names = _names(first)
    missing = sorted(set(needed) - set(names))
    if missing:
        detail = f"The header has no column {', '.join(missing)}; send the file as it is published."
        raise InvalidError(detail, [Problem(detail, line=1, value=shorten(first.strip()))])
    reader = csv.reader(texts, **_dialect(first))
    while True:
        number, fault = reader.line_num + 2, ""  # the reader has not counted the header
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells, fault = ["?"], f"This row is not understood ({error}); send the file as it is published."
        if cells is None:
            return
        if any(map(str.strip, cells[len(names) :])):
            fault = "This row has more cells than the header has columns; is something not quoted?"
        if any(map(str.strip, cells)):
            yield Row(number, {**dict(zip(names, map(_unquoted, cells), strict=False)), _FAULT: fault})


def _lines(stream: Iterable[bytes]) -> Iterator[str]:
    """Lines of text, each with one line feed. UnreadableError if one is too long to be a row."""
    for number, line in lines(stream):
        if line is None:
            detail = f"This line has more than {LONGEST_LINE} bytes; send the file as it is published."
            raise UnreadableError(detail, [Problem(detail, line=number)])
        yield _decode(line.removeprefix(_BOM) if number == 1 else line) + "\n"


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _dialect(first: str) -> dict[str, Any]:
    if "\t" in first:  # tab-separated files quote nothing: a quotation mark in a name is a part of it
        return {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
    return {"delimiter": ";" if first.count(";") > first.count(",") else ","}


def _names(first: str) -> list[str]:
    cells = next(csv.reader([first], **_dialect(first)), [])
    return [_unquoted(cell).strip().lower() for cell in cells]


def _unquoted(cell: str) -> str:
    paired = len(cell) >= 2 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if paired else cell
