"""Whether the tree that a store keeps is that of its log, and whether it is what was signed."""

from __future__ import annotations

from collections.abc import Sequence

from events import merkle
from events.errors import AllegianceError
from events.stores import Progress, Store, in_silence
from events.tlog import tiles, tree
from events.tlog.audit import Tell, levels_of, reader
from events.tlog.checkpoint import Checkpoint, Signed
from events.tlog.note import Verifier


def check_tree(
    store: Store,
    timeline: str,
    tell: Tell,
    vkey: str | None = None,
    progress: Progress = in_silence,
) -> int:
    """Make the tree of `timeline` anew from its headers; hold against it what is kept and was signed.

    With `vkey` the newest checkpoint must be signed with it. Gives the number of entries.
    """
    try:
        levels = levels_of(_leaves(store, timeline, tell, progress))
        _check_nodes(store, timeline, levels, tell)
        read = reader(levels)
        largest = 0
        for signed in store.checkpoints.list(timeline):
            _check_signed(signed, timeline, len(levels[0]), read, tell)
            if signed.size < largest:
                tell(f"The checkpoint of {signed.size} entries follows one of {largest}.")
            largest = max(largest, signed.size)
        _check_newest(store, timeline, (len(levels[0]), read), vkey, tell)
    except AllegianceError as error:
        tell(f"The tree cannot be checked to its end: {error.detail}")
        return 0
    return len(levels[0])


def _leaves(store: Store, timeline: str, tell: Tell, progress: Progress) -> list[bytes]:
    leaves: list[bytes] = []
    size = store.head(timeline).position
    for header, leaf, _ in store.proofs(timeline):
        leaves.append(merkle.leaf(header))
        if leaf != leaves[-1]:
            tell(f"The leaf at position {len(leaves)} is not the hash of its header.")
        progress(len(leaves), size)
    return leaves


def _check_nodes(store: Store, timeline: str, levels: Sequence[Sequence[bytes]], tell: Tell) -> None:
    """The leaves were held against their headers already."""
    for level, row in enumerate(levels[1:], 1):
        for tile in tiles.tiles_of(len(levels[0]), level):
            if list(store.hashes(timeline, level, tile.start, tile.end)) != row[tile.start : tile.end]:
                tell(f"What is kept of the tree as tile {tile.path} is not of the tree of the entries.")


def _check_signed(signed: Signed, timeline: str, size: int, read: tree.Read, tell: Tell) -> None:
    try:
        verifier = Verifier.read(signed.vkey)
        verifier.open(signed.note)
        checkpoint = Checkpoint.read(signed.note)
        checkpoint.require(timeline, size, read)
    except AllegianceError as error:
        tell(f"The checkpoint of {signed.size} entries does not stand: {error.detail}")
        return
    if (checkpoint.origin, checkpoint.size) != (verifier.name, signed.size):
        tell(f"The checkpoint of {signed.size} entries is one of another log or size.")


def _check_newest(
    store: Store, timeline: str, log: tuple[int, tree.Read], vkey: str | None, tell: Tell
) -> None:
    """What is kept outside, and the key that was asked for."""
    newest = store.checkpoints.newest(timeline)
    outside = store.outside.note(timeline)
    if outside is not None:
        if newest is None or newest.note != outside:
            tell("The checkpoint kept outside is not the newest one; 'allegiance sign' makes them one.")
        known = vkey or (newest.vkey if newest else "")
        try:
            _check_signed(Signed(Checkpoint.read(outside).size, outside, known), timeline, *log, tell)
        except AllegianceError as error:
            tell(f"The checkpoint outside the database does not stand: {error.detail}")
    if vkey is not None and (newest is None or newest.vkey != vkey.strip()):
        tell("The newest checkpoint is not signed with the key that was given.")
