"""What only a socket can send: cut, chunked and crooked requests, to the servers we run on."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from events.codec import record
from events.stores import connect
from service import create_app
from service.settings import Settings
from tests.domain.builders import event
from tests.service.client import BASE, LIBYA

LINES = "\n".join(json.dumps(event(f"e{n}", "2020-01-01", title="x" * 100)) for n in range(500)).encode()


class Wire:
    """A server on the loopback, and a token for it."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.token = token

    def send(self, head: str, body: bytes = b"", authorised: bool = True) -> tuple[int, str, bytes]:
        """Send a request as it stands, then end the stream; gives status, head and body of the answer."""
        lines = [*head.split("\n"), "Host: localhost", "Connection: close"]
        if authorised:
            lines.append(f"Authorization: Bearer {self.token}")
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            with suppress(OSError):  # it may have answered and gone before it has read all
                connection.shutdown(socket.SHUT_WR)
            received = b""
            while part := connection.recv(65536):
                received += part
        top, _, rest = received.partition(b"\r\n\r\n")
        return int(top.split()[1]), top.decode("latin-1"), rest

    def position(self) -> int:
        """Where the log of `libya` stands."""
        return int(json.loads(self.send(f"GET {BASE} HTTP/1.1", authorised=False)[2])["position"])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not come up")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fill(url: str) -> tuple[object, str]:
    store = connect(url)
    store.initialise()
    title = {"entity": "timeline", "title": {"en": "Libya"}}
    store.append("libya", [record(line, "libya") for line in (title, *LIBYA)], author="tests", create=True)
    return store, store.tokens.create(("append", "correct"), None, "")[1]


@pytest.fixture(scope="module", params=["werkzeug", "gunicorn"])
def wire(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """Each server in turn, with the timeline `libya` at position 7."""
    serve = {"werkzeug": _werkzeug, "gunicorn": _gunicorn}[request.param]
    yield from serve(tmp_path_factory.mktemp("wire"))


def _werkzeug(folder: Path) -> Iterator[Wire]:
    store, token = _fill("memory:")
    app = create_app(Settings(max_body=200_000), store)  # type: ignore[arg-type]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Wire(server.server_port, token)
    server.shutdown()
    thread.join()
    server.server_close()


def _gunicorn(folder: Path) -> Iterator[Wire]:
    url, port = f"sqlite:///{folder}/allegiance.db", _free_port()
    store, token = _fill(url)
    store.close()  # type: ignore[attr-defined]
    settings = {"ALLEGIANCE_DATABASE": url, "PORT": str(port), "ALLEGIANCE_MAX_BODY": "200000"}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf", "service:create_app()"]
    log = (folder / "log").open("w")
    with log, subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log) as process:
        _wait_for(port)
        yield Wire(port, token)
        process.terminate()


POST = f"POST {BASE}/events HTTP/1.1\nContent-Type: application/x-ndjson"


def _chunked(body: bytes, size: int = 1000) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def test_a_body_shorter_than_declared_is_not_taken(wire: Wire) -> None:
    before = wire.position()
    whole_lines = LINES[: LINES.index(b"\n") + 1] * 3
    status, head, body = wire.send(f"{POST}\nContent-Length: {len(LINES)}", whole_lines)
    assert status == 400
    assert "application/problem+json" in head
    assert json.loads(body)["detail"]
    assert wire.position() == before


def test_a_chunked_body_that_is_cut_is_not_taken(wire: Wire) -> None:
    before = wire.position()
    for cut in (_chunked(LINES), _chunked(LINES)[:5000], b"zz\r\nnonsense\r\n", b""):
        status, _, _ = wire.send(f"{POST}\nTransfer-Encoding: chunked", cut)
        assert 400 <= status < 500
    assert wire.position() == before


def test_of_an_upload_cut_after_any_of_a_thousand_lines_nothing_is_seen(wire: Wire) -> None:
    lines = [json.dumps(event(f"cut{number}", "2020-01-01")).encode() + b"\n" for number in range(1000)]
    before, whole = wire.position(), b"".join(lines)
    head = f"{POST}\nContent-Length: {len(whole)}"
    sent = 0
    for line in lines:
        for framing, body in ((head, whole[:sent]), (f"{POST}\nTransfer-Encoding: chunked", b"")):
            status, _, _ = wire.send(framing, body or _chunked(whole[:sent], 8000))
            assert 400 <= status < 500, (sent, framing)
        sent += len(line)
    assert wire.position() == before
    status, _, body = wire.send(head, whole)
    assert (status, json.loads(body)["appended"]) == (201, 1000)
    assert wire.position() == before + 1000


def test_a_chunked_body_beyond_the_limit_is_refused_whole(wire: Wire) -> None:
    before = wire.position()
    status, _, body = wire.send(f"{POST}\nTransfer-Encoding: chunked", _chunked(LINES * 3) + b"0\r\n\r\n")
    assert status == 413
    assert json.loads(body)["type"] == "/docs/errors#too-large"
    status, _, _ = wire.send(f"{POST}\nContent-Length: {3 * len(LINES)}", LINES * 3)
    assert status == 413
    assert wire.position() == before


def test_a_whole_chunked_body_is_taken_whole(wire: Wire) -> None:
    status, _, body = wire.send(f"{POST}\nTransfer-Encoding: chunked", _chunked(LINES) + b"0\r\n\r\n")
    assert status == 201
    assert json.loads(body)["appended"] == 500


def test_a_token_in_bytes_that_are_no_text_is_no_token(wire: Wire) -> None:
    status, _, _ = wire.send(
        f"{POST}\nContent-Length: 2\nAuthorization: Bearer \xff\xfe", b"{}", authorised=False
    )
    assert status == 401


@pytest.mark.parametrize(
    "target",
    [
        f"{BASE}/state?at=%ff",
        f"{BASE}/state?at=%00",
        f"{BASE}/state?%00=1",
        f"{BASE}/state?at=2019-05-01&known_at=%2B1",
        "/v1/timelines/%00/state?at=2019-05-01",
        "/v1/timelines/%ff",
        f"{BASE}/events/%00",
        f"{BASE}/events/..%2f..%2fetc",
        f"{BASE}/state?at=2019-05-01&" + "&".join("a=1" for _ in range(500)),
    ],
)
def test_a_crooked_address_is_refused_in_words(wire: Wire, target: str) -> None:
    status, head, body = wire.send(f"GET {target} HTTP/1.1", authorised=False)
    assert 400 <= status < 500
    assert "application/problem+json" in head
    assert json.loads(body)["detail"]
