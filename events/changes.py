"""What changed: in the world between two days, or in what we know between two commits.

The two are never mixed. "It is no longer true" is a new event and moves along the
valid axis; "it was wrong" is a correction or a retraction and moves along the other.
Both read no further than they are asked to, so that a page costs what is on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from events import answer, causes, present, strict_json
from events.days import iso
from events.model import Commit, Relation
from events.projection import Stretch
from events.spells import Spell
from events.status import best_of
from events.stores import Pattern, Spoken, Store
from events.vocabulary import KINDS

_FIRST_WIDTH = 64
"""Days that are read at first; as many more as there turns out to be little on them."""

_MOST_SPOKEN = 2000
"""Stretches that are read at once, unless there are more on one day."""

_RELATIONS_AT_ONCE = 100

_OUT = (None, "lapsed")
"""Not in an answer, for two reasons: a step from one to the other changes no answer."""


class Change(NamedTuple):
    """A change, and its place among the others: by day (0 on the recorded axis), then relation."""

    key: tuple[int, str, str, str, str]
    item: dict[str, Any]


class _Turn(NamedTuple):
    """A relation's change of status on a day, and the stretches that speak before and after."""

    key: tuple[int, str, str, str, str]
    before: str | None
    after: str | None
    speaking: Spoken

    @property
    def relation(self) -> Relation:
        return Relation(*self.key[1:])


def valid(
    store: Store,
    timeline: str,
    first: int,
    last: int,
    commit: Commit,
    after: tuple[int, str, str, str, str] | None = None,
) -> Iterator[Change]:
    """Each change of a relation's status on a day in (first, last], as known at `commit`, after a key.

    `before` and `after` are statuses, null for none; `lapsed` means unknown. The
    facts are those of the spell that speaks after the change, or before it where
    none does; `entries` are what the change rests on.
    """
    low = first if after is None else max(first, after[0] - 1)
    for turn in _turns(store, timeline, low, last, commit.position):
        if after is None or turn.key > after:
            yield _told_of_turn(store, timeline, turn, commit.position)


def _turns(store: Store, timeline: str, low: int, last: int, upto: int) -> Iterator[_Turn]:
    """The turns on days in (low, last], read a stretch of days at a time."""
    width = _FIRST_WIDTH
    while low < last:
        high = min(low + width, last)
        most = _MOST_SPOKEN if high - low > 1 else None
        spoken = store.spoken(timeline, low, high, upto, turning=True, limit=most and most + 1)
        if most is not None and len(spoken) > most:
            width = (high - low) // 2
            continue
        by_relation = groupby(spoken, key=lambda item: item.relation)
        found = [turn for _, group in by_relation for turn in _of_relation(list(group), low, high)]
        yield from sorted(found, key=lambda turn: turn.key)
        low = high
        if len(spoken) < _MOST_SPOKEN // 4:
            width *= 2


def _of_relation(spoken: Sequence[Spoken], low: int, high: int) -> Iterator[_Turn]:
    days = {day for _, stretch, _ in spoken for day in (*stretch[1:6], stretch.last + 1)}
    for day in sorted(day for day in days if low < day <= high):
        before, after = _on(spoken, day - 1), _on(spoken, day)
        statuses = (
            before and before.stretch.status(day - 1),
            after and after.stretch.status(day),
        )
        speaking = after or before
        if speaking is not None and statuses[0] != statuses[1] and not {*statuses} <= {*_OUT}:
            yield _Turn((day, *speaking.relation), *statuses, speaking)


def _on(spoken: Sequence[Spoken], day: int) -> Spoken | None:
    return next((item for item in spoken if _covers(item.stretch, day)), None)


def _covers(stretch: Stretch, day: int) -> bool:
    return stretch.first <= day <= stretch.last


def _told_of_turn(store: Store, timeline: str, turn: _Turn, upto: int) -> Change:
    relation, day = turn.relation, turn.key[0]
    horizon = KINDS[relation.kind].horizon
    spells = _spells(store, timeline, relation, upto)
    spoke = [found[0] for on in (day - 1, day) if (found := best_of(spells, horizon, on)) is not None]
    item = {
        "date": iso(day),
        **answer.identity(relation),
        "before": turn.before,
        "after": turn.after,
        "disputed": turn.speaking.stretch.disputed,
        **strict_json.read("{" + turn.speaking.tail),
        "entries": causes.shown(causes.of_day(store, timeline, relation, spoke, day, upto)),
    }
    return Change(turn.key, item)


def known(
    store: Store,
    timeline: str,
    before: Commit,
    after: Commit,
    at: int | None = None,
    beyond: Relation | None = None,
) -> Iterator[Change]:
    """Each relation of which the log says something else at `after` than at `before`, and what did it.

    With a day, `before` and `after` are the relation's items in the answers for
    that day (null for none) and relations with equal items are left out; without
    one they are all its spells. `was_wrong` says that an entry was taken back or
    put right; otherwise there are new ones. `beyond` is where to go on.
    """
    candidates = _relearned(store, timeline, before, after, beyond)
    if at is not None:
        candidates = _differing_on(store, timeline, before, after, at, beyond)
    for relation in candidates:
        spells = [_spells(store, timeline, relation, commit.position) for commit in (before, after)]
        told = [_told(relation, one, at) for one in spells]
        if told[0] == told[1]:
            continue
        behind = [spell for one in spells for spell in one]
        entries, was_wrong = causes.between(store, timeline, relation, behind, before, after)
        item = {
            **answer.identity(relation),
            "before": told[0],
            "after": told[1],
            "was_wrong": was_wrong,
            "entries": causes.shown(entries),
        }
        yield Change((0, *relation), item)


def _relearned(
    store: Store, timeline: str, before: Commit, after: Commit, beyond: Relation | None
) -> Iterator[Relation]:
    while found := store.relearned(timeline, before.position, after.position, beyond, _RELATIONS_AT_ONCE):
        yield from found
        beyond = found[-1]


def _differing_on(
    store: Store, timeline: str, before: Commit, after: Commit, at: int, beyond: Relation | None
) -> Iterator[Relation]:
    """The relations whose items in the two answers for a day are not the same."""
    sides: list[dict[Relation, tuple[object, ...]]] = [
        {
            relation: (stretch.status(at), stretch.disputed, tail)
            for relation, stretch, tail in store.spoken(timeline, at, at, commit.position)
        }
        for commit in (before, after)
    ]
    for relation in sorted(sides[0].keys() | sides[1].keys()):
        if (beyond is None or relation > beyond) and sides[0].get(relation) != sides[1].get(relation):
            yield relation


def _spells(store: Store, timeline: str, relation: Relation, upto: int) -> tuple[Spell, ...]:
    stories = store.spells(timeline, Pattern(*relation), upto)
    return stories[0][1] if stories else ()


def _told(relation: Relation, spells: Sequence[Spell], at: int | None) -> Any:
    """What is told of a relation: all its spells, or its item in the answer for a day."""
    if at is None:
        return [present.spell(spell) for spell in spells]
    speaking = best_of(spells, KINDS[relation.kind].horizon, at)
    return speaking and strict_json.read(answer.item(relation, *speaking))
