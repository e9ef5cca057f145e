"""What the SQLite store promises of access beyond the contract: triggers, migration, and its usage file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from events.errors import BusyError
from events.stores.sqlite import SQLiteStore, schema
from events.stores.tokens import digest


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    """A store with a few lines of audit trail."""
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    made, _ = store.tokens.create(("append",))
    store.tokens.limit(made.id, 5)
    store.tokens.revoke(made.id)
    yield store
    store.close()


@pytest.mark.parametrize(
    "attack",
    [
        "update audit set who = 'somebody else'",
        "delete from audit",
        "delete from audit where number = 3",
        "insert or replace into audit values (2, '', '', '', '{}')",
        "insert or replace into audit values (3, '', '', '', '{}')",
        "insert into audit values (-1, '', '', '', '{}')",
        "insert into audit values (0, '', '', '', '{}')",
        "update or replace audit set number = 1 where number = 2",
    ],
)
@pytest.mark.parametrize("recursive", ["on", "off"])
def test_the_database_itself_refuses_to_change_the_audit_trail(
    store: SQLiteStore, attack: str, recursive: str
) -> None:
    before = store.access.audit()
    connection = store.connections.get()
    connection.execute(f"pragma recursive_triggers = {recursive}")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(attack)
    assert store.access.audit() == before
    assert len(before) == 3


def test_what_is_not_done_is_not_in_the_audit_trail(store: SQLiteStore) -> None:
    other = SQLiteStore(store.connections.path)
    other.connections.busy_seconds = 0.05
    with store.connections.writing(), pytest.raises(BusyError):
        other.tokens.create(("append",))
    other.close()
    assert len(store.access.audit()) == 3


def test_tokens_of_an_older_database_stay_good(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    database = Database(path)
    schema.migrations.apply(database, stop_before="m010_access")
    database.execute(
        "insert into token (id, hash, scopes, timeline, note, created_at) values (?, ?, ?, ?, ?, ?)",
        ("t1", digest("alg_old"), "append correct", "libya", "the desk", "2026-11-22T18:00:00.000000Z"),
    )
    database.conn.commit()
    database.close()
    store = SQLiteStore(path)
    store.initialise()
    found = store.tokens.find("alg_old")
    assert found is not None
    assert (found.id, found.scopes, found.timeline) == ("t1", ("append", "correct"), "libya")
    store.tokens.rotate("t1", 0)
    assert store.tokens.find("alg_old") is None
    store.close()


def test_reading_with_a_token_never_writes_to_the_database(store: SQLiteStore) -> None:
    _, secret = store.tokens.create(("read",))
    other = SQLiteStore(store.connections.path)
    other.connections.busy_seconds = 0.05
    with store.connections.writing():
        token = other.tokens.find(secret)
        assert token is not None
        other.usage.use(token.id)
        assert other.usage.take("a", 1, 2, 60).granted == 1
    assert list(store.usage.last_used()) == [token.id]
    other.close()


def _granted(store: SQLiteStore, times: int = 5) -> int:
    return sum(store.usage.take("a", 1, 3, 60).granted for _ in range(times))


def test_a_usage_file_that_is_broken_is_begun_anew(store: SQLiteStore) -> None:
    file = store.connections.path.with_name("record.db-usage")
    file.write_bytes(b"a letter to the editor, " * 1000)
    assert 3 <= _granted(store, 7) <= 6  # the one that found it broken counted alone
    assert _granted(store) == 0
    assert file.read_bytes().startswith(b"SQLite format 3")
    other = SQLiteStore(store.connections.path)
    assert _granted(other) == 0
    other.close()


def test_where_counts_cannot_be_shared_each_process_counts_by_itself(store: SQLiteStore) -> None:
    file = store.connections.path.with_name("record.db-usage")
    store.usage.close()
    file.unlink(missing_ok=True)
    file.mkdir()
    assert _granted(store) == 3
    store.usage.use("t1")
    assert list(store.usage.last_used()) == ["t1"]


def test_counts_that_have_ended_are_swept_away(tmp_path: Path) -> None:
    from tests.contract.conftest import Clock

    clock = Clock()
    store = SQLiteStore(tmp_path / "record.db", clock)
    for number in range(50):
        store.usage.take(f"client {number}", 1, 10, 60)
    clock.move(120)
    store.usage.take("another", 1, 10, 60)
    store.close()
    with sqlite3.connect(tmp_path / "record.db-usage") as connection:
        assert connection.execute("select key from count").fetchall() == [("another",)]
    connection.close()


def test_processes_that_count_at_once_grant_the_limit_and_no_more(tmp_path: Path) -> None:
    script = """
        import sys
        from events.stores.sqlite import SQLiteStore
        usage = SQLiteStore(sys.argv[1]).usage
        print(sum(usage.take("a", 3, 500, 600).granted for _ in range(100)))
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "record.db")]
    counters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    granted = [int(counter.communicate(timeout=60)[0]) for counter in counters]
    assert sum(granted) == 500
