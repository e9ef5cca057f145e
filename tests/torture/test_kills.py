"""kill -9 of whoever writes, at any moment: what was acknowledged is there, once, and all of it verifies."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from subprocess import Popen
from threading import Event

import pytest

from events.batch import LARGE
from events.model import Entry
from events.stores import Store
from events.stores.sqlite import SQLiteStore
from events.verify import verify
from tests.domain.builders import actor, document, draft, effect, event
from tests.torture.nursery import Run, nursery
from tests.torture.serving import PATIENCE, Client, Server, serving

pytestmark = pytest.mark.torture

CAST = (document(), *(actor(f"a{n}") for n in range(6)))
KILLS_OF_A_TIMELINE = 10
"""Then another one begins, so that checking all of it stays quick."""

RECEIPT = re.compile(r"(\d+) appended, (\d+) there already; \S+ stands at position (\d+)\.")


def begin(store: Store, timeline: str) -> None:
    store.append(timeline, [draft(line) for line in CAST], author="desk", create=True)


def claim(random: Random, id: str) -> dict:
    subject, object = random.sample(range(6), 2)
    said = effect(random.choice(("starts", "holds", "ends")), f"a{subject}", "supports", f"a{object}")
    return event(id, str(random.randint(1950, 2020)), said)


def check(store: Store, timeline: str, acknowledged: Mapping[str, int | None]) -> list[Entry]:
    """What must hold of a log at any moment. `acknowledged` are ids, with positions where they are known."""
    entries = list(store.entries(timeline))
    assert verify(store, timeline, positions=1).faults == []
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    found = {entry.id: entry.position for entry in entries}
    assert len(found) == len(entries), f"doubled: {Counter(e.id for e in entries).most_common(3)}"
    lost = {id for id, at in acknowledged.items() if id not in found or at not in (None, found[id])}
    assert not lost
    return entries


class Writer:
    """Ingests files, one after the other, and is killed and started again where it was."""

    def __init__(self, process: Popen[str], folder: Path, timeline: str, name: str, random: Random) -> None:
        self._process = process
        self._folder = folder
        self._timeline = timeline
        self._waiting = []
        for number in range(100):
            line = claim(random, f"{name}-{number}")
            path = folder / f"{timeline}-{line['id']}.ndjson"
            path.write_text(json.dumps(line))
            self._waiting.append((line["id"], path))
        self.acknowledged: dict[str, int | None] = {}
        self.start()

    def start(self) -> None:
        commands = [["ingest", self._timeline, str(path)] for _, path in self._waiting]
        self._run = Run(self._process, self._folder / f"{time.monotonic_ns()}.out", *commands)

    def kill(self) -> None:
        self._run.kill()
        for line in self._run.said().splitlines():
            receipt = RECEIPT.fullmatch(line)
            assert receipt is not None, line
            id, _ = self._waiting.pop(0)
            self.acknowledged[id] = int(receipt[3]) if receipt[1] == "1" else None


def test_killed_ingests_lose_nothing_and_double_nothing(
    tmp_path: Path, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    random, kills = Random(1), size("kills of small ingests")
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    acknowledged = 0
    with ExitStack() as processes:
        nurseries = [processes.enter_context(nursery(store.connections.path)) for _ in range(3)]
        for first in range(0, kills, KILLS_OF_A_TIMELINE):
            timeline = f"t{first}"
            begin(store, timeline)
            writers = [
                Writer(process, tmp_path, timeline, f"w{number}", random)
                for number, process in enumerate(nurseries)
            ]
            for _ in range(min(KILLS_OF_A_TIMELINE, kills - first)):
                time.sleep(random.uniform(0.01, 0.1))
                killed = random.choice(writers)
                killed.kill()
                check(store, timeline, killed.acknowledged)
                killed.start()
            for writer in writers:
                writer.kill()
                acknowledged += len(writer.acknowledged)
            check(store, timeline, {id: at for writer in writers for id, at in writer.acknowledged.items()})
    assert acknowledged > kills
    tell(f"{kills} kill -9 of small ingests: {acknowledged} acknowledged, 0 lost, 0 doubled")


def test_killed_staged_ingests_leave_nothing_or_everything(
    tmp_path: Path, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    random, kills = Random(2), size("kills of staged ingests")
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    file = tmp_path / "large.ndjson"
    file.write_text("\n".join(json.dumps(claim(random, f"e{number}")) for number in range(LARGE + 100)))
    whole = LARGE + 100
    halfway = 0
    with nursery(store.connections.path) as process:

        def ingest() -> Run:
            return Run(process, tmp_path / f"{time.monotonic_ns()}.out", ["ingest", timeline, str(file)])

        timeline, took = "t", 0.0
        begin(store, timeline)
        for number in range(kills + 1):
            head, began = store.head(timeline).position, time.monotonic()
            run = ingest()
            if not number:  # the first may finish: it tells how long one takes
                _wait(run.said)
            elif random.random() < 0.6:  # however busy the machine is, these have begun
                _wait(partial(_has_come_to, run, store, timeline, random.randint(1, whole)))
                time.sleep(random.choice((0, random.uniform(0, 0.1))))
            else:
                time.sleep(random.uniform(0, took))
            took = took or time.monotonic() - began
            run.kill()
            halfway += _above_the_head(store, timeline) > 0
            entries = check(store, timeline, {})
            assert len(entries) in (head, head + whole)
            if run.said():
                assert RECEIPT.fullmatch(run.said().strip())[1] == str(whole)  # type: ignore[index]
                assert len(entries) == head + whole
            if len(entries) > head:
                timeline = f"t{number}"
                begin(store, timeline)
            elif random.random() < 0.5:
                next_one = claim(random, f"beside-{number}")
                store.append(timeline, [draft(next_one)], author="desk")
                check(store, timeline, {next_one["id"]: head + 1})
    assert halfway > kills // 10
    tell(f"{kills} kill -9 of staged ingests, {halfway} of them halfway: nothing or everything of each seen")


def _wait(until: Callable[[], object]) -> None:
    last = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < last, "it does not come on"
        time.sleep(0.002)


def _has_come_to(run: Run, store: SQLiteStore, timeline: str, entries: int) -> bool:
    """Whether a batch is so far, or at its end."""
    return bool(run.said()) or _above_the_head(store, timeline) >= entries


def _above_the_head(store: SQLiteStore, timeline: str) -> int:
    """How many entries of a batch are there that nobody sees."""
    (found,) = (
        store.connections.get()
        .execute(
            "select count(*) from entry join timeline on timeline.id = entry.timeline"
            " where name = ? and position > head",
            (timeline,),
        )
        .fetchone()
    )
    return int(found)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server whose workers may be killed."""
    with serving(tmp_path) as server:
        yield server


def test_killed_workers_lose_nothing_and_double_nothing(
    server: Server, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    random, kills = Random(3), size("kills of gunicorn workers")
    store, acknowledged, sent_again = server.store, 0, 0
    for first in range(0, kills, KILLS_OF_A_TIMELINE):
        timeline, batches = f"t{first}", f"batches{first}"
        begin(store, timeline)
        begin(store, batches)
        stop = Event()
        taken: dict[str, int | None] = {}
        with ThreadPoolExecutor() as threads:
            clients = [
                *(threads.submit(_append, server, timeline, f"w{n}", stop, taken) for n in range(6)),
                threads.submit(_append_batches, server, batches, stop),
            ]
            try:
                for _ in range(min(KILLS_OF_A_TIMELINE, kills - first)):
                    time.sleep(random.uniform(0, 0.05))
                    server.kill_worker(random)
                    check(store, timeline, dict(taken))
                    assert (len(list(store.entries(batches))) - len(CAST)) % (LARGE + 1) == 0
            finally:
                stop.set()
            sent_again += sum(client.result() for client in clients)
        entries = check(store, timeline, taken)
        assert len(entries) == len(CAST) + len(taken)
        check(store, batches, {})
        acknowledged += len(taken)
    assert acknowledged > kills
    tell(
        f"{kills} kill -9 of gunicorn workers under load: {acknowledged} acknowledged,"
        f" {sent_again} sent again, 0 lost, 0 doubled"
    )


def _append(server: Server, timeline: str, name: str, stop: Event, taken: dict[str, int | None]) -> int:
    """Append event after event until told to stop; gives how often one had to be sent again."""
    client, random, number = Client(server), Random(name), 0
    while not stop.is_set():
        line = claim(random, f"{name}-{number}")
        answer = client.post(f"/v1/timelines/{timeline}/events", json.dumps(line).encode())
        assert answer.status in (200, 201), answer.body
        taken[line["id"]] = answer.json["position"] if answer.status == 201 else None
        number += 1
    client.close()
    return client.sent_again


def _append_batches(server: Server, timeline: str, stop: Event) -> int:
    """The same with batches that are staged."""
    client, random, number = Client(server), Random(timeline), 0
    while not stop.is_set():
        lines = (json.dumps(claim(random, f"b{number}-{place}")) for place in range(LARGE + 1))
        answer = client.post(f"/v1/timelines/{timeline}/events", "\n".join(lines).encode())
        assert answer.status in (200, 201), answer.body
        number += 1
    client.close()
    return client.sent_again
