"""What a spell comes to on one day: attested, presumed, possible, lapsed, or not in the answer.

Step 4 of the replay. Every answer of every store comes from `status_of` and `best_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from events.spells import Evidence, Spell
from events.vocabulary import STATUSES

_RANK = {status: rank for rank, status in enumerate(STATUSES)}


class Verdict(NamedTuple):
    """The status of a spell on a day, whether it is disputed, and the number of the rule that decided.

    `status` None means that the spell is not in the answer.
    """

    status: str | None
    disputed: bool
    rule: int


def status_of(
    spell: Spell, horizon: int | None, day: int, evidence: Sequence[Evidence] | None = None
) -> Verdict:
    """The first rule that applies decides.

    `horizon` is the kind's H in days, None for no limit. `evidence` may leave out
    pieces of the spell's own that cannot matter on this day.
    """
    if evidence is None:
        evidence = spell.evidence
    outside = day < spell.a or _after(day, spell.f) or (spell.cap is not None and day > spell.cap[1])
    for item in evidence:
        if item.core and item.p <= day <= item.q:
            return Verdict("attested", spell.disputed or outside, 1)
    if outside:
        for item in evidence:
            if item.p <= day <= item.q and wholly_outside(item, spell):
                return Verdict("possible", True, 2)
        return Verdict(None, False, 2)
    if day < spell.latest_beginning or _after(day, spell.earliest_end):
        return Verdict("possible", spell.disputed, 3)
    if spell.e is not None and any(item.starts and item.q <= day for item in evidence):
        status, rule = "attested", 4
    else:
        status, rule = _by_distance(evidence, horizon, day), 5
    if _after(day, spell.earliest_cap) and status in ("attested", "presumed"):
        status, rule = "possible", 3
    return Verdict(status, spell.disputed, rule)


def merit(status: str, spell: Spell) -> tuple[int, int, int]:
    """What decides which spell speaks: the best status, then the latest beginning. The greatest wins."""
    return -_RANK[status], spell.a, spell.b


def best_of(spells: Iterable[Spell], horizon: int | None, day: int) -> tuple[Spell, Verdict] | None:
    """The spell that speaks for its relation on `day`, None if none is in the answer.

    Where two have equal merit the one that comes later in `spells` speaks.
    """
    speaking: tuple[Spell, Verdict] | None = None
    best: tuple[int, int, int] | None = None
    for spell in spells:
        verdict = status_of(spell, horizon, day)
        if verdict.status is None:
            continue
        here = merit(verdict.status, spell)
        if best is None or here >= best:
            speaking, best = (spell, verdict), here
    return speaking


def _by_distance(evidence: Iterable[Evidence], horizon: int | None, day: int) -> str:
    """How far what is known reaches: between two pieces of evidence, or after the last one."""
    before = after = None  # the nearest q up to this day, the nearest p from this day on
    presumed_until = None
    within = False
    for _, p, q, core, *_ in evidence:
        if q <= day:
            before = q if before is None else max(before, q)
            reach = q if core else p
            presumed_until = reach if presumed_until is None else max(presumed_until, reach)
        elif p <= day:
            within = True
        if p >= day:
            after = p if after is None else min(after, p)
    if before is not None and presumed_until is not None:
        if after is not None and (horizon is None or after - before <= horizon):
            return "attested"
        if horizon is None or day <= presumed_until + horizon:
            return "presumed"
        if day <= before + horizon:
            return "possible"
    return "possible" if within else "lapsed"


def wholly_outside(item: Evidence, spell: Spell) -> bool:
    """Whether it is a `holds` that shares no day with the spell's bounds."""
    if item.role != "holds":
        return False
    return item.q < spell.a or _after(item.p, spell.f) or (spell.cap is not None and item.p > spell.cap[1])


def _after(day: int, bound: int | None) -> bool:
    return bound is not None and day > bound
