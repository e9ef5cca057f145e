"""What only the SQLite store promises: its file, its triggers, and several processes at once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from events import codec
from events.answer import Question, document
from events.ask import root
from events.days import day_of
from events.errors import BusyError, DatabaseError
from events.model import Erased
from events.stores.clock import read_instant
from events.stores.sqlite import SQLiteStore
from events.verify import verify
from service import signing
from tests.tlog import textbook
from tests.tlog.served import SIGNER

DAY = day_of(2019, 6, 1)
LINES = [
    {"entity": "actor", "id": "a", "type": "state", "name": "A"},
    {"entity": "actor", "id": "b", "type": "state", "name": "B"},
    {"entity": "document", "id": "d", "title": "A report"},
    {
        "id": "treaty",
        "date": "2019-01-01/..",
        "sources": [{"document": "d"}],
        "effects": [{"op": "lasts", "subject": "a", "kind": "allied_with", "object": "b"}],
    },
]


def drafts(*lines: dict[str, object]) -> list[codec.Draft]:
    return [codec.record(line, "t", number) for number, line in enumerate(lines, 1)]


@pytest.fixture
def store(tmp_path: Path):
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    store.append("t", drafts(*LINES), author="desk", create=True)
    signing.sign(store, SIGNER, "t")
    yield store
    store.close()


def answer(store: SQLiteStore) -> str:
    head = store.head("t")
    pieces = store.state("t", Question(DAY), head.position)
    return document("t", Question(DAY), head, root(store, "t", head.position), Erased(), pieces)


def test_a_file_that_is_not_there_says_to_initialise(tmp_path: Path):
    with pytest.raises(DatabaseError, match="allegiance init"):
        SQLiteStore(tmp_path / "none.db").timelines()


def test_reading_or_writing_never_makes_tables(tmp_path: Path):
    (tmp_path / "empty.db").touch()
    with pytest.raises(DatabaseError, match="allegiance init"):
        SQLiteStore(tmp_path / "empty.db").append("t", drafts(*LINES), author="desk", create=True)


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path):
    (tmp_path / "text.db").write_text("a letter to the editor, " * 100)
    with pytest.raises(DatabaseError, match="cannot be read as a database"):
        SQLiteStore(tmp_path / "text.db").timelines()


def test_initialising_again_changes_nothing(store: SQLiteStore):
    before = answer(store)
    store.initialise()
    assert answer(store) == before


def test_every_commit_waits_for_the_disk(store: SQLiteStore):
    connection = store.connections.get()
    assert connection.execute("pragma synchronous").fetchone() == (2,)
    assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    "attack",
    [
        "update entry set id = 'x' where position = 1",
        "update body set body = x'7b7d' where position = 1",
        "update commits set recorded_at = '2000-01-01T00:00:00.000000Z'",
        "delete from entry where position = 4",
        "delete from body",
        "delete from commits",
        "insert or replace into body select timeline, position, salt, x'7b7d' from body where position = 2",
        "insert or replace into entry select timeline, position, recorded_at, 'retract', entity, id, author,"
        " header, leaf from entry where position = 2",
        "update or replace entry set position = 1 where position = 2",
        "update timeline set head = 0",
        "update timeline set name = 'other'",
        "delete from timeline",
        "insert or replace into timeline (id, name) select id, name from timeline",
        "insert into node values (1, 2, -1, x'00')",
        "insert or replace into checkpoint select timeline, number, size, 'note', vkey from checkpoint",
        "insert into checkpoint values (1, 2, 3, 'note', 'vkey')",
        "insert into checkpoint values (1, 3, 4, 'note', 'vkey')",
        "update checkpoint set note = 'note'",
        "delete from checkpoint",
    ],
)
@pytest.mark.parametrize("recursive", ["on", "off"])
def test_the_database_itself_refuses_to_change_the_log(store: SQLiteStore, attack: str, recursive: str):
    connection = store.connections.get()
    connection.execute(f"pragma recursive_triggers = {recursive}")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(attack)
    assert verify(store, "t").faults == []


@pytest.mark.parametrize(
    "attack",
    [
        "update node set hash = x'00'",
        "delete from node",
        "insert or replace into node select timeline, level, place, x'00' from node",
        "update or replace node set level = 3, place = 0",
    ],
)
def test_the_database_itself_refuses_to_change_the_tree(store: SQLiteStore, attack: str):
    store.append("t", drafts(*({**LINES[0], "id": f"a{n}"} for n in range(300))), author="desk")
    connection = store.connections.get()
    connection.execute("pragma recursive_triggers = off")
    before = root(store, "t", 304)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(attack)
    assert root(store, "t", 304) == before


def test_what_an_abandoned_append_left_above_the_head_is_no_part_of_the_tree(store: SQLiteStore):
    connection = store.connections.get()
    connection.execute("insert into node values (1, 1, 0, x'00')")
    store.append("t", drafts(*({**LINES[0], "id": f"a{n}"} for n in range(300))), author="desk")
    leaves = [leaf for _, leaf, _ in store.proofs("t")]
    assert root(store, "t", 304) == textbook.root(leaves)


def test_a_record_from_before_the_tree_gets_its_tree(store: SQLiteStore):
    store.append("t", drafts(*({**LINES[0], "id": f"a{n}"} for n in range(300))), author="desk")
    before = [root(store, "t", size) for size in range(305)]
    connection = store.connections.get()
    for table in ("node", "checkpoint"):
        connection.execute(f"drop table {table}")
    connection.execute("delete from _sqlite_migrations where name = 'm006_the_tree'")
    store.close()
    with pytest.raises(DatabaseError, match="allegiance init"):
        store.head("t")
    store.initialise()
    assert [root(store, "t", size) for size in range(305)] == before


def test_a_trial_leaves_the_file_as_it_was(store: SQLiteStore):
    before = list(store.connections.get().iterdump())
    with store.trial("t", drafts({**LINES[0], "id": "c"}), author="desk") as receipt:
        assert (receipt.appended, receipt.position) == (1, 5)
    assert list(store.connections.get().iterdump()) == before


def test_a_failure_within_an_append_leaves_nothing_and_no_lock(tmp_path: Path):
    def broken(size: int) -> bytes:
        raise OSError("no entropy")

    store = SQLiteStore(tmp_path / "record.db", entropy=broken)
    store.initialise()
    with pytest.raises(OSError, match="no entropy"):
        store.append("t", drafts(*LINES), author="desk", create=True)
    assert store.timelines() == []
    other = SQLiteStore(tmp_path / "record.db")
    assert other.append("t", drafts(*LINES), author="desk", create=True).position == 4
    store.close()
    other.close()


def test_a_writer_that_waits_too_long_is_told_to_try_again(store: SQLiteStore):
    other = SQLiteStore(store.connections.path)
    other.connections.busy_seconds = 0.05
    with store.connections.writing(), pytest.raises(BusyError):
        other.append("t", drafts({**LINES[0], "id": "c"}), author="desk")
    other.close()


def test_a_foreign_program_that_holds_the_file_makes_a_writer_wait_too(store: SQLiteStore):
    store.close()
    store.connections.busy_seconds = 0.05
    foreign = sqlite3.connect(store.connections.path, isolation_level=None)
    foreign.execute("begin immediate")
    with pytest.raises(BusyError):
        store.append("t", drafts({**LINES[0], "id": "c"}), author="desk")
    foreign.close()
    assert store.append("t", drafts({**LINES[0], "id": "c"}), author="desk").appended == 1


def test_nobody_checkpoints_but_a_writer_that_holds_the_lock(store: SQLiteStore):
    """Several connections that checkpoint at once can lose committed pages in many versions of SQLite."""
    connection = store.connections.get()
    assert connection.execute("pragma wal_autocheckpoint").fetchone() == (0,)
    log = store.connections.path.with_name("record.db-wal")
    big = [{"entity": "document", "id": f"d{n}", "title": "t" * 400} for n in range(6000)]
    store.append("t", drafts(*big), author="desk")
    grown = log.stat().st_size
    assert grown > 4 << 20
    for n in range(5):
        store.append("t", drafts({**LINES[0], "id": f"more-{n}"}), author="desk")
    assert log.stat().st_size <= 4 << 20 < grown  # checkpointed, and so begun anew


def test_closing_waits_for_no_writer_longer_than_it_must(store: SQLiteStore):
    store.append("t", drafts(*LINES), author="desk", create=True)
    connection = store.connections.get()
    store.connections.busy_seconds = 0.05
    other = SQLiteStore(store.connections.path)
    with other.connections.writing():
        store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("select 1")
    assert store.head("t").position == other.head("t").position
    other.close()


def test_readers_go_on_while_a_writer_holds_the_lock(store: SQLiteStore):
    other = SQLiteStore(store.connections.path)
    expected = answer(store)
    with store.connections.writing():
        assert answer(other) == expected
    other.close()


def test_rebuilding_gives_the_same_answers_at_every_position(store: SQLiteStore):
    store.append(
        "t", [codec.correction("event", "treaty", {**LINES[3], "date": "2020", "reason": "r"})], author="x"
    )
    store.append("t", [codec.retraction("event", "treaty", {"reason": "withdrawn"})], author="x")
    positions = [4, 5, 6]
    before = [store.state("t", Question(DAY, lapsed=True), position) for position in positions]
    connection = store.connections.get()
    connection.execute("delete from stretch_index")
    connection.execute("delete from version")
    connection.execute("update stretch set last = last - 1, lapsed_from = lapsed_from - 1")
    assert verify(store, "t").faults
    assert store.rebuild("t") == 6
    assert [store.state("t", Question(DAY, lapsed=True), position) for position in positions] == before
    assert verify(store, "t").faults == []


def test_verify_finds_a_body_that_was_changed_behind_the_triggers(store: SQLiteStore):
    connection = store.connections.get()
    connection.execute("drop trigger body_update")
    connection.execute(
        "update body set body = cast(replace(body, 'report', 'rumour') as blob) where position = 3"
    )
    assert any("position 3" in fault for fault in verify(store, "t").faults)


WRITER = """
    import json, sys
    from events import codec
    from events.errors import BusyError
    from events.stores.sqlite import SQLiteStore
    store = SQLiteStore(sys.argv[1])
    for number in range(int(sys.argv[3])):
        line = {"id": f"{sys.argv[2]}-{number}", "date": "2019", "sources": [{"document": "d"}],
                "effects": [{"op": "holds", "subject": "a", "kind": "supports", "object": "b"}]}
        shared = {"id": f"shared-{number}", "date": "2018", "sources": [{"document": "d"}]}
        while True:
            try:
                batch = [codec.record(line, "t"), codec.record(shared, "t")]
                receipt = store.append("t", batch, author=sys.argv[2])
                break
            except BusyError:
                continue
        print(json.dumps([receipt.position, receipt.appended, receipt.existing]))
"""


def test_two_processes_appending_at_once_lose_double_or_skip_nothing(store: SQLiteStore):
    """Each sends 60 events of its own and 60 that the other sends too."""
    path, each = str(store.connections.path), 60
    command = [sys.executable, "-c", textwrap.dedent(WRITER), path]
    writers = [
        subprocess.Popen([*command, name, str(each)], stdout=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    receipts = []
    for writer in writers:
        printed, _ = writer.communicate(timeout=120)
        assert writer.returncode == 0
        receipts += [json.loads(line) for line in printed.splitlines()]
    entries = list(store.entries("t"))
    assert [entry.position for entry in entries] == list(range(1, 4 + 3 * each + 1))
    assert len({(entry.entity, entry.id) for entry in entries}) == len(entries)
    assert sum(appended for _, appended, _ in receipts) == 3 * each
    assert sum(existing for _, _, existing in receipts) == each
    assert sorted({entry.recorded_at for entry in entries}) == list(
        dict.fromkeys(e.recorded_at for e in entries)
    )
    assert verify(store, "t", positions=5).faults == []


CLOCK_OFF = """
    import sys
    from datetime import UTC, datetime, timedelta
    from events import codec
    from events.errors import BusyError
    from events.stores.sqlite import SQLiteStore
    off = timedelta(seconds=float(sys.argv[3]))
    store = SQLiteStore(sys.argv[1], clock=lambda: datetime.now(UTC) + off)
    for number in range(30):
        line = {"id": f"{sys.argv[2]}-{number}", "date": "2019", "sources": [{"document": "d"}]}
        while True:
            try:
                print(store.append("t", [codec.record(line, "t")], author=sys.argv[2]).recorded_at)
                break
            except BusyError:
                continue
"""


def test_recorded_at_only_grows_though_the_clocks_of_processes_disagree(store: SQLiteStore):
    """One clock is right, one was set back an hour, and one jumps ahead a minute."""
    command = [sys.executable, "-c", textwrap.dedent(CLOCK_OFF), str(store.connections.path)]
    clocks = {"right": "0", "back": "-3600", "ahead": "60"}
    writers = [
        subprocess.Popen([*command, name, off], stdout=subprocess.PIPE, text=True)
        for name, off in clocks.items()
    ]
    for writer in writers:
        printed, _ = writer.communicate(timeout=120)
        assert writer.returncode == 0
        told = printed.split()
        assert told == sorted(set(told))
    times = [entry.recorded_at for entry in store.entries("t", after=4)]
    assert len(times) == 90
    assert times == sorted(set(times))
    for position, time in enumerate(times, 5):
        assert store.resolve("t", read_instant(time)).position == position
    assert verify(store, "t", positions=2).faults == []


def test_a_process_that_was_forked_opens_connections_of_its_own(store: SQLiteStore):
    """SQLite forbids to use one through a fork: its locks are not the child's, and both would write."""
    ours = store.connections.get()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        fresh = store.connections.get() is not ours
        position = store.append("t", drafts({**LINES[0], "id": "child"}), author="desk").position
        os.write(write, json.dumps([fresh, position]).encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert json.loads(os.read(read, 100)) == [True, 5]
    os.close(read)
    os.close(write)
    assert store.connections.get() is ours
    assert store.append("t", drafts({**LINES[0], "id": "parent"}), author="desk").position == 6
    assert verify(store, "t").faults == []
