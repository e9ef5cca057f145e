"""The log as it is read: where it stands, its commits, its entries, and the things that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from psycopg import Connection

from events.errors import UnknownError
from events.model import Commit, Entry, Erased
from events.stores import Listed
from events.stores.clock import write_instant
from events.stores.postgres.connection import Row
from events.stores.postgres.servers import BehindError

PAGE = 1000
"""Entries are streamed so many at a time: a connection is held for one page."""

HEADS = (
    "select t.id, t.name, t.head, c.recorded_at from timeline t"
    " left join commits c on c.timeline = t.id and c.position = t.head where t.begun"
)


def number(connection: Connection[Row], timeline: str, upto: int) -> int:
    """The number of a timeline whose log has reached `upto` here. Raises UnknownError, BehindError."""
    row = connection.execute(
        "select id, head from timeline where name = %s and begun", (timeline,)
    ).fetchone()
    id, position = row or (0, None)
    require(timeline, position, upto)
    return int(id)


def head(connection: Connection[Row], timeline: str, least: int = 0) -> tuple[int, Commit]:
    """A timeline's number and its head, which has reached `least`. Raises UnknownError, BehindError."""
    row = connection.execute(f"{HEADS} and t.name = %s", (timeline,)).fetchone()
    id, _, position, recorded_at = row or (0, None, None, None)
    require(timeline, position, least)
    return id, Commit(position, recorded_at)


def require(timeline: str, position: int | None, least: int) -> None:
    if position is None:
        raise UnknownError("timeline", timeline)
    if position < least:
        raise BehindError(least)


_RESOLVED = """
select t.head, last.recorded_at, pg_is_in_recovery(), c.position, c.recorded_at from timeline t
left join commits last on last.timeline = t.id and last.position = t.head
left join lateral (
    select position, recorded_at from commits
    where timeline = t.id and position <= t.head and {column} <= %s order by {column} desc limit 1
) c on true
where t.name = %s and t.begun
"""


def resolve(connection: Connection[Row], timeline: str, known_at: int | datetime) -> Commit:
    """The last commit whole at a position, or at an instant. Raises UnknownError, BehindError."""
    moment = write_instant(known_at) if isinstance(known_at, datetime) else None
    query = _RESOLVED.format(column="position" if moment is None else "recorded_at")
    row = connection.execute(query, (known_at if moment is None else moment, timeline)).fetchone()
    head, recorded_at, follows, *found = row or (None, None, False, None, None)
    require(timeline, head, 0)
    if moment is None and known_at > head:
        raise UnknownError("position", known_at, f"the log stands at {head}")
    # To a standby a commit may be on its way that was recorded no later than this instant.
    if moment is not None and moment > (recorded_at or "") and follows:
        raise BehindError
    return Commit(0, None) if found[0] is None else Commit(*found)


def commits(connection: Connection[Row], timeline: int, after: int, upto: int, limit: int) -> list[Commit]:
    """The commits at positions in (after, upto], oldest first."""
    rows = connection.execute(
        "select position, recorded_at from commits where timeline = %s::integer"
        " and position > %s::bigint and position <= %s::bigint order by position limit %s::bigint",
        (timeline, after, upto, limit),
    )
    return [Commit(*row) for row in rows]


def is_standby(connection: Connection[Row]) -> bool:
    """Whether it follows another server."""
    return connection.execute("select pg_is_in_recovery()").fetchone() == (True,)


ENTRY = (
    "e.position, e.recorded_at, e.op, e.entity, e.id, e.author, b.body, case when b.body is null then"
    " (select x.by from erasure x where x.timeline = e.timeline and x.position = e.position) end as erased"
)
BODY = (
    "left join lateral (select salt, body from body"
    " where timeline = e.timeline and position = e.position offset 0) b on true"
)
_OF_VERSION = f"""
cross join lateral (
    select {ENTRY} from entry e {BODY} where e.timeline = v.timeline and e.position = v.since offset 0
) e
"""

_HISTORY = f"""
with said as (
    select since as position from version
    where timeline = %(timeline)s::integer and entity = %(entity)s and id = %(id)s
), about as (
    select position from said
    union select x.by from said cross join lateral (
        select by from erasure where timeline = %(timeline)s::integer and position = said.position offset 0
    ) x
)
select e.* from about cross join lateral (
    select {ENTRY} from entry e {BODY}
    where e.timeline = %(timeline)s::integer and e.position = about.position offset 0
) e
where about.position <= %(upto)s::bigint order by about.position
"""


def page(
    connection: Connection[Row], timeline: int, after: int, upto: int, columns: str = ENTRY
) -> list[Row]:
    """The first rows of the log in (after, upto], at most `PAGE`."""
    return connection.execute(
        f"select {columns} from entry e {BODY}"
        " where e.timeline = %(timeline)s::integer and e.position > %(after)s::bigint"
        f" and e.position <= %(upto)s::bigint order by e.position limit {PAGE}",
        {"timeline": timeline, "after": after, "upto": upto},
    ).fetchall()


PROOF = "e.header, e.leaf, b.salt"


def pages(after: int, upto: int) -> Iterator[tuple[int, int]]:
    """The parts of (after, upto] that a page holds: positions have no gaps."""
    for start in range(after, upto, PAGE):
        yield start, min(start + PAGE, upto)


def history(connection: Connection[Row], timeline: int, key: tuple[str, str], upto: int) -> list[Entry]:
    """The entries about one thing."""
    rows = connection.execute(_HISTORY, {"timeline": timeline, "entity": key[0], "id": key[1], "upto": upto})
    return [Entry(*row) for row in rows]


def erased(connection: Connection[Row], timeline: str, upto: int) -> Erased:
    """What was erased up to a position. Raises UnknownError."""
    rows = connection.execute(
        "select count(*), by from erasure where timeline = %s::integer and position <= %s::bigint"
        " group by by order by by",
        (number(connection, timeline, 0), upto),
    ).fetchall()
    return Erased(sum(count for count, _ in rows), tuple(by for _, by in rows))


def last_erasure(connection: Connection[Row], timeline: str) -> int:
    """The position of the last entry that erased anything of a timeline; 0 where none did."""
    row = connection.execute(
        "select max(x.by) from erasure x join timeline t on t.id = x.timeline where t.name = %s", (timeline,)
    ).fetchone()
    return (row and row[0]) or 0


def listing(
    connection: Connection[Row],
    timeline: int,
    entity: str,
    upto: int,
    after: tuple[int, int] | str | None,
    limit: int,
) -> list[Listed]:
    """The live things of one sort: events by (day, position), others by id."""
    by_day = entity == "event"
    order = "v.day, v.since" if by_day else "v.id"
    clauses = ""
    values: tuple[object, ...] = ()
    if after is not None:
        clauses = "and (v.day, v.since) > (%s::integer, %s::bigint)" if by_day else "and v.id > %s"
        values = tuple(after) if by_day else (after,)
    rows = connection.execute(
        f"select v.day, e.* from version v {_OF_VERSION}"
        f" where v.timeline = %s::integer and v.entity = '{entity}' and v.live"
        f" and v.since <= %s::bigint and v.until >= %s::bigint {clauses}"
        f" order by {order} limit %s::bigint",
        (timeline, upto, upto, *values, limit),
    )
    return [
        Listed((day, entry.position) if by_day else entry.id, entry)
        for day, entry in ((row[0], Entry(*row[1:])) for row in rows)
    ]
