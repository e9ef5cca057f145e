"""The service over the Libya timeline, listening on a port as it would anywhere, and what fails before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from events.batch import Batch, Heard, take
from events.ingest import Context, ndjson
from events.stores import Store
from events.stores.memory import MemoryStore
from service.app import create_app
from service.client import Client
from service.settings import Settings
from tests.client.flaky import Flaky

SEEDS = Path(__file__).parents[2] / "seeds" / "libya.ndjson"


class Service:
    """A service that listens: its address, a token that may write, and its store."""

    def __init__(self, url: str, token: str, store: Store) -> None:
        self.url = url
        self.token = token
        self.store = store

    def client(self, **options: object) -> Client:
        """A client with the token."""
        return Client(self.url, token=self.token, **options)


@contextmanager
def serving(store: Store) -> Iterator[Service]:
    """A store, served until the end."""
    _, token = store.tokens.create(("append", "correct"), None, "tests")
    server = make_server("127.0.0.1", 0, create_app(Settings(), store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Service(f"http://127.0.0.1:{server.server_port}", token, store)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def seeded() -> Store:
    """A store with the Libya timeline."""
    store = MemoryStore()
    with SEEDS.open("rb") as file:
        batch = Batch("libya", take(ndjson.FORMAT.read(Heard(file), Context()), "libya"))
        batch.append(store, author="local", create=True)
    return store


@pytest.fixture(scope="session")
def untouched() -> Iterator[Service]:
    """The service over the seeds, for tests that leave nothing behind."""
    with serving(seeded()) as service:
        yield service


@pytest.fixture
def service() -> Iterator[Service]:
    """The service over the seeds, for this test alone."""
    with serving(seeded()) as service:
        yield service


@pytest.fixture
def libya(untouched: Service) -> Iterator[Client]:
    """A client of `untouched`."""
    with untouched.client() as client:
        yield client


@pytest.fixture
def flaky(service: Service) -> Iterator[Flaky]:
    """What stands before `service` and fails as a test tells it."""
    with Flaky(service.url) as proxy:
        yield proxy
