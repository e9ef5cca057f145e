"""Two web hosts, each with a standby of its own, against one of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack

from bench import client, serving
from bench.effort import Effort
from bench.measure import Report, median
from events.days import iso
from events.stores import connect
from tests.system.postgresql import Server

AIM = 1.8
HOSTS = 2


def run(report: Report, effort: Effort, primary: Server, days: Sequence[int]) -> None:
    """One worker process each, on days that hardly repeat; all of it shares one machine."""
    (timeline,) = _timelines(primary)
    paths = iter([f"/v1/timelines/{timeline}/state?at={iso(day)}" for day in days])
    with ExitStack() as until_done:
        ports = []
        for number in range(HOSTS):
            standby = Server()
            until_done.callback(standby.remove)
            standby.follow(primary, f"standby{number}")
            settings = {
                "ALLEGIANCE_DATABASE": primary.url(),
                "ALLEGIANCE_DATABASE_REPLICAS": standby.url(),
                "ALLEGIANCE_CACHE_ANSWERS": "0",
            }
            host = serving.gunicorn("service:create_app()", 1, settings)
            ports += until_done.enter_context(host)
        share = len(days) // (HOSTS * (effort.rounds + 1))
        rates: dict[int, list[float]] = {hosts: [] for hosts in range(1, HOSTS + 1)}
        for number in range(effort.rounds + 1):
            for hosts, found in rates.items():
                some = [next(paths) for _ in range(share)]
                loaded = client.load(ports[:hosts], some, effort.seconds)
                if number:  # the first round warms
                    found.append(loaded.rate)
    middle = {hosts: median(sorted(found)) for hosts, found in rates.items()}
    on = f"PostgreSQL, each host a standby and 1 worker; client and all on {os.cpu_count()} shared CPUs"
    for hosts, rate in middle.items():
        report.add(f"http: state, {hosts} host{'s' if hosts > 1 else ''}", on, f"{rate:,.0f}/s")
    report.ratio("http: two hosts against one", on, middle[HOSTS] / middle[1], AIM)


def _timelines(primary: Server) -> list[str]:
    store = connect(primary.url())
    try:
        return [name for name, _ in store.timelines()]
    finally:
        store.close()
