"""Usage in a small SQLite file beside the database. Promises: `events.stores.access.Usage`."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from events.stores.access import Count, Taken, grain, spend
from events.stores.memory_access import MemoryUsage

_BUSY_SECONDS = 0.5
_SWEEP_SECONDS = 60
_SETTINGS = (
    # These counts may be lost: nobody waits for the disk. A rollback journal, not a write-ahead
    # log, so that many processes may write without the locks that guard the database itself.
    "synchronous = off",
    "journal_mode = truncate",
)
_TABLES = (
    "create table if not exists count (key text primary key, used integer, until real) without rowid",
    "create table if not exists used (token text primary key, at text) without rowid",
)


class SQLiteUsage:
    """Counts in one file; in this process alone where that cannot be written."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._alone = MemoryUsage(clock)
        self._noted: dict[str, str] = {}
        self._swept = 0.0

    def take(self, key: str, wanted: int, most: int, seconds: int) -> Taken:
        try:
            with self._lock:
                return self._take(self._get(), key, wanted, most, seconds)
        except (sqlite3.Error, OSError) as error:
            self._forget(error)
            return self._alone.take(key, wanted, most, seconds)

    def _take(self, connection: sqlite3.Connection, key: str, wanted: int, most: int, seconds: int) -> Taken:
        connection.execute("begin immediate")
        try:
            # The clock is read within: windows then follow one another in every process.
            now = self._clock().timestamp()
            row = connection.execute("select used, until from count where key = ?", (key,)).fetchone()
            taken, count = spend(row and Count(*row), wanted, most, seconds, now)
            connection.execute("insert or replace into count values (?, ?, ?)", (key, *count))
            if not now - _SWEEP_SECONDS < self._swept <= now:
                connection.execute("delete from count where until <= ?", (now,))
                self._swept = now
            connection.execute("commit")
        finally:
            if connection.in_transaction:
                connection.execute("rollback")
        return taken

    def use(self, token: str) -> None:
        at = grain(self._clock())
        if self._noted.get(token) == at:
            return
        self._noted[token] = at
        with suppress(sqlite3.Error, OSError), self._lock:
            self._get().execute("insert or replace into used values (?, ?)", (token, at))

    def last_used(self) -> Mapping[str, str]:
        try:
            with self._lock:
                return dict(self._get().execute("select token, at from used").fetchall())
        except (sqlite3.Error, OSError):
            return dict(self._noted)

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _get(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _forget(self, error: Exception) -> None:
        """Begin anew: a file that a power cut left broken is removed, another is opened again."""
        self.close()
        if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            self._path.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            for statement in (*(f"pragma {setting}" for setting in _SETTINGS), *_TABLES):
                connection.execute(statement)
        except sqlite3.Error:
            connection.close()
            raise
        return connection
