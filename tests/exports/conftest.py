"""A store of each sort with the timeline that is exported."""

from __future__ import annotations

import pytest

from events.stores import Store
from tests.exports.record import filled


@pytest.fixture
def record(store: Store) -> Store:
    """The store with the timeline `libya` in it."""
    return filled(store)
