"""How much is tried, in `make test` and in `make torture`, and the figures that tests print."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest


class Size(NamedTuple):
    """How many, in `make test` and in `make torture`; and in `make test` where it is tried on PostgreSQL.

    A try there takes several times as long.
    """

    short: int
    long: int
    on_server: int | None = None


SIZES = {
    "kills of small ingests": Size(80, 700, 20),
    "kills of staged ingests": Size(20, 300, 4),
    "kills of gunicorn workers": Size(100, 1000, 20),
    "power cuts": Size(1000, 20_000),
    "operations of a history": Size(5000, 101_000, 1000),
    "seconds of 32 writers": Size(5, 60),
    "fuzzed requests": Size(20_000, 200_000),
    "fuzzed streams": Size(500, 5000),
    "examples of each operation": Size(5, 100),
    "alterations of each sort": Size(100, 5000),
    "slow connections": Size(120, 1000),
    "points at which the disk is full": Size(100, 1000),
}
"""What is tried -> how many times. Tests ask for a row by its name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sizes", choices=("short", "long"), default="short", help="how much the torture tests try"
    )


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[str], int]:
    """How many of a row of `SIZES` this run tries."""
    long = request.config.getoption("sizes") == "long"
    on_server = "[postgresql]" in request.node.name

    def size(what: str) -> int:
        found = SIZES[what]
        return found.long if long else (on_server and found.on_server) or found.short

    return size


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keep a line with a figure, to be printed at the end of the run."""
    return lambda line: record_property("figure", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all tests, whichever process they ran in."""
    reports = [report for part in terminalreporter.stats.values() for report in part]
    figures = [
        line
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, line in report.user_properties
        if name == "figure"
    ]
    if figures:
        terminalreporter.section("figures")
        for line in sorted(figures):
            terminalreporter.write_line(line)
