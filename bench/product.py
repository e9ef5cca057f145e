"""What lists, finds and follows: changes over a century, search, a feed page, an export, at every size."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.data import FIRST_DAY, DataSet, actor
from bench.effort import Effort
from bench.load import TIMELINE, filled
from bench.measure import Report, median, milliseconds, timed
from events.days import iso
from events.stores.sqlite import SQLiteStore
from service import create_app
from service.settings import Settings

CENTURY = 36_525
ASKED = 40
LOOK_EVERY = 500
AIM_GROWTH = 1.5
AIM_MEMORY = 1.2
BASE = f"/v1/timelines/{TIMELINE}"

Get = Callable[[str], bytes]


def run(report: Report, effort: Effort) -> None:
    """Single answers by the application itself, without a network; streams in a process of their own."""
    sets = [DataSet(size) for size in effort.sizes]
    medians: dict[str, list[float]] = {}
    streams: dict[str, list[_Streamed]] = {}
    for data in sets:
        path, _ = filled(data)
        get = _asking(path)
        for what, addresses in _questions(data).items():
            timed(get, addresses[:5])
            taken = timed(get, addresses)
            medians.setdefault(what, []).append(median(taken))
            report.add(what, data.name, milliseconds(taken))
        for what in _STREAMS:
            streamed = _apart(what, path, data)
            streams.setdefault(what, []).append(streamed)
            report.add(what, data.name, streamed.told())
    on = f"{sets[-1].name} against {sets[0].name}"
    for what, found in medians.items():
        report.ratio(f"{what}, growth of p50", on, found[-1] / found[0], AIM_GROWTH, least=False)
    for what, ran in streams.items():
        report.ratio(f"{what}, growth of memory", on, ran[-1].peak / ran[0].peak, AIM_MEMORY, least=False)


def _questions(data: DataSet) -> dict[str, list[str]]:
    """Addresses of each sort; none twice, so that none is answered from what is kept."""
    last = iso(FIRST_DAY + data.size)
    days = [iso(day) for day in data.days(ASKED, "product")]
    century = [iso(day) for day in data.days(ASKED, "century")]
    pairs = [(actor(number), actor(number + 1)) for number in range(ASKED)]
    return {
        "changes, a page of 100": [f"{BASE}/changes?from={day}&to={last}&limit=100" for day in century],
        "search, a title that one has": [f"{BASE}/search?q=communique+{500 + n}" for n in range(ASKED)],
        "search, two actors": [f"{BASE}/search?q={pair[0]}+{pair[1]}&limit=20" for pair in pairs],
        "search, a word that all have": [f"{BASE}/search?q=reported&limit={n + 1}" for n in range(ASKED)],
        "search, a word and an actor": [
            f"{BASE}/search?q=reported&actor={pair[0]}&kind=fights&limit=20" for pair in pairs
        ],
        "search, a word and a month": [
            f"{BASE}/search?q=reported&from={day}&to={day}&limit=20" for day in days
        ],
        "search, as known earlier": [
            f"{BASE}/search?q=reported&known_at={data.size // 2 + n}&limit=20" for n in range(ASKED)
        ],
        "feed, a page of 50": [f"{BASE}/feed.json?limit={50 + n}" for n in range(ASKED)],
        "feed of an actor, a page of 50": [f"{BASE}/feed.json?limit=50&actor={pair[0]}" for pair in pairs],
    }


def _asking(path: Path) -> Get:
    client = create_app(Settings(), SQLiteStore(path)).test_client()

    def get(address: str) -> bytes:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.data

    return get


class _Streamed(NamedTuple):
    """What one pass over everything took: items, seconds, and bytes of memory at the most."""

    items: int
    seconds: float
    peak: int

    def told(self) -> str:
        return (
            f"{self.items:,} items, {self.items / self.seconds:,.0f}/s, {self.peak / 2**20:.0f} MiB at most"
        )


def _apart(what: str, path: Path, data: DataSet) -> _Streamed:
    """One stream in a process of its own, so that its memory is its own too."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_stream, (what, path, DataSet(data.size)))


def _stream(what: str, path: Path, data: DataSet) -> _Streamed:
    began = time.perf_counter()
    items = peak = 0
    for _ in _STREAMS[what](path, data):
        items += 1
        if items % LOOK_EVERY == 0:
            peak = max(peak, _memory())
    return _Streamed(items, time.perf_counter() - began, max(peak, _memory()))


def _memory() -> int:
    """Bytes of this process's own; the pages of a mapped database file are not among them."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if "RssAnon" in line)
    return int(line.split()[1]) * 1024


def _century(path: Path, data: DataSet) -> Iterator[object]:
    """Every change of the last hundred years, page by page as a client reads them."""
    client = create_app(Settings(), SQLiteStore(path)).test_client()
    last = FIRST_DAY + data.size
    address = f"{BASE}/changes?from={iso(max(FIRST_DAY, last - CENTURY))}&to={iso(last)}&limit=1000"
    cursor = ""
    while True:
        page = client.get(address + cursor).json
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"


def _export(path: Path, data: DataSet) -> Iterator[object]:
    """Every line of the log, as one streamed file."""
    client = create_app(Settings(), SQLiteStore(path)).test_client()
    answer = client.get(f"{BASE}/export.log.ndjson", buffered=False)
    for part in answer.iter_encoded():
        yield from range(part.count(b"\n"))


_STREAMS: dict[str, Callable[[Path, DataSet], Iterator[object]]] = {
    "changes over a century, all pages": _century,
    "export of the log, streamed": _export,
}
