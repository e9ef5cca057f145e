"""A disk that loses its power: it records every write and sync of a database, and makes what a cut leaves.

The store runs on it unchanged, through a VFS of SQLite's. What was synced is there after a cut. What
was not is there, or not, or in part and in any order, as on a real disk with its caches.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import apsw
import pytest

from events.stores.sqlite import SQLiteStore

SECTOR = 512


class Operation(NamedTuple):
    """What was done to a file: `write` data at a place, `cut` it to a size, `sync` it, or `remove` it."""

    file: str
    what: str
    at: int = 0
    data: bytes = b""


class Disk:
    """What was done to the files of a database, in order; `acknowledged` are marks between."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.before = database.read_bytes()
        self.operations: list[Operation] = []
        self.acknowledged: list[int] = []

    def acknowledge(self) -> None:
        """A client has heard that what it sent is kept."""
        self.acknowledged.append(len(self.operations))

    @contextmanager
    def recording(self, synchronous: str = "full") -> Iterator[SQLiteStore]:
        """A store on this disk. In between nothing else may open it.

        With another `synchronous` it waits less for the disk than it wants to.
        """
        vfs = _Vfs(self)
        connection = _Connection(self.database, vfs.name, synchronous)
        connect = sqlite3.connect

        def connect_here(path: Path | str, **how: Any) -> Any:
            return connection if path == self.database else connect(path, **how)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", connect_here)
            yield SQLiteStore(self.database)
        vfs.unregister()

    def cut(self, point: int, random: Random) -> dict[str, bytes]:
        """The files that are left when the power goes after so many operations."""
        done = self.operations[:point]
        names = {self.database.name, *(operation.file for operation in done)}
        return {
            name: content
            for name in sorted(names)
            if (content := self._left([one for one in done if one.file == name], name, random)) is not None
        }

    def _left(self, done: Sequence[Operation], name: str, random: Random) -> bytes | None:
        content = bytearray(self.before) if name == self.database.name else None
        last = max((place for place, one in enumerate(done, 1) if one.what == "sync"), default=0)
        for operation in done[:last]:
            content = _apply(content, operation)
        kept = random.choice((0, 0.1, 0.5, 0.9, 1))
        loose = [one for one in done[last:] if random.random() < kept]
        if random.random() < 0.5:
            random.shuffle(loose)
        for operation in loose:
            for part in _torn(operation, random) if random.random() < 0.3 else (operation,):
                content = _apply(content, part)
        return None if content is None else bytes(content)


def _apply(content: bytearray | None, operation: Operation) -> bytearray | None:
    if operation.what == "remove":
        return None
    content = bytearray() if content is None else content
    if operation.what == "write":
        content.extend(bytes(max(0, operation.at - len(content))))
        content[operation.at : operation.at + len(operation.data)] = operation.data
    elif operation.what == "cut":
        del content[operation.at :]
    return content


def _torn(operation: Operation, random: Random) -> Iterator[Operation]:
    """Some of the sectors of a write."""
    if operation.what != "write":
        yield operation
        return
    for start in range(0, len(operation.data), SECTOR):
        if random.random() < 0.5:
            part = operation.data[start : start + SECTOR]
            yield operation._replace(at=operation.at + start, data=part)


class _Vfs(apsw.VFS):
    """Passes everything on to the system's own, and records what is done to files that have a name."""

    def __init__(self, disk: Disk) -> None:
        self.name = f"disk-{id(disk)}"
        self.disk = disk
        super().__init__(self.name, base="")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None:
            return super().xOpen(name, flags)
        return _File(self.disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.disk.operations.append(Operation(Path(filename).name, "remove"))


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path).name
        super().__init__("", name, flags)

    def _record(self, what: str, at: int = 0, data: bytes = b"") -> None:
        self._disk.operations.append(Operation(self._name, what, at, data))

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._record("write", offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._record("cut", newsize)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._record("sync")


class _Connection:
    """A connection of apsw's that speaks as one of `sqlite3` does, as far as the store listens.

    Without shared memory a write-ahead log can be used by one connection alone: whoever asks for
    another has this one, and nobody closes it.
    """

    def __init__(self, path: Path, vfs: str, synchronous: str) -> None:
        self._synchronous = synchronous
        self._apsw = apsw.Connection(str(path), vfs=vfs)
        self._apsw.execute("pragma locking_mode = exclusive")

    @property
    def in_transaction(self) -> bool:
        return self._apsw.in_transaction

    def execute(self, sql: str, values: Any = ()) -> Any:
        if self.in_transaction and sql.startswith("pragma synchronous"):
            sql = "pragma synchronous"  # another connection would only set its own
        sql = sql.replace("synchronous = full", f"synchronous = {self._synchronous}")
        return _Cursor(self._apsw.execute(sql, values), self._apsw.last_insert_rowid())

    def executemany(self, sql: str, rows: Any) -> None:
        self._apsw.executemany(sql, rows)

    def close(self) -> None:
        """Closing would bring all of the log to the database; the power goes before that."""


class _Cursor:
    """Reads one row ahead, as `sqlite3` does, so that the last row ends the statement."""

    def __init__(self, cursor: apsw.Cursor, lastrowid: int) -> None:
        self.lastrowid = lastrowid
        try:
            self.description = cursor.description
        except apsw.ExecutionCompleteError:  # there were no rows to describe
            self.description = ()
        self._cursor = cursor
        self._ahead = next(cursor, None)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.fetchone, None)

    def fetchone(self) -> tuple[Any, ...] | None:
        row, self._ahead = self._ahead, None if self._ahead is None else next(self._cursor, None)
        return row

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self)
