"""What is at odds with itself in the Correlates of War alliances: told, never corrected in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from events.days import ymd
from events.ingest.datasets.cow_spells import Spell, outlasting
from events.ingest.datasets.rows import Row, notice
from events.ingest.reading import Line


def on_its_own(spell: Spell) -> Iterator[Line]:
    """Dates that cannot be, and a yearly file's years against the membership's dates."""
    for fault in spell.faults:
        yield _of(spell, fault)
    if spell.backwards:
        yield _of(spell, "It ends before it begins; the row is left out.")
    elif spell.years:
        yield from _years(spell)


def _years(spell: Spell) -> Iterator[Line]:
    due = set(range(ymd(spell.first)[0], ymd(spell.last)[0] + 1))
    wrong = sorted(set(spell.years) - due)
    absent = sorted(due - set(spell.years))
    if wrong or absent:
        said = [f"the column year says {_listed(wrong)}, outside its dates"] if wrong else []
        said += [f"no row has the year {_listed(absent)}, inside them"] if absent else []
        number = min((spell.years[year] for year in wrong), default=spell.number)
        yield _of(spell, f"{'; '.join(said)}. The dates are followed.", number, "year")


def repeated(known: Spell, spell: Spell, row: Row) -> Iterator[Line]:
    """A further row of a membership: what it says otherwise."""
    for name in ("name", "pledges", "left_censored"):
        first, now = getattr(known, name), getattr(spell, name)
        if first != now:
            detail = f"This row says {now!r}; line {known.number}, {first!r}, is followed."
            yield _of(known, detail, row.number)


def among(memberships: Sequence[Spell]) -> Iterator[Line]:
    """Of one alliance: memberships that outlast it, and of one state that overlap."""
    end = memberships[0].existed[1]
    for spell in outlasting(memberships, end) if end else ():
        yield _of(spell, f"It outlasts its alliance, which ends in {end}; the membership is followed.")
    ordered = sorted(memberships, key=lambda spell: (spell.state, spell.first, spell.last))
    for one, other in pairwise(ordered):
        if one.state == other.state and other.first < one.last:
            yield _of(other, f"It overlaps with {one.dates} (line {one.number}); both are kept.")


def _of(spell: Spell, detail: str, number: int | None = None, field: str | None = None) -> Line:
    who = f"{spell.name} in alliance {spell.alliance}, {spell.dates}: {detail}"
    return notice(number or spell.number, who, field)


def _listed(years: Iterable[int]) -> str:
    """Years as runs: ``1958–1961, 1989``."""
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
