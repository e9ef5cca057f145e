"""A large file taken in by the command: into SQLite, into PostgreSQL, and against COPY of the same rows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.data import DataSet
from bench.effort import Effort
from bench.ingesting import write
from bench.load import TIMELINE
from bench.measure import Report
from events.stores import connect
from events.stores.postgres.schema import PROJECTED
from tests.system.postgresql import Server

AIM_OF_COPY = 0.5
_ALLEGIANCE = [sys.executable, "-c", "from service.cli import main; main()"]


def run(report: Report, effort: Effort, server: Server) -> None:
    """End to end: read, checked, sealed, indexed; COPY only brings finished rows into tables alike."""
    on = f"{effort.batched:,} events in one batch"
    with tempfile.TemporaryDirectory() as directory:
        declared, events = write(DataSet(effort.batched), Path(directory))
        for name, url in (("SQLite", f"sqlite:///{Path(directory)}/record.db"), ("PostgreSQL", server.url())):
            store = connect(url)
            store.initialise()
            store.close()
            _ingest(url, declared)
            taken = _ingest(url, events)
            report.add(f"ingest, whole: {name}", on, f"{effort.batched / taken:,.0f} events/s")
    plain = _copied(server)
    report.add("plain COPY of the same rows: PostgreSQL", on, f"{effort.batched / plain:,.0f} events/s")
    report.ratio("ingest against COPY", on, plain / taken, AIM_OF_COPY)


def _ingest(url: str, file: Path) -> float:
    """The seconds that it takes."""
    before = time.perf_counter()
    environment = {**os.environ, "ALLEGIANCE_DATABASE": url}
    command = [*_ALLEGIANCE, "ingest", TIMELINE, str(file)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - before


def _copied(server: Server) -> float:
    """The seconds that COPY alone takes to bring the same rows into empty tables of the same shape."""
    taken = 0.0
    with server.connect("postgres", "allegiance") as connection:
        row = connection.execute("select id from timeline where name = %s", (TIMELINE,)).fetchone()
        assert row is not None
        for table in ("commits", "entry", "body", "node", *PROJECTED):
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
