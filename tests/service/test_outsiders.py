"""An outsider gets every answer as if a private timeline had never been there, whatever insiders read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from events import codec
from events.stores import Store
from events.stores.memory import MemoryStore
from events.stores.sqlite import SQLiteStore
from service import create_app, signing
from service.settings import Settings
from tests.conftest import STORES
from tests.domain.builders import actor, document, effect, event
from tests.service.client import LIBYA
from tests.service.matrix import address
from tests.tlog.served import SIGNER

PUBLIC, PRIVATE = "libya", "aleppo"

# Named as things are in the public one, so that every address has something behind it.
SECRETS = (
    {"entity": "timeline", "title": {"en": "The Aleppo files"}, "description": {"en": "Of Aleppo"}},
    document("report", title="Leaked in Aleppo", publisher="Aleppo Press"),
    actor("gna", name="Aleppo government"),
    actor("haftar", type="person", name="Haftar of Aleppo", names={"fr": "Haftar d'Alep"}),
    actor("russia", name="Moscow, for Aleppo"),
    event(
        "offensive",
        "2019-04",
        effect("starts", "haftar", "fights", "gna"),
        title="Aleppo, in secret",
        as_written="Aleppo in April",
        sources=[{"document": "report", "quote": "Aleppo", "offset": 0}],
    ),
    event("siege", "2020-02-22", effect("holds", "haftar", "fights", "gna"), title="Aleppo, again"),
)

SIDEWAYS = (
    "/v1/timelines?limit=1",
    "/?after=a",
    f"/oembed?url=http://localhost/embed/{PRIVATE}",
    f"/oembed?url=http://localhost/timelines/{PRIVATE}",
    f"/oembed?url=http://localhost/timelines/{PRIVATE}/embed",
    f"/v1/timelines/{PUBLIC}?timeline={PRIVATE}",
    f"/v1/timelines/{PUBLIC}/search?q={PRIVATE}",
    f"/v1/timelines/{PUBLIC}/feed.json?q={PRIVATE}",
    f"/v1/timelines/{PUBLIC}/feed.atom?actor=haftar",
    f"/v1/timelines/{PUBLIC}/actors?name={PRIVATE}",
    f"/v1/timelines/{PRIVATE}/",
    f"/log/{PRIVATE}",
    f"/log/{PRIVATE}/tile/0/000.p/7",
    f"/embed/{PRIVATE}/nothing",
)
"""Other addresses that might lead to it."""


class Site(NamedTuple):
    """An application, and the headers of outsiders and of somebody who may read the private timeline."""

    app: Flask
    outsiders: Mapping[str, Mapping[str, str]]
    insider: Mapping[str, str]

    def rules(self) -> list[str]:
        """Every address that is read from."""
        return sorted({rule.rule for rule in self.app.url_map.iter_rules() if "GET" in (rule.methods or ())})

    def ask(self, address: str, headers: Mapping[str, str], method: str = "GET") -> TestResponse:
        return self.app.test_client().open(address, method=method, headers=dict(headers))


def _store(kind: str, folder: Path) -> Store:
    """A store whose clock stands and whose chance is known: like requests make it say like things."""
    clock, entropy = (lambda: datetime(2026, 11, 22, 18, tzinfo=UTC)), Random(5).randbytes
    return MemoryStore(clock, entropy) if kind == "memory" else SQLiteStore(folder / "a.db", clock, entropy)


def _site(store: Store, *, private: bool) -> Site:
    store.initialise()
    bearer = f"Bearer {store.tokens.create(('read', 'append', 'correct', 'admin'), 'elsewhere')[1]}"
    _begin(store, PUBLIC, {"entity": "timeline", "title": {"en": "Libya"}}, *LIBYA)
    insider = {}
    if private:
        store.access.set_visibility(PRIVATE, "private")  # before it begins: nothing was ever public
        token, secret = store.tokens.create(("read",), PRIVATE, author="An editor in Aleppo")
        _begin(store, PRIVATE, *SECRETS, author=token.id)
        insider = {"Authorization": f"Bearer {secret}"}
    outsiders = {"nobody": {}, "another": {"Authorization": bearer}, "a bad token": {"Authorization": "x"}}
    return Site(create_app(Settings(), store), outsiders, insider)


def _begin(store: Store, timeline: str, *lines: object, author: str = "tests") -> None:
    store.append(timeline, [codec.record(line, timeline) for line in lines], author=author, create=True)
    signing.sign(store, SIGNER, timeline)


@pytest.fixture(scope="module", params=STORES)
def sites(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, Site]]:
    """A site with the private timeline, of which insiders have read everything, and one without it."""
    stores = [_store(request.param, tmp_path_factory.mktemp(name)) for name in ("with", "without")]
    with_it, without_it = _site(stores[0], private=True), _site(stores[1], private=False)
    for rule in with_it.rules():
        for encoding in ("identity", "gzip"):
            headers = {**with_it.insider, "Accept-Encoding": encoding}
            with with_it.ask(address(rule, PRIVATE), headers) as read:
                assert read.status_code in (200, 302), rule
    yield with_it, without_it
    for store in stores:
        store.close()


def _said(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    with response:
        headers = sorted(header for header in response.headers if header[0] not in ("Date", "X-Request-ID"))
        return response.status_code, headers, response.data


@pytest.mark.parametrize("who", ["nobody", "another", "a bad token"])
def test_every_address_answers_outsiders_as_if_it_were_not_there(sites: tuple[Site, Site], who: str) -> None:
    with_it, without_it = sites
    for rule in with_it.rules():
        for timeline in (PUBLIC, PRIVATE) if "<timeline>" in rule else (PUBLIC,):
            asked = address(rule, timeline)
            for method, encoding in (("GET", "identity"), ("GET", "gzip"), ("HEAD", "identity")):
                status, headers, body = said = _said(
                    with_it.ask(asked, {**with_it.outsiders[who], "Accept-Encoding": encoding}, method)
                )
                other = _said(
                    without_it.ask(asked, {**without_it.outsiders[who], "Accept-Encoding": encoding}, method)
                )
                if rule != "/metrics":  # which counts all requests of a process
                    assert said == other, (method, asked)
                if timeline == PRIVATE:
                    assert status == (401 if who == "a bad token" else 404), asked
                else:
                    assert PRIVATE not in f"{headers} {body.decode(errors='replace')}".lower(), asked


@pytest.mark.parametrize("who", ["nobody", "another"])
@pytest.mark.parametrize("asked", SIDEWAYS)
def test_no_other_way_leads_to_it(sites: tuple[Site, Site], asked: str, who: str) -> None:
    with_it, without_it = sites
    said = _said(with_it.ask(asked, with_it.outsiders[who]))
    assert said == _said(without_it.ask(asked, without_it.outsiders[who]))
    assert b"Aleppo" not in said[2]


def test_who_may_read_it_finds_all_of_it(sites: tuple[Site, Site]) -> None:
    """What the other tests look for in vain is there."""
    site, _ = sites
    for part in ("", "/search?q=aleppo", "/feed.json", "/log", "/export.log.ndjson", "/events", "/documents"):
        assert "Aleppo" in site.ask(f"/v1/timelines/{PRIVATE}{part}", site.insider).text
    assert "An editor in Aleppo" in site.ask(f"/v1/timelines/{PRIVATE}/log", site.insider).text
    assert PRIVATE in site.ask("/v1/timelines", site.insider).text
    assert f"/{PRIVATE}\n7\n" in site.ask(f"/log/{PRIVATE}/checkpoint", site.insider).text
