"""Who may write to a timeline: everybody in turn, or for as long as it lasts one large batch alone.

The lease is an advisory lock within a transaction that does nothing else: it ends with its
connection, whatever becomes of the process, holds up no vacuum, and passes through a pooler.
What a batch writes meanwhile, over other connections, is fenced: nothing of it can be kept
once another has taken the lease.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import NamedTuple

import psycopg
from psycopg import Connection, errors
from psycopg.pq import TransactionStatus

from events.errors import BusyError
from events.stores.postgres.connection import Connections, Row

_HELD = "A large batch is being appended to this timeline; send this again later."
_HELD_BY_ANOTHER = "Another large batch is being appended to this timeline; send this again later."

# The lock of a host that lost its power is free after a minute, where the server's own settings say hours.
_LIVELY = (
    "set local idle_in_transaction_session_timeout = 0; set local tcp_keepalives_idle = 30;"
    " set local tcp_keepalives_interval = 10; set local tcp_keepalives_count = 3"
)


class Batch(NamedTuple):
    """A large batch that is under way: the number of its timeline, and its own among that one's."""

    timeline: int
    number: int


@contextmanager
def lease(connections: Connections, timeline: str) -> Iterator[Connection[Row]]:
    """Keep every other writer from a timeline; gives the transaction that does, which is not kept at the end.

    Raises BusyError when another one keeps it too long.
    """
    with connections.get() as connection:
        connection.execute("begin")
        try:
            _wait(connection, "pg_advisory_xact_lock", timeline, connections.busy_seconds, _HELD_BY_ANOTHER)
            # The last, as a query that was read to its end keeps its snapshot until the next statement:
            # for as long as the lease nothing could be erased.
            connection.execute(_LIVELY)
            yield connection
        finally:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                with suppress(psycopg.OperationalError):  # whose lease ended by itself
                    connection.rollback()


def pass_by(connections: Connections, connection: Connection[Row], timeline: str) -> None:
    """Wait, within a transaction, until nobody holds a timeline's lease; until its end nobody takes it.

    Raises BusyError when somebody keeps it too long.
    """
    _wait(connection, "pg_advisory_xact_lock_shared", timeline, connections.busy_seconds, _HELD)


def _wait(connection: Connection[Row], lock: str, timeline: str, seconds: float, held: str) -> None:
    key = int.from_bytes(sha256(timeline.encode()).digest()[:8], signed=True)
    try:
        connection.execute(
            f"select set_config('lock_timeout', %s, true), {lock}(%s::bigint)", (f"{seconds:.3f}s", key)
        )
    except errors.LockNotAvailable:
        raise BusyError(held) from None


@contextmanager
def fenced(connection: Connection[Row], batch: Batch) -> Iterator[None]:
    """A transaction that writes a part of a large batch; durable with the next that is.

    Raises BusyError where another batch has begun since.
    """
    with connection.transaction():
        fence = connection.execute(
            "select set_config('synchronous_commit', 'off', true) from timeline"
            " where id = %s and batch = %s for share",
            batch,
        )
        if fence.fetchone() is None:
            raise BusyError("The connection that kept this timeline for this batch broke; send it again.")
        yield
