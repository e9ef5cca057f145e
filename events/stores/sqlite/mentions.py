"""Who names what in a large batch, kept until all of it is there and then written thing by thing.

A chunk names hundreds of things, and what names one of them lies beside what named it before: written
chunk by chunk, nearly every row is a page changed.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterator, Mapping
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

    def add(self, mentions: Mapping[Key, array[int]]) -> None:
        """Take in those of a chunk, which comes after all the others."""
        for named, positions in mentions.items():
            self._gathered.setdefault(named, array("i")).extend(positions)
            self._count += len(positions)
        if self._count > _AT_ONCE:
            self._spill()

    def _spill(self) -> None:
        self._sorter.add(
            ("\n".join(named), positions[0], marshal.dumps(positions.tobytes()))
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
            for _, packed in parts:
                positions.frombytes(packed)
                while len(positions) >= _PACKED:
                    yield (entity, id), positions[:_PACKED]
                    del positions[:_PACKED]
            if positions:
                yield (entity, id), positions

    def close(self) -> None:
        """Let go of the file."""
        self._sorter.close()
