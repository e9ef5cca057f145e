"""The first sheet of an .xlsx workbook, read as `events.ingest.table` reads any table.

It needs openpyxl, which the extra `xlsx` installs. A workbook is a ZIP archive, so that it is read whole
before its rows are, within a limit; the rows themselves are not held. A cell gives what it shows of a
date: one that is formatted as ``Apr 2019`` is 2019-04, not the first of the month that it stands for.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from typing import Any

from events.errors import InvalidError, Problem, TooLargeError, UnreadableError, shorten
from events.ingest import table
from events.ingest.reading import Context, Format, Line, Row, chunks

MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
_MOST_COLUMNS = 100
_MOST_BLANK_ROWS = 100_000  # one after the other; a file may claim any number

_NO_VALUES = {
    "f": "This cell is calculated; copy it and paste its value in its place.",
    "e": "This cell holds an error of the spreadsheet; write the value itself.",
}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # what a number format shows as it stands, and its colours


def rows(stream: Iterable[bytes]) -> Iterator[Row]:
    """The rows that are not blank, the header first. UnreadableError if it is no workbook."""
    with closing(_workbook(_whole(stream))) as book:
        try:
            sheet, last = book.worksheets[0], 0
            sheet.reset_dimensions()  # what the file says of its size need not be so
            for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
                row = _row(number, cells)
                if any(row.cells):
                    last = number
                    yield row
                elif number - last > _MOST_BLANK_ROWS:
                    raise TooLargeError(
                        f"There are over {_MOST_BLANK_ROWS} blank rows from row {last} on; delete them."
                    )
        except TooLargeError:
            raise
        except Exception:  # the library has no error of its own for a workbook that is damaged
            raise UnreadableError("This workbook is damaged; open it and save it again as .xlsx.") from None


def recognise(head: bytes) -> bool:
    """Whether it is a ZIP archive; no other format here is."""
    return head.startswith(b"PK\x03\x04")


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """One claim for each row, as `events.ingest.table` reads them."""
    return table.read(rows(stream), context)


def _whole(stream: Iterable[bytes]) -> BytesIO:
    whole = BytesIO()
    for chunk in chunks(stream):
        if whole.tell() + len(chunk) > MAX_BYTES:
            raise TooLargeError(f"A workbook has at most {MAX_BYTES} bytes; save the sheet as CSV.")
        whole.write(chunk)
    return whole


def _workbook(whole: BytesIO) -> Any:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  # an extra, loaded where it is used
    except ImportError:
        detail = "Reading .xlsx needs the extra: pip install 'allegiance[xlsx]'; or save the sheet as CSV."
        raise InvalidError(detail) from None
    try:
        with zipfile.ZipFile(whole) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise TooLargeError(
                f"This unpacks to more than {MAX_UNPACKED_BYTES} bytes; save the sheet as CSV."
            )
        return load_workbook(whole, read_only=True, data_only=False, keep_links=False)
    except TooLargeError:
        raise
    except Exception:  # the library has no error of its own for what is not a workbook
        raise UnreadableError("This is not an .xlsx workbook; save it as .xlsx or as CSV.") from None


def _row(number: int, cells: Iterable[Any]) -> Row:
    texts, problems = [], []
    for column, cell in enumerate(cells, 1):
        text, detail = _shown(cell)
        texts.append(text)
        if detail:
            problems.append(Problem(detail, line=number, column=column, value=shorten(text) or None))
    while texts and not texts[-1]:
        texts.pop()
    return Row(number, texts, tuple(problems))


def _shown(cell: Any) -> tuple[str, str | None]:
    """What a cell says, as text, and what is wrong with it, if anything."""
    value = cell.value
    if value is None:
        return "", None
    if isinstance(value, datetime | date):
        return _day(value, str(cell.number_format))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value), _NO_VALUES.get(cell.data_type)


def _day(value: datetime | date, number_format: str) -> tuple[str, str | None]:
    """A date as far as its cell shows it: year, month, day."""
    shown = _QUOTED.sub("", number_format).lower()
    day = value.date() if isinstance(value, datetime) else value
    if "y" not in shown:
        return day.isoformat(), "This cell shows no year; write the date as text, as in 2019-04-04."
    parts = 1 + ("m" in shown) + ("m" in shown and "d" in shown)
    return "-".join(day.isoformat().split("-")[:parts]), None


FORMAT = Format(
    name="xlsx",
    description="the same table in the first sheet of an .xlsx workbook",
    media_types=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    suffixes=(".xlsx",),
    recognise=recognise,
    read=read,
    rows=rows,
)
