"""A load generator: processes of threads, each with one kept connection, for a bounded time."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection

PROCESSES = 2
CONNECTIONS = 8
"""For each process; all in all a multiple of the ports that share the load."""

_TIMEOUT = 30
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: requests answered, and from the first to the last of them how long it took."""

    answered: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


def get(port: int, path: str) -> bytes:
    """One answer, by itself."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    try:
        return _ask(connection, path)
    finally:
        connection.close()


def load(ports: Sequence[int], paths: Sequence[str], seconds: float) -> Load:
    """Ask for `paths`, each once, until they or the `seconds` are used up; `ports` share the connections."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(PROCESSES, timeout=_PATIENCE)
    shares = [(ready, ports, paths[number::PROCESSES], seconds) for number in range(PROCESSES)]
    results = context.Queue()
    drivers = [context.Process(target=_drive, args=(results, *share), daemon=True) for share in shares]
    for driver in drivers:
        driver.start()
    answers = [results.get(timeout=seconds + _PATIENCE) for _ in drivers]
    for driver in drivers:
        driver.join()
    began, ended = min(began for _, began, _ in answers), max(ended for _, _, ended in answers)
    return Load(sum(answered for answered, _, _ in answers), ended - began)


def _drive(results, ready, ports: Sequence[int], paths: Sequence[str], seconds: float) -> None:
    answered = [0] * CONNECTIONS
    connections = [
        HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=_TIMEOUT)
        for number in range(CONNECTIONS)
    ]
    for connection in connections:
        connection.connect()
    ready.wait()
    began = time.monotonic()

    def drive(number: int) -> None:
        for path in paths[number::CONNECTIONS]:
            if time.monotonic() - began > seconds:
                break
            _ask(connections[number], path)
            answered[number] += 1

    threads = [threading.Thread(target=drive, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((sum(answered), began, time.monotonic()))


def _ask(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status} from {path}: {body[:500]!r}")
    return body
