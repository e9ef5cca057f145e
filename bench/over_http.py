"""The service over HTTP, beside Datasette on the same rows and beside a Flask view that does nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench import client, serving
from bench.data import DataSet
from bench.effort import Effort
from bench.load import CACHE, TIMELINE, filled, progress
from bench.measure import Report
from bench.plain import RANGE_QUERY, plain_copy
from bench.statement import ROWS, position_of
from events.days import iso

CHECKED = 10
REPEATED = 50
MOST_REQUESTS = 20_000
"""For one server in one round."""

AIM_RTREE, AIM_RANGE, AIM_BARE = 2.0, 5.0, 0.6

STATE = f"/v1/timelines/{TIMELINE}/state"

Rates = dict[str, list[float]]

Row = tuple[str, str, str, str]
"""Subject, kind, object and status: what every server's answer must agree on."""


@dataclass(frozen=True)
class Peer:
    """A server: where it listens, how it is asked about a day, and which rows its answer holds."""

    name: str
    ports: Sequence[int]
    path: Callable[[int], str]
    rows: Callable[[bytes], set[Row]]


def run(report: Report, effort: Effort) -> None:
    """Distinct days, then repeated ones."""
    data = DataSet(effort.sizes[-1])
    database, _ = filled(data)
    _distinct(report, data, database, effort)
    _repeated(report, data, database, effort)


def _distinct(report: Report, data: DataSet, database: Path, effort: Effort) -> None:
    on = f"{data.name}, distinct days, {effort.workers} workers each"
    days = iter(data.days(min(data.size // 2, 500_000), "http"))
    with ExitStack() as stack:
        service = _service(stack, database, effort.workers)
        by_rtree, by_range = _datasettes(stack, database, effort.workers)
        peers = (service, by_rtree, by_range)
        _check_equal(peers, data)
        rates = _rates(peers, lambda: islice(days, min(data.size // 20, MOST_REQUESTS)), effort)
    for peer in peers:
        report.add(f"http: {peer.name}", on, _spread(rates[peer.name]))
    for peer, aim in ((by_rtree, AIM_RTREE), (by_range, AIM_RANGE)):
        report.ratio(f"http: service against {peer.name}", on, _times(rates, service, peer), aim)


def _repeated(report: Report, data: DataSet, database: Path, effort: Effort) -> None:
    on = f"{data.name}, {REPEATED} days repeated, {effort.workers} workers each"
    days = data.days(REPEATED, "repeated")
    with ExitStack() as stack:
        service = _service(stack, database, effort.workers)
        pinned = _pinned(service, database)
        answers = {iso(day): client.get(service.ports[0], service.path(day)).decode() for day in days}
        size = len(answers[iso(days[0])])
        bare = _bare(stack, answers, effort.workers)
        nothing = _nothing(stack, size)
        peers = (service, pinned, bare, nothing)
        for day in days:
            assert client.get(bare.ports[0], bare.path(day)).decode() == answers[iso(day)]
        rates = _rates(peers, lambda: islice(cycle(days), MOST_REQUESTS), effort)
    for peer in peers:
        report.add(f"http: {peer.name}", on, f"{_spread(rates[peer.name])} of {size // 1000} kB")
    for peer in (service, pinned):
        report.ratio(f"http: {peer.name} against {bare.name}", on, _times(rates, peer, bare), AIM_BARE)


def _rates(peers: Sequence[Peer], days: Callable[[], Iterator[int]], effort: Effort) -> Rates:
    """Requests a second of each, by round: asked in turn, so that what else the machine does falls on all."""
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for number in range(effort.rounds + 1):
        for peer in peers:
            paths = [peer.path(day) for day in days()]
            rate = client.load(peer.ports, paths, effort.seconds).rate
            progress(f"http, round {number}: {peer.name}: {rate:,.0f} requests/s")
            if number:  # the first one warms up
                found[peer.name].append(rate)
    return found


def _spread(rates: Sequence[float]) -> str:
    return f"{median(rates):,.0f} requests/s ({min(rates):,.0f} to {max(rates):,.0f})"


def _times(rates: Rates, one: Peer, other: Peer) -> float:
    """How many times as fast: the median of the rounds."""
    return median(mine / theirs for mine, theirs in zip(rates[one.name], rates[other.name], strict=True))


def _check_equal(peers: Sequence[Peer], data: DataSet) -> None:
    """Before anything is compared: all give the same rows, and the right ones."""
    for day in data.days(CHECKED, "checked"):
        answers = [peer.rows(client.get(port, peer.path(day))) for peer in peers for port in peer.ports]
        assert all(answer == answers[0] for answer in answers), f"the answers differ on day {day}"
        assert {row[:3] for row in answers[0]} == data.holding(day), f"the answers are wrong on day {day}"


def _service(stack: ExitStack, database: Path, workers: int) -> Peer:
    settings = {"ALLEGIANCE_DATABASE": f"sqlite:///{database}"}
    ports = stack.enter_context(serving.gunicorn("service:create_app()", workers, settings))
    return Peer("service", ports, lambda day: f"{STATE}?at={iso(day)}", _rows_of_answer)


def _pinned(service: Peer, database: Path) -> Peer:
    position = position_of(database)
    return Peer(
        "service, pinned",
        service.ports,
        lambda day: f"{STATE}?at={iso(day)}&known_at={position}",
        _rows_of_answer,
    )


def _bare(stack: ExitStack, answers: dict[str, str], workers: int) -> Peer:
    kept = CACHE / "answers.json"
    kept.write_text(json.dumps(answers))
    ports = stack.enter_context(
        serving.gunicorn("bench.bare:create_app()", workers, {"BENCH_ANSWERS": str(kept)})
    )
    return Peer("bare Flask view", ports, lambda day: f"/state?at={iso(day)}", _rows_of_answer)


def _nothing(stack: ExitStack, size: int) -> Peer:
    """The most that the load generator can ask for."""
    ports = stack.enter_context(serving.trivial(client.PROCESSES, size))
    return Peer("the load generator's own limit", ports, lambda day: f"/{day}", lambda body: set())


def _datasettes(stack: ExitStack, database: Path, workers: int) -> tuple[Peer, Peer]:
    """Datasette with the store's R*Tree query, and with the range query on a plain table."""
    plain = plain_copy(database)
    queries = {
        database.stem: {"queries": {"rows": {"sql": ROWS}}},
        plain.stem: {"queries": {"rows": {"sql": RANGE_QUERY}}},
    }
    metadata = CACHE / "datasette.json"
    metadata.write_text(json.dumps({"databases": queries}))
    ports = stack.enter_context(serving.datasette([database, plain], metadata, workers))
    fixed: dict[str, Any] = {"timeline": 1, "position": position_of(database)}

    def path(file: Path, query: str, **parameters: Any) -> Callable[[int], str]:
        return lambda day: (
            f"/{file.stem}/{query}.json?{urlencode({**parameters, 'day': day, '_shape': 'array'})}"
        )

    return (
        Peer("Datasette, the same R*Tree SQL", ports, path(database, "rows", **fixed), _rows_of_rows),
        Peer("Datasette, indexed range query", ports, path(plain, "rows"), _rows_of_rows),
    )


def _rows_of_answer(body: bytes) -> set[Row]:
    return {_row(item) for item in json.loads(body)["relations"]}


def _rows_of_rows(body: bytes) -> set[Row]:
    return {_row(row) for row in json.loads(body)}


def _row(item: dict[str, str]) -> Row:
    return item["subject"], item["kind"], item["object"], item["status"]
