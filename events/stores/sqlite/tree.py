"""The tree of a timeline in SQLite: the leaves are the entries' own, what is above them is kept as `node`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial

from events.errors import DatabaseError
from events.tlog import tree

_LEAVES = "select leaf from entry where timeline = ? and position > ? and position <= ? order by position"
_NODES = "select hash from node where timeline = ? and level = ? and place >= ? and place < ? order by place"


def hashes(connection: sqlite3.Connection, timeline: int, level: int, start: int, end: int) -> list[bytes]:
    """The hashes of a level, as `events.tlog.tree.Read` gives them. DatabaseError if one is missing."""
    if level:
        rows = connection.execute(_NODES, (timeline, level, start, end))
    else:
        rows = connection.execute(_LEAVES, (timeline, start, end))
    found = [hash for (hash,) in rows]
    if len(found) != end - start:
        raise DatabaseError(f"The tree has lost hashes of level {level}; see 'allegiance verify'.")
    return found


def extend(connection: sqlite3.Connection, timeline: int, size: int, leaves: Sequence[bytes]) -> None:
    """Keep what `leaves` complete in a tree of `size`, within the transaction that appends them.

    What an abandoned append left above the head is replaced.
    """
    found = tree.completed(size, leaves, partial(hashes, connection, timeline))
    connection.executemany(
        "insert or replace into node values (?, ?, ?, ?)", ((timeline, *node) for node in found)
    )
