"""How the replay's answers are cut for an index: along the days, into stretches.

A stretch is a run of days on which one spell speaks for its relation while its
status goes through, at most once and in this order, possible, attested, presumed,
possible, lapsed. Most spells are one stretch, so an index holds few rectangles,
and the status on a day is read from four thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from events.answer import tail
from events.days import FIRST_DAY, LAST_DAY
from events.spells import Spell
from events.status import best_of

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
    days = _days_of_change(spells, horizon)
    places = {id(spell): place for place, spell in enumerate(spells)}
    run: _Run | None = None
    for day, following in zip(days, [*days[1:], LAST_DAY + 1], strict=False):
        speaking = best_of(spells, horizon, day)
        if speaking is None:
            if run is not None:
                yield run
            run = None
            continue
        spell, verdict = speaking
        assert verdict.status is not None
        here = _Run(places[id(spell)], verdict.disputed, verdict.status, day, following - 1)
        if run is not None and run[:3] == here[:3]:
            run = run._replace(last=here.last)
        else:
            if run is not None:
                yield run
            run = here
    if run is not None:
        yield run


def _days_of_change(spells: Sequence[Spell], horizon: int | None) -> list[int]:
    """Every day on which the verdict on any of the spells may differ from the day before, in order."""
    days: set[int] = set()
    for spell in spells:
        days |= {spell.a, spell.latest_beginning}
        days |= {
            bound + 1
            for bound in (spell.f, spell.earliest_end, spell.earliest_cap, spell.cap and spell.cap[1])
            if bound is not None
        }
        for item in spell.evidence:
            days |= {item.p, item.p + 1, item.q, item.q + 1}
            if horizon is not None:
                days |= {item.p + horizon + 1, item.q + horizon + 1}
    return sorted(day for day in days if FIRST_DAY <= day <= LAST_DAY)
