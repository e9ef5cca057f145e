"""A file of lines taken in whole, beside sqlite-utils that puts the same lines into a bare table."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from bench.data import ACTORS, DOCUMENTS, DataSet
from bench.effort import Effort
from bench.load import progress
from bench.measure import Report, quantile
from events.codec import record
from events.errors import BusyError
from events.stores.sqlite import SQLiteStore

_ALLEGIANCE = [sys.executable, "-c", "from service.cli import main; main()"]
_SQLITE_UTILS = [sys.executable, "-m", "sqlite_utils"]
_A_SECOND = 50
"""Appends to another timeline, sent on time whether or not the one before has come back."""


@dataclass
class Writer:
    """Appends to a timeline at a fixed rate, and times each from when it should have been sent."""

    path: Path
    taken: list[float] = field(default_factory=list)
    refused: int = 0

    def run(self, until: threading.Event) -> None:
        store = SQLiteStore(self.path)
        began = time.perf_counter()
        number = 0
        while not until.is_set():
            due = began + number / _A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            line = {"entity": "actor", "id": f"a{number}", "type": "state", "name": f"Country {number}"}
            try:
                store.append("other", [record(line, "other")], author="bench", create=True)
            except BusyError:
                self.refused += 1
            self.taken.append(time.perf_counter() - due)
            number += 1
        store.close()


def run(report: Report, effort: Effort) -> None:
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        path = Path(folder)
        ours = {}
        for size in effort.ingested:
            declared, events = write(DataSet(size), path)
            peer = _timed(_peer(events, path))
            ours[size] = _ours(declared, events, path)
            on = f"{size:,} events"
            report.add("ingest", on, f"{size / ours[size]:,.0f}/s")
            report.add("sqlite-utils insert --nl --pk id, a bare table", on, f"{size / peer:,.0f}/s")
            report.ratio("ingest against sqlite-utils", on, peer / ours[size], 0.6)
        beside = Beside()
        beside.tell(report, on, size / _ours(declared, events, path, beside))
        small, large = effort.ingested[0], effort.ingested[-1]
        growth = (ours[large] / large) / (ours[small] / small)
        report.ratio(
            "ingest, growth of the cost of an event", f"{large:,} against {small:,}", growth, 1.3, least=False
        )


def _folder() -> Path:
    folder = Path(__file__).resolve().parent.parent / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write(data: DataSet, folder: Path) -> tuple[Path, Path]:
    """The actors and documents in one file, the events in another."""
    progress(f"writing {data.size:,} events")
    declared, events = folder / "declared.ndjson", folder / "events.ndjson"
    with declared.open("w") as first, events.open("w") as rest:
        for number, line in enumerate(data.lines()):
            (first if number < ACTORS + DOCUMENTS else rest).write(json.dumps(line) + "\n")
    return declared, events


def _peer(events: Path, folder: Path) -> list[str]:
    database = folder / "peer.db"
    database.unlink(missing_ok=True)
    return [*_SQLITE_UTILS, "insert", str(database), "lines", str(events), "--nl", "--pk", "id"]


def _timed(command: list[str]) -> float:
    before = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - before


def _ours(declared: Path, events: Path, folder: Path, beside: Beside | None = None) -> float:
    """The seconds that it takes, with what is `beside` it, if anything is."""
    for old in folder.glob("ours.db*"):
        old.unlink()
    path = folder / "ours.db"
    environment = {**os.environ, "ALLEGIANCE_DATABASE": f"sqlite:///{path}"}
    store = SQLiteStore(path)
    store.initialise()
    store.close()
    ingest = [*_ALLEGIANCE, "ingest", "bench"]
    subprocess.run([*ingest, str(declared)], check=True, env=environment, stdout=subprocess.DEVNULL)
    before = time.perf_counter()
    process = subprocess.Popen(
        [*ingest, str(events)], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    with beside.watching(path, process) if beside else nullcontext():
        process.wait()
    took = time.perf_counter() - before
    assert process.returncode == 0
    return took


class Beside:
    """What goes on beside it and costs it time: a writer to another timeline, and a look at its memory."""

    def __init__(self) -> None:
        self.writer: Writer | None = None
        self.most = 0

    @contextmanager
    def watching(self, path: Path, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Until the end of the block, which waits for the process."""
        self.writer, done = Writer(path), threading.Event()
        threads = [
            threading.Thread(target=self.writer.run, args=(done,)),
            threading.Thread(target=self._look, args=(process, done)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            done.set()
            for thread in threads:
                thread.join()

    def _look(self, process: subprocess.Popen[bytes], until: threading.Event) -> None:
        while not until.wait(1):
            self.most = max(self.most, _pss(process.pid))

    def tell(self, report: Report, on: str, rate: float) -> None:
        assert self.writer is not None
        ascending = sorted(self.writer.taken)
        p50, p99 = (1e3 * quantile(ascending, share) for share in (0.5, 0.99))
        appends = f"{len(ascending):,} appends to another timeline, {_A_SECOND}/s"
        megabytes = self.most / 1024
        report.add("ingest, with a writer beside it and its memory looked at", on, f"{rate:,.0f}/s")
        report.add(
            "append meanwhile, from when it was due",
            appends,
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms",
            f"≤ 250 ms: {_verdict(p99 <= 250)}",
        )
        refused = self.writer.refused
        report.add("append meanwhile, refused", appends, str(refused), f"0: {_verdict(not refused)}")
        report.add(
            "ingest, memory of all its processes",
            on,
            f"{megabytes:.0f} MB (PSS)",
            f"≤ 250 MB: {_verdict(megabytes <= 250)}",
        )


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def _pss(session: int) -> int:
    """The proportional memory of all processes of a session, in KiB."""
    total = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                found = re.search(r"^Pss: +(\d+)", (entry / "smaps_rollup").read_text(), re.MULTILINE)
                total += int(found[1]) if found else 0
        except (OSError, ProcessLookupError):
            continue
    return total
