"""Proofs as values: what the API shows, and all that a stranger needs to check an entry."""

from __future__ import annotations

from functools import partial
from typing import Any

from events.stores import Store
from events.tlog import tree
from events.tlog.checkpoint import encoded


def inclusion(store: Store, timeline: str, position: int, size: int) -> dict[str, Any]:
    """An entry as it is kept, and the proof that it is in the tree of `size`, which the log has reached.

    Header and body are the very texts that were hashed.
    """
    read = partial(store.hashes, timeline)
    (entry,) = store.entries(timeline, position - 1, position)
    ((header, leaf, salt),) = store.proofs(timeline, position - 1, position)
    return {
        "timeline": timeline,
        "position": position,
        "size": size,
        "root": encoded(tree.root(read, size)),
        "header": header.decode(),
        "salt": None if salt is None else salt.hex(),
        "body": None if entry.body is None else entry.body.decode(),
        **({} if entry.erased is None else {"erased": entry.erased}),
        "leaf": encoded(leaf),
        "hashes": [encoded(hash) for hash in tree.inclusion(read, position - 1, size)],
    }


def consistency(store: Store, timeline: str, first: int, last: int) -> dict[str, Any]:
    """The proof that the tree of size `last`, which the log has reached, begins with that of size `first`."""
    read = partial(store.hashes, timeline)
    return {
        "timeline": timeline,
        "from": first,
        "from_root": encoded(tree.root(read, first)),
        "to": last,
        "to_root": encoded(tree.root(read, last)),
        "hashes": [encoded(hash) for hash in tree.consistency(read, first, last)],
    }
