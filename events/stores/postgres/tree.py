"""The tree of a timeline in PostgreSQL: leaves are the entries' own, what is above them is kept as `node`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from psycopg import Connection

from events.errors import DatabaseError
from events.stores.postgres.connection import Row
from events.tlog import tree

Node = tuple[int, int, bytes]
"""Level, place and hash."""

_LEAVES = """
select leaf from entry
where timeline = %(timeline)s::integer and position > %(start)s::bigint and position <= %(end)s::bigint
order by position
"""
_NODES = """
select hash from node
where timeline = %(timeline)s::integer and level = %(level)s::integer
  and place >= %(start)s::bigint and place < %(end)s::bigint
order by place
"""


def hashes(connection: Connection[Row], timeline: int, level: int, start: int, end: int) -> list[bytes]:
    """The hashes of a level, as `events.tlog.tree.Read` gives them. DatabaseError if one is missing."""
    rows = connection.execute(
        _NODES if level else _LEAVES, {"timeline": timeline, "level": level, "start": start, "end": end}
    )
    found = [hash for (hash,) in rows]
    if len(found) != end - start:
        raise DatabaseError(f"The tree has lost hashes of level {level}; see 'allegiance verify'.")
    return found


class Growth:
    """A tree that grows in parts, of which nothing but the last hashes of each level is remembered.

    Parts may so be written in any order, over several connections.
    """

    def __init__(self, size: int, read: tree.Read) -> None:
        self._size = size
        self._last: defaultdict[int, list[bytes]] = defaultdict(list)
        level, count = 0, size
        while count:
            self._last[level] += read(level, count - count % tree.WIDTH, count)
            level, count = level + 1, count // tree.WIDTH

    def add(self, leaves: Sequence[bytes]) -> list[Node]:
        """What to keep once `leaves` are there too."""
        nodes = [*tree.completed(self._size, leaves, lambda level, start, end: self._last[level])]
        self._size += len(leaves)
        for level, hash in [*((0, leaf) for leaf in leaves), *((level, hash) for level, _, hash in nodes)]:
            row = self._last[level]
            row.append(hash)
            if len(row) == tree.WIDTH:
                row.clear()
        return nodes
