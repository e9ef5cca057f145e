"""What changed: in the world between two days, or in what we know between two commits.

The two are never mixed. "It is no longer true" is a new event and moves along the
valid axis; "it was wrong" is a correction or a retraction and moves along the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from events import answer, present, strict_json
from events.days import iso
from events.model import Commit, Relation
from events.projection import Stretch
from events.status import best_of
from events.stores import Pattern, Spoken, Store
from events.vocabulary import KINDS


def valid(store: Store, timeline: str, first: int, last: int, commit: Commit) -> list[dict[str, Any]]:
    """Each change of a relation's status on a day in (first, last], as known at `commit`, by day.

    `before` and `after` are statuses, null for none; `lapsed` means unknown. The
    facts are those of the spell that speaks after the change, or before it where
    none does.
    """
    found = []
    spoken = store.spoken(timeline, first, last, commit.position)
    for relation, group in groupby(spoken, key=lambda item: item.relation):
        found += _of_relation(relation, list(group), first, last)
    return [change for _, change in sorted(found, key=lambda item: item[0])]


def _of_relation(
    relation: Relation, spoken: Sequence[Spoken], first: int, last: int
) -> list[tuple[tuple[int, Relation], dict[str, Any]]]:
    days = {day for _, stretch, _ in spoken for day in (*stretch[1:6], stretch.last + 1)}
    found = []
    for day in sorted(day for day in days if first < day <= last):
        before, after = _on(spoken, day - 1), _on(spoken, day)
        statuses = [
            None if item is None else item.stretch.status(on)
            for item, on in ((before, day - 1), (after, day))
        ]
        speaking = after or before
        if statuses[0] != statuses[1] and speaking is not None:
            change = {
                "date": iso(day),
                **answer.identity(relation),
                "before": statuses[0],
                "after": statuses[1],
                "disputed": speaking.stretch.disputed,
                **strict_json.read("{" + speaking.tail),
            }
            found.append(((day, relation), change))
    return found


def _on(spoken: Sequence[Spoken], day: int) -> Spoken | None:
    return next((item for item in spoken if _covers(item.stretch, day)), None)


def _covers(stretch: Stretch, day: int) -> bool:
    return stretch.first <= day <= stretch.last


def known(
    store: Store, timeline: str, before: Commit, after: Commit, at: int | None = None
) -> list[dict[str, Any]]:
    """Each relation of which the log says something else at `after` than at `before`, and what did it.

    With a day, `before` and `after` are the relation's items in the answers for
    that day (null for none) and relations with equal items are left out; without
    one they are all its spells. An entry's `op` tells what was new (`record`)
    from what had been wrong (`correct`, `retract`).
    """
    entries = [
        {"position": entry.position, "op": entry.op, "entity": entry.entity, "id": entry.id}
        for entry in store.entries(timeline, before.position, after.position)
    ]
    found = []
    for relation in store.relearned(timeline, before.position, after.position):
        sides = [_told(store, timeline, relation, commit, at) for commit in (before, after)]
        if sides[0][0] == sides[1][0]:
            continue
        behind = sides[0][1] | sides[1][1]
        found.append(
            {
                **answer.identity(relation),
                "before": sides[0][0],
                "after": sides[1][0],
                "entries": [entry for entry in entries if (entry["entity"], entry["id"]) in behind],
            }
        )
    return found


def _told(
    store: Store, timeline: str, relation: Relation, commit: Commit, at: int | None
) -> tuple[Any, set[tuple[str, str]]]:
    """What is told of a relation at a commit, and the (entity, id) of all that it may rest on."""
    stories = store.spells(timeline, Pattern(*relation), commit.position)
    spells = stories[0][1] if stories else ()
    behind = {("actor", relation.subject), ("actor", relation.object)}
    for spell in spells:
        behind |= {("event", id) for id in spell.events}
        behind |= {("event", id) for reading in spell.set_aside for _, id in reading.events}
    if at is None:
        return [present.spell(spell) for spell in spells], behind
    speaking = best_of(spells, KINDS[relation.kind].horizon, at)
    if speaking is None:
        return None, behind
    return strict_json.read(answer.item(relation, *speaking)), behind
