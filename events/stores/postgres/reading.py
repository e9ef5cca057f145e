"""The questions that the projection answers, as SQL. A position and a day pick rows by rectangle.

An answer is put together inside PostgreSQL and comes back as one row, in one round trip. Rows
are fetched by key through `cross join lateral (… offset 0)`, which is always an index scan for
each row: the planner cannot turn it into reading a whole table, whatever it believes of sizes.
"""

from __future__ import annotations

from psycopg import Connection

from events.answer import Pieces, Question
from events.model import Relation
from events.readings import Reading
from events.stores import Pattern
from events.stores.folding import reading_of
from events.stores.postgres import entries
from events.stores.postgres.connection import Row
from events.vocabulary import KINDS

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

# Of an actor whose words were erased by law (`events.answer.named_member`).
_ERASED = 'to_json(n.id)::text || \':{"name":\' || to_json(n.id)::text || \',"type":null,"erased":true}\''

_STATE = """
with asked as materialized (select id, head from timeline where name = %(timeline)s and begun),
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
    (select coalesce(string_agg(coalesce(d.member, a.member, {erased}), ',' order by n.id), '')
     from named n left join lateral (
        select since, member from actor a where a.timeline = {mine} and a.id = n.id and {at} offset 0
     ) a on true left join lateral (
        select member from actor_name
        where timeline = {mine} and id = n.id and since = a.since
          and first <= %(day)s::integer and last >= %(day)s::integer offset 0
     ) d on true),
    coalesce(string_agg(text, ',' order by subject, kind, object, under), ''),
    array[
        count(*) filter (where status = 'attested'), count(*) filter (where status = 'possible'),
        count(*) filter (where status = 'presumed'), count(*) filter (where status = 'lapsed')
    ]
from item
"""


def state(
    connection: Connection[Row], timeline: str, question: Question, position: int, least: int
) -> Pieces:
    """The pieces of an answer, in its order, where the log has reached `least`."""
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
    entries.require(timeline, reached, least)
    return Pieces(*pieces)


def _query(question: Question) -> str:
    if question.actors:
        hits = _BY_ACTOR if question.lapsed else f"{_BY_ACTOR} and s.lapsed_from > %(day)s::integer"
    else:
        hits = f"{_BY_DAY} union all {_LAPSED}" if question.lapsed else _BY_DAY
    narrowed = "where r.kind = any(%(kinds)s::text[])" if question.kinds else ""
    return _STATE.format(hits=hits, narrowed=narrowed, mine=_MINE, at=_AT.format("a"), erased=_ERASED)


EFFECT = "op, a, b, e, f, unknown_first, position, place, event, as_written, attributed, means"
"""The columns of an effect, in the order in which `reading_of` takes their values."""

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
        f"select r.id, {EFFECT} from unnest(%(relations)s::integer[]) r(id)"
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
