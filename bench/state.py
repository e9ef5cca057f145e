"""The state in-process: how long an answer takes, and how that grows with the record."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from bench.data import DataSet
from bench.effort import Effort
from bench.load import TIMELINE, filled
from bench.measure import Report, median, milliseconds, timed
from events.answer import Question, document
from events.ask import root
from events.model import Erased
from events.stores.sqlite import SQLiteStore

ASKED = 500
"""Days in one round."""

ROUNDS = 5
CHECKED = 20
AIM_SECONDS = 0.002
AIM_GROWTH = 1.5

Ask = Callable[[int], bytes]


def run(report: Report, effort: Effort) -> None:
    """Random days as known at the head; the sizes in turn, so that all see the same machine."""
    sets = [DataSet(size) for size in effort.sizes]
    sets.append(DataSet(effort.sizes[-2], mixed=True))
    asks = {data: _prepared(report, data) for data in sets}
    taken: dict[DataSet, list[float]] = {data: [] for data in sets}
    for number in range(ROUNDS):
        for data, ask in asks.items():
            taken[data] += timed(ask, data.days(ASKED, f"round {number}"))
    for data in sets:
        report.add(
            "state, in-process, to bytes", _answers(data, asks[data]), milliseconds(sorted(taken[data]))
        )
    smallest, *_, largest = sets[:-1]
    medians = {data: median(sorted(taken[data])) for data in (smallest, largest)}
    met = "met" if medians[largest] <= AIM_SECONDS else "MISSED"
    report.add("state, p50", largest.name, f"{medians[largest] * 1e3:.2f} ms", f"≤ 2 ms: {met}")
    on = f"{largest.name} against {smallest.name}"
    report.ratio("state, growth of p50", on, medians[largest] / medians[smallest], AIM_GROWTH, least=False)


def _prepared(report: Report, data: DataSet) -> Ask:
    """Loaded, right, and warm."""
    path, loaded = filled(data)
    report.add(
        "load through append",
        f"{data.name}: {loaded.entries:,} entries",
        f"{loaded.rate:,.0f}/s ({loaded.checking / loaded.entries * 1e6:.0f} µs to check one, "
        f"{loaded.appending / loaded.entries * 1e6:.0f} µs to append it)",
    )
    ask = asking(path)
    for day in data.days(CHECKED):
        assert data.mixed or relations_in(ask(day)) == data.holding(day), f"wrong answer on day {day}"
    timed(ask, data.days(ASKED, "warm"))
    return ask


def _answers(data: DataSet, ask: Ask) -> str:
    answers = [ask(day) for day in data.days(CHECKED)]
    relations = sum(len(json.loads(answer)["relations"]) for answer in answers) / CHECKED
    return f"{data.name}: {relations:.0f} relations, {sum(map(len, answers)) / CHECKED / 1000:.0f} kB"


def asking(path: Path) -> Ask:
    """Answers a day with the bytes that the service would send."""
    store = SQLiteStore(path)
    root_at = cache(partial(root, store, TIMELINE))  # the service keeps roots too

    def ask(day: int) -> bytes:
        head = store.head(TIMELINE)
        question = Question.of(day)
        pieces = store.state(TIMELINE, question, head.position)
        return document(TIMELINE, question, head, root_at(head.position), Erased(), pieces).encode()

    return ask


def relations_in(answer: bytes) -> set[tuple[str, str, str]]:
    """Which relations an answer names."""
    named = json.loads(answer)["relations"]
    return {(item["subject"], item["kind"], item["object"]) for item in named}
