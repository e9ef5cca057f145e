"""Every store, each opened with the clock and the entropy that a test hands it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from events.stores import Store
from events.stores.memory import MemoryStore
from events.stores.postgres import PostgreSQLStore
from events.stores.sqlite import SQLiteStore

FACTORIES: dict[str, Callable[..., Store]] = {
    "memory": lambda path, **inputs: MemoryStore(**inputs),
    "sqlite": lambda path, **inputs: SQLiteStore(path / "allegiance.db", **inputs),
    "postgresql": PostgreSQLStore,
}
START = datetime(2026, 11, 22, 18, tzinfo=UTC)


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        """On, or back where `seconds` are negative."""
        self.now += timedelta(seconds=seconds)


class Ticking(Clock):
    """A clock that goes on a second each time it is asked."""

    def __call__(self) -> datetime:
        self.move(1)
        return self.now


@pytest.fixture(params=list(FACTORIES))
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens the store of this round, with a ticking clock and repeatable entropy unless told otherwise."""
    opened: list[Store] = []

    place = request.getfixturevalue("database") if request.param == "postgresql" else tmp_path

    def open_store(clock: Callable[[], datetime] | None = None) -> Store:
        store = FACTORIES[request.param](place, clock=clock or Ticking(), entropy=Random(2).randbytes)
        store.initialise()
        opened.append(store)
        return store

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    """An initialised store with nothing in it, of each sort in turn."""
    return open_store()
