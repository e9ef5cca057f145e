"""Who names what in a large batch, kept until all of it is there and then written thing by thing.

A chunk names hundreds of things, and what names one of them lies beside what named it before: written
chunk by chunk, nearly every row is a page changed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from events.log import Key
from events.stores.sqlite.sorting import Sorter

_AT_ONCE = 500_000
"""So many mentions are gathered in memory, in 2 MB and what their names take."""

_PACKED = 1000
"""So many positions at most stand in one row."""


class Mentions:
    """The positions of the entries that name each thing."""

    def __init__(self) -> None:
        self._gathered: dict[Key, array[int]] = {}
        self._count = 0
        self._sorter = Sorter()

    def add(self, names: Iterable[Iterable[Key]], first: int) -> None:
        """Take in what each of some entries names, at positions from `first` on, which follow all others."""
        gathered = self._gathered
        for position, named in enumerate(names, first):
            for key in named:
                if key not in gathered:
                    gathered[key] = array("i")
                gathered[key].append(position)
                self._count += 1
        if self._count > _AT_ONCE:
            self._spill()

    def _spill(self) -> None:
        self._sorter.add(
            ("\n".join(named), positions[0], positions.tobytes())
            for named, positions in self._gathered.items()
        )
        self._gathered.clear()
        self._count = 0

    def __iter__(self) -> Iterator[tuple[Key, array[int]]]:
        """Rows to be: a thing and some of the positions, ordered by both."""
        self._spill()
        for key, parts in groupby(self._sorter, itemgetter(0)):
            entity, _, id = key.partition("\n")
            positions = array("i")
            for _, _, packed in parts:
                positions.frombytes(packed)
                while len(positions) >= _PACKED:
                    yield (entity, id), positions[:_PACKED]
                    del positions[:_PACKED]
            if positions:
                yield (entity, id), positions

    def close(self) -> None:
        """Let go of the file."""
        self._sorter.close()
