"""From what the log says of a relation to what an index holds of it, apart from any database.

All that goes in and comes out is plain values, so that other processes can do it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from events.projection import Outlook, Stretch, outlook
from events.readings import Reading
from events.spells import fold
from events.vocabulary import KINDS

Row = Sequence[Any]

Story = tuple[str, Sequence[Row], Sequence[tuple[int, int]], Sequence[Row]]
"""Of one relation its kind, its effects, the ends of its actors, and the stretches that stand in the index.

An effect is (op, a, b, e, f, unknown_first, position, place, event, as_written, attributed, means), the
last as JSON; a stretch is (id, tail, disputed, first, attested_from, presumed_from, possible_from,
lapsed_from, last).
"""

Refolded = tuple[list[Row], list[int]]
"""What to add to the index, stretches without ids, and the ids of those that stand no longer."""


def refold(story: Story) -> Refolded:
    """Fold a relation anew, leaving the stretches that are as they were."""
    kind, effects, ends, standing = story
    stands = {outlook_of(row[1:]): row[0] for row in standing}
    spells = fold(map(reading_of, effects), ends)
    new: list[Row] = [
        (tail, *stretch)
        for stretch, tail in outlook(spells, KINDS[kind].horizon)
        if stands.pop(Outlook(stretch, tail), None) is None
    ]
    return new, list(stands.values())


def gathered(relations: Iterable[int], folded: Iterable[Refolded]) -> tuple[list[Row], list[int]]:
    """The new stretches of several relations, each with its relation before it, and what they supersede."""
    found: list[Row] = []
    ended: list[int] = []
    for relation, (new, superseded) in zip(relations, folded, strict=True):
        found += [(relation, *stretch) for stretch in new]
        ended += superseded
    return found, ended


def length_class(stretch: Row) -> int:
    """How long a new stretch, with its relation before it, is in an answer: roughly, in powers of eight.

    -1 for one that is in none but those with lapsed relations.
    """
    days: int = stretch[7] - stretch[3]
    return days.bit_length() // 3 if days > 0 else -1


def reading_of(effect: Row) -> Reading:
    """An effect as a database keeps it, as the fold takes it."""
    *bounds, unknown_first, position, place, event, as_written, attributed, means = effect
    named = tuple(json.loads(means)) if means != "[]" else ()
    events = ((position, event),)
    return Reading._make(
        (*bounds, bool(unknown_first), position, place, events, as_written, bool(attributed), named)
    )


def outlook_of(row: Row) -> Outlook:
    """A stretch as a database keeps it."""
    tail, disputed, *days = row
    return Outlook(Stretch._make((bool(disputed), *days)), tail)
