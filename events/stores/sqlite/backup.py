"""A copy of a whole database to keep elsewhere, proved by restoring it, and the way back.

A backup is one SQLite file. It holds all that was visible at one instant, and nothing of a batch
that was still under way, nor of anything that was removed from the database before.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from events.errors import ConflictError, DatabaseError
from events.stores import Progress, in_silence
from events.stores.sqlite import SQLiteStore
from events.stores.sqlite.clearing import clear
from events.stores.sqlite.room import told_when_full
from events.verify import verify

_PAGES_AT_ONCE = 2048


class Standing(NamedTuple):
    """Where a timeline stands, and the digest of its log up to there."""

    timeline: str
    position: int
    recorded_at: str | None
    digest: str


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
            lost = list(_lost(store, backup))
            if lost:
                raise ConflictError(
                    f"{path} holds what {file} does not; to restore would lose {'; '.join(lost)}. "
                    "Nothing was changed. If that is meant, move the database away first."
                )
            backup.connections.get().backup(connection)
    return standings


def digest(store: SQLiteStore, timeline: str, position: int) -> str:
    """What two logs have in common only if they are the same up to a position: of all leaves, in order."""
    leaves = hashlib.sha256()
    for _, leaf, _ in store.proofs(timeline, 0, position):
        leaves.update(leaf)
    return leaves.hexdigest()


def _standings(store: SQLiteStore) -> list[Standing]:
    return [Standing(name, *head, digest(store, name, head.position)) for name, head in store.timelines()]


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


def _lost(store: SQLiteStore, backup: SQLiteStore) -> Iterator[str]:
    """What a database holds and a backup does not."""
    kept = {name: head.position for name, head in backup.timelines()}
    for name, head in store.timelines():
        if name not in kept:
            yield f"the timeline {name} with its {head.position} entries"
            continue
        common = min(head.position, kept[name])
        if digest(store, name, common) != digest(backup, name, common):
            yield f"the log of {name}, which is another one there"
        elif head.position > common:
            yield f"{head.position - common} entries of {name} after position {common}"
    tokens = {(token.id, token.revoked_at) for token in backup.tokens.list()}
    for token in store.tokens.list():
        if (token.id, token.revoked_at) not in tokens:
            yield f"that token {token.id} was {'revoked' if token.revoked_at else 'made'}"


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
