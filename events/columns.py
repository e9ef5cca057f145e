"""Prepared entries turned into columns: for passing between processes, and into tables, without a loop.

Of a file of 200,000 events each took 61 µs so, and 79 where every entry was a tuple of its own.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from events.prepared import Effect, Prepared

Packed = tuple[str, bytes]
"""A relation as one text, and all of an effect, which `unpacked` takes back: it can be sorted unopened."""


class Columns(NamedTuple):
    """For each field of `Prepared` what some entries have there, in their order; their effects packed."""

    line: Sequence[int | None]
    op: Sequence[str]
    entity: Sequence[str]
    id: Sequence[str]
    body: Sequence[bytes]
    live: Sequence[bool]
    day: Sequence[int | None]
    names: Sequence[tuple[tuple[str, str], ...]]
    effects: Sequence[tuple[Packed, ...]]
    end: Sequence[tuple[int, int] | None]
    member: Sequence[str | None]
    dated: Sequence[tuple[tuple[int, int, str], ...]]
    found_by: Sequence[str | None]
    days: Sequence[tuple[int, int] | None]

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.id)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What each is about."""
        return list(zip(self.entity, self.id, strict=True))

    def entries(self) -> Iterator[Prepared]:
        """The same one by one."""
        effects = [tuple(effect_of(packed) for _, packed in each) for each in self.effects]
        yield from map(Prepared._make, zip(*self._replace(effects=effects), strict=True))  # type: ignore[arg-type]

    def only(self, places: Sequence[int]) -> Columns:
        """Those at some places."""
        return Columns._make([column[place] for place in places] for column in self)

    def parts(self, size: int) -> Iterator[Columns]:
        """The same in parts of about `size`."""
        if self.size <= 2 * size:
            yield self
            return
        for start in range(0, self.size, size):
            yield Columns._make(column[start : start + size] for column in self)


def turned(entries: Sequence[Prepared]) -> Columns:
    """Some entries as columns."""
    columns: list[Any] = list(zip(*entries, strict=True)) or [()] * len(Prepared._fields)
    packed = [_packed(id, effects) for id, effects in zip(columns[3], columns[8], strict=True)]
    return Columns._make([*columns[:8], packed, *columns[9:]])


def _packed(event: str, effects: Iterable[Effect]) -> tuple[Packed, ...]:
    return tuple(
        ("\n".join(relation), marshal.dumps((relation, said, place, event)))
        for place, (relation, said) in enumerate(effects)
    )


def effect_of(packed: bytes) -> Effect:
    """An effect that was packed."""
    relation, said, _, _ = marshal.loads(packed)
    return relation, said


def in_columns(entries: Iterable[Prepared | Columns], size: int) -> Iterator[Columns]:
    """Entries, whether turned already or not, in parts of about `size`."""
    waiting: list[Prepared] = []
    for one in entries:
        if isinstance(one, Columns):
            if waiting:
                yield turned(waiting)
                waiting = []
            yield from one.parts(size)
        else:
            waiting.append(one)
            if len(waiting) == size:
                yield turned(waiting)
                waiting = []
    if waiting:
        yield turned(waiting)


def one_by_one(entries: Iterable[Prepared | Columns]) -> Iterator[Prepared]:
    """Entries, whether turned or not, as if none was."""
    for one in entries:
        if isinstance(one, Columns):
            yield from one.entries()
        else:
            yield one
