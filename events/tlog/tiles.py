"""The tree and the entries as files that never change (c2sp.org/tlog-tiles): their names, and their bytes."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from events.errors import InvalidError
from events.tlog.tree import WIDTH

HIGHEST_LEVEL = 63
ENTRIES = -1
"""The level under which bundles of entries are named."""

_NAME = re.compile(r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_LENGTH = struct.Struct(">H")


@dataclass(frozen=True, slots=True)
class Tile:
    """The hashes of a level, or the entries, from place ``index * 256`` on: `width` of them, 256 if full."""

    level: int
    index: int
    width: int

    @property
    def start(self) -> int:
        """The place of its first hash, or entry, within its level."""
        return self.index * WIDTH

    @property
    def end(self) -> int:
        """The place after its last."""
        return self.start + self.width

    @property
    def path(self) -> str:
        """Its name, below ``tile/``."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([level, *(f"x{part}" for part in parts[:-1]), parts[-1]])
        return name if self.width == WIDTH else f"{name}.p/{self.width}"

    def within(self, size: int) -> bool:
        """Whether a tree of `size` has it."""
        return self.end <= size >> (8 * max(self.level, 0))


def named(path: str) -> Tile | None:
    """The tile of this name, None if it is no name of any. There is but one name for each."""
    found = _NAME.fullmatch(path)
    if found is None or len(path) > 64:
        return None
    level = ENTRIES if found[1] == "entries" else int(found[1])
    tile = Tile(level, int(re.sub("[x/]", "", found[2])), int(found[3] or WIDTH))
    return tile if level <= HIGHEST_LEVEL and tile.path == path else None


def tiles_of(size: int, level: int) -> Iterator[Tile]:
    """Every tile of a level, or of `ENTRIES`, in a tree of `size`, the partial one last."""
    count = size >> (8 * max(level, 0))
    for start in range(0, count, WIDTH):
        yield Tile(level, start // WIDTH, min(WIDTH, count - start))


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as one file: each after its length in two bytes."""
    return b"".join(_LENGTH.pack(len(entry)) + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises InvalidError."""
    found = []
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(entry) < length:
            raise InvalidError("A bundle of entries ends within an entry.")
        found.append(entry)
        at += 2 + length
    return found
