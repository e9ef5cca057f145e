"""How often a client may ask: 429 and its headers, and one count for all workers."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter as Tally
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from events.stores import Store
from events.stores.access import Taken
from events.stores.memory import MemoryStore
from service import create_app
from service.counter import Counter
from service.limits import client_of
from service.settings import Settings
from tests.browser.serving import free_port
from tests.service.client import BASE, ENDORSED, Client, problem


def ask(app: Flask, address: str = "192.0.2.1", path: str = "/docs/errors", **headers: str) -> TestResponse:
    """A request from an address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get(path, headers=named, environ_base={"REMOTE_ADDR": address})


def limited(store: Store | None = None, **settings: object) -> Flask:
    """An application with some limits."""
    return create_app(Settings(**settings), store or MemoryStore())  # type: ignore[arg-type]


def test_over_the_limit_a_client_is_told_when_to_come_back() -> None:
    app = limited(read_limit=3)
    left = [ask(app).headers["RateLimit"] for _ in range(3)]
    assert [re.match(r'"reads";r=(\d);t=\d+$', text)[1] for text in left] == ["2", "1", "0"]  # type: ignore[index]
    response = ask(app)
    assert problem(response, 429)["type"] == "/docs/errors#too-many"
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert response.headers["RateLimit-Policy"] == '"reads";q=3;w=60'
    assert response.headers["RateLimit"].startswith('"reads";r=0;t=')
    assert ask(app, "192.0.2.2").status_code == 200


def test_reads_and_writes_are_counted_apart(store: Store) -> None:
    app = limited(store, read_limit=2, write_limit=1)
    client = Client(app, store.tokens.create(("append",))[1])
    assert client.post("/v1/timelines", {"id": "libya"}).status_code == 201
    problem(client.post("/v1/timelines", {"id": "libya"}), 429)
    assert client.get("/v1/timelines", **client.headers).status_code == 200


def test_a_refused_request_changes_nothing_and_is_not_read(store: Store) -> None:
    app = limited(store, write_limit=1)
    client = Client(app, store.tokens.create(("append",))[1])
    client.post("/v1/timelines", {"id": "libya"})
    problem(client.send(f"{BASE}/events", b"{", "application/json"), 429)
    assert store.head("libya").position == 0


def test_each_token_is_counted_by_itself_and_a_bad_one_by_its_address(store: Store) -> None:
    app = limited(store, read_limit=1)
    headers = [f"Bearer {store.tokens.create(('read',))[1]}" for _ in range(2)]
    assert [ask(app, Authorization=header).status_code for header in headers] == [200, 200]
    assert [ask(app, "192.0.2.7", Authorization=header).status_code for header in headers] == [429, 429]
    guesses = [ask(app, "192.0.2.9", Authorization=f"Bearer alg_{n}").status_code for n in range(3)]
    assert guesses == [200, 429, 429]


def test_a_token_may_have_a_limit_of_its_own(store: Store) -> None:
    app = limited(store, read_limit=1)
    token, secret = store.tokens.create(("read",))
    store.tokens.limit(token.id, 3)
    asked = [ask(app, Authorization=f"Bearer {secret}").status_code for _ in range(4)]
    assert asked == [200, 200, 200, 429]
    store.tokens.limit(token.id, 0)
    assert all(ask(app, Authorization=f"Bearer {secret}").status_code == 200 for _ in range(9))


def test_by_itself_a_service_limits_others_and_not_its_own_machine() -> None:
    app = limited()
    assert ask(app).headers["RateLimit-Policy"] == '"reads";q=6000;w=60'
    for here in ("127.0.0.1", "::1", "::ffff:127.0.0.1", ""):
        assert "RateLimit" not in ask(app, here).headers


def test_zero_is_no_limit() -> None:
    app = limited(read_limit=0)
    assert "RateLimit" not in ask(app).headers


def test_health_is_never_limited_and_what_is_not_there_is() -> None:
    app = limited(read_limit=1)
    assert [ask(app, path="/nowhere").status_code for _ in range(2)] == [404, 429]
    assert all(ask(app, path=path).status_code == 200 for path in ("/healthz", "/readyz", "/healthz"))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_what_trusted_proxies_forward_is_believed(proxies: int, forwarded: str, client: str) -> None:
    store = MemoryStore()
    app = limited(store, proxies=proxies, read_limit=5)
    ask(app, X_Forwarded_For=forwarded)
    assert store.usage.take(f"{client} reads", 1, 5, 60).left == 3
    assert ask(app, X_Forwarded_Host="evil.example", path="/").text.count("evil") == 0


def test_an_address_of_ipv6_stands_for_its_network() -> None:
    assert client_of("2001:db8::1") == client_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert client_of("2001:db8:0:1::1") != client_of("2001:db8::1")
    assert client_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert client_of("a socket") == "nobody"


def test_most_requests_ask_the_store_for_nothing() -> None:
    class Counted:
        asked = 0

        def take(self, key: str, wanted: int, most: int, seconds: int) -> Taken:
            self.asked += 1
            return Taken(wanted, most - wanted * self.asked, 60.0)

    usage = Counted()
    counter = Counter(usage)  # type: ignore[arg-type]
    assert all(counter.count("reads", "a", 6400)[0] for _ in range(1000))
    assert usage.asked == 10


def test_the_count_begins_anew_after_its_minute() -> None:
    now = [0.0]
    counter = Counter(MemoryStore().usage, lambda: now[0])
    assert [counter.count("reads", "a", 1)[0] for _ in range(3)] == [True, False, False]
    now[0] = 61.0  # of this process; the store's window has not ended, and so it grants nothing yet
    assert not counter.count("reads", "a", 1)[0]


def test_while_the_count_of_one_client_is_waited_for_others_go_on() -> None:
    asked, answered = threading.Event(), threading.Event()

    class Slow:
        """Says nothing of one client for a while."""

        def take(self, key: str, wanted: int, most: int, seconds: int) -> Taken:
            if key.startswith("slow"):
                asked.set()
                assert answered.wait(10)
            return Taken(wanted, most - wanted, 60.0)

    counter = Counter(Slow())  # type: ignore[arg-type]
    with ThreadPoolExecutor(2) as readers:
        waiting = [readers.submit(counter.count, "reads", "slow", 64) for _ in range(2)]
        assert asked.wait(10)
        assert counter.count("reads", "quick", 64)[0]
        assert not any(reader.done() for reader in waiting)
        answered.set()
        assert all(reader.result()[0] for reader in waiting)


@contextmanager
def gunicorn(folder: Path, **settings: str) -> Iterator[int]:
    """The service with four workers, as in production; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf", "service:create_app()"]
    environment = {**os.environ, **settings, "PORT": str(port), "WEB_CONCURRENCY": "4"}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            _get(port, "/healthz")
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not come up")


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@pytest.mark.parametrize("limit", [10, 200])
def test_four_workers_together_let_no_more_through_than_the_limit(tmp_path: Path, limit: int) -> None:
    url = f"sqlite:///{tmp_path}/allegiance.db"
    from events.stores import connect

    store = connect(url)
    store.initialise()
    store.close()
    with gunicorn(tmp_path, ALLEGIANCE_DATABASE=url, ALLEGIANCE_READ_LIMIT=str(limit)) as port:
        with ThreadPoolExecutor(16) as threads:
            statuses = Tally(threads.map(lambda _: _get(port, "/v1/timelines"), range(limit * 2)))
        assert set(statuses) == {200, 429}
        assert limit * 0.9 <= statuses[200] <= limit


def test_a_limited_client_is_let_in_with_its_own_token_only(app: Flask, libya: Client, store: Store) -> None:
    """The count is of the token that was sent, whoever's the entry."""
    slow, secret = store.tokens.create(("append",), "libya")
    store.tokens.limit(slow.id, 1)
    desk = Client(app, secret)
    assert desk.append(ENDORSED).status_code == 201
    problem(desk.append(ENDORSED), 429)
    assert libya.append(ENDORSED).status_code == 200
