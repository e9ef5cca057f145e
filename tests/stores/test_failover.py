"""The primary dies while clients write, and its synchronous standby takes over: nothing is lost."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from events import codec
from events.errors import BusyError
from events.stores.postgres import PostgreSQLStore
from events.verify import verify
from tests import profiles
from tests.domain.builders import document
from tests.stores.conftest import Pair

CLIENTS = 4
_ENOUGH = 30


class Client(threading.Thread):
    """Writes one entry after the other, sends again what was not acknowledged, and keeps what was."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(name=name)
        self.store = PostgreSQLStore(url)
        self.stop = threading.Event()
        self.acknowledged: dict[str, int] = {}
        self.refused = 0

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            id = f"{self.name}-{number}"
            try:
                done = self.store.append("t", [codec.record(document(id), "t")], author="desk", create=True)
            except BusyError:
                self.refused += 1
                time.sleep(0.02)
                continue
            if done.appended:  # else the append that broke off had been kept, at a position not told
                self.acknowledged[id] = done.position
            else:
                self.acknowledged[id] = 0
            number += 1
        self.store.close()


def reach(clients: list[Client], count: int) -> None:
    until = time.monotonic() + 60
    while any(len(client.acknowledged) < count for client in clients):
        assert time.monotonic() < until, [(len(c.acknowledged), c.refused) for c in clients]
        time.sleep(0.01)


@pytest.mark.parametrize("time_and_again", range(20 if profiles.deep() else 1))
@pytest.mark.timeout(180)
def test_a_synchronous_standby_takes_over_with_everything_that_was_acknowledged(
    pair: Pair, time_and_again: int
) -> None:
    clients = [Client(pair.url(), f"c{number}") for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        reach(clients, _ENOUGH)
        pair.primary.stop(signal.SIGKILL)
        pair.standby.promote()
        reach(clients, max(len(client.acknowledged) for client in clients) + _ENOUGH)
    finally:
        for client in clients:
            client.stop.set()
        for client in clients:
            client.join()
    store = PostgreSQLStore(pair.standby.url())
    log = {entry.id: entry.position for entry in store.entries("t")}
    acknowledged = {id: position for client in clients for id, position in client.acknowledged.items()}
    lost = [id for id, position in acknowledged.items() if log.get(id) not in (position or log.get(id, -1),)]
    assert lost == []
    assert sorted(log.values()) == list(range(1, len(log) + 1))
    assert sum(client.refused for client in clients) > 0
    assert verify(store, "t", 3).faults == []
    store.close()
