"""A large batch in PostgreSQL: whatever is killed nothing of it is seen, and the next writer clears up."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import psycopg
import pytest

from events.errors import BusyError, InvalidError
from events.model import Why
from events.prepared import prepare
from events.stores.postgres import PostgreSQLStore
from events.verify import verify
from tests.cli.command import PROGRAM
from tests.domain.builders import actor, draft, effect, event
from tests.stores.conftest import Pair
from tests.stores.test_staging import CAST, LARGE, effect_between, large_file, seen
from tests.system.postgresql import SERVICE, Server

__all__ = ["large_file"]

ABOVE_THE_HEAD = (
    *(("entry", "position"), ("body", "position"), ("effect", "position"), ("mention", "position")),
    *(("version", "since"), ("actor", "since"), ("stretch", "since")),
    *(("node", "position"), ("finding", "position")),
)
BEFORE = [*CAST, event("before", "1950", effect("starts", "a1", "allied_with", "a2"))]


@pytest.fixture
def store(database: str) -> Iterator[PostgreSQLStore]:
    store = PostgreSQLStore(database)
    store.append("large", [draft(line) for line in BEFORE], author="desk", create=True)
    yield store
    store.close()


def ingesting(store: PostgreSQLStore, file: Path, timeline: str = "large") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, "ingest", timeline, str(file)],
        env={**os.environ, "ALLEGIANCE_DATABASE": store.primary.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def until(holds: Callable[[], object]) -> None:
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def some(count: int, start: int = 0) -> list:
    """Prepared events about the cast."""
    random = Random(start)
    return [
        prepare(draft(event(f"p{number}", "1990", effect_between(random))))
        for number in range(start, start + count)
    ]


def nothing_is_above_the_head(server: Server) -> bool:
    with server.connect("postgres", "allegiance") as connection:
        heads = dict(connection.execute("select id, head from timeline").fetchall())
        for table, column in ABOVE_THE_HEAD:
            for timeline, most in connection.execute(
                f"select timeline, max({column}) from {table} group by 1"
            ):
                if most > heads[timeline]:
                    return False
        return connection.execute("select count(*) from found").fetchone() == (0,)


def test_killed_at_any_moment_it_leaves_nothing_or_everything(
    store: PostgreSQLStore, postgresql: Server, large_file: Path
) -> None:
    before = seen(store)
    began = time.monotonic()
    assert ingesting(store, large_file, "other").wait() == 0
    took = time.monotonic() - began
    random = Random(7)
    for _ in range(4):
        process = ingesting(store, large_file)
        time.sleep(took * random.uniform(0.2, 1.0))
        kill(process)
        if store.head("large").position > len(BEFORE):
            break
        assert seen(store) == before
    assert ingesting(store, large_file).wait() == 0
    assert store.head("large").position == len(BEFORE) + LARGE
    assert nothing_is_above_the_head(postgresql)
    assert verify(store, "large", positions=1).faults == []


@pytest.mark.parametrize("far", ["position > 5000", "position > 5000 and exists (select 1 from found)"])
def test_what_a_killed_batch_left_is_cleared_by_the_next_writer(
    store: PostgreSQLStore, postgresql: Server, large_file: Path, far: str
) -> None:
    process = ingesting(store, large_file)
    with postgresql.connect("postgres", "allegiance", autocommit=True) as connection:
        until(lambda: connection.execute(f"select 1 from entry where {far} limit 1").fetchone())
    assert process.poll() is None
    kill(process)
    head = store.head("large").position
    assert head == len(BEFORE)
    store.append("large", [draft(event("next", "1960"))], author="desk")
    assert store.head("large").position == head + 1
    assert nothing_is_above_the_head(postgresql)
    assert verify(store, "large").faults == []


def test_what_was_to_be_superseded_stands_again(store: PostgreSQLStore, postgresql: Server) -> None:
    before = seen(store)
    with store.stage("large", author="desk") as batch:
        batch.add([prepare(draft(event("end", "1960", effect("ends", "a1", "allied_with", "a2"))))])
        batch.check()
        batch.finish()
        assert store.relearned("large", len(BEFORE), len(BEFORE) + 1)
    assert seen(store) == before
    assert nothing_is_above_the_head(postgresql)
    assert verify(store, "large").faults == []


def test_a_batch_whose_lease_broke_can_write_no_more(store: PostgreSQLStore, postgresql: Server) -> None:
    """Another has the timeline by then: neither what comes later is kept, nor a part that was on its way."""
    other = PostgreSQLStore(store.primary.url)

    def robbed() -> None:
        with store.stage("large", author="desk") as batch:
            batch.add(some(3000))
            batch.check()
            cut_the_lease(postgresql)
            assert other.append("large", [draft(actor("next"))], author="desk").position == len(BEFORE) + 1
            with pytest.raises(BusyError, match="broke"):
                batch._writers.write(lambda connection: None).result()
            batch.seal()

    with pytest.raises(BusyError):
        robbed()
    assert other.head("large").position == len(BEFORE) + 1
    assert other.append("large", [draft(actor("last"))], author="desk").position == len(BEFORE) + 2
    assert nothing_is_above_the_head(postgresql)
    assert verify(other, "large").faults == []
    other.close()


def cut_the_lease(server: Server) -> None:
    with server.connect("postgres", autocommit=True) as connection:
        held = "select pid from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'"
        ((pid,),) = connection.execute(held).fetchall()
        connection.execute("select pg_terminate_backend(%s, 5000)", (pid,))


def test_writers_elsewhere_go_on_while_a_large_batch_goes_in(
    store: PostgreSQLStore, large_file: Path
) -> None:
    process = ingesting(store, large_file)
    appended = 0
    while process.poll() is None:
        line = actor(f"b{appended}")
        store.append("elsewhere", [draft(line)], author="desk", create=True)
        appended += 1
    assert process.returncode == 0
    assert appended > 10
    assert store.head("elsewhere").position == appended
    assert store.head("large").position == len(BEFORE) + LARGE


def test_a_standby_shows_nothing_above_the_head(pair: Pair) -> None:
    primary, standby = PostgreSQLStore(pair.primary.url()), PostgreSQLStore(pair.standby.url())
    primary.append("large", [draft(line) for line in BEFORE], author="desk", create=True)

    def reached(what: str) -> bool:
        with pair.standby.connect("postgres", "allegiance") as connection:
            return connection.execute(what).fetchone() is not None

    until(lambda: dict(standby.timelines()).get("large") == primary.head("large"))
    before = seen(standby)
    with (
        primary.stage("large", author="desk") as batch,
        primary.stage("new", author="desk", create=True) as new,
    ):
        batch.add(some(4000))
        new.add(map(prepare, map(draft, CAST)))
        for staged in (batch, new):
            staged.check()
            staged.finish()
        until(lambda: reached("select 1 from stretch where since > 4000"))
        assert seen(standby) == before
        assert [name for name, _ in standby.timelines()] == ["large"]
        new.seal()
        batch.seal()
    until(lambda: standby.head("large").position == len(BEFORE) + 4000)
    until(lambda: len(standby.timelines()) == 2)
    assert verify(standby, "large", positions=1).faults == []
    primary.close()
    standby.close()


@pytest.mark.parametrize(
    "trick",
    [
        "select remove_above_head(1, 0)",
        "create temp table timeline (id integer, head bigint); insert into timeline values (1, 0);"
        " select remove_above_head(1, 0)",
        "create temp table timeline (id integer, head bigint); insert into timeline values (1, 0);"
        " insert into commits (timeline, position, recorded_at) values (1, 1, '2000-01-01T00:00:00.000000Z')",
        "update timeline set head = 0; select remove_above_head(1, 0)",
    ],
)
def test_what_clears_up_never_takes_what_readers_have_seen(
    store: PostgreSQLStore, postgresql: Server, trick: str
) -> None:
    refused = suppress(psycopg.errors.IntegrityConstraintViolation)
    with postgresql.connect(SERVICE, "allegiance", autocommit=True) as connection, refused:
        connection.execute(trick)
    assert store.head("large").position == len(BEFORE)
    assert verify(store, "large").faults == []


def test_what_is_refused_after_a_killed_batch_makes_no_timeline(
    store: PostgreSQLStore, postgresql: Server
) -> None:
    def killed() -> None:
        with store.stage("new", author="desk", create=True) as batch:
            batch.add(map(prepare, map(draft, CAST)))
            batch._writers.wait()
            batch.sealed = True  # so that nothing is cleared at the end
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert not nothing_is_above_the_head(postgresql)
    unfounded = event("e", "1990", effect("starts", "nobody", "allied_with", "a2"))
    with pytest.raises(InvalidError):
        store.append("new", [draft(unfounded)], author="desk", create=True)
    assert [name for name, _ in store.timelines()] == ["large"]
    assert store.access.visibility("new") is None
    assert nothing_is_above_the_head(postgresql)
    assert store.append("new", [], author="desk", create=True).position == 0
    assert [name for name, _ in store.timelines()] == ["large", "new"]


def test_another_timeline_is_erased_from_while_a_large_batch_goes_in(
    store: PostgreSQLStore, postgresql: Server
) -> None:
    store.primary.busy_seconds = 0.5
    store.append("other", [draft(line) for line in CAST], author="desk", create=True)
    other = PostgreSQLStore(store.primary.url)
    other.primary.busy_seconds = 0.5
    with store.stage("large", author="desk") as batch:
        batch.add(some(3000))
        batch._writers.wait()
        assert other.erase("other", [1], Why("a court"), author="clerk").appended == 1
        batch.check()
        assert other.erase("other", [2], Why("a court"), author="clerk").appended == 1
        batch.finish()  # which moves the head, and commits that with the seal
        batch.seal()
    assert store.head("large").position == len(BEFORE) + 3000
    assert verify(store, "large", positions=1).faults == []
    other.close()
