"""Streams of bytes that are no requests, or not quite: gunicorn and the service refuse them, and go on."""

from __future__ import annotations

import errno
import re
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from events.verify import verify
from tests.domain.builders import draft
from tests.fuzz.nasty import spoilt
from tests.fuzz.requests import Request, fuzzed
from tests.service.client import LIBYA
from tests.torture.serving import Client, Server, serving

pytestmark = pytest.mark.torture

LONGEST = 60
"""Seconds until there is an answer; what takes longer is tried once again: the machine may have been busy."""

FRAMING = (
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length: -1",
    b"Content-Length: 5, 5",
    b"Content-Length: 0x5",
    b"Content-Length: 5 5",
    b"Content-Length : 5",
    b"Content-Length: 99999999999999999999",
    b"Content-Length: 10\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding:\x0bchunked",
    b"Transfer-Encoding: gzip",
    b"X: y\r\n folded",
    b"X\0: y",
    b"X: y\0",
    b": no name",
    b"no colon",
    b"Expect: 100-continue",
    b"Connection: keep-alive, Transfer-Encoding",
    b"X: " + b"y" * 9000,
    b"\r\n".join(b"X%d: y" % n for n in range(100)),
)
CHUNKS = (
    b"5\r\n",
    b"0\r\n\r\n",
    b"zz\r\n",
    b"-1\r\n",
    b"ffffffffffffffff\r\n",
    b"5;x=\r\n",
    b"0x5\r\n",
    b" 5\r\n",
    b"\n",
)


def written(random: Random, request: Request, token: str) -> bytes:
    """A request as a stream, its framing perhaps crooked, cut or followed by another."""
    target = request.coded_path() + (f"?{request.coded_query()}" if request.query else "")
    lines = [
        f"{request.method} {target} HTTP/{random.choice(('1.1', '1.1', '1.1', '1.0', '0.9', '2.0', '1.10'))}"
    ]
    headers = {"Host": "localhost", "Authorization": f"Bearer {token}", **dict(request.headers)}
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines).encode("latin-1", "replace")
    body = request.body
    if random.random() < 0.5:
        head += b"\r\n" + random.choice(FRAMING)
        if random.random() < 0.5:
            body = random.choice(CHUNKS) + body + b"\r\n" + random.choice(CHUNKS)
    elif body:
        head += b"\r\nContent-Length: %d" % len(body)
    stream = head + b"\r\n\r\n" + body
    match random.randrange(6):
        case 0:
            return spoilt(random, stream)
        case 1:
            return stream[: random.randrange(len(stream))]
        case 2:
            return stream.replace(b"\r\n", b"\n")
        case 3:
            return stream + stream
    return stream


def answers(server: Server, stream: bytes) -> bytes:
    """All that comes back until the server closes. Raises TimeoutError."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as connection:
        received = b""
        try:  # it may have answered and gone before it has read all
            connection.sendall(stream)
            connection.shutdown(socket.SHUT_WR)
        except OSError as error:
            if not isinstance(error, ConnectionError) and error.errno != errno.ENOTCONN:
                raise
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                received += part
    return received


def test_no_stream_of_bytes_breaks_a_server(
    tmp_path: Path, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    random, times = Random(6), size("fuzzed streams")
    statuses: Counter[int] = Counter()
    with serving(tmp_path) as server:
        server.store.append("libya", [draft(line) for line in LIBYA], author="desk", create=True)
        before = server.workers()
        for _ in range(times):
            stream = written(random, fuzzed(random), server.token)
            try:
                received = answers(server, stream)
            except TimeoutError:
                received = answers(server, stream)
            found = [int(status) for status in re.findall(rb"(?:^|\n)HTTP/1\.[01] (\d{3}) ", received)]
            assert found or not received.strip(), received[:200]
            assert all(status < 500 or status in (501, 503, 505) for status in found), (stream, received)
            statuses.update(found or [0])
        assert server.workers() == before, "no worker was lost"
        with closing(Client(server)) as client:
            assert client.get("/readyz").status == 200
        assert verify(server.store, "libya").faults == []
    assert "Traceback" not in (tmp_path / "gunicorn.log").read_text()
    told = ", ".join(f"{count} x {status or 'closed'}" for status, count in sorted(statuses.items()))
    tell(f"{times} fuzzed streams to gunicorn: {told}; no worker lost")
