"""A tree that grows in parts without reading what it wrote keeps what the tree of all its leaves keeps."""

from __future__ import annotations

from hashlib import sha256
from random import Random

import pytest

from events.stores.postgres.tree import Growth
from events.tlog import tree
from events.tlog.audit import levels_of, reader

LEAVES = [sha256(b"%d" % number).digest() for number in range(tree.WIDTH**2 + 3 * tree.WIDTH + 7)]
LEVELS = levels_of(LEAVES)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 65_300, 65_536, 65_800])
def test_what_it_keeps_is_what_the_whole_tree_keeps(size: int) -> None:
    random, growth, at = Random(size), Growth(size, reader(LEVELS)), size
    kept = [[*row[: size // tree.WIDTH**level]] for level, row in enumerate(LEVELS)]
    while at < len(LEAVES):
        part = LEAVES[at : at + random.choice((1, 200, 256, 2000, 30_000))]
        for level, place, hash in growth.add(part):
            assert place == len(kept[level])
            kept[level].append(hash)
        at += len(part)
    assert kept[1:] == [list(row) for row in LEVELS[1:]]
