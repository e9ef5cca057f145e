"""The one way to write: decide, append, project and move the head, inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from itertools import groupby

from events import log, merkle
from events.codec import Draft, thing_of
from events.errors import PositionConflictError
from events.log import Held, Key
from events.model import Commit, Entry, Thing
from events.stores.sqlite import tree
from events.stores.sqlite.projector import PROJECTED, Change, Projector
from events.stores.sqlite.schema import FOREVER

_USERS_SHOWN = 5


def known(connection: sqlite3.Connection, timeline: int, batch: Sequence[Draft]) -> dict[Key, Held]:
    """What a decision on `batch` needs to know of the log."""
    own = {(draft.entity, draft.id): draft.op for draft in batch}
    found: dict[Key, Held] = {}
    for key in log.touched(batch):
        versions = connection.execute(
            "select since, live from version"
            " where timeline = ? and entity = ? and id = ? order by since desc",
            (timeline, *key),
        )
        if key not in own:
            row = versions.fetchone()
            if row is not None:
                found[key] = Held("record" if row[1] else "retract", None, None)
            continue
        positions = [since for since, _ in versions]
        if positions:
            op, body = _entry(connection, timeline, positions[0])
            _, recorded = _entry(connection, timeline, positions[-1])
            users = _users(connection, timeline, key) if own[key] == "retract" else ()
            found[key] = Held(op, body, recorded, users)
    return found


def _entry(connection: sqlite3.Connection, timeline: int, position: int) -> tuple[str, bytes | None]:
    row: tuple[str, bytes | None] = connection.execute(
        "select op, body from entry left join body using (timeline, position)"
        " where timeline = ? and position = ?",
        (timeline, position),
    ).fetchone()
    return row


def _users(connection: sqlite3.Connection, timeline: int, key: Key) -> tuple[str, ...]:
    """A few ids of the live things that name a thing."""
    rows = connection.execute(
        "select distinct entry.id from mention"
        " join entry using (timeline, position)"
        " join version on version.timeline = mention.timeline and version.entity = entry.entity"
        "  and version.id = entry.id and version.since = mention.position"
        " where mention.timeline = ? and mention.entity = ? and mention.id = ?"
        "  and version.until = ? and version.live"
        " order by entry.id limit ?",
        (timeline, *key, FOREVER, _USERS_SHOWN),
    )
    return tuple(id for (id,) in rows)


def expect(connection: sqlite3.Connection, timeline: int, expected: int, position: int) -> None:
    """Raise PositionConflictError unless the head is where the client thinks it is."""
    if expected == position:
        return
    missed = connection.execute(
        "select position, op, entity, id from entry"
        " where timeline = ? and position > ? order by position limit ?",
        (timeline, expected, PositionConflictError.MISSED_SHOWN),
    ).fetchall()
    raise PositionConflictError(expected, position, missed)


def add(
    connection: sqlite3.Connection,
    timeline: tuple[int, str],
    entries: Sequence[tuple[Entry, Thing | None]],
    commit: Commit,
    entropy: Callable[[int], bytes],
) -> None:
    """Append the entries of one commit, each with what it states; project them, and move the head last."""
    number, name = timeline
    bodies, sealed, leaves = [], [], []
    for entry, _ in entries:
        salt = entropy(merkle.SALT_BYTES)
        header = merkle.header(name, entry, salt)
        bodies.append((number, entry.position, salt, entry.body))
        leaves.append(merkle.leaf(header))
        sealed.append((number, *_columns(entry), header, leaves[-1]))
    connection.executemany("insert into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?)", sealed)
    connection.executemany("insert into body values (?, ?, ?, ?)", bodies)
    tree.extend(connection, number, commit.position - len(entries), leaves)
    connection.execute("insert into commits values (?, ?, ?)", (number, *commit))
    changes = [Change(entry.position, entry.entity, entry.id, thing) for entry, thing in entries]
    Projector(connection, number).apply(changes, commit.position)
    connection.execute("update timeline set head = ? where id = ?", (commit.position, number))


def _columns(entry: Entry) -> tuple[object, ...]:
    """What the table `entry` has of an entry besides its proof."""
    return entry.position, entry.recorded_at, entry.op, entry.entity, entry.id, entry.author


def rebuild(connection: sqlite3.Connection, timeline: int) -> int:
    """Empty the projection of one timeline and apply its commits to it again; gives the number of entries."""
    _empty(connection, timeline)
    projector = Projector(connection, timeline)
    rows = connection.execute(
        "select (select min(position) from commits c where c.timeline = entry.timeline and"
        "  c.position >= entry.position), entry.position, op, entity, id, body"
        " from entry left join body using (timeline, position)"
        " where timeline = ? and position <= (select head from timeline where id = ?)"
        " order by entry.position",
        (timeline, timeline),
    )
    read = 0
    for position, entries in groupby(rows, key=lambda row: int(row[0])):
        changes = [
            Change(at, entity, id, thing_of(entity, body) if op in ("record", "correct") and body else None)
            for _, at, op, entity, id, body in entries
        ]
        projector.apply(changes, position)
        read += len(changes)
    return read


def _empty(connection: sqlite3.Connection, timeline: int) -> None:
    connection.execute(
        "delete from stretch_index where id in (select id from stretch where timeline = ?)", (timeline,)
    )
    connection.execute(
        "delete from effect where relation in (select id from relation where timeline = ?)", (timeline,)
    )
    for table in set(PROJECTED) - {"effect"}:
        connection.execute(f"delete from {table} where timeline = ?", (timeline,))
