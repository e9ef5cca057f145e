"""What relations are folded from, and bringing what that gives to the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from psycopg import Connection

from events.stores.folding import Row, Story
from events.stores.postgres.connection import Row as Found
from events.stores.postgres.reading import EFFECT, actor_ends
from events.stores.postgres.schema import FOREVER

STRETCH = (
    *("tail", "disputed", "first", "attested_from", "presumed_from"),
    *("possible_from", "lapsed_from", "last"),
)

_EACH = "unnest(%(relations)s::integer[]) r(id)"

_EFFECTS = f"""
select r.id, {EFFECT} from {_EACH}
cross join lateral (
    select * from effect where timeline = %(timeline)s::integer and relation = r.id offset 0
) e
where position <= %(position)s::bigint and until >= %(position)s::bigint
order by r.id
"""

_STANDING = f"""
select r.id, s.id, {", ".join(STRETCH)} from {_EACH}
cross join lateral (
    select * from stretch where timeline = %(timeline)s::integer and relation = r.id offset 0
) s
where s.until = {FOREVER} order by r.id
"""

_ACTORS = f"""
select kind, subject, object from {_EACH}
cross join lateral (
    select * from relation where timeline = %(timeline)s::integer and id = r.id offset 0
) named order by r.id
"""


def stories(
    connection: Connection[Found], timeline: int, relations: Sequence[int], position: int
) -> Iterator[Story]:
    """What each of these relations is to be folded from, in the order given, which ascends."""
    asked = {"timeline": timeline, "relations": list(relations), "position": position}
    effects = _grouped(connection.execute(_EFFECTS, asked))
    standing = _grouped(connection.execute(_STANDING, asked))
    named = connection.execute(_ACTORS, asked).fetchall()
    actors = sorted({actor for _, *pair in named for actor in pair})
    ends = actor_ends(connection, timeline, actors, position)
    for relation, (kind, *pair) in zip(relations, named, strict=True):
        caps = [ends[actor] for actor in pair if actor in ends]
        yield kind, effects.get(relation, []), caps, standing.get(relation, [])


def supersede(connection: Connection[Found], timeline: int, stretches: Sequence[int], position: int) -> None:
    """End the stretches that stand no longer at a position."""
    if stretches:
        connection.execute(
            "update stretch set until = %s::bigint where timeline = %s::integer and id = any(%s::bigint[])",
            (position - 1, timeline, list(stretches)),
        )


def first_free(connection: Connection[Found], table: str, timeline: int) -> int:
    """The first number that no row of a table has within a timeline."""
    row = connection.execute(
        f"select coalesce(max(id), 0) + 1 from {table} where timeline = %s::integer", (timeline,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def _grouped(rows: Iterable[Found]) -> dict[int, list[Row]]:
    """Rows by their first column, without it."""
    return {key: [row[1:] for row in group] for key, group in groupby(rows, key=lambda row: int(row[0]))}
