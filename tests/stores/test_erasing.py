"""What is erased from a SQLite file is gone from its bytes, and the file lets nothing else be taken out."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from random import Random

import pytest

from events.copying import copy
from events.errors import BusyError, DatabaseError
from events.model import Erased, Why
from events.prepared import prepare
from events.stores.sqlite import SQLiteStore
from events.verify import verify
from service import signing
from tests.domain.builders import TIMELINE, actor, correct, document, draft, effect, event
from tests.stores.test_migrations import BEFORE_ERASURE
from tests.tlog.served import SIGNER, VKEY

WHY = Why("a court")
CANARY = "Zanzibar-the-Unmentionable"
NAMED = event(
    "named", "1971-02-03", effect("starts", note=CANARY), as_written=f"when {CANARY}", title=CANARY,
    sources=[{"document": "report", "quote": f"{CANARY} did it", "attributed_to": ["witness"]}],
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path):
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    store.append(
        TIMELINE,
        [*map(draft, (document(), actor("ussr"), actor("libya"), actor("witness", name=f"Mr {CANARY}")))],
        author="desk",
        create=True,
    )
    yield store
    store.close()


def bytes_of(store: SQLiteStore) -> bytes:
    """Everything that lies in the directory of the database."""
    files = sorted(store.connections.path.parent.rglob("*"))
    return b"".join(file.read_bytes() for file in files if file.is_file())


def filled(store: SQLiteStore) -> None:
    """Say the name in the midst of much else, so that pages split, again and otherwise, and in vain."""
    random = Random(5)
    store.connections.get().execute("pragma secure_delete = off")  # Debian's has it on by itself

    def others(part: int) -> list:
        return [
            draft(event(f"e{part}-{n}", f"19{random.randint(10, 99)}", effect("holds"), title="x" * (n + 1)))
            for n in range(60)
        ]

    store.append(TIMELINE, [*others(1), draft(NAMED), *others(2)], author="desk")
    store.append(TIMELINE, [correct({**NAMED, "date": "1971"}, f"about {CANARY}")], author="desk")
    store.append(TIMELINE, [correct(event("named", "1971", effect("starts")))], author="desk")
    store.append(TIMELINE, [correct(actor("witness", name="A witness"))], author="desk")
    with store.stage(TIMELINE, author="desk") as given_up:
        given_up.add(prepare(draft({**NAMED, "id": f"given-up-{n}"})) for n in range(100))
        given_up.check()
        given_up.finish()


def positions(store: SQLiteStore) -> list[int]:
    return [entry.position for entry in store.entries(TIMELINE) if CANARY.encode() in (entry.body or b"")]


@pytest.mark.parametrize("first", ["checkpoint", "vacuum", ""])
def test_no_byte_of_it_is_left_in_any_file(store: SQLiteStore, first: str) -> None:
    """Neither in the database, nor in its write-ahead log, wherever SQLite had it before."""
    filled(store)
    if first:
        store.connections.get().execute("vacuum" if first == "vacuum" else "pragma wal_checkpoint(truncate)")
    assert CANARY.encode() in bytes_of(store)
    wanted = positions(store)
    assert len(wanted) == 3
    other = SQLiteStore(store.connections.path)
    assert other.head(TIMELINE).position == 128
    store.erase(TIMELINE, wanted, WHY, author="clerk")
    assert CANARY.encode() not in bytes_of(store)
    assert other.erased(TIMELINE, 128) == Erased(3, (129, 130))
    assert verify(store, TIMELINE).faults == []
    other.close()
    store.close()
    assert CANARY.encode() not in bytes_of(store)


def test_a_thousand_things_are_erased_in_one_go(store: SQLiteStore, tmp_path: Path) -> None:
    """And in a copy, where they come in one portion. FTS5 fails when its index is written anew for each."""
    many = [draft(event(f"e{n}", "1971", effect("holds"), title=f"{CANARY} {n}")) for n in range(1200)]
    store.append(TIMELINE, many, author="desk")
    other = SQLiteStore(tmp_path / "other" / "record.db")
    other.initialise()
    copy(store, other, TIMELINE)
    store.erase(TIMELINE, range(4, 1205), WHY, author="clerk")
    copy(store, other, TIMELINE)
    for each in (store, other):
        assert each.erased(TIMELINE, 2405).entries == 1201
        assert CANARY.encode() not in bytes_of(each)
        assert verify(each, TIMELINE).faults == []
    other.close()


def test_nor_of_whom_it_named_nor_of_what_it_was_about(store: SQLiteStore) -> None:
    said = effect("starts", "ussr", "endorses", "witness", under=CANARY)
    store.append(TIMELINE, [draft(event("e", "1970-03", said))], author="desk")
    store.erase(TIMELINE, [4, 5], WHY, author="clerk")
    assert CANARY.encode() not in bytes_of(store)
    connection = store.connections.get()
    for table in ("effect", "relation", "stretch", "stretch_index"):
        assert connection.execute(f"select count(*) from {table}").fetchone() == (0,), table
    assert connection.execute("select count(*) from actor").fetchone() == (2,)
    assert connection.execute("select id from mention").fetchall() == []


def test_a_reader_of_what_was_before_is_waited_for_and_then_told_of(store: SQLiteStore) -> None:
    filled(store)
    reader = sqlite3.connect(store.connections.path, isolation_level=None)
    reader.execute("begin")
    assert reader.execute("select count(*) from body").fetchone()[0] > 120
    store.connections.busy_seconds = 0.1
    store.connections.get().execute("pragma busy_timeout = 100")
    wanted = positions(store)
    with pytest.raises(BusyError, match="do the same again"):
        store.erase(TIMELINE, wanted, WHY, author="clerk")
    assert store.erased(TIMELINE, 128).entries == 3
    reader.close()
    assert store.erase(TIMELINE, wanted, WHY, author="clerk").existing == 3
    assert CANARY.encode() not in bytes_of(store)


@pytest.mark.parametrize("later", ["copy", "another copy", "erase", "restore"])
def test_what_was_hindered_is_taken_up_by_the_next(store: SQLiteStore, tmp_path: Path, later: str) -> None:
    """Also where there is nothing more to copy, whatever process and timeline it is."""
    hindered = SQLiteStore(tmp_path / "other" / "record.db")
    hindered.initialise()
    copy(store, hindered, TIMELINE)
    store.erase(TIMELINE, [4], WHY, author="clerk")
    store.append("another", [draft(document("d"))], author="desk", create=True)
    hindered.connections.busy_seconds = 0.1
    hindered.connections.get().execute("pragma busy_timeout = 100")
    reader = sqlite3.connect(hindered.connections.path, isolation_level=None)
    reader.execute("begin")
    reader.execute("select count(*) from body").fetchone()
    for _ in range(2):
        with pytest.raises(BusyError, match="do the same again"):
            copy(store, hindered, TIMELINE)
        assert hindered.head(TIMELINE).position == 5
    reader.close()
    assert CANARY.encode() in bytes_of(hindered)
    other = SQLiteStore(hindered.connections.path)
    match later:
        case "copy":
            assert copy(store, other, TIMELINE).copied == 0
        case "another copy":
            copy(store, other, "another")
        case "erase":
            other.erase(TIMELINE, [3], WHY, author="clerk")
        case "restore":
            other.restore(TIMELINE, [])
    assert CANARY.encode() not in bytes_of(other)
    assert other.connections.get().execute("select * from unscrubbed").fetchall() == []
    other.close()
    hindered.close()


@pytest.mark.parametrize(
    "attack",
    [
        "delete from body where position = 2",
        "insert into erasure values (1, 2, 6)",
        "insert into erasure values (1, 6, 6)",
        "insert into erasure values (1, 2, 7)",
        "insert or replace into erasure values (1, 4, 6)",
        "update erasure set position = 2",
        "update or replace erasure set by = 1",
        "delete from erasure",
        "delete from entry where position = 4",
        "insert into body values (1, 4, x'00', x'7b7d')",
        "update entry set op = 'erase' where position = 2",
    ],
)
@pytest.mark.parametrize("recursive", ["on", "off"])
def test_the_database_lets_go_of_no_body_that_no_entry_erases(
    store: SQLiteStore, attack: str, recursive: str
) -> None:
    store.append(TIMELINE, [draft(document("another"))], author="desk")
    store.erase(TIMELINE, [4], WHY, author="clerk")
    connection = store.connections.get()
    connection.execute(f"pragma recursive_triggers = {recursive}")
    connection.execute("pragma foreign_keys = off")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(attack)
    assert verify(store, TIMELINE).faults == []


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("delete from body where position = 2", "position 2 is missing, and no entry erased it"),
        ("insert into body values (1, 4, x'00', x'7b7d')", "position 4 is there, though position 6 erased"),
        ("delete from erasure", "Position 4 is not said to be erased"),
        ("update erasure set by = 5", "Position 4 is not said to be erased"),
        ("insert into erasure values (1, 5, 6); delete from body where position = 5", "5 is missing, and no"),
    ],
)
def test_verify_finds_what_was_taken_out_or_put_back_past_the_triggers(
    store: SQLiteStore, tampering: str, found: str
) -> None:
    store.append(TIMELINE, [draft(document("another"))], author="desk")
    store.erase(TIMELINE, [4], WHY, author="clerk")
    connection = store.connections.get()
    for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        connection.execute(f"drop trigger {name}")
    for statement in tampering.split("; "):
        connection.execute(statement)
    assert any(found in fault for fault in verify(store, TIMELINE).faults)


def test_what_was_signed_before_goes_on_being_what_was_signed(store: SQLiteStore, tmp_path: Path) -> None:
    filled(store)
    signing.sign(store, SIGNER, TIMELINE)
    store.erase(TIMELINE, positions(store), WHY, author="clerk")
    assert verify(store, TIMELINE, vkey=VKEY).faults == []
    signed = signing.sign(store, SIGNER, TIMELINE)
    assert signed is not None
    assert signed.size == 130


def test_a_record_from_before_erasures_can_be_erased_from(store: SQLiteStore) -> None:
    connection = store.connections.get()
    connection.executescript(BEFORE_ERASURE)
    connection.execute("delete from _sqlite_migrations where name = 'm011_erasure'")
    store.close()
    with pytest.raises(DatabaseError, match="allegiance init"):
        store.head(TIMELINE)
    store.initialise()
    store.erase(TIMELINE, [4], WHY, author="clerk")
    assert CANARY.encode() not in bytes_of(store)
    assert verify(store, TIMELINE).faults == []
