"""A client of a service over the Libya timeline as it is shipped, and one to add to."""

from __future__ import annotations

import pytest

from events.codec import record
from events.stores import Store
from events.stores.memory import MemoryStore
from events.strict_json import read
from service import create_app
from service.settings import Settings
from tests.cli.command import SEEDS
from tests.service.client import Client


def _client(store: Store) -> Client:
    lines = [read(line.encode()) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    store.append("libya", [record(line, "libya") for line in lines], author="desk", create=True)
    return Client(create_app(Settings(), store), store.tokens.create(("append", "correct"), None, "")[1])


@pytest.fixture(scope="session")
def libya() -> Client:
    """For requests that leave nothing behind; the log stands at position 74."""
    return _client(MemoryStore())


@pytest.fixture
def growing() -> Client:
    """The same, for one test alone."""
    return _client(MemoryStore())
