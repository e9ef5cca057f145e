"""Connections to one SQLite file: how they are set, one for each thread, and the one way to write."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from events.errors import BusyError, DatabaseError
from events.stores.sqlite import room
from events.stores.sqlite.schema import migrations

BUSY_SECONDS = 5
"""How long a writer waits for another one before BusyError."""

_CACHE_KIB = 16 * 1024
_SMALL_CACHE_KIB = 4 * 1024
_MMAP_BYTES = (1 << 31) - 1
LONG_LOG_BYTES = 4 << 20
"""A write-ahead log of more than this is brought to the database file."""

_STILL_THERE = "Its file still has what was deleted; do the same again once there is room for as much again."
_RETRY_SECONDS = 0.001
_LEASED_SECONDS = 0.05

_INHERITED: list[sqlite3.Connection] = []
"""Connections of the process that this one was forked from, kept for ever so that nothing closes them."""

_SETTINGS = (
    # NORMAL loses acknowledged appends at a power cut.
    "synchronous = full",
    # One checkpoint at a time, by whoever holds the lock: see `_alone`.
    "wal_autocheckpoint = 0",
    # INSERT OR REPLACE must not slip past the triggers that keep the log.
    "recursive_triggers = on",
    "foreign_keys = on",
    "trusted_schema = off",
    # The size of the write-ahead log tells how much is in it: it would never shrink otherwise.
    f"journal_size_limit = {LONG_LOG_BYTES}",
)
_FAST = (f"cache_size = -{_CACHE_KIB}", f"mmap_size = {_MMAP_BYTES}")
_SPARING = (f"cache_size = -{_SMALL_CACHE_KIB}", "mmap_size = 0")


class Connections:
    """One connection for each thread that asks, to a file that `initialise` has made.

    Nothing grows while less than `disk_reserve` bytes of its disk are free: on a disk that is
    quite full even reading can fail. `sparing` ones take little memory: what passes through the
    window onto the file counts as theirs.
    """

    def __init__(self, path: Path, disk_reserve: int = 0, *, sparing: bool = False) -> None:
        self.path = path
        self.disk_reserve = disk_reserve
        self._settings = _SETTINGS + (_SPARING if sparing else _FAST)
        self.busy_seconds: float = BUSY_SECONDS
        self.long_log_bytes = LONG_LOG_BYTES
        self._log_bytes = 0
        self._local = threading.local()

    def sparing(self) -> Connections:
        """Connections of their own to the same file, which take little memory."""
        others = Connections(self.path, self.disk_reserve, sparing=True)
        others.busy_seconds, others.long_log_bytes = self.busy_seconds, self.long_log_bytes
        return others

    def get(self) -> sqlite3.Connection:
        """This thread's connection. Raises DatabaseError where the file is missing or not of this version."""
        connection = self._kept()
        if connection is None:
            connection = self._open_initialised()
            self._local.connection, self._local.process = connection, os.getpid()
        return connection

    def _kept(self) -> sqlite3.Connection | None:
        """This thread's connection, if it has one. One opened before a fork is the other process's."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None and self._local.process != os.getpid():
            _INHERITED.append(connection)  # closing it could take locks from its owner, or its log
            connection = None
        return connection

    def check(self) -> None:
        """Raise DatabaseError unless the file can be read and is of this version, now."""
        connection = self.get()
        fault = self._fault(connection)
        if fault:
            raise DatabaseError(fault)
        connection.execute("select max(head) from timeline").fetchone()

    def require_room(self) -> None:
        """Raise FullError while less of the disk is free than is kept in reserve."""
        room.require(self.path, self.disk_reserve)

    def sizes(self) -> dict[str, int]:
        """The bytes of the file and of its write-ahead log, and those free on their disk."""
        sizes = {"free": room.free(self.path)}
        for name, path in (("database", self.path), ("log", self.beside("-wal"))):
            with suppress(FileNotFoundError):
                sizes[name] = path.stat().st_size
        return sizes

    @contextmanager
    def writing(
        self, keep: bool = True, timeline: str | None = None, durable: bool = True, grows: bool = True
    ) -> Iterator[sqlite3.Connection]:
        """One write transaction on this thread's connection; whatever happens, its locks are let go of.

        What was written is kept unless an exception ends it or `keep` is false. Raises
        BusyError when another writer takes too long, or keeps the lease of `timeline`, and
        FullError where there is no room; what does not make the database grow may take the reserve.
        What is not `durable` may be lost with the power, until the next that is.
        """
        connection = self.get()
        if grows:
            self.require_room()
        with room.told_when_full(), self._alone(timeline):
            if not durable:
                connection.execute("pragma synchronous = normal")
            try:
                with _immediate(connection, keep):
                    yield connection
                self._checkpoint(connection)
            finally:
                connection.execute("pragma synchronous = full")

    @contextmanager
    def standing_still(self) -> Iterator[sqlite3.Connection]:
        """Keep out every other writer. Raises BusyError, also while a large batch is on its way in."""
        connection = self.get()
        begin = f"{self.path.name}-lease-"
        with self._alone():
            for lease in self.path.parent.glob(f"{begin}*"):
                if self._leased(lease.name.removeprefix(begin)):
                    raise BusyError("A large batch is being appended; try this again once it is done.")
            yield connection

    def scrub(self) -> None:
        """Write the file anew, so that nothing that was deleted is left in it or in its write-ahead log.

        Raises BusyError when somebody goes on reading what was before for too long, and FullError
        where there is no room for as much again.
        """
        connection = self.get()
        with room.told_when_full(_STILL_THERE), self._alone():
            try:
                connection.execute("vacuum")
            except sqlite3.OperationalError as error:
                raise _busy(error) from None
            waited_until = time.monotonic() + self.busy_seconds
            while connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]:
                if time.monotonic() > waited_until:
                    raise BusyError(
                        "Somebody reads the database as it was before, so that its file still has what was"
                        " deleted; do the same again in a moment."
                    )
                time.sleep(_RETRY_SECONDS)
            with _immediate(connection):
                connection.execute("delete from unscrubbed")

    def scrub_if_due(self) -> None:
        """The same, unless it has been done since everything that was erased."""
        if self.get().execute("select 1 from unscrubbed").fetchone():
            self.scrub()

    def initialise(self) -> None:
        """Make the file if need be, and bring it to this version's shape."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._open()
        try:
            connection.execute("pragma journal_mode = wal")
            # sqlite-utils' own transactions begin deferred: two processes could both start to migrate.
            with self._alone(), _immediate(connection):
                migrations.apply(Database(connection))
        finally:
            connection.close()

    def close(self) -> None:
        """Close this thread's connection; the next `get` opens anew."""
        connection = self._kept()
        if connection is not None:
            del self._local.connection
            try:
                with self._alone():  # closing the last connection is a checkpoint too
                    connection.close()
            except BusyError:  # whoever holds the lock has another one open: this is not the last
                connection.close()

    @contextmanager
    def lease(self, timeline: str) -> Iterator[None]:
        """Keep every other writer from one timeline, over many transactions, until this process ends.

        Raises BusyError when another one keeps it too long.
        """
        with self._locked(f"-lease-{timeline}", "Another large batch is being appended to this timeline"):
            yield

    def _leased(self, timeline: str) -> bool:
        """Whether somebody holds the lease of a timeline."""
        try:
            lock = os.open(self.beside(f"-lease-{timeline}"), os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            return not _try_lock(lock)
        finally:
            os.close(lock)

    @contextmanager
    def _alone(self, timeline: str | None = None) -> Iterator[None]:
        """Hold the lock that every writer and every checkpoint takes, over all threads and processes.

        With a timeline, only once nobody holds its lease: who takes the lease looks at the head
        under this lock, and so after everybody who saw none.

        SQLite before 3.51.3 can lose committed pages where one connection resets the
        write-ahead log while another writes or checkpoints. Nobody here does so at once:
        automatic checkpoints are off, and `_checkpoint` runs under this lock.
        """
        waited_until = time.monotonic() + self.busy_seconds
        while True:
            with self._locked("-lock", "Another writer holds the database"):
                if timeline is None or not self._leased(timeline):
                    yield
                    return
            if time.monotonic() > waited_until:
                raise BusyError("A large batch is being appended to this timeline; send this again later.")
            time.sleep(_LEASED_SECONDS)

    @contextmanager
    def _locked(self, suffix: str, why: str) -> Iterator[None]:
        """Hold a lock that ends with this process at the latest."""
        lock = os.open(self.beside(suffix), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            waited_until = time.monotonic() + self.busy_seconds
            while not _try_lock(lock):
                if time.monotonic() > waited_until:
                    raise BusyError(f"{why}; send the same again in a moment.")
                time.sleep(_RETRY_SECONDS)
            yield
        finally:
            os.close(lock)

    def beside(self, suffix: str) -> Path:
        """The file that belongs to the database under a suffix."""
        return self.path.with_name(self.path.name + suffix)

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        """Move what is committed into the database file whenever the write-ahead log has become much longer.

        It begins anew once all of it is moved and nobody reads in it.
        """
        try:
            size = self.beside("-wal").stat().st_size
        except FileNotFoundError:
            return
        self._log_bytes = min(self._log_bytes, size)
        if size - self._log_bytes > self.long_log_bytes:
            # Without room for it what is committed stays where it is, and is no less committed.
            with suppress(sqlite3.OperationalError):
                connection.execute("pragma wal_checkpoint(passive)").fetchall()
                self._log_bytes = size

    def _open_initialised(self) -> sqlite3.Connection:
        if not self.path.exists():
            raise DatabaseError(f"There is no database at {self.path}; run 'allegiance init' first.")
        connection = self._open()
        fault = self._fault(connection)
        if fault:
            connection.close()
            raise DatabaseError(fault)
        return connection

    def _fault(self, connection: sqlite3.Connection) -> str | None:
        """Why the database is not of this version, if it is not."""
        database = Database(connection)
        if migrations.pending(database):
            return f"The database at {self.path} is not up to date; run 'allegiance init'."
        if len(migrations.applied(database)) > len(migrations._migrations):
            return f"The database at {self.path} was made by a newer version; install that one."
        return None

    def _open(self) -> sqlite3.Connection:
        connection = None
        try:
            connection = sqlite3.connect(
                self.path, timeout=self.busy_seconds, isolation_level=None, check_same_thread=False
            )
            for setting in self._settings:
                connection.execute(f"pragma {setting}")
        except sqlite3.DatabaseError as error:
            if connection is not None:
                connection.close()
            raise DatabaseError(f"{self.path} cannot be read as a database: {error}.") from None
        return connection


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _immediate(connection: sqlite3.Connection, keep: bool = True) -> Iterator[None]:
    """A transaction that takes SQLite's own write lock at its beginning.

    A deferred one that reads before it writes is refused when another has written
    meanwhile; this one waits its turn instead.
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
    primary = error.sqlite_errorcode & 0xFF  # SQLITE_BUSY_SNAPSHOT and its like are busy too
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError("Another program holds the database; send the same again in a moment.")
    return error
