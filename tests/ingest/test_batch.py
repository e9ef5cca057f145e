"""A batch takes what any reader makes of a file, and gives back what a person should know."""

from __future__ import annotations

from io import BytesIO

import pytest

from events.batch import Batch, Heard, take
from events.errors import InvalidError, Problem, UnreadableError
from events.ingest import Context, Line, ndjson
from events.ingest.csv_file import FORMAT
from events.known import context
from events.log import MOST_PROBLEMS
from events.stores import Store
from tests.domain.builders import actor, correct, document, retract

NOTICE = Problem("The column is not read.", line=1, column=2)


def refusal(store: Store, *lines: Line) -> InvalidError | UnreadableError:
    batch = Batch("suez", take(lines, "suez"))
    with pytest.raises((InvalidError, UnreadableError)) as refused:
        batch.append(store, author="desk", create=True)
    return refused.value


def test_good_lines_become_drafts_and_notices_are_given_back(store: Store) -> None:
    lines = [Line(1, None, (), (NOTICE,)), Line(2, actor("egypt")), Line(2, document())]
    batch = Batch("suez", take(lines, "suez"), entries=1)
    receipt, _ = batch.append(store, author="desk", create=True)
    assert receipt.appended == 2
    assert [(draft.id, draft.line) for draft in batch.drafts] == [("egypt", 2), ("report", 2)]
    assert (batch.notices, batch.noticed) == ([NOTICE], 1)


def test_notices_alone_are_nothing_to_append(store: Store) -> None:
    assert "nothing in this" in refusal(store, Line(1, None, (), (NOTICE,))).detail


def test_more_notices_than_are_kept_are_counted(store: Store) -> None:
    lines = [Line(1, None, (), (NOTICE, NOTICE))] * MOST_PROBLEMS
    batch = Batch("suez", take([*lines, Line(1, actor("egypt"))], "suez"))
    batch.append(store, author="desk", create=True)
    assert (len(batch.notices), batch.noticed) == (MOST_PROBLEMS, 2 * MOST_PROBLEMS)


def test_a_line_with_a_value_at_fault_is_invalid_and_one_that_cannot_be_read_unreadable(store: Store) -> None:
    cell = Line(2, None, (Problem("Write a year.", line=2, column=1, field="date", value="x"),))
    line = Line(3, None, (Problem("This is not UTF-8.", line=3),))
    assert type(refusal(store, cell)) is InvalidError
    assert type(refusal(store, cell, line)) is UnreadableError
    assert [problem.line for problem in refusal(store, line, cell).problems] == [2, 3]


def test_what_a_reader_took_last_is_heard_line_by_line() -> None:
    heard = Heard(BytesIO(b"1\n[\n2"))
    found = [(line.value, heard.last) for line in ndjson.read(heard, Context())]
    assert found == [(1, b"1\n"), (None, b"[\n"), (2, b"2")]


def test_a_reader_of_tables_knows_the_live_actors_and_documents(store: Store) -> None:
    lines = [
        Line(1, actor("egypt", aliases=["UAR"], names={"ar": "مصر", "en": "Egypt"}, name="Egypt")),
        Line(2, actor("israel")),
        *(Line(place, actor(f"a{place}")) for place in range(3, 2100)),
        Line(2100, document()),
    ]
    Batch("suez", take(lines, "suez")).append(store, author="desk", create=True)
    changes = [correct(actor("a3", name="Third")), retract("actor", "a4")]
    store.append("suez", changes, author="desk")
    known = context(store, "suez", FORMAT, create_actors=True, origin="a.csv")
    assert known.actors["egypt"] == ["Egypt", "UAR", "مصر"]
    assert known.actors["a3"] == ["Third"]
    assert (len(known.actors), "a4" in known.actors) == (2098, False)
    assert known.documents["report"]["title"]
    assert (known.create_actors, known.origin) == (True, "a.csv")


def test_nothing_is_looked_up_for_what_is_no_table_or_for_a_new_timeline(store: Store) -> None:
    assert context(store, "nowhere", FORMAT) == Context()
    assert context(store, "nowhere", ndjson.FORMAT) == Context()
