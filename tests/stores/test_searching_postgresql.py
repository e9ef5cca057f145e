"""Searches of PostgreSQL go through the latest things first, and leave the rest to the index."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import search
from events.codec import Draft
from events.search import Query
from events.stores.postgres import PostgreSQLStore, searching
from tests.contract.test_search import found, logs, queries
from tests.domain.builders import actor, draft

_numbers = count(1)


@pytest.fixture
def store(database: str) -> Iterator[PostgreSQLStore]:
    store = PostgreSQLStore(database)
    yield store
    store.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logs(), queries, st.integers(1, 4), st.integers(0, 12))
def test_wherever_the_one_ends_and_the_other_begins_the_same_is_found(
    store: PostgreSQLStore, batches: list[list[Draft]], query: Query, near: int, far: int
) -> None:
    timeline = f"t{next(_numbers)}"
    for batch in batches:
        store.append(timeline, batch, author="desk", create=True)
    entries = list(store.entries(timeline))
    (expected,) = search.find(entries, query)
    rows = [row for row in search.rows(entries) if search.concerns(row, query)]
    concerned = [entries[row.position - 1] for row in rows][::-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "_NEAR", near)
        patch.setattr(searching, "_FAR", far)
        for size in (1, 2, 100):
            assert found(store, timeline, query, len(entries), size) == expected
            assert store.concerning(timeline, query, len(entries) + 1, size) == concerned[:size]


def test_what_is_rare_is_found_though_it_is_old(store: PostgreSQLStore) -> None:
    rare = {**actor("a0"), "name": "Haftar"}
    store.append(
        "t", [draft(rare), *(draft(actor(f"a{n}")) for n in range(1, 3000))], author="desk", create=True
    )
    (hit,) = store.search("t", Query.of("haftar"), 3000, None, 50)
    assert (hit.position, hit.entry.id) == (1, "a0")
    every = store.search("t", Query.of(), 3000, None, 4000)
    assert [hit.position for hit in every] == list(range(3000, 0, -1))
