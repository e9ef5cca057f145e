"""Lists narrowed by what their items say are the same from every store."""

from __future__ import annotations

import pytest

from events import listings
from events.listings import EventFilter, SpellFilter
from events.moments import parse_at
from events.stores import Pattern
from tests.contract.test_append import append
from tests.domain.builders import TIMELINE, actor, correct, document, effect, event, retract

ANY = Pattern()
SAID = {"document": "report", "attributed_to": ["gdr"]}


@pytest.fixture
def filled(store):
    append(store, document(), actor("ussr", existed="1922/1991-12-26"), actor("libya"), actor("gdr"))
    append(
        store,
        event(
            "open",
            "1970-05-01",
            effect("starts", "libya", object="gdr"),
            date_basis="stated",
            confidence="high",
        ),
        event("capped", "1970-05-01", effect("starts"), date_basis="inferred", confidence="low"),
        event("said", "1975", effect("holds", "gdr", "opposes"), sources=[SAID], date_basis="inferred"),
        event(
            "both", "1980~", effect("holds", "gdr", object="libya"), sources=[SAID, {"document": "report"}]
        ),
        event("one", "1960-01-01", effect("starts", "gdr", "fights")),
        event("another", "1961-01-01", effect("starts", "gdr", "fights")),
        event("over", "1962-01-01/1963", effect("ends", "gdr", "fights")),
        event("since", "1949-04-04/.."),
    )
    return store


def events(store, limit=100, **wanted):
    return [item.entry.id for item in pages(lambda after: listings.events(
        store, TIMELINE, EventFilter(**wanted), store.head(TIMELINE).position, after=after, limit=limit
    ))]  # fmt: skip


def relations(store, limit=100, pattern=ANY, **wanted):
    head = store.head(TIMELINE).position
    return [" ".join(item[0][:3]) for item in pages(lambda after: listings.relations(
        store, TIMELINE, pattern, SpellFilter(**wanted), head, after=after, limit=limit
    ))]  # fmt: skip


def pages(read):
    """Every item, page after page."""
    found, after = [], None
    while True:
        page = read(after)
        found += page.items
        if page.after is None:
            return found
        after = page.after


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["since", "one", "another", "over", "open", "capped", "said", "both"]),
        ({"date_basis": "inferred"}, ["capped", "said"]),
        ({"confidence": "low"}, ["capped"]),
        ({"approximate": True}, ["over", "said", "both"]),
        ({"approximate": False}, ["since", "one", "another", "open", "capped"]),
        ({"attributed_only": True}, ["said"]),
        ({"attributed_only": True, "date_basis": "stated"}, []),
    ],
)
def test_events(filled, wanted, found, limit):
    """Of an open end, or a beginning without a date, no day is left open: nothing is said of it."""
    assert events(filled, limit, **wanted) == found


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (
            {},
            [
                "gdr fights libya",
                "gdr opposes libya",
                "gdr supports libya",
                "libya supports gdr",
                "ussr supports libya",
            ],
        ),
        ({"ongoing": True}, ["gdr opposes libya", "gdr supports libya", "libya supports gdr"]),
        ({"ongoing": False}, ["gdr fights libya", "ussr supports libya"]),
        ({"disputed": True}, ["gdr fights libya"]),
        ({"attributed_only": True}, ["gdr opposes libya"]),
        (
            {"not_attested_since": parse_at("1970-05-02")},
            ["gdr fights libya", "libya supports gdr", "ussr supports libya"],
        ),
        ({"not_attested_since": parse_at("1970-05-01")}, ["gdr fights libya"]),
        ({"not_attested_since": parse_at("1970-05-02"), "ongoing": True}, ["libya supports gdr"]),
        (
            {"pattern": Pattern(kind="supports"), "ongoing": True},
            ["gdr supports libya", "libya supports gdr"],
        ),
    ],
)
def test_relations(filled, wanted, found, limit):
    assert relations(filled, limit, **wanted) == found


def test_conditions_are_of_one_and_the_same_spell(filled):
    append(filled, event("again", "1990-01-01", effect("starts", "gdr", "fights")))
    assert relations(filled, disputed=True) == ["gdr fights libya"]
    assert "gdr fights libya" in relations(filled, ongoing=True)
    assert relations(filled, disputed=True, ongoing=True) == []


def test_what_was_corrected_is_as_it_stands_now(filled):
    append(filled, correct(event("said", "1975-01-01", effect("holds", "gdr", "opposes"))))
    append(filled, retract("event", "both"))
    assert events(filled, approximate=True) == ["over"]
    assert relations(filled, attributed_only=True) == []


def test_entries_of_some_ops(filled):
    append(filled, retract("event", "both"))
    append(filled, actor("late"))
    head = filled.head(TIMELINE).position
    page = listings.entries(filled, TIMELINE, ("retract", "correct"), head, after=0, limit=5)
    assert [(entry.op, entry.id) for entry in page.items] == [("retract", "both")]
    assert page.after is None
    page = listings.entries(filled, TIMELINE, ("record",), head, after=head - 3, limit=1)
    assert ([entry.id for entry in page.items], page.after) == (["since"], head - 1)
    assert listings.entries(filled, TIMELINE, (), head, after=head + 9, limit=5) == ([], None)


def test_a_page_reads_a_bounded_stretch_and_says_where_to_go_on(filled, monkeypatch):
    """So that a question with few answers never reads all of a long list at once."""
    monkeypatch.setattr(listings, "MOST_READ", 4)
    head = filled.head(TIMELINE).position
    page = listings.events(filled, TIMELINE, EventFilter(attributed_only=True), head, after=None, limit=1)
    assert page.items == []
    assert page.after is not None
    assert events(filled, 1, attributed_only=True) == ["said"]
