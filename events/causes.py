"""Which entries made a difference: what stands behind a change, on either axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from events import present
from events.codec import thing_of
from events.model import Actor, Commit, Entry, Relation
from events.spells import Evidence, Spell
from events.stores import Store
from events.vocabulary import KINDS


def of_day(  # a change, and where to look
    store: Store, timeline: str, relation: Relation, spells: Sequence[Spell], day: int, upto: int
) -> list[Entry]:
    """The entries on which it rests that `relation` changed on `day`, by position.

    `spells` are those that spoke for it before and after. Where nothing new was seen on the day but
    it is no longer presumed, the last evidence is what the change rests on.
    """
    horizon = KINDS[relation.kind].horizon
    positions = {
        position
        for spell in spells
        for item in spell.evidence
        if day in _days_of_change(item, horizon)
        for position, _ in item.reading.events
    }
    found = [entry for at in sorted(positions) for entry in store.entries(timeline, at - 1, at)]
    caps = {bound for spell in spells if spell.cap for bound in (*spell.cap, spell.earliest_cap)}
    if day - 1 in caps:
        found += _ended_by(store, timeline, relation, day - 1, upto)
    return sorted(found, key=lambda entry: entry.position)


def _days_of_change(item: Evidence, horizon: int | None) -> set[int]:
    """The days on which something may change because of a piece of evidence."""
    bounds = (item.p, item.q, item.reading.a, item.reading.b, item.reading.e, item.reading.f)
    reaches = (0, 1) if horizon is None else (0, 1, horizon + 1)
    return {bound + reach for bound in bounds for reach in reaches}


def _ended_by(store: Store, timeline: str, relation: Relation, day: int, upto: int) -> Iterator[Entry]:
    """What says of an actor of the relation that a bound of its end is `day`."""
    for id in (relation.subject, relation.object):
        history = store.history(timeline, "actor", id, upto)
        if day in (_last_end(history) or ()):
            yield history[-1]


def between(
    store: Store, timeline: str, relation: Relation, spells: Iterable[Spell], before: Commit, after: Commit
) -> tuple[list[Entry], bool]:
    """The entries in (before, after] behind `spells`, which are those of `relation` at both commits.

    And whether one of them takes back what the log said at `before`: then it was wrong.
    """
    ids: set[str] = set()
    for spell in spells:
        ids.update(spell.events)
        ids.update(id for reading in spell.set_aside for _, id in reading.events)
    found: list[Entry] = []
    was_wrong = False
    for entity, id in [
        *(("event", id) for id in sorted(ids)),
        ("actor", relation.subject),
        ("actor", relation.object),
    ]:
        history = store.history(timeline, entity, id, after.position)
        said = [entry for entry in history if entry.position <= before.position]
        if entity == "actor" and _last_end(history) == _last_end(said):
            continue
        found += history[len(said) :]
        was_wrong = was_wrong or bool(said and len(history) > len(said))
    return sorted(found, key=lambda entry: entry.position), was_wrong


def _last_end(history: list[Entry]) -> tuple[int, int] | None:
    return _end(history[-1]) if history else None


def _end(entry: Entry) -> tuple[int, int] | None:
    """When an actor ended, by one entry about it."""
    if entry.op not in ("record", "correct") or entry.body is None:
        return None
    actor = thing_of("actor", entry.body)
    return actor.end if isinstance(actor, Actor) else None


def shown(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries as an answer names what caused something; a correction or retraction says why."""
    return [present.cause(entry) for entry in entries]
