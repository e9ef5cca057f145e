"""Readers that follow the log while many write to it miss nothing, and all see the same."""

from __future__ import annotations

import threading
import time

from events import codec
from events.errors import BusyError, UnknownError
from events.stores.postgres import PostgreSQLStore
from tests import profiles
from tests.domain.builders import document

WRITERS, READERS = 8, 3


class Writer(threading.Thread):
    """Appends batches of one to five entries, as fast as it can."""

    def __init__(self, url: str, name: str, stop: threading.Event) -> None:
        super().__init__(name=name)
        self.store = PostgreSQLStore(url)
        self.stop = stop
        self.acknowledged: dict[int, int] = {}

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            lines = [document(f"{self.name}-{number}-{place}") for place in range(1 + number % 5)]
            try:
                drafts = [codec.record(line, "t") for line in lines]
                receipt = self.store.append("t", drafts, author=self.name, create=True)
            except BusyError:
                continue
            self.acknowledged[receipt.position] = receipt.appended
        self.store.close()


class Reader(threading.Thread):
    """Follows the log from its beginning."""

    def __init__(self, url: str, done: threading.Event) -> None:
        super().__init__()
        self.store = PostgreSQLStore(url)
        self.done = done
        self.seen: list[tuple[int, str, str]] = []

    def run(self) -> None:
        last = False
        while not last:
            last = self.done.is_set()  # and then once more, to the end
            try:
                for entry in self.store.entries("t", self.seen[-1][0] if self.seen else 0):
                    self.seen.append((entry.position, entry.id, entry.recorded_at))
            except (UnknownError, BusyError):
                time.sleep(0.01)
        self.store.close()


def test_readers_that_follow_eight_writers_miss_nothing_and_agree_on_the_order(database: str) -> None:
    stop, done = threading.Event(), threading.Event()
    writers = [Writer(database, f"w{number}", stop) for number in range(WRITERS)]
    readers = [Reader(database, done) for _ in range(READERS)]
    for thread in (*readers, *writers):
        thread.start()
    time.sleep(60 if profiles.deep() else 5)
    stop.set()
    for writer in writers:
        writer.join()
    done.set()
    for reader in readers:
        reader.join()
    seen = readers[0].seen
    assert all(reader.seen == seen for reader in readers)
    assert [position for position, _, _ in seen] == list(range(1, len(seen) + 1))
    assert [instant for *_, instant in seen] == sorted(instant for *_, instant in seen)
    assert len({id for _, id, _ in seen}) == len(seen)
    acknowledged = [item for writer in writers for item in writer.acknowledged.items()]
    assert sum(appended for _, appended in acknowledged) == len(seen)
    assert all(writer.acknowledged for writer in writers)
