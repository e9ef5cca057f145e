"""The index of a large batch: folded relation by relation in any process, then put in order of day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from psycopg import Connection

from events.stores import Progress
from events.stores.folding import gathered, refold
from events.stores.postgres.bulk import fill
from events.stores.postgres.connection import Connections, Row
from events.stores.postgres.lease import Batch, fenced
from events.stores.postgres.schema import FOREVER
from events.stores.postgres.stories import STRETCH, first_free, stories, supersede
from events.stores.postgres.writers import Writers

_TOGETHER = 10_000

_FOUND = {"found": ("timeline", "relation", *STRETCH)}

Task = tuple[tuple[str, int, int, int], Sequence[int]]
"""A database, the numbers of a timeline and a batch, a position; and relations to fold as known there."""


def refold_part(task: Task) -> int:
    """Fold relations, in whatever process; gives how many. What they come to waits to be put in order."""
    (url, timeline, number, position), relations = task
    connections = Connections(url)
    with connections.one() as connection:
        folded = map(refold, stories(connection, timeline, relations, position))
        new, superseded = gathered(relations, folded)
        with fenced(connection, Batch(timeline, number)):
            fill(connection, _FOUND, {"found": [(timeline, *stretch) for stretch in new]})
            supersede(connection, timeline, superseded, position)
    return len(relations)


_IN_ORDER = f"""
insert into stretch (timeline, id, since, until, relation, {", ".join(STRETCH)})
select timeline, %(free)s::bigint - 1 + row_number() over (order by first, relation),
    %(position)s::bigint, {FOREVER}, relation, {", ".join(STRETCH)}
from found where timeline = %(timeline)s::integer
    and first >= %(first)s::integer and first <= %(last)s::integer
order by first, relation
"""


def index(writers: Writers, position: int, progress: Progress) -> None:
    """Bring what was found to the index by day: what is found together then lies together on the disk."""
    timeline = writers.batch.timeline
    with writers.connections.get() as connection:
        free = first_free(connection, "stretch", timeline)
        days = connection.execute(
            "select first, count(*) from found where timeline = %s::integer group by first order by first",
            (timeline,),
        ).fetchall()
    total, done = sum(count for _, count in days), 0
    for first, last, count in _ranges(days):
        values = {
            "timeline": timeline,
            "position": position,
            "free": free + done,
            "first": first,
            "last": last,
        }
        writers.write(partial(_put_in_order, values))
        done += count
        progress(done, total)
    writers.wait()
    writers.write(partial(_empty, timeline))
    writers.wait()


def _put_in_order(values: dict[str, int], connection: Connection[Row]) -> None:
    connection.execute(_IN_ORDER, values)


def _empty(timeline: int, connection: Connection[Row]) -> None:
    connection.execute("delete from found where timeline = %s::integer", (timeline,))


def _ranges(days: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Runs of days that make up a good part each: first, last, and how much there is."""
    run: list[int] = []
    count = 0
    for day, here in days:
        run.append(day)
        count += here
        if count >= _TOGETHER:
            yield run[0], run[-1], count
            run, count = [], 0
    if run:
        yield run[0], run[-1], count
