"""The definition of every answer: a pure fold of the log into the state at a date, as known at a position.

Stores index the same answers (`events.projection`); `verify` and `explain` come
back here. Nothing is inferred: what is not in an event is not in an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from events.codec import thing_of
from events.model import Actor, Entry, Event, Relation, Thing
from events.readings import Reading, readings_of
from events.spells import Spell, fold
from events.status import Verdict, best_of
from events.vocabulary import KINDS


class Live(NamedTuple):
    """What stands at a position: each thing with the position of the entry that states it."""

    things: Mapping[tuple[str, str], tuple[int, Thing]]

    def actors(self) -> dict[str, Actor]:
        """The live actors by id."""
        return {id: thing for (_, id), (_, thing) in self.things.items() if isinstance(thing, Actor)}


class Standing(NamedTuple):
    """How one relation stands on a day: the spell that speaks for it, and its verdict."""

    relation: Relation
    spell: Spell
    verdict: Verdict


def live(entries: Iterable[Entry], position: int) -> Live:
    """Step 1: the entries up to `position`, corrections and retractions applied.

    What was erased by law says nothing any more, at any position; the erasure itself takes nothing back.
    """
    last: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.position <= position and entry.op != "erase":
            last[entry.entity, entry.id] = entry
    return Live(
        {
            key: (entry.position, thing_of(entry.entity, entry.body))
            for key, entry in last.items()
            if entry.op in ("record", "correct") and entry.body is not None
        }
    )


def read(state: Live) -> dict[Relation, list[Reading]]:
    """Step 2: what the live events say of each relation, in days."""
    found: dict[Relation, list[Reading]] = {}
    for (_, id), (position, thing) in state.things.items():
        if isinstance(thing, Event):
            for relation, reading in readings_of(thing, position, id):
                found.setdefault(relation, []).append(reading)
    return found


def spells_of(
    relation: Relation, readings: Iterable[Reading], actors: Mapping[str, Actor]
) -> tuple[Spell, ...]:
    """Step 3: the spells of one relation."""
    ends = [actors[id].end for id in (relation.subject, relation.object) if id in actors]
    return fold(readings, [end for end in ends if end is not None])


def replay(entries: Iterable[Entry], at: int, known_at: int) -> list[Standing]:
    """The state of alliances on day `at` as known at position `known_at`, lapsed relations included.

    In the order of every answer: by subject, kind, object, under.
    """
    state = live(entries, known_at)
    actors = state.actors()
    standings = []
    for relation, readings in sorted(read(state).items()):
        speaking = best_of(spells_of(relation, readings, actors), KINDS[relation.kind].horizon, at)
        if speaking is not None:
            standings.append(Standing(relation, *speaking))
    return standings
