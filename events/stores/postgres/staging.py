"""A batch too large for one short transaction: written above the head in parts, then sealed.

Readers see positions up to the head alone, so that nothing of it is visible before all of
it is. Once it is finished the head is moved within the transaction that holds the lease,
and whoever asks within that sees what will be; sealing it is to commit that.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import islice
from typing import TypeVar

from psycopg import Connection

from events.codec import thing_of
from events.columns import Columns, one_by_one
from events.log import Faults, Held, Key, said_before, stands_already, unfounded
from events.model import Commit
from events.prepared import Prepared
from events.stores import Mapper, Progress, Receipt, in_silence
from events.stores.postgres import searching, writing
from events.stores.postgres.bulk import fill
from events.stores.postgres.connection import Row
from events.stores.postgres.indexing import index, refold_part
from events.stores.postgres.projector import COLUMNS, Projector
from events.stores.postgres.tree import Growth, Node
from events.stores.postgres.writers import Writers
from events.stores.rows import Logged, Placed

CHUNK = 2000
"""So many entries are written in one transaction."""

_FOLDED_TOGETHER = 1000
_REMEMBERED = 200_000
"""Of so many relations, and things named, it is remembered that they are there."""


class Staged:
    """A batch on its way in. Promises: `events.stores.Staging`."""

    def __init__(
        self,
        writers: Writers,
        connections: tuple[Connection[Row], Connection[Row]],
        head: Commit,
        recorded_at: str,
        logged: Callable[[Sequence[Placed]], Logged],
        growth: Growth,
    ) -> None:
        self.sealed = False
        self._writers = writers
        self._number = writers.batch.timeline
        # What is read the one that keeps the lease would hold locks on: nothing could be erased meanwhile.
        self._keeper, self._reader = connections
        self._head = head
        self._recorded_at = recorded_at
        self._logged = logged
        self._growth = growth
        self._projector = Projector(self._reader, self._number)
        self._faults = Faults()
        self._lines = array("q")
        self._existing = 0
        self._touched = array("q")
        self._under_way: deque[tuple[Future[None], dict[Key, Prepared]]] = deque()
        self._live: set[Key] = set()
        self._missing: dict[Key, array[int]] = {}

    @property
    def commit(self) -> Commit:
        """What the head will be."""
        if not self._lines:
            return self._head
        return Commit(self._head.position + len(self._lines), self._recorded_at)

    def add(self, entries: Iterable[Prepared | Columns]) -> None:
        for chunk in chunks(one_by_one(entries), CHUNK):
            while self._under_way and self._under_way[0][0].done():
                self._under_way.popleft()
            here: dict[Key, Prepared] = {}
            placed = list(enumerate(self._new(chunk, here), self.commit.position + 1))
            self._lines.extend(entry.line or 0 for _, entry in placed)
            self._look_for_names(placed, here)
            rows = self._projector.rows(placed)
            self._touched.extend(self._projector.touched(placed))
            logged = self._logged(placed)
            nodes = self._growth.add(writing.leaves_of(logged))
            written = self._writers.write(partial(_write, self._number, placed, logged, nodes, rows))
            self._under_way.append((written, here))
            if self._projector.forget(_REMEMBERED):
                self._touched = array("q", sorted(set(self._touched)))
                self._writers.wait()

    def _new(self, chunk: Sequence[Prepared], here: dict[Key, Prepared]) -> Iterator[Prepared]:
        """Those of a chunk that are neither in the log nor sent before; they are then `here`."""
        held = writing.standing(self._reader, self._number, [(entry.entity, entry.id) for entry in chunk])
        for entry in chunk:
            key = (entry.entity, entry.id)
            before = here.get(key) or self._on_its_way(key)
            if before is not None:
                self._existing += said_before(entry, before.op, before.body, before.line, self._faults)
            elif key in held:
                self._existing += self._stands(entry, *held[key])
            else:
                here[key] = entry
                if key in entry.names:  # what is in the log cannot tell that from others
                    self._note_unfounded(*key, entry.body, entry.line, lambda key: True)
                yield entry

    def _on_its_way(self, key: Key) -> Prepared | None:
        return next((one[key] for _, one in self._under_way if key in one), None)

    def _stands(self, entry: Prepared, position: int, held: Held) -> bool:
        if position <= self._head.position:
            return stands_already(entry, held, self._faults)
        assert held.body is not None
        return said_before(entry, "record", held.body, self._line_of(position), self._faults)

    def _line_of(self, position: int) -> int | None:
        """The line that an entry above the head was made of."""
        return self._lines[position - self._head.position - 1] or None

    def _note_unfounded(
        self, entity: str, id: str, body: bytes, line: int | None, is_live: Callable[[Key], bool]
    ) -> None:
        for problem in unfounded(thing_of(entity, body), id, line, is_live):
            self._faults.invalid(problem)

    def _look_for_names(self, placed: Sequence[Placed], here: dict[Key, Prepared]) -> None:
        """Note what is named and not there yet, with the positions of those that name it."""
        unknown = {name for _, entry in placed for name in entry.names} - self._live
        there = {name for name in unknown if name in here or self._on_its_way(name)}
        there |= writing.live(self._reader, self._number, [*(unknown - there)])
        missing = unknown - there
        if missing:
            for position, entry in placed:
                for name in missing.intersection(entry.names):
                    self._missing.setdefault(name, array("q")).append(position)
        self._live |= there
        if len(self._live) > _REMEMBERED:
            self._live.clear()

    def check(self) -> None:
        self._writers.wait()
        there = writing.live(self._reader, self._number, [*self._missing])
        missing = {name: positions for name, positions in self._missing.items() if name not in there}
        naming = sorted({position for positions in missing.values() for position in positions})
        for some in chunks(naming, CHUNK):
            for position, entity, id, body in self._reader.execute(
                "select position, entity, id, body from entry join body using (timeline, position)"
                " where timeline = %s::integer and position = any(%s::bigint[]) order by position",
                (self._number, some),
            ):
                self._note_unfounded(
                    entity, id, body, self._line_of(position), lambda key: key not in missing
                )
        self._faults.raise_them()

    def finish(self, workers: Mapper = map, progress: Progress = in_silence) -> Receipt:
        self._writers.wait()
        if self._lines:
            position = self.commit.position
            touched = sorted(set(self._touched))
            place = (self._writers.connections.url, *self._writers.batch, position)
            parts = ((place, part) for part in chunks(touched, _FOLDED_TOGETHER))
            done = 0
            for folded in workers(refold_part, parts):
                done += folded
                progress(done, 2 * len(touched))
            index(self._writers, position, lambda now, of: progress(done + done * now // of, 2 * done))
            writing.seal(self._keeper, self._number, self.commit)
        return Receipt(*self.commit, len(self._lines), self._existing)

    def seal(self) -> Receipt:
        self._keeper.commit()
        self.sealed = True
        return Receipt(*self.commit, len(self._lines), self._existing)


def _write(
    timeline: int,
    placed: Sequence[Placed],
    logged: Logged,
    nodes: Sequence[Node],
    projected: dict[str, list[tuple[object, ...]]],
    to: Connection[Row],
) -> None:
    writing.write(to, timeline, logged, nodes)
    fill(to, COLUMNS, projected)
    searching.record_new(to, timeline, placed)


T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one perhaps shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
