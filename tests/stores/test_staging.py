"""A large batch in one file: killed at any moment nothing of it is seen, and the next writer clears up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from events.errors import BusyError
from events.prepared import prepare
from events.stores import Store
from events.stores.sqlite import SQLiteStore
from events.verify import verify
from tests.cli.command import PROGRAM
from tests.domain.builders import actor, document, draft, effect, event

CAST = (document(), *(actor(f"a{n}") for n in range(40)))
LARGE = 12_000


def effect_between(random: Random) -> dict:
    subject, object = random.sample(range(40), 2)
    return effect("holds", f"a{subject}", "supports", f"a{object}")


@pytest.fixture(scope="module")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "claims.ndjson"
    random = Random(1)
    lines = [
        event(f"e{n}", str(random.randint(1900, 2020)), effect_between(random), title="x" * 300)
        for n in range(LARGE)
    ]
    path.write_text("\n".join(map(json.dumps, [*CAST, *lines])))
    assert path.stat().st_size > 4 << 20, "so large that other processes help"
    return path


@pytest.fixture
def store(tmp_path: Path) -> SQLiteStore:
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    before = [*CAST, event("before", "1950", effect("starts", "a1", "allied_with", "a2"))]
    store.append("large", [draft(line) for line in before], author="desk", create=True)
    return store


def ingesting(store: SQLiteStore, file: Path, timeline: str = "large") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ALLEGIANCE_DATABASE": f"sqlite:///{store.connections.path}"}
    return subprocess.Popen(
        [*PROGRAM, "ingest", timeline, str(file)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def seen(store: Store) -> object:
    head = store.head("large")
    return head, len(list(store.entries("large"))), store.relearned("large", 0, head.position)


def test_killed_at_any_moment_it_leaves_nothing_or_everything(store: SQLiteStore, large_file: Path) -> None:
    before = seen(store)
    began = time.monotonic()
    assert ingesting(store, large_file, "other").wait() == 0
    took = time.monotonic() - began
    random = Random(7)
    for _ in range(6):
        process = ingesting(store, large_file)
        time.sleep(took * random.uniform(0.2, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert seen(store) == before or store.head("large").position == len(CAST) + 1 + LARGE
        if store.head("large").position > len(CAST) + 1:
            break
    assert ingesting(store, large_file).wait() == 0
    assert store.head("large").position == len(CAST) + 1 + LARGE
    assert verify(store, "large", positions=1).faults == []


def test_what_a_killed_batch_left_is_cleared_by_the_next_writer(store: SQLiteStore, large_file: Path) -> None:
    process = ingesting(store, large_file)
    connection = store.connections.get()
    while not connection.execute("select 1 from entry where position > 5000").fetchone():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    head = store.head("large").position
    store.append("large", [draft(event("next", "1960"))], author="desk")
    assert store.head("large").position == head + 1
    columns = {
        "entry": "position",
        "body": "position",
        "version": "since",
        "finding": "position",
        "finding_words": "rowid & 0xffffffff",
    }
    for table, column in columns.items():
        (most,) = connection.execute(f"select max({column}) from {table}").fetchone()
        assert most == head + 1
    assert connection.execute("select count(*) from node").fetchone() == (0,), "the tree has no whole tile"
    assert verify(store, "large").faults == []


def test_nothing_of_a_batch_that_is_not_sealed_stays_in_what_is_searched(store: SQLiteStore) -> None:
    connection = store.connections.get()
    kept = (
        "select * from finding",
        "select rowid, words from finding_words",
        "select * from actor_name",
    )
    before = [connection.execute(sql).fetchall() for sql in kept]
    dated = actor("burma", name="Myanmar", known_as=[{"name": "Burma", "during": "../1989-06-18"}])
    with store.stage("large", author="desk") as batch:
        batch.add(prepare(draft(line)) for line in (dated, event("later", "1960", title="Zwetschge")))
        assert [connection.execute(sql).fetchall() for sql in kept] != before
    assert [connection.execute(sql).fetchall() for sql in kept] == before
    assert (
        connection.execute("select 1 from finding_words where finding_words match 't_zwetschge'").fetchall()
        == []
    )


def test_the_processes_that_help_end_with_the_one_that_is_killed(
    store: SQLiteStore, large_file: Path
) -> None:
    process = ingesting(store, large_file)
    while len(_members(process.pid)) < 3:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for _ in range(200):
        if not _members(process.pid):
            return
        time.sleep(0.05)
    raise AssertionError(f"still there: {_members(process.pid)}")


def _members(session: int) -> list[int]:
    """The processes of a session that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, of = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(of) == session and state != "Z":
                found.append(int(entry.name))
    return found


def test_writers_elsewhere_go_on_while_a_large_batch_goes_in(store: SQLiteStore, large_file: Path) -> None:
    process = ingesting(store, large_file)
    appended = 0
    while process.poll() is None:
        line = actor(f"b{appended}")
        store.append("elsewhere", [draft(line)], author="desk", create=True)
        appended += 1
    assert process.returncode == 0
    assert appended > 10
    assert store.head("elsewhere").position == appended
    assert store.head("large").position == len(CAST) + 1 + LARGE


def test_two_large_batches_to_one_timeline_do_not_mix(store: SQLiteStore) -> None:
    store.connections.busy_seconds = 0.2
    with store.stage("large", author="one") as batch:
        batch.add([prepare(draft(actor("x")))])
        refused = []

        def another() -> None:
            try:
                with store.stage("large", author="two"):
                    pass
            except BusyError as error:
                refused.append(error.detail)
            finally:
                store.close()

        thread = Thread(target=another)
        thread.start()
        thread.join()
    assert refused
    assert "Another large batch" in refused[0]


def test_checkpoints_come_between_the_chunks(store: SQLiteStore) -> None:
    store.connections.long_log_bytes = 0
    wal = store.connections.path.with_name("record.db-wal")
    random = Random(3)
    with store.stage("large", author="desk") as batch:
        for part in range(30):
            batch.add(
                [prepare(draft(event(f"p{part}-{n}", "1990", effect_between(random)))) for n in range(200)]
            )
        batch.check()
        batch.finish()
        batch.seal()
    assert wal.stat().st_size < 4 << 20
    assert verify(store, "large", positions=1).faults == []
