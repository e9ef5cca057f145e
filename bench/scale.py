"""PostgreSQL beside SQLite: the state over many spells, and batches against a plain COPY of the same rows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random

from bench.data import FIRST_DAY, HOLDING, DataSet
from bench.effort import Effort
from bench.load import TIMELINE, progress
from bench.measure import Report, median, milliseconds, timed
from events.answer import Question, document
from events.codec import Draft, record
from events.errors import BusyError
from events.stores import Store, connect
from events.stores.postgres.schema import FOREVER, PROJECTED
from tests.system.postgresql import OWNER, Server

ASKED = 500
ROUNDS = 3
BATCH = 5_000
WRITERS = 4
AIM_GROWTH = 1.5
AIM_OF_COPY = 0.5
_LONGEST_SPAN = 3_500_000
"""Days; the supported range has a few more."""

_FILL = """
insert into timeline (name) values ('{name}');
insert into commits (timeline, position, recorded_at)
    select id, 1, '2026-11-22T18:00:00.000000Z' from timeline where name = '{name}';
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
    with _server() as server:
        _state(report, effort, server)
        _batches(report, effort, server)


@contextmanager
def _server() -> Iterator[Server]:
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
        _fill(server, size)
        progress(f"PostgreSQL: {size:,} spells in {time.perf_counter() - before:.0f} s")
    for number in range(ROUNDS + 1):
        for size in effort.spells:
            days = _days(size, f"round {number}")
            found = timed(_asking(store, f"spells-{size}"), days)
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


def _fill(server: Server, size: int) -> None:
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


def _days(size: int, seed: str) -> list[int]:
    random = Random(seed)
    return [FIRST_DAY + random.randrange(1000, min(size, _LONGEST_SPAN) - 1000) for _ in range(ASKED)]


def _asking(store: Store, timeline: str) -> Callable[[int], bytes]:
    def ask(day: int) -> bytes:
        head, question = store.head(timeline), Question.of(day)
        return document(timeline, question, head, store.state(timeline, question, head.position)).encode()

    return ask


def _relations(store: Store, size: int) -> float:
    days = _days(size, "count")[:20]
    return sum(sum(store.state(f"spells-{size}", Question(day), 1).counts) for day in days) / len(days)


def _batches(report: Report, effort: Effort, server: Server) -> None:
    """The same lines into both stores, checked and appended, by one process and by several at once."""
    rates = {}
    with tempfile.TemporaryDirectory() as directory:
        for name, url in (("SQLite", f"sqlite:///{Path(directory)}/record.db"), ("PostgreSQL", server.url())):
            store = connect(url)
            store.initialise()
            store.close()
            rates[name] = effort.batched / _append((url, TIMELINE, effort.batched))
            rate = f"{rates[name]:,.0f} events/s"
            report.add("batches, end to end", f"{name}, 1 writer, {BATCH:,} at once", rate)
            before = time.perf_counter()
            with ProcessPoolExecutor(WRITERS) as writers:
                jobs = [(url, f"{TIMELINE}-{number}", effort.batched) for number in range(WRITERS)]
                list(writers.map(_append, jobs))
            rate = f"{WRITERS * effort.batched / (time.perf_counter() - before):,.0f} events/s"
            on = f"{name}, {WRITERS} writers, a timeline each"
            report.add("batches, end to end", on, rate)
    plain = effort.batched / _copied(server)
    report.add("plain COPY of the same rows", "PostgreSQL, 1 writer", f"{plain:,.0f} events/s")
    report.ratio("batches against COPY", "PostgreSQL, 1 writer", rates["PostgreSQL"] / plain, AIM_OF_COPY)


def _append(job: tuple[str, str, int]) -> float:
    """The seconds that it takes to check and append the lines of a set."""
    url, timeline, size = job
    store = connect(url)
    before = time.perf_counter()
    lines = DataSet(size).lines()
    while batch := [record(line, timeline) for line in islice(lines, BATCH)]:
        _until_taken(store, timeline, batch)
    return time.perf_counter() - before


def _until_taken(store: Store, timeline: str, batch: list[Draft]) -> None:
    while True:
        try:
            store.append(timeline, batch, author="bench", create=True)
            return
        except BusyError:  # one SQLite file has one writer at a time
            continue


def _copied(server: Server) -> float:
    """The seconds that COPY alone takes to bring the same rows into empty tables of the same shape."""
    taken = 0.0
    with server.connect("postgres", "allegiance") as connection:
        row = connection.execute("select id from timeline where name = %s", (TIMELINE,)).fetchone()
        assert row is not None
        for table in ("commits", "entry", "body", *PROJECTED):
            columns = connection.execute(
                "select string_agg(quote_ident(column_name), ', ' order by ordinal_position)"
                " from information_schema.columns where table_name = %s and is_generated = 'NEVER'",
                (table,),
            ).fetchone()
            assert columns is not None
            query = f"copy (select {columns[0]} from {table} where timeline = {row[0]}) to stdout"
            with connection.cursor().copy(query) as copy:
                rows = [bytes(block) for block in copy]
            connection.execute(f"create table plain_{table} (like {table} including all)")
            before = time.perf_counter()
            with connection.cursor().copy(f"copy plain_{table} ({columns[0]}) from stdin") as copy:
                for start in range(0, len(rows), 1000):
                    copy.write(b"".join(rows[start : start + 1000]))
            taken += time.perf_counter() - before
        connection.rollback()
    return taken
