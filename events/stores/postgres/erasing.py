"""Erasure by law: the entry that says so, the bodies gone, and every index as if they had never been.

All of it in one transaction. The tables are rewritten afterwards (`scrub`), since what PostgreSQL
deletes stays in their files, and an ordinary vacuum only says that it may be overwritten. That this is
still to be done the transaction itself writes down, so that whatever hinders it, it is taken up.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from psycopg import Connection, errors

from events import erasure
from events.errors import BusyError
from events.log import Key
from events.model import Entry
from events.prepared import prepared_of
from events.sealed import Sealed
from events.stores.postgres import entries, searching, writing
from events.stores.postgres.connection import Connections, Row
from events.stores.postgres.projector import Projector
from events.stores.postgres.schema import FOREVER, PROJECTED
from events.stores.rows import Placed

_RETRY_SECONDS = 0.05

_STILL_THERE = (
    "Somebody reads or writes who began before, so that the database's files still have what was deleted;"
    " do the same again in a moment."
)

# Whoever began to read or write before a transaction: what that deleted, no rewriting takes from them. By
# numbers of transactions, since of other roles a role without rights is not told when theirs began. An
# ordinary vacuum reads nothing of the rows.
_BEFORE = """
select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
  and greatest(age(backend_xid), age(backend_xmin)) > age(%s::xid)
  and pid not in (select pid from pg_stat_progress_vacuum)
"""

# The commits at which something of some relations may have changed.
_MOMENTS = f"""
with chosen as materialized (
    select id, subject, object from relation
    where timeline = %(timeline)s::integer and id = any(%(relations)s::integer[])
), ending as (
    select c.id, a.since, a.until from chosen c join actor a
      on a.timeline = %(timeline)s::integer and a.id in (c.subject, c.object)
), said as (
    select c.id, e.position, e.until from chosen c join effect e
      on e.timeline = %(timeline)s::integer and e.relation = c.id
), moment (relation, at) as (
    select id, position from said
    union select id, until + 1 from said where until < {FOREVER}
    union select id, since from ending
    union select id, until + 1 from ending where until < {FOREVER}
)
select distinct c.position, relation from moment cross join lateral (
    select position from commits where timeline = %(timeline)s::integer and position >= at
    order by position limit 1
) c order by 1, 2
"""


def found(connection: Connection[Row], timeline: int, positions: Collection[int]) -> list[Entry]:
    """The entries at these positions, in order. Raises UnknownError where there is none."""
    there = [
        Entry(*row)
        for position in sorted(set(positions))
        for row in entries.page(connection, timeline, position - 1, position)
    ]
    erasure.require_there(positions, there)
    return there


def destroy(
    connection: Connection[Row], timeline: int, erased: Sequence[Entry], by: Mapping[Key, int]
) -> None:
    """Destroy the bodies and salts of entries; `by` are the new ones above the head that erase each thing."""
    gone = [(entry.position, prepared_of(entry)) for entry in erased if entry.body is not None]
    relations = _relations(connection, timeline, gone)
    if gone:
        connection.execute(
            "insert into unscrubbed (timeline, position) values (%s, %s)", (timeline, max(by.values()))
        )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into erasure (timeline, position, by) values (%s, %s, %s)",
            [
                (timeline, entry.position, by[entry.entity, entry.id])
                for entry in erased
                if entry.erased is None
            ],
        )
    connection.execute("select remove_erased(%s::integer)", (timeline,))
    _forget(connection, timeline, gone)
    _fold_anew(connection, timeline, relations)


def require_unused(connection: Connection[Row], timeline: int, keys: Collection[Key]) -> None:
    """Raise ConflictError if what is left names things of which nothing stands any more."""
    standing = writing.live(connection, timeline, [*keys])
    unstated = [key for key in keys if key not in standing]
    users = writing.users(connection, timeline, unstated)
    erasure.require_unused(unstated, lambda key: users.get(key, ()))


def repeat(connection: Connection[Row], timeline: int, sealed: Iterable[Sealed]) -> None:
    """Destroy what erasures that were made elsewhere name.

    What they erased is mostly without a body by then: only a copy made before still has it.
    """
    for by in (item.entry for item in sealed if item.entry.op == "erase"):
        erased = found(connection, timeline, erasure.erased_by(by))
        destroy(connection, timeline, erased, {(by.entity, by.id): by.position})


def scrub_if_due(connections: Connections) -> None:
    """The same as `scrub`, unless it has been done since everything that was erased."""
    with connections.get() as connection:
        due = connection.execute("select 1 from unscrubbed limit 1").fetchone()
    if due:
        scrub(connections)


def scrub(connections: Connections) -> None:
    """Write every table that held words anew, so that nothing that was deleted is left in its file.

    Raises BusyError when somebody goes on reading what was before for too long.
    """
    until = time.monotonic() + connections.busy_seconds
    with connections.get() as connection:
        due = connection.execute("select timeline, position from unscrubbed").fetchall()
        now = connection.execute("select pg_snapshot_xmax(pg_current_snapshot())::xid::text").fetchone()
        while connection.execute(_BEFORE, now).fetchone():
            if time.monotonic() > until:
                raise BusyError(_STILL_THERE)
            time.sleep(_RETRY_SECONDS)
        for table in ("body", *PROJECTED, "found"):
            try:
                connection.execute(
                    "select set_config('lock_timeout', %s, true), rewrite(%s)",
                    (f"{connections.busy_seconds:.3f}s", table),
                )
            except errors.LockNotAvailable:
                raise BusyError(_STILL_THERE) from None
        for one in due:  # and none that came meanwhile
            connection.execute("delete from unscrubbed where (timeline, position) = (%s, %s)", one)


def _relations(connection: Connection[Row], timeline: int, gone: Sequence[Placed]) -> list[int]:
    """The relations that these entries say anything of, or whose actors they describe."""
    projector = Projector(connection, timeline)
    named = projector.numbers({relation for _, entry in gone for relation, _ in entry.effects})
    actors = [entry.id for _, entry in gone if entry.entity == "actor"]
    return sorted({*named.values(), *projector.of_actors(actors)})


def _forget(connection: Connection[Row], timeline: int, gone: Sequence[Placed]) -> None:
    """Take what entries said out of every index but that of stretches. Whoever adds an index adds it here.

    Whoever adds a column of words has no statistics made of it: see `erasure_tables.NOT_REMEMBERED`.
    """
    values = {"timeline": timeline, "positions": [position for position, _ in gone]}
    for statement in (
        "update version v set live = false, day = null from entry e"
        " where e.timeline = %(timeline)s::integer and e.position = any(%(positions)s::bigint[])"
        " and v.timeline = e.timeline and v.entity = e.entity and v.id = e.id and v.since = e.position",
        *(
            f"delete from {table} a using entry e"
            " where e.timeline = %(timeline)s::integer and e.position = any(%(positions)s::bigint[])"
            " and e.entity = 'actor' and a.timeline = e.timeline and a.id = e.id and a.since = e.position"
            for table in ("actor", "actor_name")
        ),
        *(
            f"delete from {table} where timeline = %(timeline)s::integer"
            " and position = any(%(positions)s::bigint[])"
            for table in ("effect", "mention")
        ),
    ):
        connection.execute(statement, values)
    for key in {(entry.entity, entry.id) for _, entry in gone}:
        about = entries.history(connection, timeline, key, FOREVER)
        searching.forget(connection, timeline, [entry for entry in about if entry.op != "erase"])


def _fold_anew(connection: Connection[Row], timeline: int, relations: Sequence[int]) -> None:
    """Tell the stories of relations again, commit by commit, from what is left of them."""
    values = {"timeline": timeline, "relations": list(relations)}
    chosen = "timeline = %(timeline)s::integer and {} = any(%(relations)s::integer[])"
    connection.execute(f"delete from stretch where {chosen.format('relation')}", values)
    projector = Projector(connection, timeline)
    moments = connection.execute(_MOMENTS, values).fetchall()
    for position, touched in groupby(moments, key=lambda moment: int(moment[0])):
        projector.refold([relation for _, relation in touched], position)
    connection.execute(
        f"delete from relation where {chosen.format('id')} and not exists"
        " (select 1 from effect where timeline = relation.timeline and relation = relation.id)",
        values,
    )
