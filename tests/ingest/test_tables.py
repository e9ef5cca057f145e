"""Delimited text: delimiters, encodings, cells of several lines, and quotation marks that go wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.ingest import csv_file
from tests.ingest.sheets import CLAIM, event, notices, problem, problems, read, sheet


def rows(table):
    return [(row.number, list(row.cells)) for row in csv_file.rows([table.encode()])]


@pytest.mark.parametrize("delimiter", csv_file.DELIMITERS)
def test_any_of_four_delimiters_is_found_in_the_header(delimiter):
    table = sheet({**CLAIM, "title": "a, b; c\td|e"}, delimiter=delimiter)
    assert event(table)["title"] == ("a, b; c d|e")


def test_a_delimiter_within_quotation_marks_in_the_header_is_not_counted():
    assert rows('"a;b;c",d\n1,2\n') == [(1, ["a;b;c", "d"]), (2, ["1", "2"])]


def test_what_excel_tells_itself_of_the_delimiter_is_followed():
    assert rows("sep=;\na;b,c\n1;2\n") == [(2, ["a", "b,c"]), (3, ["1", "2"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_unicode_is_read_in_every_encoding_and_with_every_line_end(encoding, end):
    table = sheet({**CLAIM, "title": "السويس – Suèz", "tags": "x"}).replace("\r\n", end)
    lines = read(table.encode(encoding))
    assert lines[-1].value["title"] == "السويس – Suèz"
    assert lines[-1].number == 2
    assert not notices(lines)


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_in_either_byte_order_however_it_is_cut(mark):
    whole = ("\ufeff" + sheet({**CLAIM, "title": "Сuéz 🚢"})).encode(mark)
    lines = list(csv_file.rows(whole[at : at + 1] for at in range(len(whole))))
    assert lines[1].cells[-1] == "Сuéz 🚢"


def test_half_a_character_of_utf_16_is_a_problem_on_its_line():
    broken = sheet(CLAIM).encode("utf-16") + "\ud83d".encode("utf-16-le", "surrogatepass")
    assert problem(broken).line == 3
    assert problem(sheet(CLAIM).encode("utf-16")[:-3]).line == 2


def test_windows_1252_is_read_with_a_notice_on_the_first_line_that_shows_it():
    table = sheet(CLAIM, {**CLAIM, "title": "Suèz – “canal”"}, {**CLAIM, "title": "é"}).encode("cp1252")
    lines = read(table)
    assert lines[-2].value["title"] == "Suèz – “canal”"
    (told,) = [notice for line in lines for notice in line.notices]
    assert told.line == 3
    assert "Windows-1252" in told.detail


def test_a_file_that_was_utf_8_may_not_become_something_else():
    table = sheet({**CLAIM, "title": "Suèz"}).encode() + b"1956,Isra\xe8l,fights,Egypt,https://example.org,\n"
    found = problem(table)
    assert (found.line, "not UTF-8" in found.detail) == (3, True)


def test_a_byte_that_no_encoding_has_is_a_problem():
    assert "not UTF-8" in problem(sheet(CLAIM).encode() + b"\x81,\n").detail


def test_a_row_is_numbered_by_the_line_it_begins_on():
    table = sheet(
        {**CLAIM, "quote": "one\n\n\nfour"}, CLAIM, {**CLAIM, "quote": "a\nb"}, {**CLAIM, "kind": "x"}
    )
    lines = read(table)
    assert [line.number for line in lines if line.value and "date" in line.value] == [2, 6, 7]
    assert problems(lines)[0].line == 9


def test_line_breaks_in_a_cell_are_kept_in_a_quote_and_made_spaces_in_a_title():
    read_back = event(sheet({**CLAIM, "quote": "one\n\ntwo", "title": "one\n two"}))
    assert read_back["sources"][0]["quote"] == "one\n\ntwo"
    assert read_back["title"] == "one two"


def test_blank_lines_are_skipped_and_counted():
    assert rows("\n\na,b\n\n   \n1,2\n") == [(3, ["a", "b"]), (6, ["1", "2"])]


def test_a_quotation_mark_within_a_cell_stands_for_itself():
    assert rows('a,b\n5" gun,"say ""no"""\n') == [(1, ["a", "b"]), (2, ['5" gun', 'say "no"'])]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only():
    table = 'a,b\n1,"two\n3,4\n5,"6\n7"\n8,"nine\n'
    found = list(csv_file.rows([table.encode()]))
    assert [(row.number, bool(row.problems)) for row in found] == [
        (1, False), (2, True), (3, False), (4, False), (6, True),
    ]  # fmt: skip


def test_what_follows_a_closing_quotation_mark_is_a_problem_of_its_row():
    table = sheet(CLAIM) + '1956,"Israel" army,fights,Egypt,https://example.org\n' + "1957,,fights,Egypt,x\n"
    assert [found.line for found in problems(read(table))] == [3, 4, 4]


def test_an_open_quotation_mark_does_not_make_reading_slow():
    table = "a,b\n" + '5","x\n' * 30_000
    assert len(list(csv_file.rows([table.encode()]))) > 10_000


def test_a_line_without_end_is_refused_and_not_held():
    chunk = b"x" * 65_536
    found = list(csv_file.rows(iter([b"a,b\n", *[chunk] * 64, b"\n1,2\n"])))
    assert [(row.number, bool(row.problems)) for row in found] == [(1, False), (2, True), (3, False)]


@given(
    st.lists(st.lists(st.text(st.sampled_from('ab,;"\n é'), max_size=6), min_size=3, max_size=3), max_size=6)
)
def test_what_a_csv_writer_writes_is_read_back(cells):
    table = sheet(*(dict(zip("xyz", row, strict=True)) for row in cells), columns="xyz")
    assert [list(row.cells) for row in csv_file.rows([table.encode()])][1:] == cells


@given(st.binary(), st.integers(1, 7))
def test_rows_do_not_depend_on_how_the_bytes_are_cut(content, size):
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert list(csv_file.rows(pieces)) == list(csv_file.rows([content]))
