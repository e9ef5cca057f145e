"""Which format a file is in, NDJSON line by line, and that no bytes break any reader."""

import json
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import AllegianceError, InvalidError
from events.ingest import FORMATS, Context, Line, ndjson, recognise, template
from events.ingest.reading import LONGEST_LINE, lines
from tests.ingest.sheets import CLAIM, sheet
from tests.ingest.test_timelinejs import SLIDE, as_json, saved

EVENT = b'{"date": "2019", "sources": [{"document": "a"}]}'
TABLE = sheet(CLAIM)


def read(*chunks):
    return list(ndjson.read(chunks, Context()))


# Recognising


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (EVENT, "ndjson"),
        (b"\xef\xbb\xbf\n " + EVENT, "ndjson"),
        (TABLE.encode(), "csv"),
        (TABLE.replace(",", ";").encode("utf-16"), "csv"),
        (TABLE.replace("date", "When").replace("subject", "Who").encode("utf-8-sig"), "csv"),
        (template.csv_text().encode()[:300], "csv"),
        (saved(SLIDE), "timelinejs"),
        (as_json({"start_date": {"year": 2019}}), "timelinejs"),
        (b"PK\x03\x04...", "xlsx"),
    ],
)
def test_a_format_is_recognised_by_what_the_file_holds(head, name):
    assert recognise(head).name == name


def test_what_is_not_recognised_goes_by_its_media_type_and_then_by_its_name():
    assert recognise(b"?", "a.ndjson", "text/csv; charset=utf-8").name == "csv"
    assert recognise(b"?", "path/to/A.CSV", "application/octet-stream").name == "csv"
    assert recognise(b"", "a.jsonl", None).name == "ndjson"


def test_what_is_not_recognised_at_all_is_refused_naming_the_formats():
    with pytest.raises(InvalidError) as refused:
        recognise(b"?", "a.pdf", "application/pdf")
    assert all(name in refused.value.detail for name in FORMATS)


@pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)
def test_a_format_is_described_and_found_under_its_name(format):
    assert FORMATS[format.name] is format
    assert format.description


# NDJSON


def test_each_line_is_a_value_with_its_number():
    assert read(b"\xef\xbb\xbf{}\r\n\r\n  \n1\n[2]") == [Line(1, {}), Line(4, 1), Line(5, [2])]


def test_a_broken_line_is_a_problem_and_the_others_are_read():
    one, two, three = read(b'{"a": 1}\n{"a": 1, "a": 2}\n{"a": }\n')
    assert (one.value, two.value, three.value) == ({"a": 1}, None, None)
    assert [(line.problems[0].line, line.problems[0].column) for line in (two, three)] == [(2, None), (3, 7)]


def test_a_line_of_null_is_a_problem():
    assert read(b"null")[0].problems


def test_a_line_that_is_too_long_is_a_problem():
    found = list(ndjson.read(iter([b'"', *[b"x" * 65_536] * 20, b'"\n{}']), Context()))
    assert [(line.number, line.value) for line in found] == [(1, None), (2, {})]
    assert str(LONGEST_LINE) in found[0].problems[0].detail


def test_an_open_file_is_read_in_chunks_and_a_stream_as_it_comes(tmp_path):
    whole = b"".join(json.dumps({"n": n, "text": "é" * n}).encode() + b"\n" for n in range(500))
    (tmp_path / "a.ndjson").write_bytes(whole)
    with (tmp_path / "a.ndjson").open("rb") as file:
        from_file = list(ndjson.read(file, Context()))
    assert from_file == read(*(whole[at : at + 7] for at in range(0, len(whole), 7)))
    assert [line.number for line in from_file] == list(range(1, 501))


@given(st.binary(), st.lists(st.integers(0, 40)))
def test_lines_are_those_of_an_editor_however_the_bytes_are_cut(content, cuts):
    edges = [0, *sorted(cuts), len(content)]
    pieces = [content[start:end] for start, end in pairwise(edges)]
    assert [line for _, line in lines(pieces)] == content.splitlines()


# Any bytes


def read_anything(format, content):
    with suppress(AllegianceError):
        for line in format.read([content], Context(create_actors=True)):
            assert line.value is not None or line.problems or line.notices
            assert line.number >= 1


HEADS = (b"", TABLE.encode(), b"Year,Headline,Text\r\n", b'{"events": [', b"\xff\xfe", b"PK\x03\x04", EVENT)
OURS = ("ndjson", "csv", "timelinejs", "xlsx")


@pytest.mark.parametrize("name", OURS)
@given(head=st.sampled_from(HEADS), rest=st.binary())
def test_no_bytes_break_a_reader(name, head, rest):
    read_anything(FORMATS[name], head + rest)


@given(st.lists(st.lists(st.text(max_size=12), min_size=6, max_size=7), max_size=4))
def test_no_text_in_its_cells_breaks_a_table(rows):
    cells = [dict(zip([*CLAIM, "title", "means"], row, strict=False)) for row in rows]
    read_anything(FORMATS["csv"], sheet(CLAIM, *cells).encode("utf-8", "surrogatepass"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ("events", "start_date", "year", "month", "text", "headline", "media", "url")
                ),
                inner,
            )
        ),
    )
)
def test_no_json_breaks_the_reader_of_timelines(value):
    read_anything(
        FORMATS["timelinejs"], json.dumps({"events": [value], "title": value, "eras": value}).encode()
    )


@given(
    st.binary(max_size=200),
    st.sampled_from([None, "a.csv", "b.xyz"]),
    st.sampled_from([None, "text/csv", ""]),
)
def test_any_head_is_recognised_or_refused(head, name, media_type):
    with suppress(InvalidError):
        assert recognise(head, name, media_type).name in FORMATS
