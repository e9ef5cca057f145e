"""The one way to write: decide, append, project and move the head, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from psycopg import Connection

from events import log
from events.codec import Draft
from events.errors import PositionConflictError, UnknownError
from events.log import Held, Key
from events.model import Commit, Entry
from events.sealed import Sealed, stated
from events.stores.postgres.bulk import fill
from events.stores.postgres.connection import Row
from events.stores.postgres.entries import page, pages
from events.stores.postgres.projector import Projector
from events.stores.postgres.schema import FOREVER, PROJECTED
from events.stores.rows import Change

_USERS_SHOWN = 5

_LOG = {
    "entry": ("timeline", "position", "recorded_at", "op", "entity", "id", "author", "header", "leaf"),
    "body": ("timeline", "position", "salt", "body"),
    "commits": ("timeline", "position", "recorded_at"),
}


def lock(connection: Connection[Row], timeline: str, create: bool = False) -> tuple[int, Commit]:
    """A timeline's number and head, which nobody else moves until this transaction ends.

    With `create` it is made if it is new.
    """
    if create:
        connection.execute("insert into timeline (name) values (%s) on conflict do nothing", (timeline,))
    row = connection.execute(
        "select id, head from timeline where name = %s for no key update", (timeline,)
    ).fetchone()
    if row is None:
        raise UnknownError("timeline", timeline)
    # A statement of its own: one that waited for the lock would see the commits from before it waited.
    last = connection.execute(
        "select recorded_at from commits where timeline = %s and position = %s", row
    ).fetchone()
    return row[0], Commit(row[1], last[0] if last else None)


_KNOWN = """
select k.entity, k.id, last.live, e.op, b.body, recorded.body
from unnest(%(entities)s::text[], %(ids)s::text[], %(own)s::boolean[]) k(entity, id, own)
cross join lateral (
    select since, live from version v
    where v.timeline = %(timeline)s::integer and v.entity = k.entity and v.id = k.id
    order by since desc limit 1
) last
left join lateral (
    select op from entry where k.own and timeline = %(timeline)s::integer and position = last.since offset 0
) e on true
left join lateral (
    select body from body where k.own and timeline = %(timeline)s::integer and position = last.since offset 0
) b on true
left join lateral (
    select body from body
    where k.own and timeline = %(timeline)s::integer and position = (
        select min(since) from version v
        where v.timeline = %(timeline)s::integer and v.entity = k.entity and v.id = k.id
    ) offset 0
) recorded on true
"""

# A few ids of the live things that name each thing.
_USERS = f"""
select k.entity, k.id, u.id
from unnest(%(entities)s::text[], %(ids)s::text[]) k(entity, id)
cross join lateral (
    select distinct e.id from mention m
    join entry e on e.timeline = m.timeline and e.position = m.position
    join version v on v.timeline = m.timeline and v.entity = e.entity and v.id = e.id and v.since = m.position
    where m.timeline = %(timeline)s::integer and m.entity = k.entity and m.id = k.id
      and v.until = {FOREVER} and v.live
    order by e.id limit {_USERS_SHOWN}
) u order by u.id
"""


def known(connection: Connection[Row], timeline: int, batch: Sequence[Draft]) -> dict[Key, Held]:
    """What a decision on `batch` needs to know of the log."""
    own = {(draft.entity, draft.id): draft.op for draft in batch}
    keys = sorted(log.touched(batch))
    users = _users(connection, timeline, [key for key in keys if own.get(key) == "retract"])
    rows = connection.execute(
        _KNOWN, {"timeline": timeline, **_arrays(keys), "own": [key in own for key in keys]}
    )
    return {
        (entity, id): Held(op, body, recorded, users.get((entity, id), ()))
        if (entity, id) in own
        else Held("record" if live else "retract", None, None)
        for entity, id, live, op, body, recorded in rows
    }


def _users(connection: Connection[Row], timeline: int, keys: Sequence[Key]) -> dict[Key, tuple[str, ...]]:
    found: dict[Key, tuple[str, ...]] = {}
    if keys:
        for *key, user in connection.execute(_USERS, {"timeline": timeline, **_arrays(keys)}):
            entity, id = key
            found[entity, id] = (*found.get((entity, id), ()), user)
    return found


def _arrays(keys: Sequence[Key]) -> dict[str, list[str]]:
    return {"entities": [entity for entity, _ in keys], "ids": [id for _, id in keys]}


def expect(connection: Connection[Row], timeline: int, expected: int, position: int) -> None:
    """Raise PositionConflictError unless the head is where the client thinks it is."""
    if expected == position:
        return
    missed = connection.execute(
        "select position, op, entity, id from entry where timeline = %s and position > %s"
        " order by position limit %s",
        (timeline, expected, PositionConflictError.MISSED_SHOWN),
    ).fetchall()
    raise PositionConflictError(expected, position, missed)


def add(
    connection: Connection[Row],
    timeline: int,
    commits: Sequence[tuple[Commit, Sequence[tuple[Sealed, Change]]]],
) -> None:
    """Append commits, each with what its entries state; project them, and move the head last."""
    sealed = [item for _, entries in commits for item, _ in entries]
    rows: dict[str, list[tuple[object, ...]]] = {
        "entry": [(timeline, *_columns(entry), header, leaf) for entry, header, leaf, _ in sealed],
        "body": [
            (timeline, entry.position, salt, entry.body)
            for entry, _, _, salt in sealed
            if salt is not None and entry.body is not None
        ],
        "commits": [(timeline, *commit) for commit, _ in commits],
    }
    fill(connection, _LOG, rows)
    projector = Projector(connection, timeline)
    for commit, entries in commits:
        projector.apply([change for _, change in entries], commit.position)
    head = commits[-1][0].position
    connection.execute("update timeline set head = %s where id = %s", (head, timeline))


def _columns(entry: Entry) -> tuple[object, ...]:
    """What the table `entry` has of an entry besides its proof."""
    return entry.position, entry.recorded_at, entry.op, entry.entity, entry.id, entry.author


def change_of(entry: Entry) -> Change:
    """An entry of the log as the projection takes it."""
    return Change(entry.position, entry.entity, entry.id, stated(entry))


def rebuild(connection: Connection[Row], timeline: int, head: int) -> int:
    """Empty the projection of one timeline and apply its commits to it again; gives the number of entries."""
    for table in PROJECTED:
        connection.execute(f"delete from {table} where timeline = %s", (timeline,))
    projector = Projector(connection, timeline)
    read = 0
    for _, entries in groupby(_entries(connection, timeline, head), key=lambda entry: entry.recorded_at):
        changes = [change_of(entry) for entry in entries]
        projector.apply(changes, changes[-1].position)
        read += len(changes)
    return read


def _entries(connection: Connection[Row], timeline: int, head: int) -> Iterator[Entry]:
    for after, upto in pages(0, head):
        yield from (Entry(*row) for row in page(connection, timeline, after, upto))
