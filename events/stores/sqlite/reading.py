"""The questions that the projection answers, as SQL. A position and a day pick rows by rectangle.

An answer is put together inside SQLite and comes back as one row: fetching
hundreds of rows one by one makes the threads of a worker wait for one another.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from events.answer import COUNTED, Pieces, Question
from events.model import Commit, Entry, Erased, Relation
from events.stores import Listed, Pattern
from events.vocabulary import KINDS

# The status on a day, from the thresholds of its stretch.
_STATUS = """
case when :day >= s.lapsed_from then 'lapsed' when :day >= s.possible_from then 'possible'
     when :day >= s.presumed_from then 'presumed' when :day >= s.attested_from then 'attested'
     else 'possible' end
"""

_HIT = f"s.relation, s.disputed, s.tail, {_STATUS} as status"

# A rectangle says that some of its block may be among those asked for.
_BY_DAY = f"""
select {_HIT} from stretch_index i cross join stretch s on s.id between i.id and i.last
where i.timeline_low <= :timeline and i.timeline_high >= :timeline
  and i.first_day <= :day and i.last_day >= :day and i.since <= :position and i.until >= :position
  and s.first <= :day and s.lapsed_from > :day and s.since <= :position and s.until >= :position
"""

_LAPSED = f"""
select {_HIT} from stretch s
where s.timeline = :timeline and s.lapsed_from <= :day and s.lapsed_from <= s.last and s.last >= :day
  and s.since <= :position and s.until >= :position
"""

_BY_ACTOR = f"""
select {_HIT} from (
    select relation.id from json_each(:actors) cross join relation on timeline = :timeline and subject = value
    union
    select relation.id from json_each(:actors) cross join relation on timeline = :timeline and object = value
) r cross join stretch_of o on o.relation = r.id cross join stretch s on s.id = o.stretch
where s.first <= :day and s.last >= :day and s.since <= :position and s.until >= :position
"""

# Each hit's sort key, status and item. Names hold no control character: \x1f and \x1e are free
# to part what they join, and \x1f sorts before every other, as the parts of a tuple would.
_ITEMS = """
select
    group_concat(r.subject || char(31) || r.kind || char(31) || r.object || char(31) || r.under, char(30)),
    group_concat(h.status, char(30)),
    group_concat(
        r.head || h.status || '","disputed":' || iif(h.disputed, 'true,', 'false,') || h.tail, char(30))
from ({hits}) h cross join relation r on r.id = h.relation
{narrowed}
"""

_ACTORS = """
select coalesce(group_concat(member, ','), '') from (
    select coalesce(
        (select dated.member from actor_name dated
         where dated.timeline = actor.timeline and dated.id = actor.id and dated.since = actor.since
           and dated.first <= :day and dated.last >= :day),
        actor.member,
        json_quote(named.value) || ':' || json_object(
            'name', named.value, 'type', null, 'erased', json('true'))) as member
    from json_each(:named) named left join actor
      on actor.timeline = :timeline and actor.id = named.value
      and actor.since <= :position and actor.until >= :position
)
"""


def state(connection: sqlite3.Connection, timeline: int, question: Question, position: int) -> Pieces:
    """The pieces of an answer, in its order.

    Sorting is left to Python: within SQLite it made four threads slower than one.
    """
    parameters: dict[str, object] = {
        "timeline": timeline,
        "position": position,
        "day": question.at,
        "actors": json.dumps(question.actors),
        "kinds": json.dumps(question.kinds),
    }
    keys, statuses, items = connection.execute(_items(question), parameters).fetchone()
    if keys is None:
        return Pieces("", "", [0] * len(COUNTED))
    found = sorted(zip(keys.split("\x1e"), items.split("\x1e"), strict=True))
    named = {id for key, _ in found for id in key.split("\x1f")[0:3:2]}
    parameters["named"] = json.dumps(sorted(named))
    (actors,) = connection.execute(_ACTORS, parameters).fetchone()
    status = statuses.split("\x1e")
    return Pieces(actors, ",".join(item for _, item in found), [status.count(word) for word in COUNTED])


def _items(question: Question) -> str:
    if question.actors:
        hits = _BY_ACTOR if question.lapsed else f"{_BY_ACTOR} and s.lapsed_from > :day"
    else:
        hits = f"{_BY_DAY} union all {_LAPSED}" if question.lapsed else _BY_DAY
    narrowed = "where r.kind in (select value from json_each(:kinds))" if question.kinds else ""
    return _ITEMS.format(hits=hits, narrowed=narrowed)


_FITS = {"kind": "kind = :kind", "under": "under = :under"}
_UNDIRECTED = ", ".join(f"'{kind.name}'" for kind in KINDS.values() if not kind.directed)


def relations(
    connection: sqlite3.Connection,
    timeline: int,
    pattern: Pattern,
    position: int,
    after: Relation | None,
    limit: int | None,
) -> list[tuple[int, Relation]]:
    """The relations that live events speak of, by id."""
    parameters: dict[str, object] = {"timeline": timeline, "position": position, **pattern._asdict()}
    clauses = [
        _FITS[name] for name, value in pattern._asdict().items() if value is not None and name in _FITS
    ]
    actors = [name for name in ("subject", "object") if getattr(pattern, name) is not None]
    if None not in pattern:  # one relation, which its index finds at once
        clauses = ["(subject, kind, object, under) = (:subject, :kind, :object, :under)"]
        parameters |= Relation.canonical(*pattern)._asdict()  # type: ignore[arg-type]
    elif actors:
        straight = " and ".join(f"{name} = :{name}" for name in actors)
        other = {"subject": "object", "object": "subject"}
        turned = " and ".join(f"{other[name]} = :{name}" for name in actors)
        clauses.append(f"({straight} or {turned} and kind in ({_UNDIRECTED}))")
    if after is not None:
        clauses.append("(timeline, subject, kind, object, under) > (:timeline, :s, :k, :o, :u)")
        parameters |= dict(zip("skou", after, strict=True))
    rows = connection.execute(
        "select id, subject, kind, object, under from relation"
        f" where {' and '.join(['timeline = :timeline', *clauses])}"
        " and exists (select 1 from effect"
        "  where relation = relation.id and position <= :position and until >= :position)"
        " order by timeline, subject, kind, object, under limit :limit",
        {**parameters, "limit": -1 if limit is None else limit},
    )
    return [(id, Relation(*relation)) for id, *relation in rows]


_ENTRY = (
    "e.position, e.recorded_at, e.op, e.entity, e.id, e.author, b.body, case when b.body is null then"
    " (select x.by from erasure x where x.timeline = e.timeline and x.position = e.position) end"
)
_ENTRIES = "from entry e left join body b on b.timeline = e.timeline and b.position = e.position"


def entries(connection: sqlite3.Connection, timeline: int, after: int, upto: int) -> Iterator[Entry]:
    """The entries in (after, upto], streamed."""
    rows = connection.execute(
        f"select {_ENTRY} {_ENTRIES} where e.timeline = ? and e.position > ? and e.position <= ?"
        " order by e.position",
        (timeline, after, upto),
    )
    return (Entry(*row) for row in rows)


def commits(connection: sqlite3.Connection, timeline: int, after: int, upto: int, limit: int) -> list[Commit]:
    """The commits at positions in (after, upto], oldest first."""
    rows = connection.execute(
        "select position, recorded_at from commits"
        " where timeline = ? and position > ? and position <= ? order by position limit ?",
        (timeline, after, upto, limit),
    )
    return [Commit(*row) for row in rows]


def proofs(
    connection: sqlite3.Connection, timeline: int, after: int, upto: int
) -> Iterator[tuple[bytes, bytes, bytes | None]]:
    """Header, leaf and salt of the entries in (after, upto], streamed."""
    rows = connection.execute(
        f"select e.header, e.leaf, b.salt {_ENTRIES}"
        " where e.timeline = ? and e.position > ? and e.position <= ? order by e.position",
        (timeline, after, upto),
    )
    yield from rows


def history(connection: sqlite3.Connection, timeline: int, key: tuple[str, str], upto: int) -> list[Entry]:
    """The entries about one thing."""
    rows = connection.execute(
        f"select {_ENTRY} from ("
        " select timeline, since as position from version where timeline = ?1 and entity = ?2 and id = ?3"
        " union select x.timeline, x.by from version v join erasure x"
        "  on x.timeline = v.timeline and x.position = v.since"
        "  where v.timeline = ?1 and v.entity = ?2 and v.id = ?3"
        ") about join entry e using (timeline, position) left join body b using (timeline, position)"
        " where position <= ?4 order by position",
        (timeline, *key, upto),
    )
    return [Entry(*row) for row in rows]


def erased(connection: sqlite3.Connection, timeline: int, upto: int) -> Erased:
    """What was erased up to a position."""
    rows = connection.execute(
        "select count(*), by from erasure where timeline = ? and position <= ? group by by order by by",
        (timeline, upto),
    ).fetchall()
    return Erased(sum(count for count, _ in rows), tuple(by for _, by in rows))


def listing(
    connection: sqlite3.Connection,
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
        clauses = "and (v.day, v.since) > (?, ?)" if by_day else "and v.id > ?"
        values = tuple(after) if by_day else (after,)
    rows = connection.execute(
        f"select v.day, {_ENTRY} from version v"
        " join entry e on e.timeline = v.timeline and e.position = v.since"
        " left join body b on b.timeline = e.timeline and b.position = e.position"
        f" where v.timeline = ? and v.entity = '{entity}' and v.live"
        f" and v.since <= ? and v.until >= ? {clauses} order by {order} limit ?",
        (timeline, upto, upto, *values, limit),
    )
    return [
        Listed((day, entry.position) if by_day else entry.id, entry)
        for day, entry in ((row[0], Entry(*row[1:])) for row in rows)
    ]
