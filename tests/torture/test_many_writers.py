"""Thirty-two writers at once, while workers are killed: nobody gets an error, and nobody waits for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from statistics import median, quantiles
from threading import Event
from time import monotonic, sleep

import pytest

from events.verify import verify
from tests.domain.builders import actor, document, draft, effect, event
from tests.torture.serving import Client, Server, serving

pytestmark = pytest.mark.torture

WRITERS = 32
TIMELINES = 4
CAST = (document(), *(actor(f"a{n}") for n in range(40)))


def test_32_writers_get_no_error_while_workers_are_killed(
    tmp_path: Path, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    random, seconds = Random(5), size("seconds of 32 writers")
    with serving(tmp_path) as server:
        for number in range(TIMELINES):
            server.store.append(f"t{number}", [draft(line) for line in CAST], author="desk", create=True)
        stop, kills, until = Event(), 0, monotonic() + seconds
        with ThreadPoolExecutor(WRITERS) as threads:
            writers = [threads.submit(_write, server, number, stop) for number in range(WRITERS)]
            try:
                while monotonic() < until and not any(writer.done() for writer in writers):
                    sleep(random.uniform(0.2, 0.8))
                    server.kill_worker(random)
                    kills += 1
            finally:
                stop.set()
            waited, again = [], 0
            for writer in writers:
                some, more = writer.result()
                waited += some
                again += more
        for number in range(TIMELINES):
            assert verify(server.store, f"t{number}", positions=1).faults == []
        entries = [entry.id for number in range(TIMELINES) for entry in server.store.entries(f"t{number}")]
    assert len(entries) == len(waited) + TIMELINES * len(CAST)
    assert len(waited) > WRITERS
    p99 = quantiles(waited, n=100)[98]
    tell(
        f"{WRITERS} writers for {seconds} s, {kills} workers killed: {len(waited)} appended"
        f" ({len(waited) / seconds:.0f}/s), {again} sent again, 0 errors;"
        f" p50 {median(waited) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {max(waited):.1f} s"
    )


def _write(server: Server, number: int, stop: Event) -> tuple[list[float], int]:
    """Append until told to stop; gives how long each append took, and how often one was sent again."""
    client, random, waited = Client(server), Random(number), []
    while not stop.is_set():
        subject, object = random.sample(range(40), 2)
        line = event(
            f"w{number}-{len(waited)}", "2019", effect("holds", f"a{subject}", "supports", f"a{object}")
        )
        began = monotonic()
        answer = client.post(f"/v1/timelines/t{number % TIMELINES}/events", json.dumps(line).encode())
        waited.append(monotonic() - began)
        assert answer.status in (200, 201), answer.body
    client.close()
    return waited, client.sent_again
