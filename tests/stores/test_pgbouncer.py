"""Through pgbouncer, where one transaction of a client may go over another connection than the one before."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.answer import Question
from events.days import day_of
from events.errors import BusyError
from events.foresight import foreseen
from events.prepared import prepare
from events.stores.postgres import PostgreSQLStore
from events.verify import verify
from tests.domain.builders import actor, document, draft, effect, event
from tests.stores.test_staging import LARGE, large_file
from tests.stores.test_staging_postgresql import ingesting, nothing_is_above_the_head, until
from tests.system.pgbouncer import PROGRAM, Pooler
from tests.system.postgresql import Server

__all__ = ["large_file"]

CONNECTIONS = 6
LINES = [actor("a"), actor("b"), document(), event("pact", "2019", effect("starts", "a", "allied_with", "b"))]


@pytest.fixture
def pooled(postgresql: Server, database: str) -> Iterator[PostgreSQLStore]:
    if PROGRAM is None:
        pytest.skip("pgbouncer is not installed; as root, tests/system.sh installs it")
    pooler = Pooler(postgresql, CONNECTIONS)
    store = PostgreSQLStore(pooler.url())
    yield store
    store.close()
    pooler.stop()


def test_writers_and_readers_share_its_few_connections(pooled: PostgreSQLStore) -> None:
    pooled.append("t", [draft(line) for line in LINES], author="desk", create=True)
    failed = []

    def work(name: str) -> None:
        try:
            for number in range(20):
                pooled.append("t", [draft(actor(f"{name}-{number}"))], author="desk")
                head = pooled.head("t").position
                pooled.state("t", Question(day_of(2019, 6, 1)), head)
                pooled.listing("t", "actor", head, None, 5)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert pooled.head("t").position == 4 + 6 * 20
    assert verify(pooled, "t", positions=2).faults == []


def test_a_trial_is_asked_and_taken_back(pooled: PostgreSQLStore) -> None:
    pooled.append("t", [draft(line) for line in LINES[:3]], author="desk", create=True)
    with pooled.trial("t", [draft(LINES[3])], author="desk") as receipt:
        assert foreseen(pooled, "t", receipt)["total"] == 1
    assert pooled.head("t").position == 3


def test_a_large_batch_keeps_others_away_until_it_ends_or_is_killed(
    pooled: PostgreSQLStore, postgresql: Server, large_file: Path
) -> None:
    pooled.append("t", [draft(actor("x"))], author="desk", create=True)
    pooled.primary.busy_seconds = 0.2
    with pooled.stage("t", author="desk") as batch:
        batch.add(map(prepare, map(draft, LINES)))
        with pytest.raises(BusyError, match="large batch"):
            pooled.append("t", [draft(actor("y"))], author="desk")
        batch.check()
        batch.finish()
        batch.seal()
    assert pooled.append("t", [draft(actor("y"))], author="desk").position == 6
    pooled.primary.busy_seconds = 5
    process: subprocess.Popen[bytes] = ingesting(pooled, large_file, "t")
    with postgresql.connect("postgres", "allegiance", autocommit=True) as connection:
        until(lambda: connection.execute("select 1 from entry where position > 5000 limit 1").fetchone())
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert pooled.append("t", [draft(actor("z"))], author="desk").position == 7
    assert nothing_is_above_the_head(postgresql)
    assert ingesting(pooled, large_file, "large").wait() == 0
    assert pooled.head("large").position >= LARGE


def test_the_tables_are_made_through_it_too(pooled: PostgreSQLStore) -> None:
    pooled.initialise()
    assert pooled.timelines() == []
