"""The questions that the projection answers, as SQL. A position and a day pick rows by rectangle.

An answer is put together inside PostgreSQL and comes back as one row, in one round trip. Rows
are fetched by key through `cross join lateral (… offset 0)`, which is always an index scan for
each row: the planner cannot turn it into reading a whole table, whatever it believes of sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from psycopg import Connection

from events.answer import Pieces, Question
from events.errors import UnknownError
from events.model import Commit, Entry, Relation
from events.projection import Stretch
from events.readings import Reading
from events.stores import Listed, Pattern, Spoken
from events.stores.clock import write_instant
from events.stores.postgres.connection import Row
from events.stores.postgres.schema import FOREVER
from events.stores.postgres.servers import BehindError
from events.stores.rows import READING, reading_of
from events.vocabulary import KINDS

PAGE = 1000
"""Entries are streamed so many at a time: a connection is held for one page."""

_AT = "{0}.since <= %(position)s::bigint and {0}.until >= %(position)s::bigint"
_HIT = """
select s.relation, s.disputed, s.tail,
  case when %(day)s::integer >= s.lapsed_from then 'lapsed'
       when %(day)s::integer >= s.possible_from then 'possible'
       when %(day)s::integer >= s.presumed_from then 'presumed'
       when %(day)s::integer >= s.attested_from then 'attested'
       else 'possible' end as status
"""
_MINE = "(select id from asked)"

_BY_DAY = f"""
{_HIT} from stretch s
where s.timeline = {_MINE} and not isempty(s.days)
  and s.days @> %(day)s::integer and s.known @> %(position)s::bigint
"""

_LAPSED = f"""
{_HIT} from stretch s
where s.timeline = {_MINE} and s.lapsed_from <= %(day)s::integer and s.lapsed_from <= s.last
  and s.last >= %(day)s::integer and {_AT.format("s")}
"""

_BY_ACTOR = f"""
{_HIT} from (
    select id from relation where timeline = {_MINE} and subject = any(%(actors)s::text[])
    union
    select id from relation where timeline = {_MINE} and object = any(%(actors)s::text[])
) r cross join lateral (
    select * from stretch where timeline = {_MINE} and relation = r.id offset 0
) s
where s.first <= %(day)s::integer and s.last >= %(day)s::integer and {_AT.format("s")}
"""

_STATE = """
with asked as materialized (select id, head from timeline where name = %(timeline)s),
hit as materialized ({hits}),
item as materialized (
    select r.subject, r.kind, r.object, r.under, h.status,
        r.head || h.status || case when h.disputed then '","disputed":true,' else '","disputed":false,' end
        || h.tail as text
    from hit h cross join lateral (
        select * from relation where timeline = {mine} and id = h.relation offset 0
    ) r
    {narrowed}
),
named as (select subject as id from item union select object from item)
select
    (select head from asked),
    (select coalesce(string_agg(a.member, ',' order by n.id), '')
     from named n cross join lateral (
        select member from actor a where a.timeline = {mine} and a.id = n.id and {at} offset 0
     ) a),
    coalesce(string_agg(text, ',' order by subject, kind, object, under), ''),
    array[
        count(*) filter (where status = 'attested'), count(*) filter (where status = 'possible'),
        count(*) filter (where status = 'presumed'), count(*) filter (where status = 'lapsed')
    ]
from item
"""


HEADS = (
    "select t.id, t.name, t.head, c.recorded_at from timeline t"
    " left join commits c on c.timeline = t.id and c.position = t.head"
)


def number(connection: Connection[Row], timeline: str, upto: int) -> int:
    """The number of a timeline whose log has reached `upto` here. Raises UnknownError, BehindError."""
    row = connection.execute("select id, head from timeline where name = %s", (timeline,)).fetchone()
    id, position = row or (0, None)
    _require(timeline, position, upto)
    return int(id)


def head(connection: Connection[Row], timeline: str, least: int = 0) -> tuple[int, Commit]:
    """A timeline's number and its head, which has reached `least`. Raises UnknownError, BehindError."""
    row = connection.execute(f"{HEADS} where t.name = %s", (timeline,)).fetchone()
    id, _, position, recorded_at = row or (0, None, None, None)
    _require(timeline, position, least)
    return id, Commit(position, recorded_at)


def _require(timeline: str, position: int | None, least: int) -> None:
    if position is None:
        raise UnknownError("timeline", timeline)
    if position < least:
        raise BehindError(least)


def resolve(connection: Connection[Row], timeline: str, known_at: int | datetime) -> Commit:
    """The last commit whole at a position, or at an instant. Raises UnknownError, BehindError."""
    number, last = head(connection, timeline)
    if isinstance(known_at, datetime):
        column, value = "recorded_at", write_instant(known_at)
        # To a standby a commit may be on its way that was recorded before this instant.
        if value >= (last.recorded_at or "") and is_standby(connection):
            raise BehindError
    elif known_at > last.position:
        raise UnknownError("position", known_at, f"the log stands at {last.position}")
    else:
        column, value = "position", known_at  # type: ignore[assignment]
    row = connection.execute(
        "select position, recorded_at from commits"
        f" where timeline = %s and position <= %s and {column} <= %s order by {column} desc limit 1",
        (number, last.position, value),
    ).fetchone()
    return Commit(0, None) if row is None else Commit(*row)


def is_standby(connection: Connection[Row]) -> bool:
    """Whether it follows another server."""
    return connection.execute("select pg_is_in_recovery()").fetchone() == (True,)


def state(connection: Connection[Row], timeline: str, question: Question, position: int) -> Pieces:
    """The pieces of an answer, in its order."""
    row = connection.execute(
        _query(question),
        {
            "timeline": timeline,
            "position": position,
            "day": question.at,
            "actors": list(question.actors),
            "kinds": list(question.kinds),
        },
    ).fetchone()
    assert row is not None
    reached, *pieces = row
    _require(timeline, reached, position)
    return Pieces(*pieces)


def _query(question: Question) -> str:
    if question.actors:
        hits = _BY_ACTOR if question.lapsed else f"{_BY_ACTOR} and s.lapsed_from > %(day)s::integer"
    else:
        hits = f"{_BY_DAY} union all {_LAPSED}" if question.lapsed else _BY_DAY
    narrowed = "where r.kind = any(%(kinds)s::text[])" if question.kinds else ""
    return _STATE.format(hits=hits, narrowed=narrowed, mine=_MINE, at=_AT.format("a"))


_SPOKEN = f"""
with active as materialized (
    select distinct s.relation from stretch s
    where s.timeline = %(timeline)s::integer and not isempty(s.days)
      and s.days && int4range(%(first)s::integer, %(last)s::integer, '[]')
      and s.known @> %(position)s::bigint
)
select r.subject, r.kind, r.object, r.under, s.tail, s.disputed, s.first, s.attested_from,
       s.presumed_from, s.possible_from, s.lapsed_from, s.last
from active
cross join lateral (
    select * from relation where timeline = %(timeline)s::integer and id = active.relation offset 0
) r
cross join lateral (
    select * from stretch where timeline = %(timeline)s::integer and relation = active.relation offset 0
) s
where s.first <= %(last)s::integer and s.last >= %(first)s::integer and {_AT.format("s")}
order by r.subject, r.kind, r.object, r.under, s.first
"""


def spoken(connection: Connection[Row], timeline: int, days: tuple[int, int], position: int) -> list[Spoken]:
    """The stretches of the relations that are in an answer of these days."""
    rows = connection.execute(
        _SPOKEN, {"timeline": timeline, "first": days[0], "last": days[1], "position": position}
    )
    return [
        Spoken(Relation(subject, kind, object, under), Stretch._make(stretch), tail)
        for subject, kind, object, under, tail, *stretch in rows
    ]


_OUTLOOK = """
(select array_agg(
    (tail, disputed, first, attested_from, presumed_from, possible_from, lapsed_from, last)::text
    order by first)
 from stretch s where s.timeline = %(timeline)s::integer and s.relation = r.id
   and s.since <= {0}::bigint and s.until >= {0}::bigint)
"""

_RELEARNED = f"""
select r.subject, r.kind, r.object, r.under
from (
    select relation from stretch
    where timeline = %(timeline)s::integer and since > %(after)s::bigint and since <= %(upto)s::bigint
    union
    select relation from stretch
    where timeline = %(timeline)s::integer and until >= %(after)s::bigint and until < %(upto)s::bigint
      and until < {FOREVER}
) changed
cross join lateral (
    select * from relation where timeline = %(timeline)s::integer and id = changed.relation offset 0
) r
where {_OUTLOOK.format("%(after)s")} is distinct from {_OUTLOOK.format("%(upto)s")}
order by r.subject, r.kind, r.object, r.under
"""


def relearned(connection: Connection[Row], timeline: int, after: int, upto: int) -> list[Relation]:
    """The relations whose stretches at two positions are not the same."""
    rows = connection.execute(_RELEARNED, {"timeline": timeline, "after": after, "upto": upto})
    return [Relation._make(row) for row in rows]


_FITS = {"kind": "kind = %(kind)s", "under": "under = %(under)s"}
_UNDIRECTED = ", ".join(f"'{kind.name}'" for kind in KINDS.values() if not kind.directed)


def relations(
    connection: Connection[Row],
    timeline: int,
    pattern: Pattern,
    position: int,
    after: Relation | None,
    limit: int | None,
) -> dict[int, Relation]:
    """The relations that live events speak of, by id, in order."""
    given = {name: value for name, value in pattern._asdict().items() if value is not None}
    parameters: dict[str, object] = {"timeline": timeline, "position": position, "limit": limit, **given}
    clauses = ["timeline = %(timeline)s::integer", *(_FITS[name] for name in _FITS if name in given)]
    actors = [name for name in ("subject", "object") if name in given]
    if actors:
        straight = " and ".join(f"{name} = %({name})s" for name in actors)
        other = {"subject": "object", "object": "subject"}
        turned = " and ".join(f"{other[name]} = %({name})s" for name in actors)
        clauses.append(f"({straight} or {turned} and kind in ({_UNDIRECTED}))")
    if after is not None:
        clauses.append("(subject, kind, object, under) > (%(s)s, %(k)s, %(o)s, %(u)s)")
        parameters |= dict(zip("skou", after, strict=True))
    rows = connection.execute(
        "select r.id, subject, kind, object, under from relation r"
        " cross join lateral (select 1 from effect"
        "  where timeline = %(timeline)s::integer and relation = r.id"
        "   and position <= %(position)s::bigint and until >= %(position)s::bigint limit 1) spoken_of"
        f" where {' and '.join(clauses)}"
        " order by subject, kind, object, under limit %(limit)s::bigint",
        parameters,
    )
    return {id: Relation(*relation) for id, *relation in rows}


def readings(
    connection: Connection[Row], timeline: int, relations: list[int], position: int
) -> dict[int, list[Reading]]:
    """What the live events say of each relation, as known at a position."""
    found: dict[int, list[Reading]] = {relation: [] for relation in relations}
    for relation, *row in connection.execute(
        f"select r.id, {READING} from unnest(%(relations)s::integer[]) r(id)"
        " cross join lateral (select * from effect where timeline = %(timeline)s::integer"
        "  and relation = r.id offset 0) e"
        " where position <= %(position)s::bigint and until >= %(position)s::bigint"
        " order by r.id, position, place",
        {"timeline": timeline, "relations": relations, "position": position},
    ):
        found[relation].append(reading_of(row))
    return found


def actor_ends(
    connection: Connection[Row], timeline: int, actors: list[str], position: int
) -> dict[str, tuple[int, int]]:
    """Of those actors that are known to have ended, the first and last day on which they may have."""
    rows = connection.execute(
        "select n.id, end_first, end_last from unnest(%(actors)s::text[]) n(id)"
        " cross join lateral (select * from actor a where a.timeline = %(timeline)s::integer and a.id = n.id"
        f"  and {_AT.format('a')} offset 0) a where end_first is not null",
        {"timeline": timeline, "actors": actors, "position": position},
    )
    return {id: (first, last) for id, first, last in rows}


ENTRY = "e.position, e.recorded_at, e.op, e.entity, e.id, e.author, b.body"
_BODY = (
    "left join lateral (select salt, body from body"
    " where timeline = e.timeline and position = e.position offset 0) b on true"
)
_OF_VERSION = f"""
cross join lateral (
    select {ENTRY} from entry e {_BODY} where e.timeline = v.timeline and e.position = v.since offset 0
) e
"""


def page(
    connection: Connection[Row], timeline: int, after: int, upto: int, columns: str = ENTRY
) -> list[Row]:
    """The first rows of the log in (after, upto], at most `PAGE`."""
    return connection.execute(
        f"select {columns} from entry e {_BODY}"
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
    rows = connection.execute(
        f"select e.* from version v {_OF_VERSION}"
        " where v.timeline = %s::integer and v.entity = %s and v.id = %s and v.since <= %s::bigint"
        " order by v.since",
        (timeline, *key, upto),
    )
    return [Entry(*row) for row in rows]


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
