"""Timing, and the one table that every run ends in."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, on what, the result, and what it should be."""

    what: str
    on: str
    result: str
    aim: str = ""


@dataclass
class Report:
    """Rows in the order in which they were measured."""

    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, on: str, result: str, aim: str = "") -> None:
        self.rows.append(Row(what, on, result, aim))

    def ratio(self, what: str, on: str, value: float, aim: float, least: bool = True) -> None:
        """A row with a quotient, and whether it is as large (or, not `least`, as small) as it should be."""
        met = value >= aim if least else value <= aim
        sign = "≥" if least else "≤"
        self.add(what, on, f"{value:.2f}×", f"{sign} {aim:g}×: {'met' if met else 'MISSED'}")

    def table(self) -> str:
        """All rows as a Markdown table that reads well as plain text too."""
        cells = [("measured", "on", "result", "aim"), *((r.what, r.on, r.result, r.aim) for r in self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [f"| {' | '.join(c.ljust(w) for c, w in zip(row, widths, strict=True))} |" for row in cells]
        lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
        return "\n".join(lines)


def timed(action: Callable[[Any], object], arguments: Iterable[Any]) -> list[float]:
    """The seconds that each call takes, in ascending order."""
    taken = []
    for argument in arguments:
        before = time.perf_counter()
        action(argument)
        taken.append(time.perf_counter() - before)
    return sorted(taken)


def quantile(ascending: Sequence[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))]


def median(ascending: Sequence[float]) -> float:
    return quantile(ascending, 0.5)


def milliseconds(ascending: Sequence[float]) -> str:
    """The median and the 99th percentile of sorted seconds."""
    return f"p50 {median(ascending) * 1e3:.2f} ms, p99 {quantile(ascending, 0.99) * 1e3:.2f} ms"


def machine() -> str:
    """On what all this was measured."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} CPUs, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
