"""What tests of several parts share: an empty store of each sort."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from events.stores import Store, connect
from tests import profiles
from tests.system.postgresql import OWNER, Server, programs

pytest_plugins = ["tests.torture.sizes"]

profiles.register()

STORES = ("memory", "sqlite", "postgresql")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An initialised store with nothing in it, of each sort in turn."""
    if request.param == "postgresql":
        opened = connect(request.getfixturevalue("database"))
    else:
        opened = connect(
            {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/allegiance.db"}[request.param]
        )
        opened.initialise()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL of the tests' own, with an initialised database."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed; as root, tests/system.sh installs it")
    server = Server().make()
    prepared = connect(server.url(), owner=server.url(OWNER))
    prepared.initialise()
    prepared.close()
    yield server
    server.remove()


@pytest.fixture
def database(postgresql: Server) -> str:
    """The URL of an initialised database with nothing in it, for the role that serves."""
    postgresql.empty()
    return postgresql.url()


@pytest.fixture(autouse=True)
def one_request_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests within a process have one id, so that whole answers can be compared."""
    made = FlaskClient.__init__

    def with_id(self: FlaskClient, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        self.environ_base["HTTP_X_REQUEST_ID"] = "0123456789abcdef0123456789abcdef"

    monkeypatch.setattr(FlaskClient, "__init__", with_id)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skipped test is a failure: what it would have shown was not shown."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {report.longrepr}"
    return report
