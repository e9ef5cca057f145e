"""Signed checkpoints in PostgreSQL, on the primary. Promises: `events.stores.checkpoints.Checkpoints`."""

from __future__ import annotations

from psycopg import Connection

from events.errors import ConflictError, DatabaseError, UnknownError
from events.stores.postgres.connection import ANSWER_SECONDS, Connections, Row
from events.tlog.checkpoint import Signed

_COLUMNS = "number, size, note, vkey"


class PostgreSQLCheckpoints:
    """The checkpoints of one database."""

    def __init__(self, primary: Connections) -> None:
        self._primary = primary

    def add(self, timeline: str, signed: Signed) -> None:
        with self._primary.writing() as connection:
            timeline_number = _number(connection, timeline)
            # One signer after another, and no writer waits for them.
            connection.execute("select pg_advisory_xact_lock(%s, %s)", (_SIGNING, timeline_number))
            count, newest = _newest(connection, timeline_number)
            if newest is not None and newest.size > signed.size:
                raise ConflictError(f"A checkpoint of {newest.size} entries is there already.")
            if newest is None or (newest.size, newest.vkey) != (signed.size, signed.vkey):
                connection.execute(
                    f"insert into checkpoint (timeline, {_COLUMNS}) values (%s, %s, %s, %s, %s)",
                    (timeline_number, count + 1, *signed),
                )

    def newest(self, timeline: str) -> Signed | None:
        return self._primary.ask(
            lambda connection: _newest(connection, _number(connection, timeline))[1], ANSWER_SECONDS
        )

    def list(self, timeline: str) -> list[Signed]:
        rows = self._primary.ask(
            lambda connection: connection.execute(
                f"select {_COLUMNS} from checkpoint where timeline = %s order by number",
                (_number(connection, timeline),),
            ).fetchall(),
            ANSWER_SECONDS,
        )
        if [number for number, *_ in rows] != list(range(1, len(rows) + 1)):
            raise DatabaseError("A checkpoint is missing between others.")
        return [Signed(*signed) for _, *signed in rows]


_SIGNING = 0x5349474E
"""The first half of the key of the lock of those who sign."""


def _newest(connection: Connection[Row], timeline: int) -> tuple[int, Signed | None]:
    """The newest and its number; 0 and None if there is none."""
    row = connection.execute(
        f"select {_COLUMNS} from checkpoint where timeline = %s order by number desc limit 1", (timeline,)
    ).fetchone()
    return (0, None) if row is None else (row[0], Signed(*row[1:]))


def _number(connection: Connection[Row], timeline: str) -> int:
    row = connection.execute("select id from timeline where name = %s", (timeline,)).fetchone()
    if row is None:
        raise UnknownError("timeline", timeline)
    return int(row[0])
