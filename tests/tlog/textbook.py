"""RFC 6962, section 2.1, word for word: roots and proofs as it defines them, over a list of leaf hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

Leaves = Sequence[bytes]


def leaf(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def root(leaves: Leaves) -> bytes:
    """MTH(D[n])."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _k(len(leaves))
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m: int, leaves: Leaves) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = _k(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def proof(m: int, leaves: Leaves) -> list[bytes]:
    """PROOF(m, D[n]); nothing for the empty tree, of which the RFC does not speak."""
    return _subproof(m, leaves, True) if m else []


def _subproof(m: int, leaves: Leaves, whole: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = _k(n)
    if m <= k:
        return [*_subproof(m, leaves[:k], whole), root(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], False), root(leaves[:k])]


def _k(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Kept:
    """What a tree keeps, filled part by part by `events.tlog.tree.completed`, as a store would."""

    def __init__(self) -> None:
        self.levels: list[list[bytes]] = [[]]

    def read(self, level: int, start: int, end: int) -> list[bytes]:
        """Refuses to give what is not kept."""
        found = self.levels[level][start:end] if start < end else []
        assert len(found) == end - start
        return found

    def extend(self, leaves: Leaves, completed: Any) -> None:
        """Append leaves, and what they complete."""
        size = len(self.levels[0])
        for level, place, hash in [*completed(size, leaves, self.read)]:
            if level == len(self.levels):
                self.levels.append([])
            assert place == len(self.levels[level])
            self.levels[level].append(hash)
        self.levels[0] += leaves
