"""Connections to one SQLite file: how they are set, one for each thread, and the one way to write."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from events.errors import BusyError, DatabaseError
from events.stores.sqlite.schema import migrations

BUSY_SECONDS = 5
"""How long a writer waits for another one before BusyError."""

_CACHE_KIB = 16 * 1024
_MMAP_BYTES = 1 << 30

_SETTINGS = (
    # NORMAL loses acknowledged appends at a power cut.
    "synchronous = full",
    # INSERT OR REPLACE must not slip past the triggers that keep the log.
    "recursive_triggers = on",
    "foreign_keys = on",
    "trusted_schema = off",
    "temp_store = memory",
    f"cache_size = -{_CACHE_KIB}",
    f"mmap_size = {_MMAP_BYTES}",
)


class Connections:
    """One connection for each thread that asks, to a file that `initialise` has made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def get(self) -> sqlite3.Connection:
        """This thread's connection. Raises DatabaseError where the file is missing or not of this version."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._open_initialised()
            self._local.connection = connection
        return connection

    def initialise(self) -> None:
        """Make the file if need be, and bring it to this version's shape."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._open()
        try:
            connection.execute("pragma journal_mode = wal")
            # sqlite-utils' own transactions begin deferred: two processes could both start to migrate.
            with immediate(connection):
                migrations.apply(Database(connection))
        finally:
            connection.close()

    def close(self) -> None:
        """Close the connections of all threads; the next `get` opens anew."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._local = threading.local()

    def _open_initialised(self) -> sqlite3.Connection:
        if not self.path.exists():
            raise DatabaseError(f"There is no database at {self.path}; run 'allegiance init' first.")
        connection = self._open()
        if migrations.pending(Database(connection)):
            connection.close()
            raise DatabaseError(f"The database at {self.path} is not up to date; run 'allegiance init'.")
        with self._lock:
            self._all.append(connection)
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = None
        try:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            for setting in _SETTINGS:
                connection.execute(f"pragma {setting}")
        except sqlite3.DatabaseError as error:
            if connection is not None:
                connection.close()
            raise DatabaseError(f"{self.path} cannot be read as a database: {error}.") from None
        return connection


@contextmanager
def immediate(connection: sqlite3.Connection, keep: bool = True) -> Iterator[None]:
    """One write transaction: the lock is taken at its beginning, and whatever happens it is let go of.

    What was written is kept unless an exception ends it or `keep` is false.

    A deferred transaction that reads before it writes is refused when another has
    written meanwhile; this one waits its turn instead. Raises BusyError when that
    takes too long.
    """
    try:
        connection.execute("begin immediate")
    except sqlite3.OperationalError as error:
        raise _busy(error) from None
    try:
        yield
        if keep:
            connection.execute("commit")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")


def _busy(error: sqlite3.OperationalError) -> Exception:
    if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError("Another writer holds the database; send the same again in a moment.")
    return error
