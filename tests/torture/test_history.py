"""Clients that append, correct, retract and read while workers are killed: one log explains all they saw."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest

from events.model import Entry
from events.strict_json import read as read_json
from events.verify import verify
from tests.domain.builders import actor, document, draft, effect, event
from tests.torture.history import Kept, Log, Operation, Said, State, Write, anomalies
from tests.torture.serving import Client, Server, serving

pytestmark = pytest.mark.torture

ACTORS = [f"a{n}" for n in range(4)]
CAST = (document(), *map(actor, ACTORS))
CLIENTS = 12
OF_A_ROUND = 1000
"""Operations on one timeline; then the next begins, so that answers stay small."""

DAYS = ("2019-01-15", "2019-03-01", "2019-12-31")
"""All events are of the first; what they show is presumed on the others."""


class Desk:
    """One client: it does what chance says, and keeps what it did and saw."""

    def __init__(self, server: Server, timeline: str, name: str) -> None:
        self.client = Client(server)
        self.history: list[Operation] = []
        self._base = f"/v1/timelines/{timeline}"
        self._name = name
        self._random = Random(f"{timeline}/{name}")
        self._live: list[str] = []
        self._head = len(CAST)

    def work(self, times: int, stop: Event) -> None:
        """Do so many operations."""
        ways = (self._append, self._append, self._read_state, self._read_pinned, self._read_log, self._change)
        for number in range(times):
            if stop.is_set():
                return
            self._random.choice(ways)(f"{self._name}-{number}")
        self.client.close()

    def _append(self, mark: str) -> None:
        said = [
            self._said(f"{mark}-{place}", f"{mark}-{place}")
            for place in range(self._random.choice((1, 1, 3)))
        ]
        self._write("events", [_line(one) | {"id": one.id} for one in said], said)
        self._live += [one.id for one in said]

    def _change(self, mark: str) -> None:
        if not self._live:
            return self._append(mark)
        id = self._random.choice(self._live)
        if self._random.random() < 0.7:
            said = self._said(mark, id)
            return self._write(f"events/{id}/correction", [_line(said) | {"reason": mark}], [said])
        self._live.remove(id)
        return self._write(f"events/{id}/retraction", [{"reason": mark}], [Said(mark, id, None)])

    def _said(self, mark: str, id: str) -> Said:
        subject, object = self._random.sample(ACTORS, 2)
        return Said(mark, id, (subject, object))

    def _write(self, path: str, lines: list[dict[str, Any]], said: list[Said]) -> None:
        several = path == "events"
        body = json.dumps(lines if several else lines[0]).encode()
        began = monotonic()
        answer = self.client.post(f"{self._base}/{path}", body, **{"Content-Type": "application/json"})
        assert answer.status in (200, 201), answer.body
        position = answer.json["position"] if answer.status == 201 else None
        self.history.append(Write(began, monotonic(), tuple(said), position))

    def _read_state(self, mark: str) -> None:
        self._state(None)

    def _read_pinned(self, mark: str) -> None:
        self._state(self._random.randint(0, self._head))

    def _state(self, known_at: int | None) -> None:
        at = self._random.choice(DAYS)
        pinned = "" if known_at is None else f"&known_at={known_at}"
        began = monotonic()
        answer = self.client.get(f"{self._base}/state?at={at}{pinned}")
        ended = monotonic()
        assert answer.status == 200, answer.body
        content = answer.json
        self._head = max(self._head, content["position"])
        evidence = tuple(
            ((item["subject"], item["object"]), tuple(item["evidence"])) for item in content["relations"]
        )
        position = content["position"]
        self.history.append(State(began, ended, at, known_at, position, evidence, answer.body))

    def _read_log(self, mark: str) -> None:
        after = self._random.randint(0, self._head)
        began = monotonic()
        answer = self.client.get(f"{self._base}/log?after={after}&limit=100")
        ended = monotonic()
        assert answer.status == 200, answer.body
        content = answer.json
        entries = tuple(
            _kept(item["position"], item["recorded_at"], item["op"], item["id"], item["body"])
            for item in content["items"]
        )
        self.history.append(Log(began, ended, after, entries, content["next"] is None))


def _line(said: Said) -> dict[str, Any]:
    assert said.about is not None
    subject, object = said.about
    return event(None, DAYS[0], effect("holds", subject, "supports", object), title=said.mark)


def _kept(position: int, recorded_at: str, op: str, id: str, body: dict[str, Any]) -> Kept:
    """An entry as the checker knows it; the cast, says nothing of any relation."""
    if op == "retract":
        return Kept(position, recorded_at, Said(body["reason"], id, None))
    effects = [(one["subject"], one["object"]) for one in body.get("effects", ())]
    return Kept(position, recorded_at, Said(body.get("title", id), id, effects[0] if effects else None))


def _kept_entry(entry: Entry) -> Kept:
    assert entry.body is not None
    return _kept(entry.position, entry.recorded_at, entry.op, entry.id, read_json(entry.body))


def test_one_log_explains_all_that_clients_saw_while_workers_were_killed(
    tmp_path: Path, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    random, operations = Random(4), size("operations of a history")
    done: Counter[str] = Counter()
    with serving(tmp_path) as server:
        for number in range(operations // OF_A_ROUND):
            timeline = f"t{number}"
            server.store.append(timeline, [draft(line) for line in CAST], author="desk", create=True)
            log = list(map(_kept_entry, server.store.entries(timeline)))
            history: list[Operation] = [Write(0, 0, tuple(one.said for one in log), len(log))]
            desks = [Desk(server, timeline, f"c{n}") for n in range(CLIENTS)]
            done["kills"] += _work(server, desks, random)
            for desk in desks:
                history += desk.history
                done["sent again"] += desk.client.sent_again
            log = list(map(_kept_entry, server.store.entries(timeline)))
            assert anomalies(history, log) == []
            assert verify(server.store, timeline, positions=1).faults == []
            done.update(type(operation).__name__ for operation in history[1:])
    total = done["Write"] + done["State"] + done["Log"]
    assert total >= operations * 0.95
    assert done["kills"] >= operations // OF_A_ROUND
    tell(
        f"{total} operations of {CLIENTS} clients ({done['Write']} writes, {done['State']} states,"
        f" {done['Log']} reads of the log; {done['sent again']} sent again), {done['kills']} workers killed:"
        " 0 anomalies"
    )


def _work(server: Server, desks: list[Desk], random: Random) -> int:
    """Let all of them work at once, and kill workers meanwhile; gives how many."""
    stop, kills = Event(), 0
    with ThreadPoolExecutor(len(desks)) as threads:
        try:
            working = [threads.submit(desk.work, OF_A_ROUND // len(desks), stop) for desk in desks]
            while not all(one.done() for one in working):
                sleep(random.uniform(0.1, 0.6))
                server.kill_worker(random)
                kills += 1
        finally:
            stop.set()
        for one in working:
            one.result()
    return kills
