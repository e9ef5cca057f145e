"""From days to places on an axis, and the marks along it, from days to millennia."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from events.days import FIRST_YEAR, LAST_YEAR, day_of, ymd

_MOST_TICKS = 60
_GAP = 24.0  # px between the names of two marks
_OVERHANG = 12.0  # px that a name may reach beyond the axis


@dataclass(frozen=True, slots=True)
class Scale:
    """The days `first` to `last`, both whole, over the px `left` to `right`.

    Leftwards, the first is at the right.
    """

    first: int
    last: int
    left: float
    right: float
    leftwards: bool = False

    def x(self, day: int) -> float:
        """Where a day begins; for a day beyond the axis, its nearer end."""
        share = (min(max(day, self.first), self.last + 1) - self.first) / (self.last + 1 - self.first)
        room = self.right - self.left
        return self.right - share * room if self.leftwards else self.left + share * room

    def between(self, first: int, last: int) -> tuple[float, float]:
        """Where the days `first` to `last` lie, both whole, from left to right."""
        one, other = self.x(first), self.x(last + 1)
        return min(one, other), max(one, other)

    def shows(self, first: int, last: int) -> bool:
        """Whether any of these days is on the axis."""
        return first <= self.last and last >= self.first


class Tick(NamedTuple):
    """A mark on an axis: the first day of a day, month or year, as `unit` says."""

    day: int
    unit: str


def ticks(scale: Scale, width_of: Callable[[Tick], float]) -> list[Tick]:
    """The finest round marks whose names do not touch one another, nor reach far beyond the axis."""
    for marks in _ever_coarser(scale.first, scale.last):
        shown = [tick for tick in marks if _within(scale, tick, width_of(tick))]
        if shown and _apart(scale, shown, width_of):
            return shown
    return []


def _within(scale: Scale, tick: Tick, width: float) -> bool:
    x = scale.x(tick.day)
    return scale.left - _OVERHANG <= x - width / 2 and x + width / 2 <= scale.right + _OVERHANG


def _apart(scale: Scale, marks: list[Tick], width_of: Callable[[Tick], float]) -> bool:
    edges = sorted((scale.x(tick.day), width_of(tick) / 2) for tick in marks)
    return all(x - half - before - reach >= _GAP for (before, reach), (x, half) in pairwise(edges))


def _ever_coarser(first: int, last: int) -> Iterator[list[Tick]]:
    days = last - first + 1
    for step in (1, 2, 7):
        if days <= step * _MOST_TICKS:
            yield [Tick(day, "day") for day in range(first, last + 1, step)]
    for step in (1, 2, 3, 6):
        if days <= step * 31 * _MOST_TICKS:
            yield [Tick(day, "month") for day in _months(first, last, step)]
    for size in (1, 10, 100, 1000):
        for step in (size, 2 * size, 5 * size):
            if days <= step * 366 * _MOST_TICKS:
                yield [Tick(day_of(year, 1, 1), "year") for year in _years(first, last, step)]


def _months(first: int, last: int, step: int) -> Iterator[int]:
    year, month, _ = ymd(first)
    count = 12 * year + month - 1
    for index in range(count - count % step, 12 * ymd(last)[0] + ymd(last)[1], step):
        day = day_of(index // 12, index % 12 + 1, 1) if index >= 12 * FIRST_YEAR else first - 1
        if first <= day:
            yield day


def _years(first: int, last: int, step: int) -> list[int]:
    """Round years as they are counted: 500 BCE is the year -499, and beside it 1 stands for 0."""
    earliest, latest = ymd(first)[0], ymd(last)[0]
    found = []
    for count in range(-(-earliest // step) - 1, latest // step + 1):
        year = count * step
        if step > 1:
            year += 1 if year <= 0 else 0
        if max(FIRST_YEAR, earliest) <= year <= min(LAST_YEAR, latest) and day_of(year, 1, 1) >= first:
            found.append(year)
    return found
