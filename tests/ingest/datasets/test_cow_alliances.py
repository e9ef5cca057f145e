"""Correlates of War Formal Alliances, on a small file in the published layout."""

from __future__ import annotations

import calendar
import csv
from datetime import date
from io import StringIO

import pytest

from events.ingest.datasets.cow_alliances import FORMAT
from events.stores.memory import MemoryStore
from tests.ingest.datasets.cow_files import MEMBERS, YEARLY_HEADER
from tests.ingest.datasets.reading import actors, count, events, ingest, ingested, relations, said, values


def test_both_files_are_recognised_by_their_header():
    assert FORMAT.recognise(MEMBERS.encode()[:2000])
    assert FORMAT.recognise(b"\xef\xbb\xbf" + YEARLY_HEADER.upper().encode() + b"\r\n")
    assert not FORMAT.recognise(b"atopid,member,yrent\n1,2,1815\n")
    assert not FORMAT.recognise(b"")


def test_every_alliance_and_state_is_an_actor_and_every_membership_an_event_or_two():
    assert count(FORMAT, MEMBERS) == {
        "document": 1,
        "actor": 5 + 7,
        "event": 2 * 2 + 2 * 2 + 2 + 1 + 2 + 3,
    }
    assert len({value["id"] for value in values(FORMAT, MEMBERS)}) == 1 + 12 + 16


def test_an_alliance_is_an_actor_that_existed_from_its_beginning_to_its_end():
    found = actors(FORMAT, MEMBERS)
    assert found["cow-alliance-2"] == {
        "entity": "actor",
        "id": "cow-alliance-2",
        "type": "alliance",
        "name": "COW alliance 2",
        "codes": {"cow-alliance": "2"},
        "existed": "1766-02-05/1911-02-15",
    }
    assert found["cow-alliance-199"]["existed"] == "1945-03-22/.."


def test_a_state_with_two_names_bears_the_later_and_keeps_the_other():
    germany = actors(FORMAT, MEMBERS)["cow-255"]
    assert (germany["name"], germany["aliases"], germany["codes"]) == ("Germany", ["Prussia"], {"cow": "255"})


def of(state: int, alliance: int) -> list[tuple[str, str]]:
    return [
        said(event)
        for event in events(FORMAT, MEMBERS)
        if event["effects"][0]["subject"] == f"cow-{state}"
        and event["effects"][0]["object"] == f"cow-alliance-{alliance}"
    ]


def test_a_membership_lasts_from_day_to_day():
    assert of(300, 300) == [("lasts", "1879-10-07/1918-11-03")]


def test_a_left_censored_membership_held_on_its_first_day_and_then_ends():
    assert of(380, 2) == [("holds", "1816-01-01"), ("ends", "1911-02-15")]


def test_a_right_censored_membership_goes_on_and_held_on_the_last_day_of_the_data():
    assert of(645, 199) == [("lasts", "1945-03-22/.."), ("holds", "2012-12-31")]


def test_a_membership_censored_on_both_sides_held_on_the_first_and_the_last_day():
    assert of(200, 1) == [("holds", "1816-01-01"), ("holds", "2012-12-31")]


def test_missing_days_and_months_leave_a_month_or_a_year():
    assert of(255, 301) == [("lasts", "1866-03/1866")]


def test_the_pledges_are_in_the_note():
    notes = {event["effects"][0]["note"] for event in events(FORMAT, MEMBERS)}
    assert notes == {
        "Pledges: defense, nonaggression (Type I: Defense Pact)",
        "Pledges: entente (Type III: Entente)",
        "Pledges: nonaggression, entente (Type III: Entente)",
        "Pledges: defense (Type I: Defense Pact)",
        "Pledges: neutrality (Type IIa: Neutrality)",
    }


def test_egypt_left_the_arab_league_in_1979_and_came_back_in_1989():
    store = ingested(FORMAT, MEMBERS)
    egypt = ("cow-651", "cow-alliance-199")
    on = {
        day: relations(store, *day).get(egypt)
        for day in ((1979, 3, 31), (1979, 4, 1), (1989, 5, 21), (1989, 5, 22))
    }
    assert list(on.values()) == ["attested", None, None, "attested"]
    assert relations(store, 2013, 1, 1)[egypt] == "presumed"


def test_the_same_file_again_appends_nothing():
    store = MemoryStore()
    first = ingest(store, FORMAT, MEMBERS)
    again = ingest(store, FORMAT, MEMBERS)
    assert (first.appended, again.appended, again.existing) == (29, 0, 29)


def day(row: dict[str, str], which: str, *, latest: bool) -> date | None:
    """A date straight from the columns: its first or last possible day."""
    year, month, day = (int(row[f"{which}_{unit}"] or 0) for unit in ("year", "month", "day"))
    if year == 0:
        return None
    month = month if month > 0 else 12 if latest else 1
    return date(year, month, day if day > 0 else calendar.monthrange(year, month)[1] if latest else 1)


@pytest.mark.parametrize(
    "at",
    [(1816, 1, 1), (1866, 6, 1), (1879, 10, 7), (1911, 2, 15), (1911, 2, 16), (1918, 11, 3), (1945, 3, 22),
     (1979, 3, 31), (1979, 4, 1), (1985, 7, 1), (1989, 5, 22), (2012, 12, 31)],
)  # fmt: skip
def test_members_in_force_are_those_of_an_independent_count(at):
    rows = list(csv.DictReader(StringIO(MEMBERS)))
    then = date(*at)
    expected = {
        (f"cow-{row['ccode']}", f"cow-alliance-{row['version4id']}")
        for row in rows
        if (day(row, "mem_st", latest=False) or date.min)
        <= then
        <= (day(row, "mem_end", latest=True) or date.max)
    }
    assert set(relations(ingested(FORMAT, MEMBERS), *at)) == expected
