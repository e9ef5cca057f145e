"""Workbooks: the same claims as in CSV, dates as their cells show them, and what is no value."""

import sys
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest

from events.errors import InvalidError, TooLargeError, UnreadableError
from events.ingest import template, xlsx
from tests.ingest.sheets import CLAIM, CREATING, events, problems, read

openpyxl = pytest.importorskip("openpyxl")


def workbook(*rows, formats=None):
    """A workbook with these rows; `formats` are number formats by cell."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def claim(**cells):
    row = {**CLAIM, **cells}
    return workbook(list(row), list(row.values()))


def lines_of(saved):
    return list(xlsx.read(BytesIO(saved), CREATING))


def test_a_workbook_says_what_the_same_csv_says():
    names = list(template.ROWS[4])
    rows = [[row.get(name) for name in names] for row in template.ROWS]
    found = [event["date"] for event in events(lines_of(workbook(names, *rows)))]
    assert found == [event["date"] for event in events(read(template.csv_text()))]


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("yyyy-mm-dd", "2019-04-01"),
        ("d/m/yy", "2019-04-01"),
        ("[$-409]mmm\\-yy", "2019-04"),
        ("mmmm yyyy", "2019-04"),
        ("yyyy", "2019"),
        ('"day of" yyyy', "2019"),
    ],
)
def test_a_date_is_what_its_cell_shows_of_it(number_format, shown):
    row = {**CLAIM, "date": datetime(2019, 4, 1)}  # noqa: DTZ001  # as a cell has it
    saved = workbook(list(row), list(row.values()), formats={"A2": number_format})
    assert events(lines_of(saved))[0]["date"] == shown


def test_a_date_whose_cell_shows_no_year_is_refused():
    saved = workbook(list(CLAIM), [date(2026, 4, 4), *list(CLAIM.values())[1:]], formats={"A2": "d mmm"})
    (found,) = problems(lines_of(saved))
    assert (found.line, found.column, found.field) == (2, 1, "date")
    assert "shows no year" in found.detail


@pytest.mark.parametrize("year", [1956, 1956.0])
def test_a_number_is_a_year_without_a_fraction(year):
    assert events(lines_of(claim(date=year)))[0]["date"] == "1956"


def test_a_calculated_cell_is_refused_beside_every_other_fault():
    row = {**CLAIM, "title": "=1+1", "kind": "x"}
    found = problems(lines_of(workbook(list(row), list(row.values()))))
    assert [(item.column, item.field) for item in found] == [(3, "kind"), (6, "title")]
    assert "calculated" in found[1].detail


def test_text_that_begins_like_a_formula_stays_text():
    book = openpyxl.Workbook()
    book.active.append([*CLAIM, "title"])
    book.active.append([*CLAIM.values(), ""])
    book.active["F2"].value = "=1+1"
    book.active["F2"].data_type = "s"
    saved = BytesIO()
    book.save(saved)
    assert events(lines_of(saved.getvalue()))[0]["title"] == "=1+1"


def test_rows_are_numbered_as_in_the_sheet():
    saved = workbook(list(CLAIM), [], list(CLAIM.values()), [], [None, "Israel", *list(CLAIM.values())[2:]])
    assert [found.line for found in problems(lines_of(saved))] == [5]


def test_what_is_no_workbook_is_refused():
    empty = BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "hello")
    for broken in (b"", b"PK\x03\x04", empty.getvalue(), claim()[:-40], claim()[:2000] + claim()[2100:]):
        with pytest.raises(UnreadableError):
            lines_of(broken)


def test_a_workbook_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_BYTES", 1000)
    with pytest.raises(TooLargeError):
        lines_of(claim())


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(TooLargeError):
        lines_of(claim())


def test_a_sheet_that_claims_endless_rows_is_refused():
    archive, changed = zipfile.ZipFile(BytesIO(claim())), BytesIO()
    with zipfile.ZipFile(changed, "w") as copy:
        for member in archive.namelist():
            copy.writestr(member, archive.read(member).replace(b'<row r="2"', b'<row r="99999999999"'))
    with pytest.raises(TooLargeError):
        lines_of(changed.getvalue())


def test_without_the_library_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(InvalidError, match=r"pip install 'allegiance\[xlsx\]'"):
        lines_of(claim())
