"""One event at a time: the cost of an append by itself, and to a relation with a long story."""

from __future__ import annotations

import tempfile
from itertools import count, islice
from pathlib import Path

from bench.data import FIRST_DAY, DataSet, event
from bench.effort import Effort
from bench.load import TIMELINE
from bench.measure import Report, median, milliseconds, timed
from events.codec import Draft, record
from events.days import iso
from events.model import Relation
from events.stores.sqlite import SQLiteStore

SINGLE = 500


def run(report: Report, effort: Effort) -> None:
    """A single writer, each append its own durable transaction."""
    with tempfile.TemporaryDirectory() as directory:
        _singly(report, Path(directory) / "single.db")
        for length in effort.stories:
            _to_story(report, Path(directory) / f"story-{length}.db", length)


def _singly(report: Report, path: Path) -> None:
    data = DataSet(10_000)
    drafts = [record(line, TIMELINE) for line in data.lines()]
    store = SQLiteStore(path)
    store.initialise()
    store.append(TIMELINE, drafts[:-SINGLE], author="bench", create=True)
    taken = timed(lambda draft: store.append(TIMELINE, [draft], author="bench"), drafts[-SINGLE:])
    store.close()
    on = f"{len(drafts) - SINGLE:,} entries before"
    report.add("append of 1 event", on, f"{1 / median(taken):,.0f}/s ({milliseconds(taken)})")


def _to_story(report: Report, path: Path, length: int) -> None:
    """Sightings of one relation, each a day of its own."""
    store = SQLiteStore(path)
    store.initialise()
    relation = Relation.canonical("country-000", "supports", "country-001")
    sightings = (
        record(event(relation, "holds", iso(FIRST_DAY + 97 * number), f"seen-{number}"), TIMELINE)
        for number in count()
    )
    base = [record(line, TIMELINE) for line in DataSet(8).lines() if "entity" in line]
    store.append(TIMELINE, [*base, *islice(sightings, length)], author="bench", create=True)

    def append(draft: Draft) -> None:
        store.append(TIMELINE, [draft], author="bench")

    taken = timed(append, islice(sightings, 10))
    store.close()
    report.add("append of 1 event", f"a relation with {length:,} sightings before", milliseconds(taken))
