"""Why a relation stands as it does on a day: the rule that decided, spell by spell, and on whose word."""

from __future__ import annotations

from typing import Any

from events import answer, present, strict_json
from events.ask import require_actors
from events.days import iso
from events.model import Commit, Relation
from events.spells import Evidence, Spell
from events.status import Verdict, best_of, status_of
from events.stores import Pattern, Store
from events.vocabulary import KINDS


def explain(store: Store, timeline: str, relation: Relation, at: int, commit: Commit) -> dict[str, Any]:
    """The status of `relation` on day `at`, and for each of its spells the rule and the evidence.

    A status of null means that the record says nothing for that day, which is not
    the same as "no": `because` says which it is. Raises UnknownError for an actor that the
    log had not heard of.
    """
    require_actors(store, timeline, (relation.subject, relation.object), commit)
    horizon = KINDS[relation.kind].horizon
    stories = store.spells(timeline, Pattern(*relation), commit.position)
    spells = stories[0][1] if stories else ()
    speaking = best_of(spells, horizon, at)
    verdict = speaking[1] if speaking else Verdict(None, False, 2)
    return {
        "timeline": timeline,
        "at": iso(at),
        **present.commit(commit),
        **answer.less(store.erased(timeline, commit.position)),
        "rules": answer.RULES,
        "relation": answer.identity(relation),
        "status": verdict.status,
        "disputed": verdict.disputed,
        "because": _why_speaking(spells, speaking, horizon, at),
        "spells": [
            {
                "speaks": speaking is not None and speaking[0] is spell,
                **_verdict(spell, horizon, at),
                **present.spell(spell),
                "evidence": [_evidence(store, timeline, item) for item in spell.evidence],
            }
            for spell in spells
        ],
    }


def _why_speaking(
    spells: tuple[Spell, ...], speaking: tuple[Spell, Verdict] | None, horizon: int | None, at: int
) -> str:
    if not spells:
        return "The record says nothing of this relation: whether it was so is not known from here."
    if speaking is None:
        return f"No reported stretch of this relation reaches {iso(at)}: " + " ".join(
            _because(spell, status_of(spell, horizon, at), horizon, at) for spell in spells
        )
    return _because(*speaking, horizon, at)


def _verdict(spell: Spell, horizon: int | None, at: int) -> dict[str, Any]:
    verdict = status_of(spell, horizon, at)
    return {
        "status": verdict.status,
        "disputed_on_day": verdict.disputed,
        "rule": verdict.rule,
        "because": _because(spell, verdict, horizon, at),
    }


def _because(spell: Spell, verdict: Verdict, horizon: int | None, at: int) -> str:
    """The rule that decided, in a sentence."""
    match verdict.rule:
        case 1:
            return "A source says that it held throughout days that include this one."
        case 2:
            return _because_outside(spell, verdict, at)
        case 3:
            return _because_near_a_bound(spell, at)
        case 4:
            return "It had certainly begun, and its reported end had certainly not come."
        case _:
            return _because_of_distance(spell, verdict, horizon, at)


def _because_outside(spell: Spell, verdict: Verdict, at: int) -> str:
    if verdict.status is not None:
        return "A source has it at some moment around this day, though other accounts say it was over."
    if at < spell.a:
        return f"It began on {iso(spell.a)} at the earliest."
    if spell.f is not None and at > spell.f:
        return f"It ended by {iso(spell.f)}."
    assert spell.cap is not None
    return f"One of its actors had ended by {iso(spell.cap[1])}."


def _because_near_a_bound(spell: Spell, at: int) -> str:
    if at < spell.latest_beginning:
        begun_by = iso(spell.latest_beginning)
        return f"It began between {iso(spell.a)} and {begun_by}: it may have begun by this day."
    if spell.earliest_end is not None and spell.f is not None and at > spell.earliest_end:
        return (
            f"It ended between {iso(spell.earliest_end)} and {iso(spell.f)}: it may have ended by this day."
        )
    assert spell.cap is not None
    assert spell.earliest_cap is not None
    return (
        f"One of its actors ended between {iso(spell.earliest_cap)} and {iso(spell.cap[1])}: "
        "it may have ended by this day."
    )


def _because_of_distance(spell: Spell, verdict: Verdict, horizon: int | None, at: int) -> str:
    reach = "for this kind, until an end is reported" if horizon is None else f"{horizon} days for this kind"
    last = max((item for item in spell.evidence if item.q <= at), key=lambda item: item.q, default=None)
    match verdict.status:
        case "attested":
            return f"There is evidence on or before this day and on or after it, near enough ({reach})."
        case "presumed":
            assert last is not None
            return f"The last evidence before it is of {_days(last)}; it is presumed to go on ({reach})."
        case "possible":
            return f"The evidence near it is of uncertain days; it may reach this one ({reach})."
        case _:
            said = (
                f"The last evidence before it is of {_days(last)}" if last else "No evidence comes before it"
            )
            return f"{said}, too far away to presume anything ({reach}): whether it held is not known."


def _days(item: Evidence) -> str:
    if item.core or item.p == item.q:
        return iso(item.q)
    return f"some day from {iso(item.p)} to {iso(item.q)}"


def _evidence(store: Store, timeline: str, item: Evidence) -> dict[str, Any]:
    """One piece of evidence with the words of its sources."""
    return {
        "shows": item.role,
        "throughout": item.core,
        **present.bounds(item.p, item.q),
        "as_written": item.reading.as_written,
        "events": [_event(store, timeline, position, id) for position, id in item.reading.events],
    }


def _event(store: Store, timeline: str, position: int, id: str) -> dict[str, Any]:
    (entry,) = store.entries(timeline, position - 1, position)
    body = {} if entry.body is None else strict_json.read(entry.body)
    told = {
        name: body[name] for name in ("title", "date", "as_written", "date_basis", "sources") if name in body
    }
    return {"id": id, "position": position, **told}
