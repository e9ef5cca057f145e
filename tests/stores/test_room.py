"""A store whose disk has less left than is kept in reserve, and one whose files cannot grow."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.errors import DatabaseError, FullError
from events.model import Why
from events.prepared import prepare
from events.stores import connect
from events.stores.sqlite import SQLiteStore
from events.verify import verify
from tests.stores.test_sqlite import LINES, answer, drafts

MORE = {**LINES[0], "id": "c"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    store.append("t", drafts(*LINES), author="desk", create=True)
    yield store
    store.close()


def test_below_the_mark_nothing_is_appended_and_everything_is_read(store: SQLiteStore):
    before = answer(store)
    store.connections.disk_reserve = 2**60
    with pytest.raises(FullError, match="MiB of the disk are free"):
        store.append("t", drafts(MORE), author="desk")
    with pytest.raises(FullError), store.trial("t", drafts(MORE), author="desk"):
        pass
    with pytest.raises(FullError), store.stage("t", author="desk"):
        pass
    with pytest.raises(FullError):
        store.ready()
    assert answer(store) == before
    assert verify(store, "t").faults == []
    store.connections.disk_reserve = 0
    store.ready()
    assert store.append("t", drafts(MORE), author="desk").position == 5


def test_a_large_batch_stops_at_the_mark_and_is_cleared_away(store: SQLiteStore):
    with store.stage("t", author="desk") as staged:
        staged.add(map(prepare, drafts(MORE)))
        staged._connections.disk_reserve = 2**60
        with pytest.raises(FullError):
            staged.add(map(prepare, drafts({**MORE, "id": "d"})))
    assert store.connections.get().execute("select max(position) from entry").fetchone() == (4,)
    assert store.append("t", drafts(MORE), author="desk").position == 5


def test_a_token_can_be_revoked_below_the_mark(store: SQLiteStore):
    token, secret = store.tokens.create(("append",))
    store.connections.disk_reserve = 2**60
    with pytest.raises(FullError):
        store.tokens.create(("append",))
    assert store.tokens.revoke(token.id).revoked_at
    assert store.tokens.find(secret) is None


def test_the_mark_comes_with_the_address_of_a_store(store: SQLiteStore):
    marked = connect(f"sqlite:///{store.connections.path}", disk_reserve=2**60)
    with pytest.raises(FullError):
        marked.append("t", drafts(MORE), author="desk")
    marked.close()


def test_what_is_committed_is_so_though_there_is_no_room_to_move_it_to_the_file(store: SQLiteStore):
    """After a commit the write-ahead log is brought to the file; the append has not failed if that does."""
    store.append("t", drafts(*reports("early", 3000)), author="desk")
    with store.connections.standing_still() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    store.connections.long_log_bytes = 0
    size = store.connections.path.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        assert store.append("t", drafts(*reports("late", 100)), author="desk").appended == 100
        assert store.connections.path.stat().st_size == size
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.append("t", drafts(MORE), author="desk").position == 3105
    assert store.connections.path.stat().st_size > size
    assert verify(store, "t", positions=2).faults == []


def test_what_was_erased_is_so_though_there_is_no_room_to_write_the_file_anew(store: SQLiteStore):
    """What is deleted may then be left in the file: that is told, and the same again mends it."""
    secret = "a name that a court has struck out"
    store.append("t", drafts({**LINES[0], "id": "x", "name": secret}, *reports("r", 3000)), author="desk")
    with store.connections.standing_still() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (store.connections.path.stat().st_size // 2, limits[1]))
    try:
        with pytest.raises(FullError, match="Its file still has what was deleted; do the same again"):
            store.erase("t", [5], Why("a court"), author="desk")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.head("t").position == 3006
    assert store.erase("t", [5], Why("a court"), author="desk").existing == 1
    assert secret.encode() not in store.connections.path.read_bytes()
    assert verify(store, "t", positions=2).faults == []


def reports(name: str, count: int) -> list[dict[str, object]]:
    return [{"entity": "document", "id": f"{name}{n}", "title": "t" * 400} for n in range(count)]


def test_a_database_of_a_newer_version_is_refused(store: SQLiteStore):
    with store.connections.writing() as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('allegiance', 'm999_later', '2030-01-01')"
        )
    with pytest.raises(DatabaseError, match="newer version"):
        store.ready()
    with pytest.raises(DatabaseError, match="newer version"):
        SQLiteStore(store.connections.path).timelines()
