"""Tables in delimited text: comma, semicolon, tab or bar, in the encodings of `events.ingest.text`.

Cells with a delimiter, a quotation mark or a line break in them are in quotation marks, which
stand twice within (RFC 4180). A quotation mark that is never closed costs its own row, not the rest.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

from events.errors import Problem, shorten
from events.ingest import table
from events.ingest.reading import Context, Format, Line, Row
from events.ingest.text import TextLine, text_lines

DELIMITERS = ",;\t|"

_LONGEST_ROW = csv.field_size_limit()  # characters
_MOST_LINES = 500  # of one row
_MOST_ATTEMPTS = 100  # at reading a row whose quotation marks do not pair
_MOST_READ_AGAIN = 500_000  # lines, after which an open quotation mark is no longer looked for on others


def rows(stream: Iterable[bytes]) -> Iterator[Row]:
    """The rows that are not blank, the header first."""
    lines = text_lines(stream)
    first = next((line for line in lines if _says_something(line)), None)
    if first is None:
        return
    if first.text[:4].lower() == "sep=" and len(first.text) == 5:  # what Excel writes to tell itself
        yield from _Rows(lines, first.text[4])
    else:
        yield from _Rows(chain((first,), lines), _delimiter(first.text))


def recognise(head: bytes) -> bool:
    """Whether its header is that of a table of claims."""
    first = next(rows((head,)), None)
    return first is not None and table.recognise(first)


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """One claim for each row, as `events.ingest.table` reads them."""
    return table.read(rows(stream), context)


def _delimiter(header: str) -> str:
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _says_something(line: TextLine) -> bool:
    return bool(line.problems or line.text.strip())


class _Rows:
    """Rows from lines: a row goes on over lines for as long as a quotation mark is open."""

    def __init__(self, lines: Iterator[TextLine], delimiter: str) -> None:
        self._lines = lines
        self._again: deque[TextLine] = deque()
        self._delimiter = delimiter
        self._read_again = 0

    def __iter__(self) -> Iterator[Row]:
        while (line := self._next()) is not None:
            if _says_something(line):
                yield self._row(line)

    def _next(self) -> TextLine | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _row(self, first: TextLine) -> Row:
        if first.problems:
            return Row(first.number, self._roughly(first.text), first.problems)
        taken = [first]
        try:
            cells = self._cells([first.text]) or self._further(taken)
        except csv.Error as error:
            fault = (
                f"This row is not understood ({error}); write a quotation mark within quotation marks twice."
            )
            return self._broken(taken, fault)
        if cells is None:
            return self._broken(
                taken, "A quotation mark opens here and is never closed; close it or remove it."
            )
        problems = tuple(problem for line in taken for problem in line.problems)
        return Row(first.number, cells, problems, tuple(notice for line in taken for notice in line.notices))

    def _further(self, taken: list[TextLine]) -> list[str] | None:
        """The cells once the lines that follow, added to `taken`, have closed every quotation mark."""
        most = _MOST_LINES if self._read_again < _MOST_READ_AGAIN else 1
        size, attempts = len(taken[0].text), 0
        while len(taken) < most and size < _LONGEST_ROW and attempts < _MOST_ATTEMPTS:
            line = self._next()
            if line is None:
                break
            taken.append(line)
            size += len(line.text) + 1
            if line.text.count('"') % 2:  # only such a line can close what is open
                attempts += 1
                cells = self._cells([line.text for line in taken])
                if cells is not None:
                    return cells
        return None

    def _cells(self, texts: list[str]) -> list[str] | None:
        """The cells, or None while a quotation mark is open. csv.Error for what follows a closing one."""
        if len(texts) == 1 and '"' not in texts[0]:
            return texts[0].split(self._delimiter)
        ended = [f"{text}\n" for text in texts]
        if len(list(csv.reader([*ended, "end"], delimiter=self._delimiter))) == 1:
            return None  # it has swallowed the line after it
        return next(csv.reader(ended, delimiter=self._delimiter, strict=True))

    def _broken(self, taken: list[TextLine], detail: str) -> Row:
        """A fault of the first line alone: what follows is read again, as rows of their own."""
        first, *others = taken
        self._again.extendleft(reversed(others))
        self._read_again += len(others)
        problem = Problem(detail, line=first.number, value=shorten(first.text))
        return Row(first.number, self._roughly(first.text), (problem,), first.notices)

    def _roughly(self, text: str) -> list[str]:
        try:
            return next(csv.reader([text], delimiter=self._delimiter), [])
        except csv.Error:
            return [text]


FORMAT = Format(
    name="csv",
    description="a table with a claim in each row: date, subject, kind, object and a source",
    media_types=("text/csv", "text/tab-separated-values"),
    suffixes=(".csv", ".tsv", ".tab", ".txt"),
    recognise=recognise,
    read=read,
    rows=rows,
)
