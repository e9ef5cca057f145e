"""Visibility and the audit trail in SQLite. Promises: `events.stores.access.Access`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from events import strict_json
from events.errors import UnknownError
from events.stores.access import Act
from events.stores.clock import write_instant
from events.stores.sqlite.connection import Connections
from events.stores.tokens import LOCAL


class SQLiteAccess:
    """Which timelines of one database are private, and who decided so."""

    def __init__(self, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock

    def visibility(self, timeline: str) -> str | None:
        row = self._connections.get().execute(
            "select exists (select 1 from private_timeline where name = timeline.name)"
            " from timeline where name = ? and begun",
            (timeline,),
        )
        return next(("private" if private else "public" for (private,) in row), None)

    def private(self) -> frozenset[str]:
        rows = self._connections.get().execute("select name from private_timeline")
        return frozenset(name for (name,) in rows)

    def set_visibility(self, timeline: str, visibility: str, by: str = LOCAL) -> None:
        change = (
            "insert or ignore into private_timeline values (?)"
            if visibility == "private"
            else "delete from private_timeline where name = ?"
        )
        with self._connections.writing() as connection:
            changed = connection.execute(change, (timeline,)).rowcount > 0
            if changed:
                what = {"timeline": timeline, "visibility": visibility}
                note(connection, self._clock(), by, "visibility", what)
            elif visibility == "public" and self.visibility(timeline) is None:
                raise UnknownError("timeline", timeline)

    def audit(self, after: int = 0, limit: int = 100) -> list[Act]:
        rows = self._connections.get().execute(
            "select number, at, who, action, what from audit where number > ? order by number limit ?",
            (after, limit),
        )
        return [
            Act(number, at, who, action, strict_json.read(what)) for number, at, who, action, what in rows
        ]


def note(connection: Connection, at: datetime, who: str, action: str, what: Mapping[str, Any]) -> None:
    """Add a line to the audit trail, in the transaction of what it tells."""
    connection.execute(
        "insert into audit (at, who, action, what) values (?, ?, ?, ?)",
        (write_instant(at), who, action, strict_json.compact(what)),
    )
