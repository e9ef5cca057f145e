"""PostgreSQL: the state over few and many spells; with `scale_batches` and `scale_hosts` the part `scale`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from random import Random

from bench import scale_batches, scale_hosts
from bench.data import FIRST_DAY, HOLDING
from bench.effort import Effort
from bench.load import progress
from bench.measure import Report, median, milliseconds, timed
from events.answer import Question, document
from events.ask import root
from events.model import Erased
from events.stores import Store, connect
from events.stores.postgres.schema import FOREVER
from tests.system.postgresql import OWNER, Server

ASKED = 500
ROUNDS = 3
MOST_REQUESTS = 100_000
AIM_GROWTH = 1.5
_LONGEST_SPAN = 3_500_000
"""Days; the supported range has a few more."""

_FILL = """
insert into timeline (name) values ('{name}');
insert into commits (timeline, position, recorded_at)
    select id, 1, '2026-11-22T18:00:00.000000Z' from timeline where name = '{name}';
insert into entry (timeline, position, recorded_at, op, entity, id, author, header, leaf)
    select id, 1, '2026-11-22T18:00:00.000000Z', 'record', 'actor', 'country-0', 'bench', '', sha256('')
    from timeline where name = '{name}';
insert into actor
    select t.id, 'country-' || n, 1, {forever}, null, null,
        '"country-' || n || '":{{"name":"The Government of Country ' || n || '","type":"government"}}'
    from timeline t, generate_series(0, 249) n where name = '{name}';
insert into relation
    select t.id, n, 'country-' || n % 250, 'supports', 'country-' || (n / 250) % 250, n::text,
        format('{{"subject":"country-%s","kind":"supports","object":"country-%s","under":"%s","sign":1,"status":"',
            n % 250, (n / 250) % 250, n)
    from timeline t, generate_series(0, {size} / 8 - 1) n where name = '{name}';
drop index stretch_by_rectangle;
insert into stretch (timeline, id, relation, since, until, tail, disputed, first, attested_from,
    presumed_from, possible_from, lapsed_from, last)
    select id, n, n % ({size} / 8), 1, {forever}, tail, false,
        first, first, last + 1, last + 1, last + 1, last
    from (
        select t.id, n, first, first + {length} - 20 + (n * 7919 % 41)::integer as last, format(
            '"since":{{"earliest":"2019-04-01","latest":"2019-04-30","as_written":null,"or_earlier":false}},'
            '"until":{{"earliest":"2019-09-01","latest":"2019-09-30","as_written":null}},'
            '"last_evidence":{{"earliest":"2019-09-01","latest":"2019-09-30"}},'
            '"attributed_only":false,"evidence":["spell-%s-0"]}}', n) as tail
        from timeline t, generate_series(0::bigint, {size} - 1) n,
            lateral (select {first_day} + (n * {span} / {size})::integer as first) f
        where name = '{name}'
    ) spells;
create index stretch_by_rectangle on stretch using gist (timeline, days, known) where not isempty(days);
update timeline set head = 1 where name = '{name}';
"""


def run(report: Report, effort: Effort) -> None:
    """A server of the bench's own, as Debian sets it up but with memory for its pages."""
    with server() as primary:
        _state(report, effort, primary)
    with server() as primary:
        scale_batches.run(report, effort, primary)
    with server() as primary:
        fill(primary, effort.spells[0])
        scale_hosts.run(report, effort, primary, days(effort.spells[0], "hosts", MOST_REQUESTS))


@contextmanager
def server() -> Iterator[Server]:
    """One of Debian's PostgreSQL, initialised."""
    server = Server().make()
    server.stop()
    server.start("fsync=on", "full_page_writes=on", "shared_buffers=1GB", "max_wal_size=8GB")
    try:
        store = connect(server.url(), owner=server.url(OWNER))
        store.initialise()
        store.close()
        yield server
    finally:
        server.remove()


def _state(report: Report, effort: Effort, server: Server) -> None:
    """As in `bench.state`, of spells that are put straight into the index."""
    store = connect(server.url())
    taken: dict[int, list[float]] = {size: [] for size in effort.spells}
    for size in effort.spells:
        before = time.perf_counter()
        fill(server, size)
        progress(f"PostgreSQL: {size:,} spells in {time.perf_counter() - before:.0f} s")
    for number in range(ROUNDS + 1):
        for size in effort.spells:
            found = timed(_asking(store, f"spells-{size}"), days(size, f"round {number}"))
            taken[size] += found if number else []  # the first round warms
    for size, seconds in taken.items():
        relations = _relations(store, size)
        on = f"PostgreSQL, {size:,} spells: {relations:.0f} relations"
        report.add("state, in-process, to bytes", on, milliseconds(sorted(seconds)))
    smallest, largest = effort.spells[0], effort.spells[-1]
    growth = median(sorted(taken[largest])) / median(sorted(taken[smallest]))
    on = f"PostgreSQL, {largest:,} against {smallest:,} spells"
    report.ratio("state, growth of p50", on, growth, AIM_GROWTH, least=False)
    store.close()


def fill(server: Server, size: int) -> None:
    """Put so many spells straight into the index of a timeline."""
    span = min(size, _LONGEST_SPAN)
    script = _FILL.format(
        name=f"spells-{size}",
        size=size,
        span=span,
        length=HOLDING * span // size,
        first_day=FIRST_DAY,
        forever=FOREVER,
    )
    with server.connect("postgres", "allegiance", autocommit=True) as connection:
        connection.execute(script)
        connection.execute("vacuum analyze")


def days(size: int, seed: str, count: int = ASKED) -> list[int]:
    """Days on which the usual number of relations holds."""
    random = Random(seed)
    return [FIRST_DAY + random.randrange(1000, min(size, _LONGEST_SPAN) - 1000) for _ in range(count)]


def _asking(store: Store, timeline: str) -> Callable[[int], bytes]:
    root_at = cache(partial(root, store, timeline))  # as the service remembers it

    def ask(day: int) -> bytes:
        head, question = store.head(timeline), Question.of(day)
        pieces = store.state(timeline, question, head.position)
        return document(timeline, question, head, root_at(head.position), Erased(), pieces).encode()

    return ask


def _relations(store: Store, size: int) -> float:
    asked = days(size, "count", 20)
    return sum(sum(store.state(f"spells-{size}", Question(day), 1).counts) for day in asked) / len(asked)
