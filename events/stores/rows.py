"""Rows that every store with tables has alike: what the log keeps of entries, each led by its timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from events.merkle import SALT_BYTES
from events.model import Entry
from events.prepared import Prepared
from events.sealed import Sealed, seal

Placed = tuple[int, Prepared]
"""An entry and its position."""

Logged = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
"""Rows of the tables `entry` and `body`."""


def logged(
    timeline: tuple[int, str],
    entries: Sequence[Placed],
    recorded_at: str,
    author: str,
    entropy: Callable[[int], bytes],
) -> Logged:
    """What the log keeps of new entries at their positions: the entries with their proofs, and the bodies."""
    number, name = timeline
    salts = entropy(SALT_BYTES * len(entries))
    made = (
        seal(
            name,
            Entry(position, recorded_at, op, entity, id, author, body),
            salts[place * SALT_BYTES : (place + 1) * SALT_BYTES],
        )
        for place, (position, (_, op, entity, id, body, *_)) in enumerate(entries)
    )
    return logged_again(number, made)


def logged_again(timeline: int, sealed: Iterable[Sealed]) -> Logged:
    """The same of entries that have their proofs."""
    entries: list[tuple[Any, ...]] = []
    bodies: list[tuple[Any, ...]] = []
    for entry, header, leaf, salt in sealed:
        entries.append(
            (
                timeline,
                entry.position,
                entry.recorded_at,
                entry.op,
                entry.entity,
                entry.id,
                entry.author,
                header,
                leaf,
            )
        )
        if salt is not None and entry.body is not None:
            bodies.append((timeline, entry.position, salt, entry.body))
    return entries, bodies
