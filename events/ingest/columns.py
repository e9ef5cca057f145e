"""What the columns of a table are called, and which cell of a row is meant.

A header is read whatever its case, spaces and punctuation: ``Source URL`` is
``source_url``. Each column has other names by which people call it; where both
stand in a table, the column's own name is the one that is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from events.errors import Problem, shorten
from events.ingest.reading import Row

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NEAR = 0.8


class Column(NamedTuple):
    """A column: its own name, what its cells hold, and the other names it goes by."""

    name: str
    holds: str
    synonyms: tuple[str, ...] = ()


class Header:
    """The first row of a table: where each column stands, and what is wrong with it."""

    def __init__(self, row: Row, columns: Sequence[Column], ignored: Sequence[str] = ()) -> None:
        self.number = row.number
        self.written = [" ".join(cell.split()) for cell in row.cells]
        self.places: dict[str, int] = {}
        self.problems = list(row.problems)
        self.notices = list(row.notices)
        self._columns = columns
        keys = [_key(text) for text in self.written]
        unread = {place for place, key in enumerate(keys) if key} - {
            place for place, key in enumerate(keys) if key in map(_key, ignored)
        }
        for column in columns:
            unread -= self._find(column, keys)
        for place in sorted(unread):
            self._unread(place)

    def lacking(self, *names: str) -> list[Problem]:
        """A problem for each of these columns that is not there."""
        needed = [
            column for column in self._columns if column.name in names and column.name not in self.places
        ]
        return [
            Problem(f"There is no column {name!r}; add one that holds {holds}.", line=self.number, field=name)
            for name, holds, _ in needed
        ]

    def _find(self, column: Column, keys: list[str]) -> set[int]:
        """The places that are this column's, its own name before the others."""
        for names in ((column.name,), column.synonyms):
            wanted = set(map(_key, names))
            places = [place for place, key in enumerate(keys) if key in wanted]
            if places:
                self.places[column.name] = places[0]
                for place in places[1:]:
                    detail = f"This column is {column.name!r} once more; keep one of them."
                    self.problems.append(self._problem(place, detail))
                return set(places)
        return set()

    def _unread(self, place: int) -> None:
        known = {
            _key(name): column.name for column in self._columns for name in (column.name, *column.synonyms)
        }
        key = _key(self.written[place])
        near = get_close_matches(key, known, 1, _NEAR)
        if near and known[near[0]] not in self.places:
            detail = f"There is no such column; did you mean {known[near[0]]!r}? Rename it."
            self.problems.append(self._problem(place, detail))
        else:
            detail = f"The column {shorten(self.written[place])!r} is not read."
            self.notices.append(self._problem(place, detail))

    def _problem(self, place: int, detail: str) -> Problem:
        text = shorten(self.written[place])
        return Problem(detail, line=self.number, column=place + 1, field=text, value=text)


class Cells:
    """The cells of one row by the names of their columns."""

    def __init__(self, row: Row, header: Header) -> None:
        self.number = row.number
        self._cells = row.cells
        self._problems = row.problems
        self._header = header

    def get(self, name: str) -> str:
        """What the cell holds, without the space around it; empty if there is none.

        An apostrophe that keeps a spreadsheet from taking the cell for a formula is no part of it.
        """
        place = self._header.places.get(name)
        if place is None or place >= len(self._cells):
            return ""
        text = self._cells[place].strip()
        return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text

    def problem(self, name: str, detail: str) -> Problem:
        """A problem in this cell: its line, its column from 1 and as the header has it, and its text."""
        place = self._header.places.get(name)
        if place is None:
            return Problem(detail, line=self.number, field=name)
        field = shorten(self._header.written[place])
        return Problem(detail, self.number, place + 1, field, shorten(self.get(name)) or None)

    def own_problems(self) -> list[Problem]:
        """What was wrong with single cells before their columns were known, with the names of these."""
        written = self._header.written
        return [
            replace(problem, field=shorten(written[problem.column - 1]))
            for problem in self._problems
            if problem.column and problem.column <= len(written)
        ]

    def beyond(self) -> list[Problem]:
        """A problem for the first cell that stands under no header, if one does."""
        written = self._header.written
        for place, cell in enumerate(self._cells):
            if cell.strip() and (place >= len(written) or not written[place]):
                detail = (
                    "This cell stands under no header; is a cell with the delimiter in it missing its quotes?"
                )
                return [Problem(detail, line=self.number, column=place + 1, value=shorten(cell.strip()))]
        return []


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
