"""Rows that every store with tables has alike: what the log keeps of entries, each led by its timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

from events.columns import Columns
from events.merkle import SALT_BYTES, body_hash, header_from, leaf
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


def logged_columns(
    timeline: tuple[int, str],
    part: Columns,
    first: int,
    recorded_at: str,
    author: str,
    entropy: Callable[[int], bytes],
) -> Logged:
    """The same of new entries in columns, at positions from `first` on."""
    number, name = timeline
    positions = range(first, first + part.size)
    salted = entropy(SALT_BYTES * part.size)
    salts = [salted[at : at + SALT_BYTES] for at in range(0, len(salted), SALT_BYTES)]
    stated = zip(positions, part.op, part.entity, part.id, strict=True)
    headers = [
        header_from(name, (recorded_at, author), said, body_hash(salt, body))
        for said, salt, body in zip(stated, salts, part.body, strict=True)
    ]
    numbers, bodies = repeat(number), zip(positions, salts, part.body, strict=True)
    entries = zip(
        *(numbers, positions, repeat(recorded_at), part.op, part.entity, part.id),
        *(repeat(author), headers, map(leaf, headers)),
        strict=False,  # some go on for ever
    )
    return list(entries), [(number, *body) for body in bodies]


def logged_again(timeline: int, sealed: Iterable[Sealed]) -> Logged:
    """The same of entries that have their proofs."""
    entries: list[tuple[Any, ...]] = []
    bodies: list[tuple[Any, ...]] = []
    for entry, header, hashed, salt in sealed:
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
                hashed,
            )
        )
        if salt is not None and entry.body is not None:
            bodies.append((timeline, entry.position, salt, entry.body))
    return entries, bodies
