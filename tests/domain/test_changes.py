"""What changed, on both axes, and which entries did it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import changes
from events.answer import Question
from events.days import iso
from events.moments import parse_at
from events.stores import Store
from events.stores.memory import MemoryStore
from tests.contract.random_logs import FIRST, LAST, logs
from tests.domain.builders import actor, correct, document, draft, effect, event, retract

NAMES = (f"t{number}" for number in count())


def written(*batches: list[object]) -> MemoryStore:
    store = MemoryStore()
    for batch in batches:
        store.append("t", [draft(line) for line in batch], author="desk", create=True)  # type: ignore[arg-type]
    return store


CAST = [document(), actor("ussr"), actor("libya"), actor("gdr")]
PACT = event("pact", "1970-01-01", effect("starts"))
SEEN = event("seen", "1975-06-01", effect("holds"))


def in_the_world(store: Store, first: str, last: str) -> list[dict[str, object]]:
    found = changes.valid(store, "t", parse_at(first), parse_at(last), store.head("t"))
    return [change.item for change in found]


def in_what_is_known(store: Store, before: int, after: int, at: str | None = None) -> list[dict[str, object]]:
    commits = [store.resolve("t", position) for position in (before, after)]
    return [change.item for change in changes.known(store, "t", *commits, at and parse_at(at))]


def brief(items: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [
        (item["date"], item["before"], item["after"], [entry["id"] for entry in item["entries"]])  # type: ignore[attr-defined]
        for item in items
    ]


def test_each_change_names_the_entry_it_rests_on() -> None:
    store = written(CAST, [PACT], [event("over", "1980-01-01", effect("ends"))])
    assert brief(in_the_world(store, "1960-01-01", "1990-01-01")) == [
        ("1970-01-01", None, "attested", ["pact"]),
        ("1980-01-02", "attested", None, ["over"]),
    ]


def test_a_presumption_that_runs_out_rests_on_the_last_evidence() -> None:
    store = written(CAST, [PACT], [SEEN])
    found = brief(in_the_world(store, "1975-06-02", "1980-01-01"))
    assert found == [("1976-06-01", "presumed", "lapsed", ["seen"])]


def test_the_end_of_an_actor_is_named_as_what_ended_its_relations() -> None:
    store = written(CAST, [PACT, SEEN], [correct(actor("ussr", existed="1922/1975-12-26"))])
    found = brief(in_the_world(store, "1975-06-02", "1980-01-01"))
    assert found == [("1975-12-27", "presumed", None, ["ussr"])]


def test_a_step_from_unknown_to_no_changes_no_answer() -> None:
    """Whatever else is asked for beside it: it does not depend on how far back one looks."""
    store = written(
        [document(), actor("ussr", existed="1922/1991-12-26"), *CAST[2:]],
        [event("pact", "1950-02-14", effect("starts"))],
    )
    for first in ("1950-01-01", "1990-01-01"):
        assert "1991-12-27" not in [item["date"] for item in in_the_world(store, first, "1995-01-01")]


def test_what_is_not_true_any_more_is_told_from_what_was_wrong() -> None:
    store = written(CAST, [PACT], [event("over", "1970-06-01", effect("ends"))], [retract("event", "pact")])
    (ended,) = in_what_is_known(store, 5, 6, "1970-07-01")
    assert (ended["after"], ended["was_wrong"]) == (None, False)
    assert [(entry["op"], entry["id"]) for entry in ended["entries"]] == [("record", "over")]  # type: ignore[attr-defined]
    (wrong,) = in_what_is_known(store, 6, 7, "1970-02-01")
    assert (wrong["after"], wrong["was_wrong"]) == (None, True)
    assert wrong["entries"][0] | {"recorded_at": ""} == {  # type: ignore[index]
        "position": 7,
        "recorded_at": "",
        "op": "retract",
        "entity": "event",
        "id": "pact",
        "reason": "not so",
    }


def test_what_was_recorded_and_put_right_since_was_not_wrong_before() -> None:
    store = written(CAST, [PACT], [correct({**PACT, "date": "1971-01-01"})])
    (learned,) = in_what_is_known(store, 4, 6)
    assert not learned["was_wrong"]
    assert [entry["op"] for entry in learned["entries"]] == ["record", "correct"]  # type: ignore[attr-defined]
    (corrected,) = in_what_is_known(store, 5, 6)
    assert corrected["was_wrong"]


def test_another_name_of_an_actor_changes_no_relation() -> None:
    store = written(CAST, [PACT], [correct(actor("ussr", name="Soviet Union")), SEEN])
    (change,) = in_what_is_known(store, 5, 7)
    assert not change["was_wrong"]
    assert [entry["id"] for entry in change["entries"]] == ["seen"]  # type: ignore[attr-defined]


def test_any_change_of_an_answer_is_told_and_rests_on_an_entry(store: Store) -> None:
    """The changes between two days turn the first day's answer into the last day's, on any log."""

    @given(logs(), st.data())
    def check(batches: object, data: st.DataObject) -> None:
        timeline = next(NAMES)
        for batch in batches:  # type: ignore[attr-defined]
            store.append(timeline, batch, author="desk", create=True)
        commit = store.head(timeline)
        first, last = sorted(data.draw(st.integers(FIRST, LAST)) for _ in range(2))
        standing = statuses(store, timeline, first, commit.position)
        found = list(changes.valid(store, timeline, first, last, commit))
        for change in found:
            relation = change.key[1:]
            assert standing.get(relation) == shown(change.item["before"])
            standing[relation] = shown(change.item["after"])
            assert change.item["entries"], change
        assert {r: s for r, s in standing.items() if s} == statuses(store, timeline, last, commit.position)
        assert list(paged(store, timeline, first, last)) == found

    check()


def shown(status: str | None) -> str | None:
    """A status as an answer without lapsed relations has it."""
    return None if status == "lapsed" else status


def statuses(store: Store, timeline: str, day: int, upto: int) -> dict[tuple[str, ...], str]:
    relations = json.loads(f"[{store.state(timeline, Question(day), upto).relations}]")
    return {
        (item["subject"], item["kind"], item["object"], item.get("under", "")): item["status"]
        for item in relations
    }


def paged(store: Store, timeline: str, first: int, last: int) -> Iterator[changes.Change]:
    """The same, two at a time, each page from where the one before ended."""
    after = None
    while page := list(islice(changes.valid(store, timeline, first, last, store.head(timeline), after), 2)):
        yield from page
        after = page[-1].key


@pytest.mark.parametrize("most", [1, 3])
def test_many_changes_at_once_are_read_a_stretch_of_days_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    lines = [*CAST]
    for number in range(12):
        day = iso(parse_at("1970-01-01") + number // 3)
        lines.append(event(f"e{number}", day, effect("holds", under=f"u{number}")))
    store.append("t", [draft(line) for line in lines], author="desk", create=True)
    whole = in_the_world(store, "1969-12-01", "1975-01-01")
    monkeypatch.setattr(changes, "_MOST_SPOKEN", most)
    assert in_the_world(store, "1969-12-01", "1975-01-01") == whole
    assert len(whole) == 36
    days = [item["date"] for item in whole]
    assert days == sorted(days)  # type: ignore[type-var]


def test_changes_of_what_is_known_go_on_after_a_relation(store: Store) -> None:
    lines = [event(f"e{n}", "1970-01-01", effect("holds", under=f"u{n}")) for n in range(5)]
    store.append("t", [draft(line) for line in CAST], author="desk", create=True)
    store.append("t", [draft(line) for line in lines], author="desk")
    commits = [store.resolve("t", position) for position in (4, 9)]
    for at in (None, parse_at("1970-01-01")):
        whole = list(changes.known(store, "t", *commits, at))
        assert len(whole) == 5
        rest = changes.known(store, "t", *commits, at, store.relearned("t", 4, 9)[1])
        assert list(rest) == whole[2:]
        assert store.relearned("t", 4, 9, limit=2) == store.relearned("t", 4, 9)[:2]
