"""Clearing what an abandoned batch left above the head, so that nothing of it is ever seen.

In short transactions, the entries last: what is interrupted is found again and taken up
by the next writer.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import Connection

from events.stores.postgres.connection import Connections, Row
from events.stores.postgres.lease import Batch, fenced
from events.stores.postgres.schema import FOREVER

_CHUNK = 10_000

# Lateral, so that whatever the planner believes of sizes each is found by its key.
_VERSIONS = """
delete from {table} where ctid = any(array(
    select v.ctid from entry e cross join lateral (
        select ctid from {table} v where v.timeline = e.timeline and v.id = e.id and v.since = e.position
        {key} offset 0
    ) v where e.timeline = %(timeline)s::integer and e.position > %(above)s::bigint
))
"""

_THINGS = (
    _VERSIONS.format(table="version", key="and v.entity = e.entity"),
    _VERSIONS.format(table="actor", key="and e.entity = 'actor'"),
    _VERSIONS.format(table="actor_name", key="and e.entity = 'actor'"),
    "delete from finding where timeline = %(timeline)s::integer and position > %(above)s::bigint",
    # A relation that nothing is left of is in no answer, and there for the batch when it is sent again.
    "delete from effect where timeline = %(timeline)s::integer and position > %(above)s::bigint",
    "delete from mention where timeline = %(timeline)s::integer and position > %(above)s::bigint",
    "select remove_above_head(%(timeline)s::integer, %(above)s::bigint)",
)

_STRETCHES = (
    "delete from found where timeline = %(timeline)s::integer",
    "update stretch set until = %(forever)s::bigint where timeline = %(timeline)s::integer"
    f" and until >= %(head)s::bigint and until < {FOREVER}",
)

_SOME_STRETCHES = f"""
delete from stretch where timeline = %(timeline)s::integer and id = any(array(
    select id from stretch where timeline = %(timeline)s::integer and since > %(head)s::bigint limit {_CHUNK}
))
"""


def left_over(connection: Connection[Row], timeline: int, head: int) -> bool:
    """Whether there are entries above the head."""
    return _last(connection, timeline) > head


def clear(connections: Connections, batch: Batch, head: int) -> Iterator[None]:
    """Clear step by step all that is above the head. `batch` holds the timeline's lease."""
    values = {"timeline": batch.timeline, "head": head, "forever": FOREVER}
    removed = _CHUNK
    while removed == _CHUNK:
        with connections.get() as connection, fenced(connection, batch):
            removed = connection.execute(_SOME_STRETCHES, values).rowcount
        yield
    with connections.get() as connection, fenced(connection, batch):
        for statement in _STRETCHES:
            connection.execute(statement, values)
        last = _last(connection, batch.timeline)
    while last > head:
        yield
        last = max(head, last - _CHUNK)
        with connections.get() as connection, fenced(connection, batch):
            # What is above the head is a part of the table that only this value tells.
            connection.execute("set local plan_cache_mode = force_custom_plan")
            for statement in _THINGS:
                connection.execute(statement, {**values, "above": last})


def _last(connection: Connection[Row], timeline: int) -> int:
    row = connection.execute(
        "select position from entry where timeline = %s::integer order by position desc limit 1", (timeline,)
    ).fetchone()
    return row[0] if row else 0
