"""The service as it runs in production: gunicorn, several processes of several threads, one SQLite file."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from events.codec import record
from events.stores import connect
from tests.domain.builders import correct, retract
from tests.service.client import LIBYA, OFFENSIVE

WORKERS = 2


@dataclass(frozen=True)
class Service:
    """Where it listens, and a token that may write."""

    url: str
    token: str


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The timeline `libya` in three commits, at positions 7, 8 and 9, a second or more apart."""
    folder = tmp_path_factory.mktemp("clients")
    database = f"sqlite:///{folder}/allegiance.db"
    token = _fill(database)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = {"ALLEGIANCE_DATABASE": database, "PORT": str(port), "WEB_CONCURRENCY": str(WORKERS)}
    config = ("-c", "python:service.gunicorn_conf", "--bind", f"127.0.0.1:{port}")
    command = (sys.executable, "-m", "gunicorn", *config, "service:create_app()")
    log = (folder / "log").open("w")
    with log, subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log) as server:
        try:
            _wait(port)
            yield Service(f"http://127.0.0.1:{port}", token)
        finally:
            server.terminate()


def _fill(database: str) -> str:
    store = connect(database)
    store.initialise()
    title = {"entity": "timeline", "title": {"en": "Libya"}}
    lines = [record(line, "libya") for line in (title, *LIBYA)]
    store.append("libya", lines, author="tests", create=True)
    for draft in (correct({**OFFENSIVE, "date": "2019-04-04"}), retract("event", "siege", "A hoax.")):
        time.sleep(1.1)  # the mementos of HTTP are told apart by the second
        store.append("libya", [draft], author="tests")
    token = store.tokens.create(("append",), None, "tests")[1]
    store.close()
    return token


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the service did not come up")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients ask the service itself, whatever proxy this machine has."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
