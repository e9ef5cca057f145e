"""The one way to write: decide, append, project and move the head, inside one transaction."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from events.codec import Draft
from events.errors import PositionConflictError
from events.log import Held, Key, touched
from events.model import Commit
from events.prepared import prepare, prepared_of, stated
from events.sealed import Sealed
from events.stores import rows
from events.stores.rows import Logged, Placed
from events.stores.sqlite import searching, tree
from events.stores.sqlite.projector import Projector
from events.stores.sqlite.schema import FOREVER

_USERS_SHOWN = 5

PROJECTED = ("version", "mention", "actor", "actor_name", "effect", "stretch", "stretch_of", "relation")
"""The tables of the projection, beside the index of stretches."""

MADE_ANEW = (*PROJECTED, "finding")
"""The tables that `rebuild` fills from the log; others that it fills are within virtual ones."""


def known(connection: sqlite3.Connection, timeline: int, batch: Sequence[Draft]) -> dict[Key, Held]:
    """What a decision on `batch` needs to know of the log."""
    own = {(draft.entity, draft.id): draft.op for draft in batch}
    found: dict[Key, Held] = {}
    for key in touched(batch):
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
            named_by = users(connection, timeline, key) if own[key] == "retract" else ()
            found[key] = Held("erase" if body is None else op, body, recorded, named_by)
    return found


def _entry(connection: sqlite3.Connection, timeline: int, position: int) -> tuple[str, bytes | None]:
    row: tuple[str, bytes | None] = connection.execute(
        "select op, body from entry left join body using (timeline, position)"
        " where timeline = ? and position = ?",
        (timeline, position),
    ).fetchone()
    return row


def users(connection: sqlite3.Connection, timeline: int, key: Key) -> tuple[str, ...]:
    """A few ids of the live things that name a thing, those that did so first."""
    found: list[str] = []
    mentions = connection.execute(
        "select positions from mention where timeline = ? and entity = ? and id = ? order by since",
        (timeline, *key),
    )
    for (packed,) in mentions:
        for position in array("i", packed):
            found += _live_at(connection, timeline, position)
            if len(found) == _USERS_SHOWN:
                return tuple(found)
    return tuple(found)


def _live_at(connection: sqlite3.Connection, timeline: int, position: int) -> Iterator[str]:
    """The id of what an entry states, if that stands."""
    rows = connection.execute(
        "select entry.id from entry join version using (timeline, entity, id)"
        " where entry.timeline = ? and position = ? and since = position and until = ? and live",
        (timeline, position, FOREVER),
    )
    return (id for (id,) in rows)


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
    drafts: Sequence[Draft],
    commit: Commit,
    author: str,
    entropy: Callable[[int], bytes],
) -> None:
    """Append the drafts as one commit, project them, and move the head last."""
    number, _ = timeline
    assert commit.recorded_at is not None
    entries = list(enumerate(map(prepare, drafts), commit.position - len(drafts) + 1))
    made = rows.logged(timeline, entries, commit.recorded_at, author, entropy)
    _add(connection, number, entries, made, commit)
    move_head(connection, number, commit.position)


def restore(connection: sqlite3.Connection, timeline: int, sealed: Sequence[Sealed], commit: Commit) -> None:
    """Append the entries of one commit that was made elsewhere, as `add` does; all but move the head."""
    entries = [(item.entry.position, prepared_of(item.entry)) for item in sealed]
    _add(connection, timeline, entries, rows.logged_again(timeline, sealed), commit)


def _add(
    connection: sqlite3.Connection, timeline: int, entries: Sequence[Placed], made: Logged, commit: Commit
) -> None:
    log(connection, timeline, made)
    projector = Projector(connection, timeline)
    project(projector, entries)
    searching.record(connection, timeline, entries)
    projector.fold(commit.position)
    connection.execute("insert into commits values (?, ?, ?)", (timeline, *commit))


def log(connection: sqlite3.Connection, timeline: int, made: Logged) -> None:
    """Write entries above the head, and what they add to the tree."""
    sealed, bodies = made
    if sealed:
        tree.extend(connection, timeline, sealed[0][1] - 1, [leaf for *_, leaf in sealed])
    connection.executemany("insert into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?)", sealed)
    connection.executemany("insert into body values (?, ?, ?, ?)", bodies)


def project(projector: Projector, entries: Sequence[Placed]) -> None:
    """Bring to the projection what entries say by themselves; what it comes to is left to the fold.

    An erasure changes nothing of what stands, but for the bodies that it took.
    """
    for position, entry in entries:
        if entry.op != "erase":
            projector.close(position, entry)
            projector.open(position, entry)
    projector.write()


def seal(connection: sqlite3.Connection, timeline: int, commit: Commit) -> None:
    """Move the head to a new commit."""
    connection.execute("insert into commits values (?, ?, ?)", (timeline, *commit))
    move_head(connection, timeline, commit.position)


def move_head(connection: sqlite3.Connection, timeline: int, position: int) -> None:
    """From now on readers see everything up to a position."""
    connection.execute("update timeline set head = ?, begun = 1 where id = ?", (position, timeline))


def rebuild(connection: sqlite3.Connection, timeline: int) -> int:
    """Empty the projection of one timeline and apply its commits to it again; gives the number of entries."""
    _empty(connection, timeline)
    projector = Projector(connection, timeline)
    kept = connection.execute(
        "select (select min(position) from commits c where c.timeline = entry.timeline and"
        "  c.position >= entry.position), entry.position, op, entity, id, body"
        " from entry left join body using (timeline, position)"
        " where timeline = ? and position <= (select head from timeline where id = ?)"
        " order by entry.position",
        (timeline, timeline),
    )
    read = 0
    for position, entries in groupby(kept, key=lambda row: int(row[0])):
        placed = [(at, prepare(stated(*said))) for _, at, *said in entries]
        project(projector, placed)
        searching.record(connection, timeline, placed)
        projector.fold(position)
        read += len(placed)
    return read


def _empty(connection: sqlite3.Connection, timeline: int) -> None:
    searching.empty(connection, timeline)
    connection.execute(
        "delete from stretch_index where id in (select block from stretch where timeline = ?)", (timeline,)
    )
    of_relations = {"effect", "stretch_of"}
    for table in of_relations:
        connection.execute(
            f"delete from {table} where relation in (select id from relation where timeline = ?)", (timeline,)
        )
    for table in set(PROJECTED) - of_relations:
        connection.execute(f"delete from {table} where timeline = ?", (timeline,))
