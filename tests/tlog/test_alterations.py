"""Whatever is altered of a log, in its database, its files or what was signed of it, `verify` finds it.

300 alterations as a matter of course, and 15,000 under `make torture`.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import AllegianceError
from events.model import Why
from events.stores.outside import Outside
from events.stores.sqlite import SQLiteStore
from events.tlog import tiles
from events.tlog.audit import audit
from events.verify import verify
from service import create_app
from service.settings import Settings
from tests.domain.builders import actor, document, draft, effect, event
from tests.tlog.served import TIMELINE, VKEY, grow

pytestmark = pytest.mark.torture

Size = Callable[[str], int]
Tell = Callable[[str], None]

COLUMNS = {
    "timeline": ("id", "name", "head"),
    "commits": ("timeline", "position", "recorded_at"),
    "entry": (*("timeline", "position", "recorded_at", "op", "entity", "id", "author", "header", "leaf"),),
    "body": ("timeline", "position", "salt", "body"),
    "node": ("timeline", "level", "place", "hash"),
    "checkpoint": ("timeline", "number", "size", "note", "vkey"),
    "erasure": ("timeline", "position", "by"),
}
"""Everything that is no index over the log, and no token."""

EVENTS = [
    document("report"),
    actor("ussr"),
    actor("libya"),
    *(event(f"e{year}", str(year), effect("holds")) for year in range(1970, 1990)),
]


class Log(NamedTuple):
    """A signed log: the directory of its database, and its files by name."""

    directory: Path
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    directory = tmp_path_factory.mktemp("log")
    store = opened(directory)
    store.initialise()
    store.append(TIMELINE, [draft(line) for line in EVENTS], author="desk", create=True)
    store.erase(TIMELINE, [9, 10], Why("a court"), author="clerk")
    for count in (1, 228, 20):
        grow(store, count)
    client = create_app(Settings(), store).test_client()
    size = store.head(TIMELINE).position
    names = ["checkpoint"]
    names += [f"tile/{tile.path}" for level in (-1, 0, 1) for tile in tiles.tiles_of(size, level)]
    files = {name: client.get(f"/log/{TIMELINE}/{name}").data for name in names}
    connection = store.connections.get()
    for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        connection.execute(f"drop trigger {name}")
    connection.execute("pragma wal_checkpoint(truncate)")
    store.close()
    return Log(directory, files)


def opened(directory: Path) -> SQLiteStore:
    store = SQLiteStore(directory / "record.db")
    store.outside = Outside(directory / "outside")
    return store


def altered(value: Any, chance: Random) -> Any:
    """Another value of the same sort, often a near one."""
    if isinstance(value, int):
        return value + chance.choice([-1, 1, -100, 255, 2**31])
    if isinstance(value, str):
        return altered(value.encode(), chance).decode("latin-1")
    at = chance.randrange(len(value))
    return chance.choice(
        [
            value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :],
            value[:at] + value[at + 1 :],
            value[:at] + b"1" + value[at:],
            value[:at],
        ]
    )


def alter_a_value(database: sqlite3.Connection, chance: Random) -> None:
    table = chance.choice(list(COLUMNS))
    column = chance.choice(COLUMNS[table])
    rows = database.execute(f"select {', '.join(COLUMNS[table])} from {table}").fetchall()
    row = chance.choice(rows)
    _put(database, table, row, {column: altered(row[COLUMNS[table].index(column)], chance)})


def exchange_two_values(database: sqlite3.Connection, chance: Random) -> None:
    """Each of them is a good one, in its own place."""
    table = chance.choice(["commits", "entry", "body", "node", "checkpoint"])
    column = chance.choice(COLUMNS[table][2:])
    rows = database.execute(f"select {', '.join(COLUMNS[table])} from {table}").fetchall()
    one, other = chance.choice(rows), chance.choice(rows)
    place = COLUMNS[table].index(column)
    _put(database, table, one, {column: other[place]})
    _put(database, table, other, {column: one[place]})


def remove_a_row(database: sqlite3.Connection, chance: Random) -> None:
    table = chance.choice(list(COLUMNS))
    row = chance.choice(database.execute(f"select {', '.join(COLUMNS[table])} from {table}").fetchall())
    where = " and ".join(f"{column} is ?" for column in COLUMNS[table])
    database.execute(f"delete from {table} where {where}", row)


def cut_the_end(database: sqlite3.Connection, chance: Random) -> None:
    """A shorter log, whole in itself, as an old backup is."""
    commits = database.execute("select position from commits order by position").fetchall()
    (last,) = chance.choice(commits[:-1])
    for table in ("commits", "entry", "body"):
        database.execute(f"delete from {table} where position > ?", (last,))
    database.execute("delete from node where (place + 1) << (8 * level) > ?", (last,))
    database.execute("delete from checkpoint where size > ?", (last,))
    database.execute("update timeline set head = ?", (last,))


def _put(database: sqlite3.Connection, table: str, row: tuple[Any, ...], values: dict[str, Any]) -> None:
    where = " and ".join(f"{column} is ?" for column in COLUMNS[table])
    names = ", ".join(f"{column} = ?" for column in values)
    database.execute(f"update or ignore {table} set {names} where {where}", (*values.values(), *row))


def content(database: sqlite3.Connection) -> list[Any]:
    return [database.execute(f"select * from {table} order by 1, 2").fetchall() for table in COLUMNS]


HOW: list[Callable[[sqlite3.Connection, Random], None]] = [
    *(alter_a_value, alter_a_value, exchange_two_values, remove_a_row, cut_the_end),
]


@pytest.fixture
def copies(log: Log, tmp_path: Path) -> Iterator[Callable[[], SQLiteStore]]:
    """Each call gives the store over a fresh copy of the log."""
    stores = []

    def copy() -> SQLiteStore:
        if stores:
            stores.pop().close()
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(log.directory, tmp_path / "copy")
        stores.append(opened(tmp_path / "copy"))
        return stores[-1]

    yield copy
    for store in stores:
        store.close()


def found(store: SQLiteStore) -> bool:
    try:
        return bool(verify(store, TIMELINE, 1, vkey=VKEY).faults)
    except AllegianceError:
        return True


def test_what_is_as_it_was_has_no_faults(log: Log, copies: Callable[[], SQLiteStore]) -> None:
    assert not found(copies())
    faults: list[str] = []
    assert audit(log.files.__getitem__, faults.append, VKEY) == 274
    assert faults == []


def test_every_alteration_of_the_database_is_found(
    copies: Callable[[], SQLiteStore], size: Size, tell: Tell
) -> None:
    tries = size("alterations of each sort")
    changed = 0

    @settings(max_examples=tries)
    @given(st.randoms(use_true_random=True), st.sampled_from(HOW))
    def alter(chance: Random, how: Callable[[sqlite3.Connection, Random], None]) -> None:
        nonlocal changed
        store = copies()
        database = store.connections.get()
        database.execute("pragma foreign_keys = off")
        before = content(database)
        how(database, chance)
        if content(database) != before:
            changed += 1
            assert found(store)

    alter()
    assert changed > tries / 2
    tell(f"alterations of a database: {changed:,} of {changed:,} found, of {tries:,} tried")


def test_every_alteration_of_a_tile_a_bundle_or_the_checkpoint_is_found(
    log: Log, size: Size, tell: Tell
) -> None:
    tries = size("alterations of each sort")
    changed = 0

    @settings(max_examples=tries)
    @given(st.randoms(use_true_random=True), st.sampled_from(sorted(log.files)))
    def alter(chance: Random, name: str) -> None:
        nonlocal changed
        files = log.files | {name: altered(log.files[name], chance)}
        if files != log.files:
            changed += 1
            faults: list[str] = []
            audit(files.__getitem__, faults.append, VKEY)
            assert faults

    alter()
    assert changed > tries / 2
    tell(f"alterations of what is published: {changed:,} of {changed:,} found, of {tries:,} tried")


def test_a_bundle_without_its_entries_is_found(log: Log) -> None:
    for kept in (b"", log.files["tile/entries/000"][:300]):
        faults: list[str] = []
        audit((log.files | {"tile/entries/000": kept}).__getitem__, faults.append, VKEY)
        assert faults


def test_every_alteration_of_what_is_kept_outside_is_found(
    copies: Callable[[], SQLiteStore], size: Size, tell: Tell
) -> None:
    tries = size("alterations of each sort")
    changed = 0

    @settings(max_examples=tries)
    @given(st.randoms(use_true_random=True))
    def alter(chance: Random) -> None:
        nonlocal changed
        store = copies()
        assert store.outside.directory is not None
        path = store.outside.directory / f"{TIMELINE}.checkpoint"
        before = path.read_bytes()
        path.write_bytes(altered(before, chance))
        if path.read_bytes() != before:
            changed += 1
            assert found(store)

    alter()
    assert changed > tries / 2
    tell(f"alterations of what is kept outside: {changed:,} of {changed:,} found, of {tries:,} tried")
