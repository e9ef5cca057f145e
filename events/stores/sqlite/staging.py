"""A batch too large for one short transaction: written above the head in chunks, then sealed.

Readers see positions up to the head alone, so that nothing of it is visible before all of
it is. Whoever stages holds the timeline's lease, a lock that ends with the process; what an
abandoned batch left above the head the next writer clears.
"""

from __future__ import annotations

import json
import marshal
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from events.codec import thing_of
from events.log import Faults, Held, Key, said_before, stands_already, unfounded
from events.model import Commit
from events.prepared import Prepared
from events.stores import Mapper, Progress, Receipt, in_silence
from events.stores.folding import gathered, refold
from events.stores.sqlite import writing
from events.stores.sqlite.connection import Connections
from events.stores.sqlite.projector import Projector, order, stories
from events.stores.sqlite.schema import FOREVER

CHUNK = 500
"""So many entries, or stretches, are written in one transaction: others wait no longer than for that."""

_FOLDED_TOGETHER = 200

_Task = tuple[tuple[str, int, int], list[int]]
"""A database, the number of a timeline, a position, and relations to fold as known there."""

_FOUND = "create temp table found (length, first, stretch)"


class Staged:
    """A batch on its way in. Promises: `events.stores.Staging`."""

    def __init__(
        self,
        connections: Connections,
        timeline: tuple[int, str],
        head: Commit,
        recorded_at: str,
        author: str,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._connections = connections
        self._timeline = timeline
        self._head = head
        self._recorded_at = recorded_at
        self._author = author
        self._entropy = entropy
        self._projector = Projector(connections.get(), timeline[0])
        self._faults = Faults()
        self._lines = array("q")
        self._existing = 0

    @property
    def commit(self) -> Commit:
        """What the head will be."""
        if not self._lines:
            return self._head
        return Commit(self._head.position + len(self._lines), self._recorded_at)

    def add(self, entries: Iterable[Prepared]) -> None:
        connection = self._connections.get()
        for chunk in chunks(entries, CHUNK):
            # All that needs no lock first: nobody else writes to this timeline.
            placed = list(enumerate(self._new(connection, chunk), self.commit.position + 1))
            rows = writing.logged(self._timeline, placed, self._recorded_at, self._author, self._entropy)
            with self._connections.writing(durable=False):
                writing.log(connection, self._timeline[0], rows)
                for position, entry in placed:
                    self._projector.open(position, entry)
                self._projector.write()
            self._lines.extend(entry.line or 0 for _, entry in placed)

    def _new(self, connection: sqlite3.Connection, chunk: Sequence[Prepared]) -> Iterator[Prepared]:
        """Those of a chunk that are neither in the log nor sent before."""
        held = self._held(connection, chunk)
        here: dict[Key, Prepared] = {}
        for entry in chunk:
            key = (entry.entity, entry.id)
            if key in here:
                before = here[key]
                self._existing += said_before(entry, before.op, before.body, before.line, self._faults)
            elif key in held:
                self._existing += self._stands(entry, *held[key])
            else:
                here[key] = entry
                self._check_itself(entry)
                yield entry

    def _held(self, connection: sqlite3.Connection, chunk: Sequence[Prepared]) -> dict[Key, tuple[int, Held]]:
        """What there is of the things of a chunk, with the position of its last entry."""
        rows = connection.execute(
            "select v.entity, v.id, max(v.since), v.live, last.body, first.body"
            " from json_each(?) named cross join version v"
            "  on v.timeline = ? and v.entity = named.value ->> 0 and v.id = named.value ->> 1"
            " left join body last on last.timeline = v.timeline and last.position = v.since"
            " left join body first on first.timeline = v.timeline and first.position ="
            "  (select min(since) from version f"
            "   where f.timeline = v.timeline and f.entity = v.entity and f.id = v.id)"
            " group by v.entity, v.id",
            (json.dumps([(entry.entity, entry.id) for entry in chunk]), self._timeline[0]),
        )
        return {
            (entity, id): (since, Held(_op(live, last), last, first))
            for entity, id, since, live, last, first in rows
        }

    def _stands(self, entry: Prepared, position: int, held: Held) -> bool:
        if position <= self._head.position:
            return stands_already(entry, held, self._faults)
        assert held.body is not None
        return said_before(entry, "record", held.body, self._line_of(position), self._faults)

    def _line_of(self, position: int) -> int | None:
        """The line that an entry above the head was made of."""
        return self._lines[position - self._head.position - 1] or None

    def _check_itself(self, entry: Prepared) -> None:
        """Note a name for itself: what is in the log cannot tell it from others."""
        if (entry.entity, entry.id) in entry.names:
            self._note_unfounded(entry.entity, entry.id, entry.body, entry.line, lambda key: True)

    def _note_unfounded(
        self, entity: str, id: str, body: bytes, line: int | None, is_live: Callable[[Key], bool]
    ) -> None:
        for problem in unfounded(thing_of(entity, body), id, line, is_live):
            self._faults.invalid(problem)

    def check(self) -> None:
        connection = self._connections.get()
        missing = self._missing(connection)
        for position in sorted({position for positions in missing.values() for position in positions}):
            entity, id, body = connection.execute(
                "select entity, id, body from entry join body using (timeline, position)"
                " where timeline = ? and position = ?",
                (self._timeline[0], position),
            ).fetchone()
            self._note_unfounded(entity, id, body, self._line_of(position), lambda key: key not in missing)
        self._faults.raise_them()

    def _missing(self, connection: sqlite3.Connection) -> dict[Key, array[int]]:
        """What the batch names and is not there, with the positions of those that name it."""
        missing: dict[Key, array[int]] = {}
        rows = connection.execute(
            "select entity, id, positions from mention where timeline = ? and since > ?"
            " and not exists (select 1 from version v where v.timeline = mention.timeline"
            "  and v.entity = mention.entity and v.id = mention.id and v.until = ? and v.live)",
            (self._timeline[0], self._head.position, FOREVER),
        )
        for entity, id, packed in rows:
            missing.setdefault((entity, id), array("i")).frombytes(packed)
        return missing

    def finish(self, workers: Mapper = map, progress: Progress = in_silence) -> Receipt:
        self._fold(self._projector, workers, progress)
        return Receipt(*self.commit, len(self._lines), self._existing)

    def seal(self) -> Receipt:
        if self._lines:
            with self._connections.writing() as connection:
                writing.seal(connection, self._timeline[0], self.commit)
        return Receipt(*self.commit, len(self._lines), self._existing)

    def _fold(self, projector: Projector, workers: Mapper, progress: Progress) -> None:
        """Fold each relation that the batch touches, then index all that is new, in order of day."""
        position = self.commit.position
        connection = self._connections.get()
        connection.execute(_FOUND)
        touched = projector.touched()
        place = (str(self._connections.path), self._timeline[0], position)
        groups = ((place, group) for group in chunks(touched, _FOLDED_TOGETHER))
        done = 0
        for relations, new, superseded in workers(_refold, groups):
            if superseded:
                with self._connections.writing(durable=False):
                    projector.supersede(superseded, position)
            connection.executemany("insert into temp.found values (?, ?, ?)", new)
            done += relations
            progress(done, 2 * len(touched))
        connection.execute("create temp table in_order as select stretch from found order by length, first")
        connection.execute("drop table temp.found")
        (count,) = connection.execute("select max(rowid) from temp.in_order").fetchone()
        for first in range(1, (count or 0) + 1, CHUNK):
            # To the end: a checkpoint is refused while the connection still reads.
            chunk = connection.execute(
                "select stretch from temp.in_order where rowid between ? and ?", (first, first + CHUNK - 1)
            ).fetchall()
            with self._connections.writing(durable=False):
                projector.index((marshal.loads(packed) for (packed,) in chunk), position)
            progress(done + done * first // count, 2 * done)
        connection.execute("drop table temp.in_order")


def _op(live: int, body: bytes | None) -> str:
    """What the last entry about a thing did: of what was erased no body is left."""
    return "erase" if body is None else "record" if live else "retract"


def _refold(
    task: tuple[tuple[str, int, int], list[int]],
) -> tuple[int, list[tuple[int, int, bytes]], list[int]]:
    """Fold relations, in whatever process: how many, their new stretches, and those that stand no longer."""
    (path, timeline, position), relations = task
    connection = _reader(path).get()
    folded = map(refold, stories(connection, timeline, relations, position))
    new, superseded = gathered(relations, folded)
    # Packed, each is one value on its way through the table that sorts them.
    return len(relations), [(*order(stretch), marshal.dumps((*stretch,))) for stretch in new], superseded


@lru_cache(maxsize=1)
def _reader(path: str) -> Connections:
    """The connections of this process to a database."""
    return Connections(Path(path))


T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one perhaps shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
