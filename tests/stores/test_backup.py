"""Backups of the SQLite store: whole, of one instant, and never restored over something newer."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from events.errors import BusyError, ConflictError, DatabaseError
from events.model import Why
from events.prepared import prepare
from events.stores.sqlite import SQLiteStore
from events.stores.sqlite.backup import back_up, restore
from events.stores.sqlite.writing import MADE_ANEW
from events.tlog import tree
from events.tlog.checkpoint import encoded
from events.verify import verify
from service.signing import sign
from tests.stores.test_sqlite import LINES, answer, drafts
from tests.tlog.served import SIGNER


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    store.append("t", drafts(*LINES), author="desk", create=True)
    yield store
    store.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[SQLiteStore]:
    """A store where there is nothing yet."""
    store = SQLiteStore(tmp_path / "elsewhere" / "record.db")
    yield store
    store.close()


def actor(id: str) -> dict[str, object]:
    return {**LINES[0], "id": id}


def files(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_a_backup_restored_elsewhere_gives_the_same_answers(store: SQLiteStore, elsewhere, tmp_path: Path):
    _, secret = store.tokens.create(("append",), "t", "a desk")
    made = back_up(store, tmp_path / "backup")
    assert [(item.timeline, item.position) for item in made] == [("t", 4)]
    assert restore(elsewhere, tmp_path / "backup") == made
    assert answer(elsewhere) == answer(store)
    assert list(elsewhere.proofs("t")) == list(store.proofs("t"))
    assert elsewhere.tokens.find(secret) == store.tokens.find(secret)
    assert verify(elsewhere, "t").faults == []
    assert elsewhere.append("t", drafts(actor("c")), author="desk").position == 5


def test_a_backup_is_one_file_that_others_may_not_read_and_leaves_nothing_beside_it(store, tmp_path: Path):
    before = files(tmp_path)
    back_up(store, tmp_path / "backup")
    assert files(tmp_path) - before == {"backup"}
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        back_up(store, tmp_path / "backup")


def test_backups_made_while_others_write_are_each_of_one_instant(store: SQLiteStore, tmp_path: Path):
    """Each stands at some position, and is the log up to there: no more, no less, and rightly indexed."""
    done = threading.Event()

    def write() -> None:
        other = SQLiteStore(store.connections.path)
        number = 0
        while not done.is_set():
            other.append("t", drafts(actor(f"a{number}"), actor(f"b{number}")), author="desk")
            number += 1
        other.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [back_up(store, tmp_path / f"backup-{number}") for number in range(5)]
    finally:
        done.set()
        writer.join()
    positions = [standing.position for (standing,) in made]
    assert positions == sorted(positions)
    assert positions[-1] > positions[0]
    for number, (standing,) in enumerate(made):
        assert standing.position % 2 == 0
        assert standing.root == encoded(tree.root(partial(store.hashes, "t"), standing.position))
        place = SQLiteStore(tmp_path / str(number) / "record.db")
        restore(place, tmp_path / f"backup-{number}")
        assert [entry.position for entry in place.entries("t")] == list(range(1, standing.position + 1))
        assert verify(place, "t").faults == []
        place.close()


def test_a_batch_that_is_not_sealed_is_no_part_of_a_backup(store: SQLiteStore, elsewhere, tmp_path: Path):
    secret = "not to be seen by anybody yet"
    other = SQLiteStore(store.connections.path)
    with other.stage("t", author="desk") as staged, other.stage("new", author="desk", create=True) as begun:
        for batch in (staged, begun):
            batch.add(map(prepare, drafts({**LINES[0], "id": "early", "name": secret})))
        back_up(store, tmp_path / "backup")
    other.close()
    assert secret.encode() not in (tmp_path / "backup").read_bytes()
    restore(elsewhere, tmp_path / "backup")
    connection = elsewhere.connections.get()
    for table in ("entry", "body", "version", "actor"):
        assert connection.execute(f"select count(*) from {table}").fetchone() == (
            store.connections.get().execute(f"select count(*) from {table}").fetchone()
        )
    assert [name for name, _ in elsewhere.timelines()] == ["t"]
    assert elsewhere.append("t", drafts(actor("c")), author="desk").position == 5


def test_what_was_removed_from_the_database_is_in_no_backup(store: SQLiteStore, tmp_path: Path):
    secret = b"a batch that was given up"
    store.connections.get().execute("pragma secure_delete = off")  # some are built to wipe by themselves
    with store.stage("t", author="desk") as staged:
        batch = [{**LINES[0], "id": f"x{number}", "name": secret.decode()} for number in range(500)]
        staged.add(map(prepare, drafts(*batch)))
        store.connections.get().execute("pragma wal_checkpoint(passive)").fetchall()
    store.close()
    assert secret in store.connections.path.read_bytes()
    back_up(store, tmp_path / "backup")
    assert secret not in (tmp_path / "backup").read_bytes()


def test_what_was_erased_by_law_is_in_no_later_backup_and_not_brought_back(
    store: SQLiteStore, elsewhere: SQLiteStore, tmp_path: Path
):
    secret = "a name that a court has struck out"
    store.append("t", drafts({**LINES[0], "id": "x", "name": secret}), author="desk")
    back_up(store, tmp_path / "before")
    assert secret.encode() in (tmp_path / "before").read_bytes()
    store.erase("t", [5], Why("a court"), author="desk")
    with pytest.raises(ConflictError, match="1 entries of t after position 5"):
        restore(store, tmp_path / "before")
    made = back_up(store, tmp_path / "after")
    assert secret.encode() not in (tmp_path / "after").read_bytes()
    assert restore(elsewhere, tmp_path / "after") == made
    assert elsewhere.erased("t", 6) == store.erased("t", 6)


def test_a_database_with_entries_that_the_backup_lacks_is_not_replaced(store: SQLiteStore, tmp_path: Path):
    back_up(store, tmp_path / "backup")
    store.append("t", drafts(actor("c"), actor("d")), author="desk")
    store.append("other", drafts(actor("c")), author="desk", create=True)
    store.tokens.create(("append",))
    before = list(store.connections.get().iterdump())
    with pytest.raises(ConflictError) as caught:
        restore(store, tmp_path / "backup")
    for lost in (
        "2 entries of t after position 4",
        "the timeline other with its 1 entries",
        "1 row of the table token",
    ):
        assert lost in caught.value.detail
    assert list(store.connections.get().iterdump()) == before


def test_a_token_revoked_since_the_backup_does_not_come_alive_again(store: SQLiteStore, tmp_path: Path):
    token, secret = store.tokens.create(("append",))
    back_up(store, tmp_path / "backup")
    store.tokens.revoke(token.id)
    with pytest.raises(ConflictError, match="1 row of the table token"):
        restore(store, tmp_path / "backup")
    assert store.tokens.find(secret) is None


def test_what_was_signed_since_the_backup_is_not_lost(store: SQLiteStore, tmp_path: Path):
    back_up(store, tmp_path / "backup")
    sign(store, SIGNER, "t")
    with pytest.raises(ConflictError, match="1 row of the table checkpoint"):
        restore(store, tmp_path / "backup")
    back_up(store, tmp_path / "later")
    restore(store, tmp_path / "later")
    assert store.checkpoints.newest("t").size == 4


def test_what_a_table_holds_of_which_nobody_has_thought_is_not_lost_either(
    store: SQLiteStore, tmp_path: Path
):
    connection = store.connections.get()
    connection.execute('create table later (id integer primary key, "by" text)')
    connection.execute("insert into later values (1, null), (2, 'a desk')")
    back_up(store, tmp_path / "backup")
    restore(store, tmp_path / "backup")
    connection.execute("update later set \"by\" = 'another desk' where id = 2")
    with pytest.raises(ConflictError, match="1 row of the table later, new or changed since"):
        restore(store, tmp_path / "backup")


def test_what_counts_as_made_anew_from_the_log_is(store: SQLiteStore):
    connection = store.connections.get()
    before = {table: rows(connection, table) for table in MADE_ANEW}
    assert before["stretch"]
    for table in (*MADE_ANEW, "stretch_index", "finding_words"):
        connection.execute(f"delete from {table}")
    store.rebuild("t")
    assert {table: rows(connection, table) for table in MADE_ANEW} == before


def rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return sorted(connection.execute(f"select * from {table}").fetchall(), key=repr)


def test_a_log_that_has_gone_another_way_is_not_replaced(store: SQLiteStore, elsewhere, tmp_path: Path):
    back_up(store, tmp_path / "early")
    store.append("t", drafts(actor("c")), author="desk")
    back_up(store, tmp_path / "backup")
    restore(elsewhere, tmp_path / "early")
    elsewhere.append("t", drafts(actor("d")), author="desk")
    with pytest.raises(ConflictError, match="the log of t, which is another one there"):
        restore(elsewhere, tmp_path / "backup")
    assert [entry.id for entry in elsewhere.entries("t")][-1] == "d"


def test_an_older_state_of_the_same_log_is_brought_forward_under_its_readers(
    store: SQLiteStore, elsewhere: SQLiteStore, tmp_path: Path
):
    back_up(store, tmp_path / "early")
    restore(elsewhere, tmp_path / "early")
    reader = SQLiteStore(elsewhere.connections.path)
    open_one = reader.connections.get()
    open_one.execute("begin")
    assert open_one.execute("select head from timeline").fetchone() == (4,)
    store.append("t", drafts(*(actor(f"c{number}") for number in range(3000))), author="desk")
    back_up(store, tmp_path / "late")
    restore(elsewhere, tmp_path / "late")
    assert open_one.execute("select head from timeline").fetchone() == (4,)  # what it has begun to read
    open_one.execute("rollback")
    assert reader.head("t") == store.head("t")
    assert answer(reader) == answer(store)
    assert verify(reader, "t", positions=2).faults == []
    assert open_one.execute("pragma journal_mode").fetchone() == ("wal",)
    assert reader.append("t", drafts(actor("d")), author="desk").position == 3005
    reader.close()


def test_nothing_is_restored_while_a_large_batch_is_on_its_way_in(store: SQLiteStore, tmp_path: Path):
    back_up(store, tmp_path / "backup")
    other = SQLiteStore(store.connections.path)
    with other.stage("t", author="desk") as staged:
        staged.add(map(prepare, drafts(actor("c"))))
        with pytest.raises(BusyError, match="large batch"):
            restore(store, tmp_path / "backup")
        staged.check()
        staged.finish()
        assert staged.seal().position == 5
    other.close()
    assert verify(store, "t").faults == []


def test_a_backup_that_was_altered_is_not_restored(store: SQLiteStore, elsewhere, tmp_path: Path):
    back_up(store, tmp_path / "backup")
    connection = sqlite3.connect(tmp_path / "backup")
    connection.execute("drop trigger body_update")
    connection.execute("update body set body = cast(replace(body, 'report', 'rumour') as blob)")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseError, match="not whole"):
        restore(elsewhere, tmp_path / "backup")
    assert not elsewhere.connections.path.exists()


def test_a_file_that_is_no_backup_is_refused(elsewhere: SQLiteStore, tmp_path: Path):
    (tmp_path / "letter").write_text("a letter to the editor, " * 100)
    with pytest.raises(DatabaseError, match="no backup"):
        restore(elsewhere, tmp_path / "letter")
    assert files(elsewhere.connections.path.parent) == set()


def test_the_log_that_another_database_has_left_is_not_taken_for_this_one_s(
    store: SQLiteStore, elsewhere: SQLiteStore, tmp_path: Path
):
    back_up(store, tmp_path / "backup")
    left = elsewhere.connections.beside("-wal")
    left.parent.mkdir()
    left.write_bytes(b"something")
    with pytest.raises(ConflictError, match="move it away"):
        restore(elsewhere, tmp_path / "backup")
    assert not elsewhere.connections.path.exists()


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from events.stores.sqlite import SQLiteStore, backup
    number = int(sys.argv[3])
    def count(done, total):
        global number
        number -= 1
        if number < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    backup._PAGES_AT_ONCE = 1
    backup.back_up(SQLiteStore(sys.argv[1]), Path(sys.argv[2]), count)
"""


def test_a_backup_that_is_interrupted_never_gets_its_name(store: SQLiteStore, tmp_path: Path):
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(store.connections.path)]
    for steps in (0, 10):
        done = subprocess.run([*command, str(tmp_path / "backup"), str(steps)], check=False)
        assert done.returncode == -9
        assert not (tmp_path / "backup").exists()
    subprocess.run([*command, str(tmp_path / "backup"), "100000"], check=True)
    assert os.path.getsize(tmp_path / "backup") > 0
