"""What an append would change is told relation by relation, and run of days by run of days."""

from __future__ import annotations

import pytest

from events.batch import Batch
from events.stores import Store
from tests.domain.builders import actor, correct, document, draft, effect, event, retract

CAST = (document(), actor("ussr"), actor("libya"))


@pytest.fixture
def told(store: Store) -> Store:
    lines = (*CAST, event("pact", "1970", effect("starts", kind="allied_with")))
    store.append("t", [draft(line) for line in lines], author="desk", create=True)
    return store


def changes(store: Store, *lines):
    batch = Batch("t", [draft(line) for line in lines])
    receipt, foreseen = batch.append(store, author="desk", dry_run=True)
    assert foreseen is not None
    return receipt, foreseen


def days(foreseen):
    (item,) = foreseen["items"]
    return [(run["from"], run["to"], run["before"], run["after"]) for run in item["days"]]


def test_a_new_relation_comes_from_none(told: Store) -> None:
    receipt, foreseen = changes(told, event("aid", "1975", effect("lasts", kind="supports")))
    assert (receipt.appended, foreseen["total"]) == (1, 1)
    assert foreseen["items"][0]["kind"] == "supports"
    assert days(foreseen) == [("1975-01-01", "1975-12-31", None, "possible")]


def test_an_end_changes_the_days_after_it_and_those_that_it_shows(told: Store) -> None:
    _, foreseen = changes(told, event("end", "1980-06-01", effect("ends", kind="allied_with")))
    assert days(foreseen) == [
        ("1970-01-01", "1970-12-30", "possible", "possible"),
        ("1970-12-31", "1980-06-01", "presumed", "attested"),
        ("1980-06-02", None, "presumed", None),
    ]


def test_another_account_of_the_same_changes_what_the_status_rests_on(told: Store) -> None:
    _, foreseen = changes(told, event("again", "1970", effect("starts", kind="allied_with")))
    assert {(before, after) for _, _, before, after in days(foreseen)} == {
        ("possible", "possible"),
        ("presumed", "presumed"),
    }


def test_a_retraction_leaves_none(told: Store) -> None:
    _, foreseen = changes(told, retract("event", "pact"))
    assert {after for _, _, _, after in days(foreseen)} == {None}


def test_what_touches_no_relation_changes_none(told: Store) -> None:
    line = actor("libya", name="Libya")
    receipt, foreseen = changes(told, correct(line))
    assert (receipt.appended, foreseen) == (1, {"total": 0, "items": []})


def test_a_large_batch_foresees_the_same_and_keeps_nothing(told: Store, monkeypatch) -> None:
    line = event("end", "1980-06-01", effect("ends", kind="allied_with"))
    at_once = changes(told, line, event("aid", "1975", effect("lasts")))
    monkeypatch.setattr("events.batch.LARGE", 1)
    assert changes(told, line, event("aid", "1975", effect("lasts")))[1] == at_once[1]
    assert told.head("t").position == 4
    assert len(list(told.entries("t"))) == 4
