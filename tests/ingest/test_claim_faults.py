"""What is wrong with a table is told all at once, in its line and column, and can be mended from that."""

import random

import pytest

from events import codec
from events.ingest import csv_file, rejects
from events.ingest.reading import Row
from events.ingest.table import read as read_rows
from tests.ingest.faults import FAULTS
from tests.ingest.sheets import CLAIM, CREATING, events, problem, problems, read, sheet

COLUMNS = (
    "id", "date", "subject", "kind", "object", "op", "title", "quote", "source_url", "source_title",
    "source_published", "means", "confidence",
)  # fmt: skip
SOUND = {**CLAIM, "source_title": "Suez"}
LARGE, BROKEN, SORTS = 10_000, 300, 15


@pytest.mark.parametrize("sort", FAULTS)
def test_a_fault_is_reported_in_its_line_and_column(sort):
    fault = FAULTS[sort]
    found = problem(sheet(SOUND, SOUND, fault.row(), SOUND, columns=COLUMNS))
    assert (found.line, found.column, found.field) == (4, COLUMNS.index(fault.column) + 1, fault.column)
    assert fault.says in found.detail


@pytest.mark.parametrize("sort", FAULTS)
def test_a_fault_shows_what_stands_in_the_cell(sort):
    fault = FAULTS[sort]
    found = problem(sheet(SOUND, fault.row(), columns=COLUMNS))
    written = fault.row().get(fault.column, "")
    assert found.value == (written if len(written) <= 80 else f"{written[:79]}…") or not (
        found.value or written
    )


def test_a_problem_names_the_column_as_the_header_does():
    found = problem("When,Who,Relation,To,Link\n1/2/2019,a,fights,b,https://example.org\n")
    assert (found.column, found.field) == (1, "When")


def test_all_faults_of_a_row_are_reported_at_once():
    row = {
        "date": "1/2/2019", "subject": "Israel", "kind": "likes", "object": "Israel", "op": "began",
        "means": "x;y", "confidence": "sure", "source_url": "nowhere", "source_published": "?", "id": "a b",
        "title": "\x07", "quote": "x" * 5000, "source_title": "",
    }  # fmt: skip
    found = problems(read(sheet(row, columns=COLUMNS)))
    assert [(item.line, item.field) for item in found] == [
        (2, "id"), (2, "date"), (2, "kind"), (2, "object"), (2, "op"), (2, "title"), (2, "quote"),
        (2, "source_url"), (2, "source_published"), (2, "means"), (2, "means"), (2, "confidence"),
    ]  # fmt: skip


def test_an_op_that_does_not_fit_is_found_beside_other_faults():
    fields = [
        found.field
        for found in problems(read(sheet({**CLAIM, "date": "../2019", "op": "starts", "kind": "x"})))
    ]
    assert fields == ["kind", "op"]


def test_a_default_op_that_does_not_fit_is_a_fault_of_the_date():
    found = problem(sheet({**CLAIM, "date": "[..1956]"}))
    assert found.field == "date"


def test_a_cell_too_many_is_a_fault_in_its_column():
    found = problem(
        sheet(CLAIM) + "1956,a,fights,b,https://example.org,\n1956,a,fights,b,https://example.org,c,d\n"
    )
    assert (found.line, found.column, found.value) == (4, 6, "c")


def test_a_row_that_is_too_short_lacks_what_is_not_there():
    assert [found.field for found in problems(read(sheet(CLAIM) + "1956,Israel\n"))] == [
        "kind", "object", "source_url",
    ]  # fmt: skip


def test_a_first_row_at_fault_does_not_make_the_others_wrong():
    table = sheet({**SOUND, "source_published": "soon"}, {**SOUND, "source_published": "1991"}, SOUND)
    assert problem(table).line == 2


# Ten thousand rows


def large_table():
    """A table with faults, and the (line, column) of each."""
    dice = random.Random(1956)
    sorts = [name for name in FAULTS if name != "two names for one source"][:SORTS]
    broken = dict(
        zip(dice.sample(range(1, LARGE), BROKEN), dice.choices(sorts, k=BROKEN - SORTS) + sorts, strict=True)
    )
    rows, places, line = [], [], 2
    for place in range(LARGE):
        row = {**SOUND, "id": f"claim-{place}", "title": "one\ntwo" if place % 7 == 0 else "one, two"}
        if place in broken:
            fault = FAULTS[broken[place]]
            row |= fault.cells
            places.append((line, COLUMNS.index(fault.column) + 1))
        rows.append(row)
        line += 1 + row["title"].count("\n")
    return sheet(*rows, columns=COLUMNS), places


def by_line(found):
    grouped = {}
    for item in found:
        grouped.setdefault(item.line, []).append(item)
    return grouped


def mended(text):
    """What somebody makes of a file of rejects: its faulty cells as they should have been."""
    header, *rows = csv_file.rows([text.encode()])
    names = list(header.cells)
    for row in rows:
        cells = dict(zip(names, row.cells, strict=True))
        faulty = cells["problem"].partition(":")[0]
        cells |= {"op": "", "means": "", faulty: SOUND.get(faulty, "")}
        if "leaves open" in cells["problem"]:
            cells["date"] = "2019"
        yield Row(row.number, [cells[name] for name in names])


def test_of_ten_thousand_rows_all_three_hundred_faults_are_told_in_one_pass_and_mended_they_read():
    table, places = large_table()
    lines = read(table)
    found = problems(lines)
    assert [(item.line, item.column) for item in found] == places
    assert len(found) == BROKEN

    rejected = "".join(rejects.reject(csv_file.rows([table.encode()]), by_line(found)))
    corrected = list(mended_header(rejected)) + list(mended(rejected))
    assert len(events(read_rows(iter(corrected), CREATING))) == BROKEN

    whole = rejects.mend(csv_file.rows([table.encode()]), iter(corrected))
    read_back = events(read_rows(whole, CREATING))
    assert [event["id"] for event in read_back] == [f"claim-{place}" for place in range(LARGE)]
    assert all(codec.record(event, "suez") for event in read_back)


def mended_header(text):
    yield next(csv_file.rows([text.encode()]))


# Rejects


def test_rejected_rows_come_with_their_line_and_the_reason():
    table = sheet(CLAIM, {**CLAIM, "kind": "x"}, {**CLAIM, "date": "5 May", "title": "=1+1"})
    text = "".join(rejects.reject(csv_file.rows([table.encode()]), by_line(problems(read(table)))))
    assert text.startswith("\ufeffline,problem,date,subject,kind,object,source_url")
    _, first, second = csv_file.rows([text.encode()])
    assert (first.cells[0], second.cells[0]) == ("3", "4")
    assert first.cells[1].startswith("kind: 'x' is not known here")
    assert list(second.cells[2:]) == [
        "5 May",
        "Israel",
        "fights",
        "Egypt",
        "https://example.org/suez",
        "'=1+1",
    ]


def test_a_rejects_file_is_read_without_a_word_of_its_own_columns():
    table = sheet({**CLAIM, "kind": "x"})
    text = "".join(rejects.reject(csv_file.rows([table.encode()]), by_line(problems(read(table)))))
    lines = read(text)
    assert [found.field for found in problems(lines)] == ["kind"]
    assert not [notice for line in lines for notice in line.notices]


def test_a_row_with_a_broken_quotation_mark_is_rejected_as_far_as_it_reads():
    table = sheet(CLAIM) + '1956,Israel,fights,Egypt,https://example.org/suez,"and so on\n'
    text = "".join(rejects.reject(csv_file.rows([table.encode()]), by_line(problems(read(table)))))
    _, row = csv_file.rows([text.encode()])
    assert list(row.cells[2:]) == [
        "1956",
        "Israel",
        "fights",
        "Egypt",
        "https://example.org/suez",
        "and so on",
    ]


def test_a_rejected_cell_is_no_formula_to_a_spreadsheet_and_reads_as_it_was():
    row = {**CLAIM, "kind": "x", "date": "-0044-03-15", "title": "@risk", "quote": "+1"}
    table = sheet(row)
    text = "".join(rejects.reject(csv_file.rows([table.encode()]), by_line(problems(read(table)))))
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for found in csv_file.rows([text.encode()])
        for cell in found.cells
    )
    (event,) = events(read(text.replace(",x,", ",fights,")))
    assert (event["date"], event["title"], event["sources"][0]["quote"]) == ("-0044-03-15", "@risk", "+1")
