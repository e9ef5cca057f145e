"""What is odd in the alliances of the Correlates of War, as published or as cut up by others."""

from __future__ import annotations

import pytest

from events.errors import InvalidError
from events.ingest.datasets.cow_alliances import FORMAT
from tests.ingest.datasets.cow_files import EGYPT, HEADER, LEAGUE, MEMBERS, yearly
from tests.ingest.datasets.reading import (
    actors,
    events,
    ingest,
    ingested,
    lines,
    notices,
    problems,
    relations,
    said,
)


def test_the_yearly_file_is_read_by_its_dates_and_its_wrong_years_are_reported():
    text = yearly((EGYPT[0], range(1945, 1980)), (EGYPT[1], range(1980, 2004)))
    assert [said(event) for event in events(FORMAT, text)] == [
        ("lasts", "1945-03-22/1979-03-31"),
        ("lasts", "1989-05-22/.."),
        ("holds", "2012-12-31"),
    ]
    [notice] = notices(FORMAT, text)
    assert notice.line == 1 + 35 + 1
    assert notice.detail == (
        "Egypt in alliance 199, 1989-05-22/..: the column year says 1980–1988, outside its dates; "
        "no row has the year 2004–2012, inside them. The dates are followed."
    )


def test_right_years_are_no_news():
    assert notices(FORMAT, yearly((EGYPT[0], range(1945, 1980)), (EGYPT[1], range(1989, 2013)))) == []


def test_both_files_say_the_same_so_that_the_second_appends_nothing():
    rows = MEMBERS.splitlines()[1:]
    spans = ((int(row.split(",")[12]), int(row.split(",")[15] or 2012)) for row in rows)
    text = yearly(*((row, range(first, last + 1)) for row, (first, last) in zip(rows, spans, strict=True)))
    store = ingested(FORMAT, MEMBERS)
    assert ingest(store, FORMAT, text).appended == 0


@pytest.mark.parametrize(
    ("dates", "said_instead", "detail"),
    [
        (
            "31,4,1950,1,1,1960",
            [("lasts", "1950-04/1960-01-01")],
            "There is no day 1950-4-31; it is read as 1950-04.",
        ),
        ("1,1,1960,1,1,1950", [], "It ends before it begins; the row is left out."),
    ],
)
def test_dates_that_cannot_be_are_reported(dates, said_instead, detail):
    text = f'{HEADER}\n9,2,"United States of America",,,,,,,,{dates},0,0,1,0,0,0,4.1\n'
    assert [said(event) for event in events(FORMAT, text)] == said_instead
    assert [notice.detail.split(": ", 1)[1] for notice in notices(FORMAT, text)] == [detail]


def test_a_membership_that_outlasts_its_alliance_is_not_cut_by_it():
    text = f'{HEADER}\n9,2,"Here",1,1,1950,1,1,1960,,1,1,1950,1,1,1970,0,0,1,0,0,0,4.1\n'
    assert actors(FORMAT, text)["cow-alliance-9"]["existed"] == "1950-01-01/.."
    assert "outlasts its alliance" in notices(FORMAT, text)[0].detail
    assert relations(ingested(FORMAT, text), 1965, 1, 1) == {("cow-2", "cow-alliance-9"): "attested"}


def test_a_row_that_is_no_row_is_a_fault_with_its_line():
    text = f'{HEADER}\n9,two,"Here",1,1,1950,,,,,1,1,1950,,,,0,1,1,0,0,0,4.1\n'
    [problem] = problems(FORMAT, text)
    assert (problem.line, problem.field, problem.value) == (2, "ccode", "two")


def test_carriage_returns_and_windows_1252_are_read():
    text = f'{HEADER}\r9,437,"Côte d\'Ivoire",1,1,1950,,,,,1,1,1950,,,,0,1,1,0,0,0,4.1\r'.encode("cp1252")
    assert actors(FORMAT, text)["cow-437"]["name"] == "Côte d'Ivoire"


def test_a_row_with_too_many_cells_is_a_fault_and_the_others_stand():
    row = LEAGUE.format(199, 645, "Iraq", "22,3,1945", ",,", 1)
    text = f"{HEADER}\n{row},,\n{row},surplus\n"
    assert [problem.line for problem in problems(FORMAT, text)] == [3]
    assert len(events(FORMAT, text)) == 2


def test_a_file_without_its_columns_is_refused_naming_them():
    with pytest.raises(InvalidError, match="no column left_censor, mem_end_day"):
        lines(FORMAT, "version4id,ccode,state_name,mem_st_day,mem_st_month,mem_st_year\n")
