"""The stores that outlive a process, each in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.stores import connect


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an initialised store with nothing in it."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("database"))
    address = f"sqlite:///{tmp_path}/record.db"
    store = connect(address)
    store.initialise()
    store.close()
    return address
