"""NDJSON read in pieces is NDJSON read line by line."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from events.batch import Fault, Heard, take
from events.codec import Draft
from events.columns import Columns, one_by_one
from events.ingest import ndjson, pieces
from events.ingest.pieces import read_piece, restored
from events.ingest.reading import LONGEST_LINE
from events.prepared import Prepared, prepare
from events.workers import workers
from tests.domain.builders import actor, document, effect, event

LINES = [
    document(),
    *(actor(f"a{n}", existed="1951/2011" if n % 3 else "1951/..") for n in range(5)),
    *(event(None, f"19{n}", effect("starts", "a0", object="a1", means=["troops"])) for n in range(10, 60)),
    event("bad", "1/2/1970", {"op": "begins"}),
    {"entity": "actor", "id": "a9", "type": "empire", "name": "x"},
]
TEXT = "\n".join([*map(json.dumps, LINES[:20]), "", "nonsense", *map(json.dumps, LINES[20:])]).encode()


def line_by_line(text: bytes) -> list:
    heard = Heard(BytesIO(text))
    taken = take(ndjson.read_lines(heard), "t", lambda: heard.last)
    return [prepare(one) if isinstance(one, Draft) else one for one in taken]


def in_pieces(text: bytes, mapper=map) -> list:
    taken = list(restored(mapper(read_piece, pieces.pieces(BytesIO(text), "t"))))
    good = [one for one in taken if isinstance(one, Columns)]
    return [*one_by_one(good), *(one for one in taken if isinstance(one, Fault))]


def sorted_out(taken: list) -> tuple[list, list]:
    good = [one for one in taken if isinstance(one, Prepared)]
    return good, [one for one in taken if isinstance(one, Fault)]


@pytest.mark.parametrize("size", [1, 7, 100, 1000, 10**6])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_wherever_it_is_cut_every_line_has_its_number(monkeypatch, size: int, end: bytes) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    text = TEXT.replace(b"\n", end)
    good, bad = sorted_out(in_pieces(text))
    assert (good, [fault[:2] for fault in bad]) == (
        sorted_out(line_by_line(text))[0],
        [fault[:2] for fault in sorted_out(line_by_line(text))[1]],
    )
    assert {problem.line for fault in bad for problem in fault.problems} == {22, 59, 60}


def test_a_line_too_long_to_be_read_is_told_with_its_number(monkeypatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100_000)
    text = b"\n".join([json.dumps(actor("a")).encode(), b"x" * (3 * LONGEST_LINE), b"nonsense"])
    assert [fault.problems[0].line for fault in sorted_out(in_pieces(text))[1]] == [2, 3]
    assert [fault.problems for fault in sorted_out(in_pieces(text))[1]] == [
        fault.problems for fault in sorted_out(line_by_line(text))[1]
    ]


def test_a_byte_order_mark_is_of_the_first_line_alone() -> None:
    marked = b"\xef\xbb\xbf" + json.dumps(actor("a")).encode() + b"\n\xef\xbb\xbf{}"
    good, bad = sorted_out(in_pieces(marked))
    assert (len(good), bad[0].problems[0].line) == (1, 2)


def test_other_processes_read_the_same(monkeypatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 500)
    with workers() as mapper:
        assert in_pieces(TEXT, mapper) == in_pieces(TEXT)
