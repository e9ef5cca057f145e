"""What differs between two days, or between two positions, as SQL."""

from __future__ import annotations

from psycopg import Connection

from events.model import Relation
from events.projection import Stretch
from events.stores import Spoken
from events.stores.postgres.connection import Row
from events.stores.postgres.schema import FOREVER

_TURNING = " or ".join(
    f"s.{day} between %(first)s::integer and %(last)s::integer"
    for day in Stretch._fields
    if day != "disputed"
)
_AT = "since <= {0}::bigint and until >= {0}::bigint"

_SPOKEN = f"""
with active as materialized (
    select distinct s.relation from stretch s
    where s.timeline = %(timeline)s::integer and not isempty(s.days)
      and s.days && int4range(%(first)s::integer, %(last)s::integer, '[]')
      and s.known @> %(position)s::bigint and {{meant}}
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
where s.first <= %(last)s::integer and s.last >= %(first)s::integer
  and {_AT.format("%(position)s")} and {{meant}}
order by r.subject, r.kind, r.object, r.under, s.first limit %(limit)s::bigint
"""


def spoken(  # a rectangle, and what of it
    connection: Connection[Row],
    timeline: int,
    days: tuple[int, int],
    position: int,
    *,
    turning: bool,
    limit: int | None,
) -> list[Spoken]:
    """The stretches of the relations that are in an answer of these days."""
    rows = connection.execute(
        _SPOKEN.format(meant=f"({_TURNING})" if turning else "true"),
        {"timeline": timeline, "first": days[0], "last": days[1], "position": position, "limit": limit},
    )
    return [
        Spoken(Relation(subject, kind, object, under), Stretch._make(stretch), tail)
        for subject, kind, object, under, tail, *stretch in rows
    ]


_SINCE = """
timeline = %(timeline)s::integer and since > %(after)s::bigint and since <= %(upto)s::bigint
"""
_UNTIL = f"""
timeline = %(timeline)s::integer and until >= %(after)s::bigint and until < %(upto)s::bigint
and until < {FOREVER}
"""

_FEW = 10_000
"""So many stretches that came or went are sorted by relation; with more, the relations are gone through."""

_AMONG_FEW = f"""
id in (select relation from stretch where {_SINCE} union select relation from stretch where {_UNTIL})
"""

_ONE_BY_ONE = f"""
exists (
    select 1 from (
        select * from stretch where timeline = %(timeline)s::integer and relation = r.id offset 0
    ) s where {_SINCE} or {_UNTIL}
)
"""

_OUTLOOK = f"""
(select array_agg(
    (tail, disputed, first, attested_from, presumed_from, possible_from, lapsed_from, last)::text
    order by first)
 from stretch where timeline = %(timeline)s::integer and relation = r.id and {_AT})
"""

_RELEARNED = f"""
select subject, kind, object, under
from (
    select * from relation r where timeline = %(timeline)s::integer {{beyond}} and {{touched}}
    order by subject, kind, object, under offset 0
) r
where {_OUTLOOK.format("%(after)s")} is distinct from {_OUTLOOK.format("%(upto)s")}
order by subject, kind, object, under limit %(limit)s::bigint
"""


def relearned(
    connection: Connection[Row],
    timeline: int,
    span: tuple[int, int],
    beyond: Relation | None,
    limit: int | None,
) -> list[Relation]:
    """The relations whose stretches at two positions are not the same."""
    values: dict[str, object] = {"timeline": timeline, "after": span[0], "upto": span[1], "limit": limit}
    if beyond is not None:
        values |= dict(zip("skou", beyond, strict=True))
    rows = connection.execute(
        _RELEARNED.format(
            beyond=""
            if beyond is None
            else "and (subject, kind, object, under) > (%(s)s, %(k)s, %(o)s, %(u)s)",
            touched=_ONE_BY_ONE if _many(connection, values) else _AMONG_FEW,
        ),
        values,
    )
    return [Relation._make(row) for row in rows]


def _many(connection: Connection[Row], span: dict[str, object]) -> bool:
    """Whether more than a few stretches came between two positions."""
    (count,) = connection.execute(
        f"select count(*) from (select 1 from stretch where {_SINCE} limit {_FEW + 1}) s", span
    ).fetchone() or (0,)
    return bool(count > _FEW)
