"""The one way to write: decide, append, project and move the head, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from psycopg import Connection

from events import log
from events.codec import Draft
from events.errors import PositionConflictError, UnknownError
from events.log import Held, Key
from events.model import Commit, Entry
from events.prepared import prepared_of
from events.stores.postgres import searching
from events.stores.postgres.bulk import fill
from events.stores.postgres.connection import Connections, Row
from events.stores.postgres.entries import page, pages
from events.stores.postgres.lease import Batch, pass_by
from events.stores.postgres.projector import Projector
from events.stores.postgres.schema import FOREVER, PROJECTED
from events.stores.postgres.tree import Node, hashes
from events.stores.rows import Logged, Placed
from events.tlog import tree

_USERS_SHOWN = 5

_LOG = {
    "entry": ("timeline", "position", "recorded_at", "op", "entity", "id", "author", "header", "leaf"),
    "body": ("timeline", "position", "salt", "body"),
    "node": ("timeline", "level", "place", "hash"),
    "commits": ("timeline", "position", "recorded_at"),
}


def turn(
    connections: Connections, connection: Connection[Row], timeline: str, create: bool
) -> tuple[int, Commit]:
    """Wait for our turn: a timeline's number and head, which nobody else moves until this transaction ends.

    With `create` it is made if it is new.
    """
    pass_by(connections, connection, timeline)
    if create:
        connection.execute(
            "insert into timeline (name) values (%s) on conflict (name) do nothing", (timeline,)
        )
    number, head, begun, _ = lock(connection, timeline)
    if not begun and not create:
        raise UnknownError("timeline", timeline)
    if not begun:
        connection.execute("update timeline set begun = true where id = %s", (number,))
    return number, head


def begin(connection: Connection[Row], timeline: str, create: bool) -> tuple[Batch, Commit]:
    """The batch that now begins, and the head of its timeline. The caller holds the lease.

    With `create` it is made if it is new, and not there for anybody until the batch is sealed.
    """
    if create:
        connection.execute(
            "insert into timeline (name, begun) values (%s, false) on conflict (name) do nothing", (timeline,)
        )
    number, head, begun, batch = lock(connection, timeline)
    if not begun and not create:
        raise UnknownError("timeline", timeline)
    connection.execute("update timeline set batch = %s where id = %s", (batch + 1, number))
    return Batch(number, batch + 1), head


def lock(connection: Connection[Row], timeline: str) -> tuple[int, Commit, bool, int]:
    """A timeline's number, its head, whether it has begun, and its last batch: locked."""
    row = connection.execute(
        "select id, head, begun, batch from timeline where name = %s for no key update", (timeline,)
    ).fetchone()
    if row is None:
        raise UnknownError("timeline", timeline)
    number, head, begun, batch = row
    # A statement of its own: one that waited for the lock would see the commits from before it waited.
    last = connection.execute(
        "select recorded_at from commits where timeline = %s and position = %s", (number, head)
    ).fetchone()
    return number, Commit(head, last[0] if last else None), begun, batch


_KNOWN = """
select k.entity, k.id, last.since, last.live, e.op, b.body, recorded.body
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

_USERS = f"""
select k.entity, k.id, u.id
from unnest(%(entities)s::text[], %(ids)s::text[]) k(entity, id)
cross join lateral (
    select e.id, m.position from mention m
    join entry e on e.timeline = m.timeline and e.position = m.position
    join version v on v.timeline = m.timeline and v.entity = e.entity and v.id = e.id and v.since = m.position
    where m.timeline = %(timeline)s::integer and m.entity = k.entity and m.id = k.id
      and v.until = {FOREVER} and v.live
    order by m.position limit {_USERS_SHOWN}
) u order by u.position
"""


def known(connection: Connection[Row], timeline: int, batch: Sequence[Draft]) -> dict[Key, Held]:
    """What a decision on `batch` needs to know of the log."""
    own = {(draft.entity, draft.id): draft.op for draft in batch}
    keys = sorted(log.touched(batch))
    named_by = users(connection, timeline, [key for key in keys if own.get(key) == "retract"])
    rows = connection.execute(
        _KNOWN, {"timeline": timeline, **_arrays(keys), "own": [key in own for key in keys]}
    )
    return {
        (entity, id): Held(_op(op, body), body, recorded, named_by.get((entity, id), ()))
        if (entity, id) in own
        else Held("record" if live else "retract", None, None)
        for entity, id, _, live, op, body, recorded in rows
    }


def _op(op: str, body: bytes | None) -> str:
    return "erase" if body is None else op


def standing(connection: Connection[Row], timeline: int, keys: Sequence[Key]) -> dict[Key, tuple[int, Held]]:
    """What there is of some things, above the head too, with the position of the last entry about each."""
    rows = connection.execute(_KNOWN, {"timeline": timeline, **_arrays(keys), "own": [True] * len(keys)})
    return {
        (entity, id): (since, Held(_op(op, body), body, recorded))
        for entity, id, since, _, op, body, recorded in rows
    }


_LIVE = f"""
select k.entity, k.id from unnest(%(entities)s::text[], %(ids)s::text[]) k(entity, id)
cross join lateral (
    select live from version v
    where v.timeline = %(timeline)s::integer and v.entity = k.entity and v.id = k.id and v.until = {FOREVER}
    offset 0
) v where v.live
"""


def live(connection: Connection[Row], timeline: int, keys: Sequence[Key]) -> set[Key]:
    """Those of some things that are there, above the head too."""
    rows = connection.execute(_LIVE, {"timeline": timeline, **_arrays(keys)})
    return {(entity, id) for entity, id in rows}


def users(connection: Connection[Row], timeline: int, keys: Sequence[Key]) -> dict[Key, tuple[str, ...]]:
    """A few ids of the live things that name each of some things."""
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
        "select position, op, entity, id from entry where timeline = %s and position > %s and position <= %s"
        " order by position limit %s",
        (timeline, expected, position, PositionConflictError.MISSED_SHOWN),
    ).fetchall()
    raise PositionConflictError(expected, position, missed)


def add(
    connection: Connection[Row],
    timeline: int,
    logged: Logged,
    commits: Sequence[tuple[Commit, Sequence[Placed]]],
) -> None:
    """Append commits, with what the log keeps of their entries, and project them."""
    size, leaves = logged[0][0][1] - 1, leaves_of(logged)
    write(connection, timeline, logged, tree.completed(size, leaves, partial(hashes, connection, timeline)))
    projector = Projector(connection, timeline)
    for commit, entries in commits:
        projector.apply(entries, commit.position)
        searching.record(connection, timeline, entries)
    fill(connection, _LOG, {"commits": [(timeline, *commit) for commit, _ in commits]})


def write(connection: Connection[Row], timeline: int, logged: Logged, nodes: Iterable[Node]) -> None:
    """Write entries above the head, and what they add to the tree."""
    entries, bodies = logged
    found = [(timeline, *node) for node in nodes]
    fill(connection, _LOG, {"entry": entries, "body": bodies, "node": found})


def leaves_of(logged: Logged) -> list[bytes]:
    """The leaves of entries."""
    return [leaf for *_, leaf in logged[0]]


def seal(connection: Connection[Row], timeline: int, commit: Commit) -> None:
    """Move the head to a new commit."""
    fill(connection, _LOG, {"commits": [(timeline, *commit)]})
    move_head(connection, timeline, commit.position)


def move_head(connection: Connection[Row], timeline: int, position: int) -> None:
    """Once this is kept readers see everything up to a position."""
    connection.execute("update timeline set head = %s, begun = true where id = %s", (position, timeline))


def rebuild(connection: Connection[Row], timeline: int, head: int) -> int:
    """Empty the projection of one timeline and apply its commits to it again; gives the number of entries."""
    for table in PROJECTED:
        connection.execute(f"delete from {table} where timeline = %s", (timeline,))
    projector = Projector(connection, timeline)
    read = 0
    for _, entries in groupby(_entries(connection, timeline, head), key=lambda entry: entry.recorded_at):
        placed = [(entry.position, prepared_of(entry)) for entry in entries]
        projector.apply(placed, placed[-1][0])
        searching.record(connection, timeline, placed)
        read += len(placed)
    return read


def _entries(connection: Connection[Row], timeline: int, head: int) -> Iterator[Entry]:
    for after, upto in pages(0, head):
        yield from (Entry(*row) for row in page(connection, timeline, after, upto))
