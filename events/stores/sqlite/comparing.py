"""What differs between two days, or between two positions, as SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from events.model import Relation
from events.projection import Stretch
from events.stores import Spoken

_TURNING = " or ".join(f"s.{day} between :first and :last" for day in Stretch._fields if day != "disputed")

_SPOKEN = """
with active as (
    select distinct s.relation from stretch_index i cross join stretch s on s.id between i.id and i.last
    where i.timeline_low <= :timeline and i.timeline_high >= :timeline
      and i.first_day <= :last and i.last_day >= :first and i.since <= :position and i.until >= :position
      and s.first <= :last and s.lapsed_from > :first and s.since <= :position and s.until >= :position
      and {meant}
)
select r.subject, r.kind, r.object, r.under, s.tail, s.disputed, s.first, s.attested_from,
       s.presumed_from, s.possible_from, s.lapsed_from, s.last
from active cross join relation r on r.id = active.relation
     cross join stretch_of o on o.relation = active.relation cross join stretch s on s.id = o.stretch
where s.first <= :last and s.last >= :first and s.since <= :position and s.until >= :position and {meant}
order by r.subject, r.kind, r.object, r.under, s.first limit :limit
"""

_OUTLOOK = """
select tail, disputed, first, attested_from, presumed_from, possible_from, lapsed_from, last
from stretch_of o cross join stretch s on s.id = o.stretch
where o.relation = ? and since <= ? and until >= ? order by first
"""

_SINCE = "timeline = :timeline and since > :after and since <= :upto"
_UNTIL = "timeline = :timeline and until >= :after and until < :upto and until < 2147483647"

_FEW = 10_000
"""So many stretches that came or went are sorted by relation; with more, the relations are gone through."""

_AMONG_FEW = f"""
id in (select relation from stretch where {_SINCE} union select relation from stretch where {_UNTIL})
"""

_ONE_BY_ONE = """
exists (
    select 1 from stretch_of o cross join stretch s on s.id = o.stretch where o.relation = relation.id
    and (since > :after and since <= :upto or until >= :after and until < :upto and until < 2147483647)
)
"""

_AT_ONCE = 1000


def spoken(  # a rectangle, and what of it
    connection: sqlite3.Connection,
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
        {
            "timeline": timeline,
            "first": days[0],
            "last": days[1],
            "position": position,
            "limit": -1 if limit is None else limit,
        },
    )
    return [
        Spoken(Relation(subject, kind, object, under), Stretch._make((bool(disputed), *thresholds)), tail)
        for subject, kind, object, under, tail, disputed, *thresholds in rows
    ]


def relearned(
    connection: sqlite3.Connection,
    timeline: int,
    span: tuple[int, int],
    beyond: Relation | None,
    limit: int | None,
) -> list[Relation]:
    """The relations whose stretches at two positions are not the same."""
    after, upto = span
    found: list[Relation] = []
    for id, relation in _touched(connection, timeline, span, beyond):
        if (
            connection.execute(_OUTLOOK, (id, after, after)).fetchall()
            != connection.execute(_OUTLOOK, (id, upto, upto)).fetchall()
        ):
            found.append(relation)
            if len(found) == limit:
                break
    return found


def _touched(
    connection: sqlite3.Connection, timeline: int, span: tuple[int, int], beyond: Relation | None
) -> Iterator[tuple[int, Relation]]:
    """The relations of which a stretch came or went between two positions, in order."""
    parameters: dict[str, object] = {
        "timeline": timeline,
        "after": span[0],
        "upto": span[1],
        "few": _FEW,
        "at_once": _AT_ONCE,
    }
    (many,) = connection.execute(
        f"select count(*) > :few from (select 1 from stretch where {_SINCE} limit :few + 1)", parameters
    ).fetchone()
    while True:
        rows = connection.execute(
            "select id, subject, kind, object, under from relation"
            " where (timeline, subject, kind, object, under) > (:timeline, :s, :k, :o, :u)"
            f"  and timeline = :timeline and {_ONE_BY_ONE if many else _AMONG_FEW}"
            " order by timeline, subject, kind, object, under limit :at_once",
            parameters | dict(zip("skou", beyond or ("", "", "", ""), strict=True)),
        ).fetchall()
        yield from ((id, Relation(*relation)) for id, *relation in rows)
        if len(rows) < _AT_ONCE:
            return
        beyond = Relation(*rows[-1][1:])
