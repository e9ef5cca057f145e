"""What tests of several parts share: an empty store of each sort."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.stores import Store, connect
from tests import profiles

profiles.register()

STORES = ("memory", "sqlite")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An initialised store with nothing in it, of each sort in turn."""
    urls = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/allegiance.db"}
    opened = connect(urls[request.param])
    opened.initialise()
    yield opened
    opened.close()
