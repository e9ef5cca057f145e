"""Visibility and the audit trail in PostgreSQL. Promises: `events.stores.access.Access`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from psycopg import Connection

from events import strict_json
from events.errors import UnknownError
from events.stores.access import Act
from events.stores.clock import write_instant
from events.stores.postgres.connection import Row
from events.stores.postgres.servers import Servers
from events.stores.tokens import LOCAL

_AUDITING = 0x6175646974
"""The key of the lock of those who write to the audit trail."""

_VISIBILITY = """
select exists (select 1 from private_timeline p where p.name = t.name)
from timeline t where t.name = %s and t.begun
"""


class PostgreSQLAccess:
    """Which timelines of one database are private, and who decided so."""

    def __init__(self, servers: Servers, clock: Callable[[], datetime]) -> None:
        self._servers = servers
        self._clock = clock

    def visibility(self, timeline: str) -> str | None:
        return self._servers.ask_primary(lambda connection: _visibility(connection, timeline))

    def private(self) -> frozenset[str]:
        rows = self._servers.ask_primary(
            lambda connection: connection.execute("select name from private_timeline").fetchall()
        )
        return frozenset(name for (name,) in rows)

    def set_visibility(self, timeline: str, visibility: str, by: str = LOCAL) -> None:
        change = (
            "insert into private_timeline values (%s) on conflict do nothing"
            if visibility == "private"
            else "delete from private_timeline where name = %s"
        )
        with self._servers.primary.writing() as connection:
            if connection.execute(change, (timeline,)).rowcount > 0:
                what = {"timeline": timeline, "visibility": visibility}
                note(connection, self._clock(), by, "visibility", what)
            elif visibility == "public" and _visibility(connection, timeline) is None:
                raise UnknownError("timeline", timeline)

    def audit(self, after: int = 0, limit: int = 100) -> list[Act]:
        rows = self._servers.primary.ask(
            lambda connection: connection.execute(
                "select number, at, who, action, what from audit where number > %s::bigint"
                " order by number limit %s::bigint",
                (after, limit),
            ).fetchall()
        )
        return [
            Act(number, at, who, action, strict_json.read(what)) for number, at, who, action, what in rows
        ]


def _visibility(connection: Connection[Row], timeline: str) -> str | None:
    row = connection.execute(_VISIBILITY, (timeline,)).fetchone()
    return None if row is None else "private" if row[0] else "public"


def note(connection: Connection[Row], at: datetime, who: str, action: str, what: Mapping[str, Any]) -> None:
    """Add a line to the audit trail, in the transaction of what it tells."""
    connection.execute("select pg_advisory_xact_lock(%s)", (_AUDITING,))
    connection.execute(
        "insert into audit (number, at, who, action, what)"
        " select coalesce(max(number), 0) + 1, %s, %s, %s, %s from audit",
        (write_instant(at), who, action, strict_json.compact(what)),
    )
