"""How the replay's answers are cut for an index: along the days, into stretches.

A stretch is a run of days on which one spell speaks for its relation while its
status goes through, at most once and in this order, possible, attested, presumed,
possible, lapsed. Most spells are one stretch, so an index holds few rectangles,
and the status on a day is read from four thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise, repeat
from typing import NamedTuple

from events.answer import tail
from events.days import FIRST_DAY, LAST_DAY
from events.spells import Evidence, Spell
from events.status import merit, status_of, wholly_outside

FEW = 4
"""Up to so many pieces of evidence it is cheaper to ask all of them than to sort them."""

PHASES = ("possible", "attested", "presumed", "possible", "lapsed")


class Stretch(NamedTuple):
    """A run of days, `first` to `last` inclusive.

    Each threshold is the first day of its phase, and equals the next one's where
    the phase is left out; the last phase ends with `last`.
    """

    disputed: bool
    first: int
    attested_from: int
    presumed_from: int
    possible_from: int
    lapsed_from: int
    last: int

    def status(self, day: int) -> str:
        """The status on a day within the stretch."""
        starts = self[1:6]
        return next(PHASES[i] for i in range(4, -1, -1) if day >= starts[i])


class Outlook(NamedTuple):
    """A stretch, and the tail (`events.answer.tail`) of the item that it stands for."""

    stretch: Stretch
    tail: str


class _Run(NamedTuple):
    """Days of one answer: while the spell at `place` speaks with the same status."""

    place: int
    disputed: bool
    status: str
    first: int
    last: int


def outlook(spells: Sequence[Spell], horizon: int | None) -> list[Outlook]:
    """All that an index holds of one relation, in order of day: what `best_of` gives on every day."""
    tails = [tail(spell) for spell in spells]
    return [Outlook(stretch, tails[place]) for place, stretch in stretches(spells, horizon)]


def stretches(spells: Sequence[Spell], horizon: int | None) -> Iterator[tuple[int, Stretch]]:
    """Each stretch of one relation, in order of day, with the place in `spells` of the one that speaks."""
    runs: list[_Run] = []
    starts: list[int] = []
    for run in _runs(spells, horizon):
        phase = _next_phase(runs[-1], run, len(starts)) if runs else None
        if phase is None:
            if runs:
                yield _stretch(runs, starts)
            runs, starts, phase = [], [], PHASES.index(run.status)
        starts += [run.first] * (phase + 1 - len(starts))
        runs.append(run)
    if runs:
        yield _stretch(runs, starts)


def _next_phase(before: _Run, run: _Run, least: int) -> int | None:
    """The phase, `least` or later, in which `run` goes on with the stretch of `before`; None if it cannot."""
    adjoins = before.last + 1 == run.first and before[:2] == run[:2]
    if not adjoins or run.status not in PHASES[least:]:
        return None
    return PHASES.index(run.status, least)


def _stretch(runs: Sequence[_Run], starts: list[int]) -> tuple[int, Stretch]:
    last = runs[-1].last
    first, *thresholds = starts + [last + 1] * (len(PHASES) - len(starts))
    return runs[0].place, Stretch._make((runs[0].disputed, first, *thresholds, last))


def _runs(spells: Sequence[Spell], horizon: int | None) -> Iterator[_Run]:
    """The days on which a relation is in the answer at all, cut where the answer changes."""
    runs = [run for place, spell in enumerate(spells) for run in _runs_of(place, spell, horizon)]
    runs.sort(key=lambda run: run.first)
    if any(run.last >= after.first for run, after in pairwise(runs)):
        runs = list(_best(runs, spells))
    joined: _Run | None = None
    for run in runs:
        if joined is not None and joined.last + 1 == run.first and joined[:3] == run[:3]:
            joined = joined._replace(last=run.last)
        else:
            if joined is not None:
                yield joined
            joined = run
    if joined is not None:
        yield joined


def _best(runs: Sequence[_Run], spells: Sequence[Spell]) -> Iterator[_Run]:
    """Of runs in order of their first days, on each day the one that speaks."""
    waiting = [*reversed(runs)]
    days = sorted({day for run in runs for day in (run.first, run.last + 1)})
    # The best first; what has ended is dropped only once it comes to the top.
    here: list[tuple[tuple[int, ...], _Run]] = []
    for day, following in pairwise(days):
        while waiting and waiting[-1].first <= day:
            run = waiting.pop()
            rank = (*merit(run.status, spells[run.place]), run.place)
            heappush(here, (tuple(-part for part in rank), run))
        while here and here[0][1].last < day:
            heappop(here)
        if here:
            yield here[0][1]._replace(first=day, last=following - 1)


def _runs_of(place: int, spell: Spell, horizon: int | None) -> Iterator[_Run]:
    """The days on which one spell is in the answer, cut wherever its verdict may change."""
    if spell.f is not None and _is_known_to_the_day(spell):
        # Most spells of a data set, and asking on each day of change costs 15 µs of the 40 of a fold.
        yield _Run(place, False, "attested", spell.a, spell.f)
        return
    days = _days_of_change(spell, horizon)
    for day, following, near in zip(
        days, [*days[1:], LAST_DAY + 1], _near(spell, days, horizon), strict=False
    ):
        status, disputed, _ = status_of(spell, horizon, day, near)
        if status is not None:
            yield _Run(place, disputed, status, day, following - 1)


def _is_known_to_the_day(spell: Spell) -> bool:
    """Whether it is attested from its only first day to its only last one and, by any rule, on no other."""
    first, last = spell.a, spell.f
    return (
        first == spell.b
        and last is not None
        and spell.e == last
        and spell.cap is None
        and not spell.disputed
        and all(first <= item.p and item.q <= last for item in spell.evidence)
        and any(item.starts and item.q == first for item in spell.evidence)
    )


def _near(spell: Spell, days: Sequence[int], horizon: int | None) -> Iterator[Sequence[Evidence]]:
    """For each of `days` in order, the evidence that can matter on it: around it, or reaching it best.

    Asking all the evidence on each day would cost its square.
    """
    if len(spell.evidence) <= FEW:
        yield from repeat(spell.evidence, len(days))
        return
    coming = sorted(spell.evidence, key=lambda item: item.p, reverse=True)
    leaving = sorted(spell.evidence, key=lambda item: item.q, reverse=True)
    begun: dict[tuple[bool, bool], Evidence] = {}
    newest = latest = furthest = start = None
    for day in days:
        while coming and coming[-1].p <= day:
            newest = coming.pop()
            sort = newest.core, wholly_outside(newest, spell)
            if sort not in begun or newest.q > begun[sort].q:
                begun[sort] = newest
        while leaving and leaving[-1].q <= day:
            latest = leaving.pop()
            if furthest is None or _reach(latest) > _reach(furthest):
                furthest = latest
            if latest.starts:
                start = latest
        others = (newest, latest, furthest, start, coming[-1] if coming else None)
        yield [*begun.values(), *(item for item in others if item is not None)]


def _reach(item: Evidence) -> int:
    return item.q if item.core else item.p


def _days_of_change(spell: Spell, horizon: int | None) -> list[int]:
    """Every day on which the verdict on a spell may differ from the day before, in order."""
    days = {spell.a, spell.latest_beginning}
    for bound in (spell.f, spell.earliest_end, spell.earliest_cap, spell.cap and spell.cap[1]):
        if bound is not None:
            days.add(bound + 1)
    for _, p, q, *_ in spell.evidence:
        days |= {p, p + 1, q, q + 1}
        if horizon is not None:
            days |= {p + horizon + 1, q + horizon + 1}
    return sorted(day for day in days if FIRST_DAY <= day <= LAST_DAY)
