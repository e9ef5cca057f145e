"""An application over an empty store, and a client that may write to it."""

from __future__ import annotations

import pytest
from flask import Flask

from events.stores import Store
from events.stores.memory import MemoryStore
from service import create_app, signing
from service.settings import Settings
from tests.service.client import LIBYA, Client
from tests.tlog.served import SIGNER

LIMITS = Settings(max_body=200_000, max_entries=2000)
"""Low enough to reach."""


@pytest.fixture
def app(store: Store) -> Flask:
    """The application over it."""
    return create_app(LIMITS, store)


@pytest.fixture
def token(store: Store) -> str:
    """The secret of a token that may do everything on every timeline."""
    return store.tokens.create(("append", "correct", "admin"), None, "tests")[1]


@pytest.fixture
def client(app: Flask, token: str) -> Client:
    """A client without any timeline."""
    return Client(app, token)


@pytest.fixture
def libya(client: Client) -> Client:
    """A client, and the timeline `libya` with a few events at position 7."""
    return _fill(client)


@pytest.fixture(scope="session")
def untouched() -> Client:
    """The same as `libya`, made once for all the requests that leave nothing behind."""
    store = MemoryStore()
    client = _fill(Client(create_app(LIMITS, store), store.tokens.create(("append", "correct"), None, "")[1]))
    signing.sign(store, SIGNER, "libya")
    return client


def _fill(client: Client) -> Client:
    assert client.post("/v1/timelines", {"id": "libya", "title": {"en": "Libya"}}).status_code == 201
    assert client.append(*LIBYA).status_code == 201
    return client
