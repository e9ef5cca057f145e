"""Requests with something wrong in them: no 5xx, no hang, and every store says the same to the byte."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response

from events.stores import Store
from service import create_app
from service.settings import Settings
from tests.contract.conftest import FACTORIES, START
from tests.fuzz.requests import PICTURES, READS, Request, fuzzed
from tests.service import client
from tests.service.client import LIBYA
from tests.system.postgresql import Server

pytestmark = pytest.mark.torture

SEEDS = range(4)
OF_A_ROUND = 250
"""Requests to one store; then each begins anew, so that a failure is soon repeated."""

LIMITS = Settings(max_body=60_000, max_entries=200)
LONGEST = 1.0
"""Seconds of the server's own time, however busy the machine is. What takes longer is tried once again."""

REFUSED_IN_WORDS = {
    501: "/docs/errors#unoffered-format",
    503: "/docs/errors#busy",
}
"""The only statuses of 500 and above that a request can ask for: another oEmbed format, a later position."""


class Site:
    """The application over one store."""

    def __init__(self, store: Store) -> None:
        store.initialise()
        self.store = store
        token = store.tokens.create(("append", "correct"), None, "tests")[1]
        self.app: Flask = create_app(LIMITS, store)
        self.authorised = {"Authorization": f"Bearer {token}"}
        desk = client.Client(self.app, token)
        assert desk.post("/v1/timelines", {"id": "libya", "title": {"en": "Libya"}}).status_code == 201
        assert desk.append(*LIBYA).status_code == 201
        sided = {
            "title": {"en": "Libya"},
            "sides": [{"name": {"en": "Tripoli"}, "actors": ["gna"]}],
            "reason": "sides",
        }
        assert desk.post(f"{client.BASE}/correction", sided).status_code == 201

    def send(self, request: Request) -> Response:
        """The whole answer. A client would tidy the request; this is as a server hands it on."""
        environ = create_environ(method=request.method, query_string=request.coded_query(), data=request.body)
        environ["HTTP_X_REQUEST_ID"] = "0123456789abcdef0123456789abcdef"
        environ["PATH_INFO"] = unquote_to_bytes(request.coded_path()).decode("latin-1")
        for name, value in {**self.authorised, **dict(request.headers)}.items():
            key = name.upper().replace("-", "_")
            environ[key if key.startswith("CONTENT_T") or key == "CONTENT_LENGTH" else f"HTTP_{key}"] = value
        content, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        return Response(b"".join(content), status, headers)


def verdict(response: Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """All of an answer but the time of day."""
    return (
        response.status_code,
        [pair for pair in response.headers if pair[0] not in ("Date", "Expires")],
        response.data,
    )


def check(site: Site, request: Request) -> Response:
    """What must hold of any answer."""
    began = time.thread_time()
    response = site.send(request)
    if time.thread_time() - began > LONGEST:
        again = time.thread_time()
        site.send(request)
        assert time.thread_time() - again < LONGEST, "it hangs"
    if response.status_code >= 500:
        assert response.json is not None, response.data
        assert response.json["type"] == REFUSED_IN_WORDS.get(response.status_code), response.data
    elif response.status_code >= 400 and request.method != "HEAD" and not _is_for_people(request, response):
        assert response.content_type == client.PROBLEM
        assert response.json is not None
        assert response.json["detail"]
    return response


def _is_for_people(request: Request, response: Response) -> bool:
    """A page that says what is wrong in a form that can be mended, or a file that was not asked for whole."""
    if response.status_code in (412, 416):
        return "/static/" in request.path
    return "/timelines/" in request.path and response.mimetype == "text/html"


@pytest.fixture
def sites(tmp_path: Path, postgresql: Server) -> Iterator[list[Site]]:
    """One over each store, all with the same clock and the same entropy."""
    with fresh(tmp_path, postgresql) as sites:
        yield sites


@contextmanager
def fresh(folder: Path, postgresql: Server) -> Iterator[list[Site]]:
    folder.mkdir(exist_ok=True)
    postgresql.empty()
    sites = [
        Site(
            make(
                postgresql.url() if name == "postgresql" else folder,
                clock=lambda: START,
                entropy=Random(1).randbytes,
            )
        )
        for name, make in FACTORIES.items()
    ]
    yield sites
    for site in sites:
        site.store.close()


def test_what_is_spoilt_was_good_before(sites: list[Site]) -> None:
    for request in (*READS, *PICTURES):
        for site in sites:
            assert check(site, request).status_code == 200, request


@pytest.mark.parametrize("seed", SEEDS)
def test_fuzzed_requests_get_the_same_sound_answer_from_every_store(
    seed: int,
    tmp_path: Path,
    postgresql: Server,
    size: Callable[[str], int],
    tell: Callable[[str], None],
) -> None:
    times = size("fuzzed requests") // len(FACTORIES) // len(SEEDS)
    statuses: Counter[int] = Counter()
    for number in range(0, times, OF_A_ROUND):
        random = Random(f"{seed}/{number}")
        with fresh(tmp_path / f"{number}", postgresql) as sites:
            for place in range(min(OF_A_ROUND, times - number)):
                request = fuzzed(random)
                first, *others = [check(site, request) for site in sites]
                for other in others:
                    assert verdict(other) == verdict(first), f"request {place} of {seed}/{number}: {request}"
                statuses[first.status_code] += len(sites)
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    tell(f"{statuses.total()} fuzzed requests (seed {seed}) to {len(FACTORIES)} stores: {told}")
