"""What a spell comes to on one day: attested, presumed, possible, lapsed, or not in the answer.

Step 4 of the replay. Every answer of every store comes from `status_of` and `best_of`.
"""

from __future__ import annotations

from collections.abc import Iterable
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


def status_of(spell: Spell, horizon: int | None, day: int) -> Verdict:
    """The first rule that applies decides; `horizon` is the kind's H in days, None for no limit."""
    outside = day < spell.a or _after(day, spell.f) or (spell.cap is not None and day > spell.cap[1])
    holds = [evidence for evidence in spell.evidence if evidence.role == "holds"]

    if any(hold.core and hold.p <= day <= hold.q for hold in holds):
        return Verdict("attested", spell.disputed or outside, 1)
    if outside:
        if any(hold.p <= day <= hold.q and _wholly_outside(hold, spell) for hold in holds):
            return Verdict("possible", True, 2)
        return Verdict(None, False, 2)
    if day < spell.latest_beginning or _after(day, spell.earliest_end):
        return Verdict("possible", spell.disputed, 3)
    if spell.e is not None and any(item.starts and item.q <= day for item in spell.evidence):
        status, rule = "attested", 4
    else:
        status, rule = _by_distance(spell.evidence, horizon, day), 5
    if _after(day, spell.earliest_cap) and status in ("attested", "presumed"):
        status, rule = "possible", 3
    return Verdict(status, spell.disputed, rule)


def best_of(spells: Iterable[Spell], horizon: int | None, day: int) -> tuple[Spell, Verdict] | None:
    """The spell that speaks for its relation on `day`: of those with the best status the latest begun.

    None if none of them is in the answer.
    """
    speaking: tuple[Spell, Verdict] | None = None
    best: tuple[int, int, int] | None = None
    for spell in spells:
        verdict = status_of(spell, horizon, day)
        if verdict.status is None:
            continue
        merit = (-_RANK[verdict.status], spell.a, spell.b)
        if best is None or merit >= best:
            speaking, best = (spell, verdict), merit
    return speaking


def _by_distance(evidence: Iterable[Evidence], horizon: int | None, day: int) -> str:
    """How far what is known reaches: between two pieces of evidence, or after the last one."""
    evidence = tuple(evidence)
    before = [item for item in evidence if item.q <= day]
    nearest_before = max((item.q for item in before), default=None)
    nearest_after = min((item.p for item in evidence if item.p >= day), default=None)
    if nearest_before is not None and nearest_after is not None:  # noqa: SIM102
        if horizon is None or nearest_after - nearest_before <= horizon:
            return "attested"
    if before and (horizon is None or any(day <= (i.q if i.core else i.p) + horizon for i in before)):
        return "presumed"
    if before and any(day <= item.q + horizon for item in before if horizon is not None):
        return "possible"
    if any(item.p <= day < item.q for item in evidence):
        return "possible"
    return "lapsed"


def _wholly_outside(hold: Evidence, spell: Spell) -> bool:
    return hold.q < spell.a or _after(hold.p, spell.f) or (spell.cap is not None and hold.p > spell.cap[1])


def _after(day: int, bound: int | None) -> bool:
    return bound is not None and day > bound
