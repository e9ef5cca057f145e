"""Checking a log by its files alone, as c2sp.org/tlog-tiles names them: only its key is believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from events import merkle
from events.errors import AllegianceError, InvalidError
from events.stores import Progress, in_silence
from events.tlog import tiles, tree
from events.tlog.checkpoint import Checkpoint
from events.tlog.note import Verifier
from events.tlog.tiles import ENTRIES

Fetch = Callable[[str], bytes]
"""Gives the file of a name, such as ``tile/0/000``. Raises AllegianceError or OSError."""

Tell = Callable[[str], None]
"""Takes a fault, in a sentence."""

_HEADER = re.compile(
    rb'\{"author":"[^"\\]*","body":"[0-9a-f]{64}","entity":"[a-z]+","id":"[^"\\]+","op":"[a-z]+",'
    rb'"position":([0-9]+),"recorded_at":"([^"\\]+)","timeline":"([a-z0-9-]+)","v":1\}'
)


def audit(fetch: Fetch, tell: Tell, vkey: str | None = None, progress: Progress = in_silence) -> int:
    """Check everything that the newest checkpoint of a log stands for; gives the number of its entries.

    That it is signed with `vkey`, by default the one that the log itself shows; that its root is that of
    the entries; that every tile is of that tree; and that the headers are those of one timeline, in order.
    """
    try:
        verifier = Verifier.read(vkey or _text(fetch("vkey")))
        note = _text(fetch("checkpoint"))
        verifier.open(note)
        checkpoint = Checkpoint.read(note)
        if checkpoint.origin != verifier.name:
            tell(f"The checkpoint is of {checkpoint.origin}, its key of {verifier.name}.")
        leaves = _leaves(fetch, tell, checkpoint.size, progress)
        if len(leaves) != checkpoint.size:
            tell(f"The bundles have {len(leaves)} entries, the checkpoint {checkpoint.size}.")
            return len(leaves)
        _check_tiles(fetch, tell, checkpoint, leaves)
    except (AllegianceError, OSError) as error:
        tell(f"The log cannot be checked to its end: {error}")
        return 0
    return checkpoint.size


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidError("This is not text in UTF-8.") from None


def _leaves(fetch: Fetch, tell: Tell, size: int, progress: Progress) -> list[bytes]:
    leaves: list[bytes] = []
    last = (b"", b"")
    for tile in tiles.tiles_of(size, ENTRIES):
        headers = tiles.unbundle(fetch(f"tile/{tile.path}"))
        if len(headers) != tile.width:
            tell(f"The bundle {tile.path} has {len(headers)} entries.")
        for position, header in enumerate(headers, tile.start + 1):
            last = _check_header(header, position, last, tell)
        leaves += map(merkle.leaf, headers)
        progress(len(leaves), size)
    return leaves


def _check_header(header: bytes, position: int, last: tuple[bytes, bytes], tell: Tell) -> tuple[bytes, bytes]:
    """Gives the timeline and the instant of the entry, to hold the next one against."""
    found = _HEADER.fullmatch(header)
    if found is None:
        tell(f"The entry at position {position} has no header as this version writes it.")
        return last
    number, instant, timeline = found.groups()
    if int(number) != position:
        tell(f"The entry at position {position} says that it is at {int(number)}.")
    if last[0] not in (b"", timeline):
        tell(f"The entry at position {position} is of another timeline.")
    if instant < last[1]:
        tell(f"The entry at position {position} was recorded before the one before it.")
    return timeline, instant


def _check_tiles(fetch: Fetch, tell: Tell, checkpoint: Checkpoint, leaves: Sequence[bytes]) -> None:
    levels = levels_of(leaves)
    if tree.root(reader(levels), checkpoint.size) != checkpoint.root:
        tell(f"The root of the checkpoint is not that of the {len(leaves)} entries.")
    for level, row in enumerate(levels):
        for tile in tiles.tiles_of(checkpoint.size, level):
            if fetch(f"tile/{tile.path}") != b"".join(row[tile.start : tile.end]):
                tell(f"The tile {tile.path} is not of the tree of the entries.")


def levels_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """What a tree of these leaves keeps, level by level, made anew."""
    levels = [list(leaves)]
    for level, _, hash in tree.completed(0, leaves, lambda level, start, end: ()):
        if level == len(levels):
            levels.append([])
        levels[level].append(hash)
    return levels


def reader(levels: Sequence[Sequence[bytes]]) -> tree.Read:
    """Levels as a tree is read."""

    def read(level: int, start: int, end: int) -> Sequence[bytes]:
        return levels[level][start:end] if start < end else ()

    return read
