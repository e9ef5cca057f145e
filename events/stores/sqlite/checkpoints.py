"""Signed checkpoints in SQLite. Promises: `events.stores.checkpoints.Checkpoints`."""

from __future__ import annotations

import sqlite3

from events.errors import ConflictError, DatabaseError, UnknownError
from events.stores.sqlite.connection import Connections
from events.tlog.checkpoint import Signed

_COLUMNS = "number, size, note, vkey"


class SQLiteCheckpoints:
    """The checkpoints of one database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, timeline: str, signed: Signed) -> None:
        with self._connections.writing() as connection:
            timeline_number = _number(connection, timeline)
            count, newest = _newest(connection, timeline_number)
            if newest is not None and newest.size > signed.size:
                raise ConflictError(f"A checkpoint of {newest.size} entries is there already.")
            if newest is None or (newest.size, newest.vkey) != (signed.size, signed.vkey):
                connection.execute(
                    "insert into checkpoint values (?, ?, ?, ?, ?)", (timeline_number, count + 1, *signed)
                )

    def newest(self, timeline: str) -> Signed | None:
        connection = self._connections.get()
        return _newest(connection, _number(connection, timeline))[1]

    def list(self, timeline: str) -> list[Signed]:
        connection = self._connections.get()
        rows = connection.execute(
            f"select {_COLUMNS} from checkpoint where timeline = ? order by number",
            (_number(connection, timeline),),
        ).fetchall()
        if [number for number, *_ in rows] != list(range(1, len(rows) + 1)):
            raise DatabaseError("A checkpoint is missing between others.")
        return [Signed(*signed) for _, *signed in rows]


def _newest(connection: sqlite3.Connection, timeline: int) -> tuple[int, Signed | None]:
    """The newest and its number; 0 and None if there is none."""
    row = connection.execute(
        f"select {_COLUMNS} from checkpoint where timeline = ? order by number desc limit 1", (timeline,)
    ).fetchone()
    return (0, None) if row is None else (row[0], Signed(*row[1:]))


def _number(connection: sqlite3.Connection, timeline: str) -> int:
    row = connection.execute("select id from timeline where name = ?", (timeline,)).fetchone()
    if row is None:
        raise UnknownError("timeline", timeline)
    return int(row[0])
