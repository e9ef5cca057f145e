"""Every state that a token can be in, and every address with something that may stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.test import TestResponse

from events import codec
from events.stores import Store
from events.stores.memory import MemoryStore
from events.stores.sqlite import SQLiteStore
from events.stores.tokens import SCOPES
from service import create_app, signing
from service.scopes import NEEDS
from service.settings import Settings
from tests.service.client import LIBYA, OFFENSIVE
from tests.tlog.served import SIGNER

PUBLIC, PRIVATE, NOWHERE, ELSEWHERE = "libya", "hidden", "nowhere", "elsewhere"

STATES = ("none", "malformed", "unknown", "expired", "revoked", "other timeline", *SCOPES)
"""The states of a token. The last four are good ones for the timeline, with that scope alone."""

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

_IDS = {"events": "offensive", "actors": "haftar", "documents": "report"}
_BODIES: Mapping[str, Any] = {
    "/v1/timelines/<timeline>": {"visibility": "private"},
    "/v1/timelines/<timeline>/correction": {"title": {"en": "Another"}, "reason": "a better one"},
    "/v1/timelines/<timeline>/events": {**OFFENSIVE, "id": "another"},
    "/v1/timelines/<timeline>/events/<id>/correction": {**OFFENSIVE, "title": "Another", "reason": "r"},
    "/v1/timelines/<timeline>/actors/<id>/correction": {"type": "person", "name": "K. Haftar", "reason": "r"},
    "/v1/timelines/<timeline>/documents/<id>/correction": {"title": "Another report", "reason": "r"},
}
_QUERIES = {
    "/v1/timelines/<timeline>/state": "?at=2019-05-01",
    "/v1/timelines/<timeline>/explain": "?subject=gna&kind=fights&object=haftar&at=2019-05-01",
    "/v1/timelines/<timeline>/changes": "?from=2019-01-01&to=2020-01-01",
    **{
        f"/v1/timelines/<timeline>/{part}": "?at=2019-05-01"
        for part in (
            "state/timegate",
            "state/timemap.link",
            "state/timemap.json",
            "common-membership",
            "export.json",
            "export.csv",
            "export.graphml",
        )
    },
    "/v1/timelines/<timeline>/export.panel.csv": "?from=2018&to=2020",
    "/v1/timelines/<timeline>/search": "?q=haftar",
    "/oembed": "?url=http://localhost/embed/<timeline>",
    "/v1/timelines/<timeline>/log/proof": "?position=7",
    "/v1/timelines/<timeline>/log/consistency": "?from=3",
}
_FILES = {
    "/docs/assets/<path:filename>": "/docs/assets/swagger-ui.css",
    "/static/<path:filename>": "/static/pages.css",
    "<path:tile>": "entries/000.p/7",
}


class Clock:
    """A clock that can be set back, so that a token is made which has expired since."""

    back = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self.back


class World(NamedTuple):
    """An application over a public and a private timeline, and the headers of each state of a token."""

    app: Flask
    store: Store
    headers: Mapping[tuple[str, str], Mapping[str, str]]

    def send(self, method: str, rule: str, timeline: str, state: str) -> TestResponse:
        """A request that nothing is wrong with, but perhaps its token."""
        return self.app.test_client().open(
            address(rule, timeline),
            method=method,
            headers=dict(self.headers[timeline, state]),
            json=body(rule, timeline) if method in ("POST", "PUT", "PATCH") else None,
        )

    def kept(self) -> tuple[object, ...]:
        """All that a request could change."""
        store = self.store
        return store.timelines(), store.access.private(), store.access.audit(limit=1000), store.tokens.list()


@contextmanager
def world(store: str, folder: Path) -> Iterator[World]:
    """A new world over a store of one sort."""
    clock = Clock()
    made = MemoryStore(clock) if store == "memory" else SQLiteStore(folder / "allegiance.db", clock)
    made.initialise()
    headers = _fill(made, clock)
    yield World(create_app(Settings(), made), made, headers)
    made.close()


def _fill(store: Store, clock: Clock) -> dict[tuple[str, str], Mapping[str, str]]:
    """Make the timelines, and a token in each state for each of them."""
    for timeline in (PUBLIC, PRIVATE):
        title = {"entity": "timeline", "title": {"en": "A timeline"}}
        drafts = [codec.record(line, timeline) for line in (title, *LIBYA)]
        store.append(timeline, drafts, author="tests", create=True)
        signing.sign(store, SIGNER, timeline)
    store.access.set_visibility(PRIVATE, "private")
    return {
        (timeline, state): {} if value is None else {"Authorization": value}
        for timeline in (PUBLIC, PRIVATE, NOWHERE)
        for state, value in _headers(store, clock, timeline)
    }


def _headers(store: Store, clock: Clock, timeline: str) -> Iterator[tuple[str, str | None]]:
    yield "none", None
    yield "malformed", "Bearer one two"
    yield "unknown", "Bearer alg_unknown"
    clock.back = timedelta(days=2)
    yield "expired", f"Bearer {store.tokens.create(SCOPES, timeline, days=1)[1]}"
    clock.back = timedelta(0)
    revoked, secret = store.tokens.create(SCOPES, timeline)
    store.tokens.revoke(revoked.id)
    yield "revoked", f"Bearer {secret}"
    yield "other timeline", f"Bearer {store.tokens.create(SCOPES, ELSEWHERE)[1]}"
    for scope in SCOPES:
        yield scope, f"Bearer {store.tokens.create((scope,), timeline)[1]}"


def address(rule: str, timeline: str) -> str:
    """An address of a rule, with what is there in both timelines."""
    path = f"{rule}{_QUERIES.get(rule, '')}".replace("<timeline>", timeline)
    for collection, id in _IDS.items():
        path = path.replace(f"/{collection}/<id>", f"/{collection}/{id}")
    for named, file in _FILES.items():
        path = path.replace(named, file)
    assert "<" not in path
    return path


def body(rule: str, timeline: str) -> Any:
    """What can be sent to a rule."""
    if rule == "/v1/timelines":
        return {"id": timeline}
    return _BODIES.get(rule, {"reason": "not so"})


ADDRESSES = list(NEEDS)
