"""The files that are taken in: their format, the rows mended for them, and those that cannot stand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from events.batch import Heard
from events.errors import InvalidError, Problem, shorten
from events.ingest import FORMATS, Context, Format, Line, Row, csv_file, ndjson, recognise, rejects, table

_HEAD_BYTES = 64 * 1024
_MOST_REJECTED = 100_000  # lines; what is wrong with them is held until they are written
_OF_REJECTS = ("line", "problem")


class Source:
    """An open file, its format, and the files whose rows stand in for some of its own."""

    def __init__(self, file: BinaryIO, format: str | None, mended: Iterable[BinaryIO] = ()) -> None:
        self.name = name_of(file)
        self.file = _seekable(file)
        self.format = FORMATS[format] if format else _recognised(self.file, self.name)
        self.size = self.file.seek(0, os.SEEK_END)
        self.file.seek(0)
        self._mended = [_seekable(part) for part in mended]
        for part in self._mended:
            self._check(part)

    @property
    def has_rows(self) -> bool:
        """Whether it is a table, whose rows can be given back as they stand."""
        return self.format.rows is not None

    @property
    def has_lines(self) -> bool:
        """Whether each line stands by itself, so that many can be read at once."""
        return self.format is ndjson.FORMAT

    def read(self, heard: Heard, context: Context) -> Iterator[Line]:
        """What the format's reader makes of it."""
        return table.read(self.rows(heard), context) if self._mended else self.format.read(heard, context)

    def rows(self, stream: Iterable[bytes]) -> Iterator[Row]:
        """The rows of the table as they are to be read."""
        assert self.format.rows is not None
        rows = self.format.rows(stream)
        for part in self._mended:
            rows = _mended(rows, part)
        return rows

    def _check(self, part: BinaryIO) -> None:
        """Raise InvalidError for a file that is not of the rejects of this table."""
        if self.format.rows is None:
            raise InvalidError(f"This is {self.format.name}, which has no rows to mend.")
        ours, theirs = next(self.format.rows(Heard(self.file)), None), next(csv_file.rows(Heard(part)), None)
        self.file.seek(0)
        names = [name.strip() for name in theirs.cells] if theirs else []
        own = [name for name in names if name.lower() not in _OF_REJECTS]
        if "line" not in map(str.lower, names) or not ours or own != [name.strip() for name in ours.cells]:
            raise InvalidError(
                "What is mended must have the columns of the table in their order, and 'line' before them, "
                "as --rejects writes them."
            )


class Faults:
    """What is wrong on each line of a file, as far as somebody wants it written down."""

    def __init__(self) -> None:
        self._by_line: dict[int, list[Problem]] = {}

    def watch(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The same lines, once what is wrong with them is noted."""
        for line in lines:
            self.note(line.problems)
            yield line

    def note(self, problems: Iterable[Problem]) -> None:
        """Note problems that have a line and are not noted yet."""
        for problem in problems:
            if problem.line in self._by_line or len(self._by_line) < _MOST_REJECTED:
                noted = self._by_line.setdefault(problem.line or 0, [])
                if problem not in noted:
                    noted.append(problem)

    def write(self, source: Source, path: Path) -> int:
        """Write the rows that are at fault to a file, ready to mend; gives how many they are."""
        source.file.seek(0)
        text = rejects.reject(source.rows(Heard(source.file)), self._by_line)
        header = list(islice(text, 1))
        first = next(text, None)
        if first is None:
            return 0
        count = 1
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines((*header, first))
            for row in text:
                file.write(row)
                count += 1
        return count


def _mended(rows: Iterator[Row], part: BinaryIO) -> Iterator[Row]:
    """The rows with those of `part` in their places. InvalidError, at the end, for one without a place."""
    part.seek(0)
    header = next(csv_file.rows(Heard(part)))
    place = [name.strip().lower() for name in header.cells].index("line")
    part.seek(0)
    lines = {row.cells[place].strip(): row.number for row in islice(csv_file.rows(Heard(part)), 1, None)}

    def known() -> Iterator[Row]:
        for row in rows:
            lines.pop(str(row.number), None)
            yield row

    part.seek(0)
    yield from rejects.mend(known(), csv_file.rows(Heard(part)))
    if lines:
        line, number = min(lines.items(), key=lambda item: item[1])
        raise InvalidError(
            f"Line {number} of what is mended is for line {shorten(line)!r} of the table, "
            "which has no row there; write the line that --rejects wrote."
        )


def name_of(file: BinaryIO) -> str | None:
    """The path of an open file; None if it is stdin."""
    name = getattr(file, "name", None)
    return name if isinstance(name, str) and name != "<stdin>" else None


def _seekable(file: BinaryIO) -> BinaryIO:
    """The same bytes, to be read more than once."""
    if file.seekable():
        return file
    kept = TemporaryFile()  # noqa: SIM115  # gone with the last reference to it
    shutil.copyfileobj(file, kept)
    kept.seek(0)
    return kept


def _recognised(file: BinaryIO, name: str | None) -> Format:
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    try:
        return recognise(head, name)
    except InvalidError:
        if name is None:  # what comes through a pipe is lines, unless it looks otherwise
            return ndjson.FORMAT
        raise
