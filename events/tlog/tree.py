"""The Merkle tree of RFC 6962 over the entries of a timeline: roots, proofs, and what to keep of it.

What is kept are the hashes of C2SP tlog-tiles: on level 0 the leaves, and on every
level above it the roots over 256 neighbours of the level below. From these any root or proof
comes of a few hundred hashes, whatever the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

WIDTH = 256
"""How many hashes of one level make one of the next."""

EMPTY_ROOT = hashlib.sha256().digest()
"""The root of the tree without any entry."""

Read = Callable[[int, int, int], Sequence[bytes]]
"""Gives the hashes of a level at the places from `start` up to, not with, `end`; perhaps none."""


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(row: Sequence[bytes]) -> bytes:
    """The root over hashes that are not none. An odd last one goes up as it is."""
    while len(row) > 1:
        pairs = [node(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        row = [*pairs, row[-1]] if len(row) % 2 else pairs
    return row[0]


def completed(size: int, leaves: Sequence[bytes], read: Read) -> Iterator[tuple[int, int, bytes]]:
    """What to keep, as (level, place, hash), when `leaves` are appended to a tree of `size`.

    Above level 0, and in order of level. `read` is asked for what was kept before, at
    most 255 hashes of a level, and only where one above it becomes whole: a tree may so
    grow in parts, of which nothing but what is kept need be remembered.
    """
    level, start, row = 0, size, leaves
    while (start + len(row)) // WIDTH > start // WIDTH:
        first = start // WIDTH
        row = [*read(level, first * WIDTH, start), *row]
        row = [fold(row[at : at + WIDTH]) for at in range(0, len(row) - WIDTH + 1, WIDTH)]
        level, start = level + 1, first
        for place, whole in enumerate(row, first):
            yield level, place, whole


def root(read: Read, size: int) -> bytes:
    """The root of the tree of the first `size` entries: 32 bytes."""
    return span(read, 0, size) if size else EMPTY_ROOT


def span(read: Read, start: int, end: int) -> bytes:
    """The root over the entries from place `start` up to, not with, place `end`.

    `start` is a multiple of a power of two that is no less than their number, as
    for every part of a tree that a proof names.
    """
    level = 0
    row: list[bytes] = []
    while start < end:
        whole = start if end - start < WIDTH else end - end % WIDTH
        if whole < end or row:
            row = [fold([*read(level, whole, end), *row])]
        level, start, end = level + 1, start // WIDTH, whole // WIDTH
    return fold(row)


def inclusion(read: Read, place: int, size: int) -> list[bytes]:
    """The proof that an entry is in the tree of `size`: the neighbours on its way to the root.

    `place` counts from 0, as in every proof of RFC 6962: it is the position less 1.
    """
    found = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if place < middle:
            found.append(span(read, middle, end))
            end = middle
        else:
            found.append(span(read, start, middle))
            start = middle
    return found[::-1]


def consistency(read: Read, old: int, new: int) -> list[bytes]:
    """The proof that the tree of size `new` begins with that of size `old`, which is no larger."""
    if old in (0, new):
        return []
    found = []
    start, end = 0, new
    while old < end:
        middle = start + _half(end - start)
        if old <= middle:
            found.append(span(read, middle, end))
            end = middle
        else:
            found.append(span(read, start, middle))
            start = middle
    if start:
        found.append(span(read, start, end))
    return found[::-1]


def _half(count: int) -> int:
    """The largest power of two below `count`: where RFC 6962 parts a tree."""
    return 1 << (count - 1).bit_length() - 1
