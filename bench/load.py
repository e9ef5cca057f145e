"""Timelines in SQLite files, filled through the store's own `append` and kept for the next run."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from bench.data import DataSet
from events.codec import Draft, record
from events.stores.sqlite import SQLiteStore

CACHE = Path(__file__).resolve().parent.parent / "var" / "bench"
TIMELINE = "bench"
BATCH = 20_000
_SHAPED_BY = (
    "bench/data.py",
    "events/stores/sqlite/schema.py",
    "events/projection.py",
    "events/answer.py",
    "events/search.py",
    "events/words.py",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What filling a file took: entries, and seconds to check the lines and to append them."""

    entries: int
    checking: float
    appending: float

    @property
    def rate(self) -> float:
        """Entries a second, all in all."""
        return self.entries / (self.checking + self.appending)


def filled(data: DataSet) -> tuple[Path, Loaded]:
    """A database with the whole of `data`, made now unless an earlier run of the same code kept it."""
    path = CACHE / f"{data.name}-{_fingerprint()}.db"
    note = path.with_suffix(".json")
    if not note.exists():
        for old in CACHE.glob(f"{data.name}-*"):
            old.unlink()
        loaded = _fill(path, data)
        note.write_text(json.dumps(asdict(loaded)))
    return path, Loaded(**json.loads(note.read_text()))


def _fill(path: Path, data: DataSet) -> Loaded:
    store = SQLiteStore(path)
    store.initialise()
    entries, checking, appending = 0, 0.0, 0.0
    lines = data.lines()
    while True:
        before = time.perf_counter()
        batch = list(_drafts(islice(lines, BATCH)))
        checked = time.perf_counter()
        if not batch:
            break
        store.append(TIMELINE, batch, author="bench", create=True)
        entries += len(batch)
        checking += checked - before
        appending += time.perf_counter() - checked
        progress(f"{data.name}: {entries:,} entries, {entries / (checking + appending):,.0f}/s")
    store.close()
    return Loaded(entries, checking, appending)


def _drafts(lines: Iterator[dict]) -> Iterator[Draft]:
    return (record(line, TIMELINE) for line in lines)


def progress(text: str) -> None:
    """Say on the standard error how far it is: the standard output is for the table."""
    end = "\r" if sys.stderr.isatty() else os.linesep
    print(text, end=end, file=sys.stderr, flush=True)


def _fingerprint() -> str:
    """Of the code that decides what a file holds, so that no run measures another version's file."""
    root = CACHE.parent.parent
    return hashlib.sha256(b"".join((root / name).read_bytes() for name in _SHAPED_BY)).hexdigest()[:8]
