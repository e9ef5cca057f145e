"""A panel of relations by year, as CSV, for those who count.

A row is a relation in a year, where it has a status on at least one day of it. `status` is the best that
it has on any day, and the columns of days say on how many of them it has which: a year in which a war broke
out is told from one of war. Lapsed days are unknown: they have no column, and a year of nothing else no row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from events.days import day_of, ymd
from events.errors import InvalidError
from events.exports.cells import row
from events.exports.things import AT_ONCE, Source
from events.model import Relation
from events.projection import PHASES, Stretch, stretches
from events.spells import Spell
from events.stores import Pattern
from events.vocabulary import KINDS

COUNTED = ("attested", "presumed", "possible")
"""The statuses that have a column, the best first."""

COLUMNS = (
    "subject", "kind", "object", "under", "year",
    "status", "disputed", "attributed_only", *(f"days_{status}" for status in COUNTED), "evidence",
)  # fmt: skip


class _Year(NamedTuple):
    """What a relation is in a year: its days by status, and the spells that speak with the best of them."""

    days: Counter[str]
    speaking: list[tuple[Spell, bool]]

    @property
    def status(self) -> str:
        return next(status for status in COUNTED if self.days[status])


def parts(source: Source) -> Iterator[bytes]:
    """The header, then each relation in its order, year by year."""
    if source.wanted.years is None:
        raise InvalidError("This is the export of some years; say which.")
    first, last = source.wanted.years
    yield row(COLUMNS)
    for relation, spells in _relations(source):
        found = list(stretches(spells, KINDS[relation.kind].horizon))
        for year in _years(found, first, last):
            told = _year(spells, found, day_of(year, 1, 1), day_of(year, 12, 31))
            if told is not None:
                yield _row(relation, year, told)


def _relations(source: Source) -> Iterator[tuple[Relation, tuple[Spell, ...]]]:
    timeline, upto = source.wanted.timeline, source.wanted.commit.position
    after = None
    while found := source.store.spells(timeline, Pattern(), upto, after, AT_ONCE):
        yield from found
        after = found[-1][0]


def _years(found: Sequence[tuple[int, Stretch]], first: int, last: int) -> Iterator[int]:
    """The years from `first` to `last` with a day of a stretch that is not lapsed, in order."""
    following = first
    for _, stretch in found:  # in order of day
        if stretch.first >= stretch.lapsed_from:
            continue
        begin, end = (year_of(day) for day in (stretch.first, stretch.lapsed_from - 1))
        yield from range(max(begin, following), min(end, last) + 1)
        following = max(following, end + 1)


def _year(
    spells: Sequence[Spell], found: Sequence[tuple[int, Stretch]], first: int, last: int
) -> _Year | None:
    days: Counter[str] = Counter()
    by_status: dict[str, list[tuple[Spell, bool]]] = {status: [] for status in COUNTED}
    for place, stretch in found:
        starts = (*stretch[1:6], stretch.last + 1)
        for phase, (begin, following) in zip(PHASES, pairwise(starts), strict=True):
            count = min(following - 1, last) - max(begin, first) + 1
            if count > 0 and phase in by_status:
                days[phase] += count
                by_status[phase].append((spells[place], stretch.disputed))
    if not days:
        return None
    best = next(status for status in COUNTED if days[status])
    return _Year(days, by_status[best])


def _row(relation: Relation, year: int, told: _Year) -> bytes:
    evidence = dict.fromkeys(id for spell, _ in told.speaking for id in spell.events)
    return row(
        [
            *relation,
            year,
            told.status,
            any(disputed for _, disputed in told.speaking),
            all(spell.attributed_only for spell, _ in told.speaking),
            *(told.days[status] for status in COUNTED),
            list(evidence),
        ]
    )


def year_of(day: int) -> int:
    """The year that a day is in."""
    return ymd(day)[0]
