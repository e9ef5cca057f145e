"""Entries turned into columns are the same entries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from events.columns import in_columns, one_by_one, turned
from events.prepared import prepare
from tests.contract.random_logs import logs
from tests.domain.builders import actor, document, draft, effect, event

SOME = [
    *map(prepare, map(draft, (document(), actor("ussr", existed="1922/1991"), actor("libya")))),
    prepare(draft(event("e", "1970", effect("starts"), effect("holds", under="pact"), as_written="in 1970"))),
    prepare(draft(event("f", "1971~", effect("ends")))),
]


@given(logs())
def test_they_come_back_as_they_went(batches):
    entries = [prepare(one) for batch in batches for one in batch]
    assert list(turned(entries).entries()) == entries


def test_none_are_none():
    assert (turned([]).size, turned([]).keys, list(turned([]).entries())) == (0, [], [])


@given(st.lists(st.integers(0, len(SOME) - 1), unique=True).map(sorted))
def test_some_of_them_are_as_if_the_others_had_never_been(places):
    assert list(turned(SOME).only(places).entries()) == [SOME[place] for place in places]


@given(st.lists(st.booleans(), max_size=6), st.integers(1, 12))
def test_turned_or_not_they_keep_their_order(kinds, size):
    sent = [turned(SOME) if whole else SOME[3] for whole in kinds]
    expected = [entry for whole in kinds for entry in (SOME if whole else [SOME[3]])]
    parts = list(in_columns(sent, size))
    assert [entry for part in parts for entry in part.entries()] == list(one_by_one(sent)) == expected
    assert all(part.size <= 2 * size for part in parts)
