"""The server itself: how it stops, renews its workers, and what it tells of its requests."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from events.stores.outside import Outside
from events.tlog.checkpoint import signed
from service.signing import of_timeline
from service.waiting import MOST_SECONDS, MOST_WAITING
from tests.deploy.serving import PATIENCE, Service, service
from tests.domain.builders import event
from tests.service.client import BASE
from tests.tlog.served import SIGNER

METRIC = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of three workers."""
    with service(tmp_path_factory.mktemp("server"), WEB_CONCURRENCY="3") as running:
        yield running


def begin_upload(server: Service, *lines: dict[str, object]) -> tuple[socket.socket, bytes]:
    """Send half of an append, until the service has begun to read it; gives what is still to be sent."""
    body = "\n".join(map(json.dumps, lines)).encode()
    head = (
        f"POST {BASE}/events HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n"
        f"Authorization: Bearer {server.token}\r\nConnection: close\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    connection.sendall(head.encode())
    assert connection.recv(1000).startswith(b"HTTP/1.1 100")
    connection.sendall(body[: len(body) // 2])
    return connection, body[len(body) // 2 :]


def wait_until_refused(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.01)
    raise AssertionError("it still takes connections")


def figures(server: Service) -> dict[tuple[str, str], float]:
    """Every figure by its name and labels."""
    answer = server.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {(name, labels): float(value) for name, labels, value in METRIC.findall(answer.text)}


def total(figures: dict[tuple[str, str], float], *parts: str) -> float:
    """All requests whose labels have these parts."""
    return sum(
        value
        for (name, labels), value in figures.items()
        if name == "allegiance_requests_total" and all(part in labels for part in parts)
    )


def whole_answer(connection: socket.socket) -> bytes:
    """All that comes until the other side is done."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_told_to_stop_it_ends_what_runs_and_takes_nothing_new(tmp_path: Path) -> None:
    with service(tmp_path, WEB_CONCURRENCY="2") as server:
        uploads = [begin_upload(server, event(f"late{number}", "2020-01-01")) for number in range(4)]
        server.process.send_signal(signal.SIGTERM)
        wait_until_refused(server.port)
        for connection, rest in uploads:
            connection.sendall(rest)
        for connection, _ in uploads:
            assert whole_answer(connection).startswith(b"HTTP/1.1 201")
        assert server.process.wait(PATIENCE) == 0
        assert server.store.head("libya").position == 11
        assert _complaints(server) == []


def test_whoever_is_let_in_is_answered_though_it_is_told_to_stop(tmp_path: Path) -> None:
    """Many clients ask and append, one after another, until they are refused; none is cut off before that."""
    with service(tmp_path, WEB_CONCURRENCY="2") as server, ThreadPoolExecutor(8) as threads:
        clients = [threads.submit(_append_until_refused, server, number) for number in range(8)]
        while server.store.head("libya").position < 20:
            time.sleep(0.01)
        server.process.send_signal(signal.SIGTERM)
        appended = {id for client in clients for id in client.result()}
        assert server.process.wait(PATIENCE) == 0
        assert appended == {entry.id for entry in server.store.entries("libya", 7)}
        assert _complaints(server) == []


def _append_until_refused(server: Service, number: int) -> list[str]:
    """Append and read on connections of their own; gives what was acknowledged."""
    acknowledged: list[str] = []
    while True:
        id = f"e{number}-{len(acknowledged)}"
        try:
            assert server.append(event(id, "2020-01-01")).status_code == 201
            acknowledged.append(id)
            assert server.get(f"{BASE}/state?at=2019-05-01").status_code == 200
        except requests.ConnectionError as error:
            if "Connection refused" not in str(error):
                raise
            return acknowledged


def test_who_waits_at_the_door_when_it_is_told_to_stop_is_answered(tmp_path: Path) -> None:
    """A worker that has as many connections as it may leaves those that come then where they are."""
    few = ("--workers", "1", "--threads", "1", "--worker-connections", "2")
    with service(tmp_path, *few) as server:
        connection, rest = begin_upload(server, event("late", "2020-01-01"))
        waiting = [socket.create_connection(("127.0.0.1", server.port), PATIENCE) for _ in range(100)]
        for one in waiting:
            one.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        server.process.send_signal(signal.SIGTERM)
        wait_until_refused(server.port)
        connection.sendall(rest)
        assert whole_answer(connection).startswith(b"HTTP/1.1 201")
        assert all(whole_answer(one).startswith(b"HTTP/1.1 200") for one in waiting)
        assert server.process.wait(PATIENCE) == 0


def test_who_waits_for_the_log_to_grow_does_not_hinder_its_stop(tmp_path: Path) -> None:
    with service(tmp_path, WEB_CONCURRENCY="1") as server, ThreadPoolExecutor(MOST_WAITING) as threads:
        began = time.monotonic()
        waiting = [threads.submit(_wait_for_growth, server) for _ in range(MOST_WAITING)]
        while not _full(server.get(f"{BASE}/log?after=7&wait=1")):
            time.sleep(0.01)
        server.process.send_signal(signal.SIGTERM)
        for answer in waiting:
            assert answer.result().json() == {"items": [], "next": "7"}
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < MOST_SECONDS


def _wait_for_growth(server: Service) -> requests.Response:
    """Ask for what comes next until there is a place to wait for it, and wait."""
    while _full(answer := server.get(f"{BASE}/log?after=7&wait={MOST_SECONDS}")):
        time.sleep(0.01)
    return answer


def _full(answer: requests.Response) -> bool:
    """Whether there was no place to wait."""
    return "Retry-After" in answer.headers


def _complaints(server: Service) -> list[dict[str, object]]:
    return [line for line in server.log() if line.get("level") in ("warning", "error", "critical")]


def test_who_never_ends_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    with service(tmp_path, "--graceful-timeout", "1") as server:
        connection, _ = begin_upload(server, event("never", "2020-01-01"))
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE)
        connection.close()
        assert server.store.head("libya").position == 7


def test_workers_are_renewed_under_load_without_anybody_noticing(tmp_path: Path) -> None:
    options = ("--max-requests", "25", "--max-requests-jitter", "10")
    with service(tmp_path, *options, WEB_CONCURRENCY="2") as server:
        before = set(server.workers())
        for number in range(200):
            assert server.get(f"{BASE}/state?at=2019-05-01&known_at={number % 8}").status_code == 200
            if number % 20 == 0:
                assert server.append(event(f"e{number}", "2020-01-01")).status_code == 201
        assert not before & set(server.workers())
        assert total(figures(server), "/state", 'status="200"') == 200  # though those who counted are gone
        assert len(list(_shared(server))) <= 3 * 2 * 2


def _shared(server: Service) -> Iterator[Path]:
    """The files in which its processes count."""
    for line in Path(f"/proc/{server.workers()[0]}/maps").read_text().splitlines():
        path = Path(line.split()[-1])
        if path.suffix == ".db" and "allegiance-" in str(path):
            yield from path.parent.glob("*.db")
            return


def test_what_is_counted_is_the_sum_over_all_workers_and_outlives_them(tmp_path: Path) -> None:
    with service(tmp_path, WEB_CONCURRENCY="3") as server:
        used = set()
        labels = 'method="GET",route="/v1/timelines/<timeline>/state"'
        for number in range(60):
            assert server.get(f"{BASE}/state?at=2019-05-01").status_code == 200
            if number in (20, 40):
                # An answer is counted once it is out.
                while figures(server)["allegiance_request_seconds_count", labels] <= number:
                    time.sleep(0.01)
                victim = server.workers()[0]
                os.kill(victim, signal.SIGKILL)
                used.add(victim)
                while victim in server.workers() or len(server.workers()) < 3:
                    time.sleep(0.01)
        assert server.append(event("one", "2020-01-01"), event("two", "2020-01-01")).status_code == 201
        found = figures(server)
        assert total(found, "/state", 'status="200"', 'method="GET"') == 60
        assert found["allegiance_entries_appended_total", ""] == 2
        assert found["allegiance_request_seconds_count", labels] == 60
        place = next(_shared(server)).parent
    assert not place.exists()


def test_the_figures_tell_how_the_store_is(server: Service) -> None:
    found = figures(server)
    assert found["allegiance_ready", ""] == 1
    path = server.store.connections.path
    assert found["allegiance_disk_bytes", 'of="database"'] == path.stat().st_size
    assert found["allegiance_disk_bytes", 'of="free"'] > 0


def test_whatever_a_client_sends_makes_no_new_label(server: Service) -> None:
    for number in range(20):
        server.get(f"/nowhere/{number}", **{"X-Request-ID": f"id-{number}"})
        server.get(f"/v1/timelines/t{number}/state?at=2019-05-01")
        requests.request(f"METHOD{number}", f"{server.url}/", timeout=PATIENCE)
    routes = {re.sub(r'status="\d+"', "", labels) for _, labels in figures(server)}
    assert not [labels for labels in routes if re.search(r"nowhere|t1\d|METHOD|id-", labels)]
    assert total(figures(server), 'route="none"', 'status="404"') >= 20
    assert total(figures(server), 'method="other"') >= 20


def test_each_request_is_one_line_of_json_with_what_an_operator_needs(server: Service) -> None:
    answer = server.get(f"{BASE}/state?at=2019-05-01&known_at=7", **{"X-Request-ID": "desk-1"})
    line = server.line_of("desk-1")
    assert set(line) == {
        *("time", "request_id", "method", "route", "timeline"),
        *("position", "status", "seconds", "bytes"),
    }
    assert (line["method"], line["route"]) == ("GET", "/v1/timelines/<timeline>/state")
    assert (line["timeline"], line["position"], line["status"]) == ("libya", 7, 200)
    assert line["bytes"] == len(answer.content)
    assert line["seconds"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["time"])


def test_every_line_is_json_and_none_holds_a_secret(server: Service) -> None:
    """Not a token, a query, a body, who asked, nor what is wrong with a request that cannot even be read."""
    secret, reader = "s3cret", "127.0.0.2"
    server.get(f"{BASE}/state?at={secret}", Authorization=f"Bearer {secret}", Cookie=secret)
    server.append({"id": secret, "title": secret})
    server.append(event("told", "2020-01-01", title=secret))
    for crooked in (
        f"GET /?q={secret} HTTP/1.1\r\nHost: x\r\nAuthorization: {secret}\x01\r\n\r\n",
        f"GET /?q={secret} HTTP/1.1\r\nHost: x\r\nAuthorization {secret}\r\n\r\n",
        f"GET /?q={secret}\r\n\r\n",
        f"GET /?q={secret} {secret}\r\n\r\n",
        f"GET /?q={secret} HTTP/1.1\r\nContent-Length: {secret}\r\n\r\n",
        f"GET /?q={secret} HTTP/1.1\r\nTransfer-Encoding: {secret}\r\n\r\n",
        f"GET /?q={secret}{'x' * 9000} HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\nCookie: {secret}{'x' * 9000}\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE, (reader, 0)) as connection:
            connection.sendall(crooked.encode())
            with suppress(ConnectionResetError):
                assert connection.recv(1000).startswith((b"HTTP/1.1 4", b"HTTP/1.1 501"))
    lines = server.log()
    assert any("Invalid request" in line.get("message", "") for line in lines)
    assert secret not in json.dumps(lines)
    assert reader not in json.dumps(lines)
    assert server.token not in json.dumps(lines)


def test_an_id_that_is_fit_is_taken_and_another_is_made(server: Service) -> None:
    taken = server.get(BASE, **{"X-Request-ID": "proxy_1.A-b"})
    assert taken.headers["X-Request-ID"] == "proxy_1.A-b"
    made = set()
    for unfit in ("", "x" * 65, "a b", 'a"b', "a\\b", "é"):
        id = server.get(BASE, **{"X-Request-ID": unfit.encode()}).headers["X-Request-ID"]  # type: ignore[dict-item]
        assert re.fullmatch("[0-9a-f]{32}", id)
        made.add(id)
    assert len(made) == 6


def test_an_error_names_its_request(server: Service) -> None:
    answer = server.get(f"{BASE}/state?at=soon", **{"X-Request-ID": "desk-2"})
    assert answer.status_code == 422
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"] == "desk-2"


def test_it_says_whether_it_lives_and_whether_it_is_ready(server: Service) -> None:
    assert server.get("/livez").json() == server.get("/healthz").json() == {"status": "up"}
    assert server.get("/readyz").json() == {"status": "ready"}


def test_below_the_mark_nothing_is_appended_and_everything_is_read(tmp_path: Path) -> None:
    reserve = str(2**50)
    with service(tmp_path, ALLEGIANCE_DISK_RESERVE=reserve) as server:
        answer = server.append(event("one", "2020-01-01"))
        assert answer.status_code == 507
        assert answer.json()["type"] == "/docs/errors#full"
        assert "MiB of the disk are free" in answer.json()["detail"]
        assert int(answer.headers["Retry-After"]) > 0
        assert server.append(event("one", "2020-01-01"), params={"dry_run": 1}).status_code == 507
        assert server.get(f"{BASE}/state?at=2019-05-01").status_code == 200
        assert server.get("/readyz").status_code == 507
        assert server.get("/livez").status_code == 200
        assert figures(server)["allegiance_ready", ""] == 0
        assert server.store.head("libya").position == 7


def test_it_is_not_ready_while_a_log_ends_before_what_was_signed_of_it(tmp_path: Path) -> None:
    outside = Outside(tmp_path / "record.db-checkpoints")
    with service(tmp_path) as server:
        assert server.get("/readyz").status_code == 200
        outside.keep("libya", signed(of_timeline(SIGNER, "libya"), 8, bytes(32)).note)
        told = server.get("/readyz")
        assert (told.status_code, told.json()["type"]) == (503, "/docs/errors#history-forked")
        assert "A log is not the one that was signed" in told.json()["detail"]
        assert "libya" not in told.text
        refused = server.append(event("one", "2020-01-01"))
        assert (refused.status_code, refused.json()["type"]) == (503, "/docs/errors#history-forked")
        assert "it ends at position 7, and it was signed at 8" in refused.json()["detail"]
        assert figures(server)["allegiance_ready", ""] == 0
        assert server.get(f"{BASE}/state?at=2019-05-01").status_code == 200


def test_a_database_of_a_newer_version_is_not_served(tmp_path: Path) -> None:
    with service(tmp_path) as server:
        assert server.get("/readyz").status_code == 200
        with server.store.connections.writing() as connection:
            connection.execute(
                "insert into _sqlite_migrations (migration_set, name, applied_at)"
                " values ('allegiance', 'm999_later', '2030-01-01')"
            )
        answer = server.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (503, "/docs/errors#database")
