"""A copy of a whole database to keep elsewhere, proved by restoring it, and the way back.

A backup is one SQLite file. It holds all that was visible at one instant, and nothing of a batch
that was still under way, nor of anything that was removed from the database before.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from events.errors import ConflictError, DatabaseError
from events.stores import Progress, in_silence
from events.stores.sqlite import SQLiteStore
from events.stores.sqlite.clearing import clear
from events.stores.sqlite.room import told_when_full
from events.stores.sqlite.writing import MADE_ANEW
from events.tlog import tree
from events.tlog.checkpoint import encoded
from events.verify import verify

_PAGES_AT_ONCE = 2048

_UNDER_THE_ROOT = ("timeline", "commits", "entry", "body", "node")
"""Tables of which nothing is lost where the trees agree. Of those not named here every row counts."""


class Standing(NamedTuple):
    """Where a timeline stands, and the root of its tree there, in base64."""

    timeline: str
    position: int
    recorded_at: str | None
    root: str


def back_up(store: SQLiteStore, file: Path, progress: Progress = in_silence) -> list[Standing]:
    """Make a backup while others read and write; gives where each timeline stands in it.

    It appears under its name once it was restored for trial, and found to be whole and the same.
    Raises DatabaseError where it is not.
    """
    with told_when_full(), TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent) as directory:
        place = Path(directory)
        expected = _copy(store, place / "copy", progress)
        made = place / "backup"
        with _opened(place / "copy") as copy:
            for number, head in copy.connections.get().execute("select id, head from timeline").fetchall():
                for _ in clear(copy.connections, number, head):
                    pass
            _touch(made)
            copy.connections.get().execute("vacuum into ?", (str(made),))
        with _opened(place / "trial") as trial:
            if restore(trial, made) != expected:
                raise DatabaseError("The backup does not stand where the database does, and was not kept.")
        _settle(made, file)
    return expected


def restore(store: SQLiteStore, file: Path) -> list[Standing]:
    """Put a backup where the database of a store is to be; gives where each timeline stands in it.

    Where there is a database already, others may read and write: they see all of it change at once.
    One that holds anything that the backup does not is left as it is, with a ConflictError that
    tells what would be lost. Raises DatabaseError where the backup is not whole.
    """
    path = store.connections.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with told_when_full(), TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as directory:
        made = Path(directory) / "restored"
        standings = _migrated(file, made)
        if not path.exists():
            left = store.connections.beside("-wal")
            if left.exists():  # SQLite would take it for the log of what is restored
                raise ConflictError(f"{left} is what is left of another database; move it away first.")
            _settle(made, path)
            return standings
        with _opened(made) as backup, store.connections.standing_still() as connection:
            lost = [*_lost_of_logs(store, backup), *_lost_beside(store, backup)]
            if lost:
                raise ConflictError(
                    f"{path} holds what {file} does not; to restore would lose {'; '.join(lost)}. "
                    "Nothing was changed. If that is meant, move the database away first."
                )
            backup.connections.get().backup(connection)
    return standings


def _standings(store: SQLiteStore) -> list[Standing]:
    return [Standing(name, *head, _root(store, name, head.position)) for name, head in store.timelines()]


def _root(store: SQLiteStore, timeline: str, position: int) -> str:
    """What two logs have in common only if they are the same up to a position."""
    return encoded(tree.root(partial(store.hashes, timeline), position))


def _copy(store: SQLiteStore, path: Path, progress: Progress) -> list[Standing]:
    """Copy every page as of one instant, and tell where the timelines stood at it."""
    source = store.connections.get()
    source.execute("begin")  # all that is read until its end is of one instant, whatever others write
    try:
        expected = _standings(store)
        _touch(path)
        with closing(sqlite3.connect(path)) as copy:
            source.backup(
                copy,
                pages=_PAGES_AT_ONCE,
                progress=lambda status, remaining, total: progress(total - remaining, total),
            )
    finally:
        source.execute("rollback")
    return expected


def _migrated(file: Path, made: Path) -> list[Standing]:
    """Copy a backup, bring the copy to this version's shape, and tell where its timelines stand."""
    with closing(sqlite3.connect(f"file:{_quoted(file)}?mode=ro", uri=True)) as source:
        try:
            with closing(sqlite3.connect(made)) as copy:
                source.backup(copy)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise DatabaseError(f"{file} is no backup: {error}.") from None
    with _opened(made) as store:
        store.initialise()
        faults = list(_faults(store))
        if faults:
            raise DatabaseError(f"{file} is not whole: {faults[0]}")
        return _standings(store)


def _faults(store: SQLiteStore) -> Iterator[str]:
    (check,) = store.connections.get().execute("pragma integrity_check(1)").fetchone()
    if check != "ok":
        yield check
    for name, _ in store.timelines():
        yield from verify(store, name, positions=1).faults


def _quoted(file: Path) -> str:
    return file.absolute().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _lost_of_logs(store: SQLiteStore, backup: SQLiteStore) -> Iterator[str]:
    """What the logs of a database hold and those of a backup do not."""
    kept = {name: head.position for name, head in backup.timelines()}
    for name, head in store.timelines():
        if name not in kept:
            yield f"the timeline {name} with its {head.position} entries"
            continue
        common = min(head.position, kept[name])
        if _root(store, name, common) != _root(backup, name, common):
            yield f"the log of {name}, which is another one there"
        elif head.position > common:
            yield f"{head.position - common} entries of {name} after position {common}"


def _lost_beside(store: SQLiteStore, backup: SQLiteStore) -> Iterator[str]:
    """The tables, beside the logs and what is made anew from them, that have a row which a backup has not."""
    connection = backup.connections.get()
    connection.execute("attach ? as here", (str(store.connections.path),))
    tables = connection.execute(
        "select name from pragma_table_list where schema = 'here' and type = 'table' order by name"
    ).fetchall()
    for (table,) in tables:
        if table in _UNDER_THE_ROOT or table in MADE_ANEW or "sqlite_" in table:
            continue
        columns = connection.execute("select name from pragma_table_info(?, 'here')", (table,)).fetchall()
        alike = " and ".join(f'there."{column}" is its."{column}"' for (column,) in columns)
        (count,) = connection.execute(
            f"select count(*) from here.{table} as its"
            f" where not exists (select 1 from main.{table} as there where {alike})"
        ).fetchone()
        if count:
            yield f"{count} row{'' if count == 1 else 's'} of the table {table}, new or changed since"


def _settle(made: Path, path: Path) -> None:
    """Give a finished file its name, once it is on the disk."""
    _sync(made)
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    made.rename(path)
    _sync(path.parent)


def _touch(path: Path) -> None:
    """Make an empty file that nobody else may read."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def _opened(path: Path) -> Iterator[SQLiteStore]:
    """A store of our own over a file."""
    store = SQLiteStore(path)
    try:
        yield store
    finally:
        store.close()
