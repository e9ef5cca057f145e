"""Clearing what an abandoned batch left above the head, so that nothing of it is ever seen.

In short transactions, the entries last: what is interrupted is found again and taken up
by the next writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from events.stores.sqlite import searching
from events.stores.sqlite.connection import Connections
from events.stores.sqlite.projector import set_until
from events.stores.sqlite.schema import FOREVER

_CHUNK = 1000


def left_over(connection: sqlite3.Connection, timeline: int, head: int) -> bool:
    """Whether there are entries above the head."""
    row = connection.execute(
        "select 1 from entry where timeline = ? and position > ? limit 1", (timeline, head)
    ).fetchone()
    return row is not None


def clear(connections: Connections, timeline: int, head: int) -> Iterator[None]:
    """Clear step by step all that is above the head. The caller holds the timeline's lease."""
    for step in (_stretches, _superseded, _effects, _findings, _things, _entries):
        more = True
        while more:
            with connections.writing(durable=False, grows=False) as connection:
                more = step(connection, timeline, head)
            yield


def _stretches(connection: sqlite3.Connection, timeline: int, head: int) -> bool:
    """Remove some of the stretches since then; gives whether there may be more, as every step does."""
    rows = connection.execute(
        "select relation, id from stretch where timeline = ? and since > ? limit ?", (timeline, head, _CHUNK)
    ).fetchall()
    connection.executemany("delete from stretch_of where relation = ? and stretch = ?", rows)
    for table in ("stretch", "stretch_index"):
        connection.executemany(f"delete from {table} where id = ?", ((id,) for _, id in rows))
    return bool(rows)


def _superseded(connection: sqlite3.Connection, timeline: int, head: int) -> bool:
    """Let stand again what was to be superseded."""
    ids = connection.execute(
        f"select id from stretch where timeline = ? and until >= ? and until < {FOREVER} limit ?",
        (timeline, head, _CHUNK),
    ).fetchall()
    set_until(connection, [id for (id,) in ids], FOREVER)
    return bool(ids)


def _effects(connection: sqlite3.Connection, timeline: int, head: int) -> bool:
    """Remove effects, and the relations that none is left of."""
    ids = connection.execute(
        "select distinct effect.relation from relation cross join effect on effect.relation = relation.id"
        " where timeline = ? and position > ? limit ?",
        (timeline, head, _CHUNK),
    ).fetchall()
    connection.executemany(f"delete from effect where relation = ? and position > {head}", ids)
    connection.executemany(
        "delete from relation where id = ?1 and not exists (select 1 from effect where relation = ?1)", ids
    )
    return bool(ids)


def _findings(connection: sqlite3.Connection, timeline: int, head: int) -> bool:
    """Remove what a search would find."""
    return searching.clear(connection, timeline, head, _CHUNK)


def _things(connection: sqlite3.Connection, timeline: int, head: int) -> bool:
    """Remove what a whole batch has few rows of."""
    connection.execute(
        "delete from node where timeline = ? and (place + 1) << (8 * level) > ?", (timeline, head)
    )
    for table in ("mention", "actor", "actor_name"):
        connection.execute(f"delete from {table} where timeline = ? and since > ?", (timeline, head))
    return False


def _entries(connection: sqlite3.Connection, timeline: int, head: int) -> bool:
    """Remove entries, from the last on, with their bodies and versions."""
    rows = connection.execute(
        "select timeline, position, entity, id from entry"
        " where timeline = ? and position > ? order by position desc limit ?",
        (timeline, head, _CHUNK),
    ).fetchall()
    connection.executemany(
        "delete from version where timeline = ?1 and entity = ?3 and id = ?4 and since = ?2", rows
    )
    for table in ("body", "entry"):
        connection.executemany(
            f"delete from {table} where timeline = ? and position = ?", [row[:2] for row in rows]
        )
    return bool(rows)
