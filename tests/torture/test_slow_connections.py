"""Very many clients that send or read slowly, through the proxy as it is shipped, beside other readers."""

from __future__ import annotations

import random
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Literal

import pytest

from tests.deploy.serving import PATIENCE, needs_nginx, proxy, service
from tests.service.client import BASE

pytestmark = [pytest.mark.torture, needs_nginx]

Way = Literal["head", "body", "answer"]

_DROP_SECONDS = 1.0
_READERS = 4
_ANSWERS = f"{BASE}/state?at=20{{:02}}-{{:02}}-{{:02}}"


class Slow:
    """A client that takes its time: for the head of its request, for its body, or for reading the answer."""

    def __init__(self, port: int, way: Way, token: str) -> None:
        self.way = way
        self.socket = socket.socket()
        if way == "answer":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.socket.send(self._beginning(token))

    def _beginning(self, token: str) -> bytes:
        if self.way == "head":
            return b"GET / HTTP/1.1\r\nHost: localhost\r\n"
        if self.way == "answer":
            return b"GET /embed/libya HTTP/1.1\r\nHost: localhost\r\n\r\n"
        return (
            f"POST {BASE}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n"
        ).encode()

    def drop(self) -> None:
        """Send, or read, one byte more. Raises OSError when it was cut off."""
        if self.way == "answer":
            with suppress(BlockingIOError):
                if not self.socket.recv(1):
                    raise ConnectionResetError
            return
        self.socket.send(b"x" if self.way == "body" else b"X")
        with suppress(BlockingIOError):
            if not self.socket.recv(1000):
                raise ConnectionResetError


@contextmanager
def crowd(port: int, count: int, token: str) -> Iterator[list[int]]:
    """So many slow clients all the time: whoever is cut off comes again. Gives how many have come again."""
    ways: list[Way] = ["head", "body", "answer"]
    clients = [Slow(port, ways[number % 3], token) for number in range(count)]
    again = [0]
    done = threading.Event()

    def dawdle() -> None:
        while not done.wait(_DROP_SECONDS):
            for place, client in enumerate(clients):
                try:
                    client.drop()
                except OSError:
                    client.socket.close()
                    clients[place] = Slow(port, client.way, token)
                    again[0] += 1

    thread = threading.Thread(target=dawdle)
    thread.start()
    try:
        yield again
    finally:
        done.set()
        thread.join()
        for client in clients:
            client.socket.close()


def waits(port: int, seconds: float) -> list[float]:
    """How long each of many questions waited for its answer, in seconds, in order; asked by a few readers."""

    def read(seed: int) -> list[float]:
        chance = random.Random(seed)
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        found = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            path = _ANSWERS.format(chance.randrange(10, 30), chance.randrange(1, 13), chance.randrange(1, 29))
            began = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            found.append(time.perf_counter() - began)
            assert answer.status == 200
            time.sleep(0.01)
        connection.close()
        return found

    with ThreadPoolExecutor(_READERS) as readers:
        return sorted(wait for found in readers.map(read, range(_READERS)) for wait in found)


def p99(sorted_waits: list[float]) -> float:
    return sorted_waits[len(sorted_waits) * 99 // 100]


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """Both ends of every connection of ours are open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_readers_do_not_notice_those_who_are_slow(
    tmp_path: Path, size: Callable[[str], int], tell: Callable[[str], None], pytestconfig: pytest.Config
) -> None:
    count = size("slow connections")
    long = pytestconfig.getoption("sizes") == "long"
    seconds = 25 if long else 6
    with service(tmp_path) as running, proxy(tmp_path / "proxy", running.url) as url:
        port = int(url.rpartition(":")[2])
        alone = waits(port, 3)
        with crowd(port, count, running.token) as again:
            beside = waits(port, seconds)
        assert running.store.head("libya").position == 7
    tell(
        f"{count} slow connections through the proxy ({again[0]} were cut off and came again): p99 of "
        f"{len(beside)} other reads {p99(beside) * 1000:.0f} ms, {p99(alone) * 1000:.0f} ms without them"
    )
    if long:
        assert p99(beside) <= 0.2
    else:  # on a machine that does much else at once
        assert p99(beside) <= max(0.2, 5 * p99(alone))


def test_without_the_proxy_a_few_of_them_stop_the_service(tmp_path: Path) -> None:
    """So the test above shows something, and so there is a proxy."""
    with service(tmp_path) as running:
        with crowd(running.port, 24, running.token):
            tried_until = time.monotonic() + PATIENCE  # until all of them are there
            while _answers_within(running.port, 3):
                assert time.monotonic() < tried_until
        assert _answers_within(running.port, PATIENCE)


def _answers_within(port: int, seconds: float) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try:
            return connection.recv(100).startswith(b"HTTP/1.1 200")
        except TimeoutError:
            return False
