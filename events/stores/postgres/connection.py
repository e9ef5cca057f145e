"""Connections to one PostgreSQL server: how they are set, shared by threads, and told to have failed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg import Connection, errors
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from events.errors import AllegianceError, BusyError, DatabaseError, FullError
from events.stores.postgres.schema import MIGRATIONS, grants

Row = tuple[Any, ...]
T = TypeVar("T")

BUSY_SECONDS = 5
"""How long a writer waits for another one, and a request for a connection, before BusyError."""

ANSWER_SECONDS = BUSY_SECONDS + 1
"""How long a primary may take over what is asked of it for each request, before it counts as lost.

One that waits for a lock has told of that by then.
"""

MOST_CONNECTIONS = 8
"""Per process; a process of the service answers four requests at a time."""

_PROBE_SECONDS = 2  # the least that libpq takes

_MIGRATING = 0x616C6C6567  # the key of the advisory lock that one migration at a time holds

_SETTINGS = (
    # Compiling a query costs more than any of ours takes.
    "set jit = off;"
    # Every query has one sound plan, whatever its values: see `reading`.
    "set plan_cache_mode = force_generic_plan;"
    f"set lock_timeout = '{BUSY_SECONDS}s'"
)


# A server that lost its power does not say so: where nothing comes back it is given up.
_DEFAULTS = {
    "connect_timeout": BUSY_SECONDS,
    "application_name": "allegiance",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}


class LostError(BusyError):
    """The server does not answer. A commit under way may stand or not: sending the same again is safe."""


class SilentError(LostError):
    """The server is connected to and does not answer in time, as one that hangs."""


class _Silence(psycopg.OperationalError):
    """No answer came in time."""


class Answering(Connection[Row]):
    """A connection that waits for an answer only `until` then, where that is set: by `monotonic`."""

    until: float | None = None

    def wait(self, gen: PQGen[T], *how: Any, **named: Any) -> T:
        if self.until is None:
            return super().wait(gen, *how, **named)
        try:
            return super().wait(_in_time(gen, self.until), *how, **named)
        except _Silence:
            self.pgconn.finish()  # what it may still say would be taken for the next answer
            raise


def _in_time(waiting: PQGen[T], until: float) -> Generator[Any, Any, T]:
    """The same, which the driver goes on with ten times a second while nothing comes."""
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            if not ready and monotonic() > until:
                raise _Silence
            wanted = waiting.send(ready)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


class Connections:
    """The connections of one process to one server, which `initialise` has made ready."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.busy_seconds: float = BUSY_SECONDS
        self._parameters: dict[str, Any] = {**_DEFAULTS, **_parameters(url)}
        self._opening = threading.Lock()
        self._pool: ConnectionPool[Answering] | None = None

    @contextmanager
    def get(self, seconds: float | None = None) -> Iterator[Connection[Row]]:
        """A connection that commits each statement. With `seconds` its server may take no longer in all.

        Raises BusyError where the server does not answer, DatabaseError where it is not of this version.
        """
        pool = self._opened()
        try:
            with pool.connection(seconds) as connection, _limited(connection, seconds):
                yield connection
        except (psycopg.Error, PoolTimeout, PoolClosed, TooManyRequests) as error:
            told = self._why_none() if isinstance(error, PoolTimeout) else explained(error)
            if told is None:
                raise
            if isinstance(told, LostError) and not isinstance(told, SilentError):
                pool.check()  # one that broke is seldom alone
            raise told from error

    def ask(self, question: Callable[[Connection[Row]], T], seconds: float | None = None) -> T:
        """What a question that changes nothing gives, put once more where the connection broke."""
        try:
            with self.get(seconds) as connection:
                return question(connection)
        except SilentError:
            raise
        except LostError:
            with self.get(seconds) as connection:
                return question(connection)

    @contextmanager
    def writing(self, keep: bool = True, seconds: float | None = None) -> Iterator[Connection[Row]]:
        """One transaction, kept unless an exception ends it or `keep` is false."""
        with self.get(seconds) as connection, connection.transaction(force_rollback=not keep):
            yield connection

    @contextmanager
    def one(self) -> Iterator[Connection[Row]]:
        """A connection beside the pool's, which is closed at the end."""
        try:
            with self._connect() as connection:
                _configure(connection)
                yield connection
        except psycopg.Error as error:
            raise explained(error) or error from error

    def initialise(self, owner: str | None = None) -> None:
        """Make the tables, or bring them to this version's shape, as `owner` (a URL; by default our own).

        Where the owner is another role, ours is given what it needs and no more.
        """
        try:
            with self._connect() as ours:
                role = ours.execute("select current_user").fetchone()
            assert role is not None
            parameters = _parameters(owner) if owner else {}
            with self._connect(**parameters) as connection:
                with connection.transaction():
                    changed = _migrate(connection)
                    if connection.execute("select current_user").fetchone() != role:
                        for grant in grants(role[0]):
                            connection.execute(grant)
                if changed:  # words may have been in it that no statistics have any more
                    connection.execute("vacuum full pg_statistic")
        except errors.InsufficientPrivilege as error:
            raise DatabaseError(
                f"This role may not make the tables: {error.diag.message_primary}. Name one that may in"
                " ALLEGIANCE_DATABASE_OWNER."
            ) from error
        except psycopg.Error as error:
            raise explained(error) or DatabaseError(f"It cannot be initialised: {error}") from error

    def close(self) -> None:
        """Close every connection; the next `get` opens anew."""
        with self._opening:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _opened(self) -> ConnectionPool[Answering]:
        if (pool := self._pool) is not None:
            return pool
        if not self._opening.acquire(timeout=BUSY_SECONDS):  # which another thread tries
            raise SilentError(_DETAIL)
        try:
            if self._pool is None:
                self._require_initialised()
                self._pool = ConnectionPool(
                    kwargs={**self._parameters, "autocommit": True},
                    connection_class=Answering,
                    configure=_configure,
                    min_size=1,
                    max_size=MOST_CONNECTIONS,
                    timeout=BUSY_SECONDS,
                    reconnect_timeout=BUSY_SECONDS,  # after which each request tries anew
                    num_workers=1,
                    open=True,
                )
            return self._pool
        finally:
            self._opening.release()

    def _require_initialised(self) -> None:
        """By a connection of its own: a pool would not say why it cannot connect."""
        try:
            with self._connect() as connection, _limited(connection, ANSWER_SECONDS):
                missing = MIGRATIONS.keys() - _applied(connection)
        except psycopg.Error as error:
            raise explained(error) or error from error
        if missing:
            raise DatabaseError("The database is not initialised or not up to date; run 'allegiance init'.")

    def _why_none(self) -> AllegianceError | None:
        """Why no connection came free: ours are all in use, unless the server takes no other one either."""
        try:
            self._connect(connect_timeout=_PROBE_SECONDS).close()
        except psycopg.Error as error:
            return explained(error)
        return BusyError(_DETAIL)

    def _connect(self, **parameters: Any) -> Answering:
        return Answering.connect(**{**self._parameters, **parameters}, autocommit=True)


def _parameters(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError:  # whose words may hold a password
        raise DatabaseError(
            "The address of the database cannot be read; write postgresql://user@host/name."
        ) from None


@contextmanager
def _limited(connection: Answering, seconds: float | None) -> Iterator[None]:
    """Wait for a connection's answers no longer than some seconds in all."""
    connection.until = None if seconds is None else monotonic() + seconds
    try:
        yield
    finally:
        connection.until = None


@contextmanager
def snapshot(connection: Connection[Row]) -> Iterator[None]:
    """Let several statements see one state of the database.

    Else what is rebuilt or erased between two of them would be put together of halves. Within a
    transaction nothing is to be done: one that writes to a timeline keeps others from it.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        yield
        return
    connection.execute("begin isolation level repeatable read, read only")
    yield  # what is raised here rolls it back, as the connection is given back
    connection.execute("commit")


def _configure(connection: Connection[Row]) -> None:
    connection.execute(_SETTINGS)
    (process,) = connection.execute("select pg_backend_pid()").fetchone() or (0,)
    if process != connection.info.backend_pid:
        # A pooler is between: what is prepared on one connection may not be there on the next.
        connection.prepare_threshold = None


def _migrate(connection: Connection[Row]) -> bool:
    """Apply the steps that are missing, one migration at a time whoever else starts one; gives if any was."""
    if _applied(connection) >= MIGRATIONS.keys():
        return False  # which a role may find that could not make anything
    connection.execute(f"set local lock_timeout = '{BUSY_SECONDS}s'")
    connection.execute("select pg_advisory_xact_lock(%s)", (_MIGRATING,))
    encoding = connection.execute("show server_encoding").fetchone()
    if encoding != ("UTF8",):
        raise DatabaseError(f"The database is encoded in {encoding and encoding[0]}; make one in UTF8.")
    connection.execute('create table if not exists migration (name text collate "C" primary key)')
    applied = _applied(connection)
    for name, script in MIGRATIONS.items():
        if name not in applied:
            connection.execute(script)
            connection.execute("insert into migration (name) values (%s)", (name,))
    return applied < MIGRATIONS.keys()


def _applied(connection: Connection[Row]) -> set[str]:
    """The steps that were applied, perhaps by a later version that has more of them."""
    (there,) = connection.execute("select to_regclass('migration')").fetchone() or (None,)
    if there is None:
        return set()
    return {name for (name,) in connection.execute("select name from migration")}


_NOT_READY = (
    errors.InvalidAuthorizationSpecification,
    errors.InvalidPassword,
    errors.InvalidCatalogName,
    errors.UndefinedTable,
    errors.InsufficientPrivilege,
)
_PASSING = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    PoolTimeout,
    PoolClosed,
    TooManyRequests,
)
_REFUSED = ("authentication failed", "does not exist", "no pg_hba.conf entry", "permission denied")


_DETAIL = "The database does not answer now; send the same again in a moment."

_SAID = re.compile(r": \S+:  (?!the database system )")
"""What a server said that was connected to, in whatever language, and not while it starts or stops."""


def explained(error: Exception) -> AllegianceError | None:
    """A driver's error as ours, or None where it is a fault of ours."""
    if isinstance(error, errors.LockNotAvailable):
        return BusyError("Another writer holds this timeline; send the same again in a moment.")
    if isinstance(error, errors.DiskFull):
        return FullError("The disk of the database is full. Nothing was kept of this; send it again later.")
    if isinstance(error, _NOT_READY):
        return DatabaseError(f"The database refuses us: {error}. 'allegiance init' makes it ready.")
    # While it connects, a driver knows only what the server said.
    if isinstance(error, psycopg.OperationalError) and any(word in str(error) for word in _REFUSED):
        return DatabaseError(f"The database cannot be opened: {error}")
    return _passing(error)


def _passing(error: Exception) -> BusyError | None:
    """What may be better in a moment."""
    if isinstance(error, (_Silence, errors.ConnectionTimeout)):
        return SilentError(_DETAIL)
    if isinstance(error, psycopg.OperationalError) and _is_lost(error):
        return LostError(_DETAIL)
    if isinstance(error, _PASSING):
        return BusyError(_DETAIL)
    return None


def _is_lost(error: psycopg.OperationalError) -> bool:
    """Whether nobody answered; one that says that it has no room for us is there."""
    if error.sqlstate is None:
        return _SAID.search(str(error)) is None
    return error.sqlstate.startswith(("08", "57P")) and "query_wait_timeout" not in str(error)
