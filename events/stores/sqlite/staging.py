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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from events.codec import thing_of
from events.columns import Columns, in_columns
from events.log import Faults, Held, Key, said_before, stands_already, unfounded
from events.model import Commit
from events.prepared import Prepared
from events.stores import Mapper, Progress, Receipt, in_silence
from events.stores.folding import gathered, refold
from events.stores.rows import logged_columns
from events.stores.sqlite import searching, writing
from events.stores.sqlite.connection import Connections
from events.stores.sqlite.mentions import Mentions
from events.stores.sqlite.projector import Projector, Said, order, stories
from events.stores.sqlite.schema import FOREVER
from events.stores.sqlite.sorting import Sorter

CHUNK = 1000
"""So many entries, or stretches, are written in one transaction: others wait no longer than for that."""

_Task = tuple[tuple[str, int, int], list[int], int]
"""A database, the number of a timeline and a position; relations to fold as known there; and of how many
effects that is a part of the work."""


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
        self._mentions = Mentions()
        self._effects = Sorter()
        self._faults = Faults()
        self._lines = array("q")
        self._existing = 0

    @property
    def commit(self) -> Commit:
        """What the head will be."""
        if not self._lines:
            return self._head
        return Commit(self._head.position + len(self._lines), self._recorded_at)

    def add(self, entries: Iterable[Prepared | Columns]) -> None:
        connection = self._connections.get()
        for chunk in in_columns(entries, CHUNK):
            # All that needs no lock first: nobody else writes to this timeline.
            new, first = self._new(connection, chunk), self.commit.position + 1
            rows = logged_columns(self._timeline, new, first, self._recorded_at, self._author, self._entropy)
            with self._connections.writing(durable=False):
                writing.log(connection, self._timeline[0], rows)
                self._projector.open_new(new, first)
                searching.record_new(connection, self._timeline[0], new, first)
            self._mentions.add(new.names, first)
            self._effects.add(
                (relation, position, packed)
                for position, effects in enumerate(new.effects, first)
                for relation, packed in effects
            )
            self._lines.extend(line or 0 for line in new.line)

    def _new(self, connection: sqlite3.Connection, chunk: Columns) -> Columns:
        """Those of a chunk that are neither in the log nor sent before."""
        keys = chunk.keys
        held = self._held(connection, keys)
        if not held and len(set(keys)) == len(keys):
            for place, (key, names) in enumerate(zip(keys, chunk.names, strict=True)):
                if key in names:
                    self._note_itself(chunk, place)
            return chunk
        return chunk.only(list(self._places_of_new(chunk, held)))

    def _places_of_new(self, chunk: Columns, held: Mapping[Key, tuple[int, Held]]) -> Iterator[int]:
        here: dict[Key, Prepared] = {}
        for place, entry in enumerate(chunk.entries()):
            key = (entry.entity, entry.id)
            if key in here:
                before = here[key]
                self._existing += said_before(entry, before.op, before.body, before.line, self._faults)
            elif key in held:
                self._existing += self._stands(entry, *held[key])
            else:
                here[key] = entry
                if key in entry.names:
                    self._note_itself(chunk, place)
                yield place

    def _held(self, connection: sqlite3.Connection, keys: Sequence[Key]) -> dict[Key, tuple[int, Held]]:
        """What there is of some things, with the position of its last entry."""
        rows = connection.execute(
            "select v.entity, v.id, max(v.since), v.live, last.body, first.body"
            " from json_each(?) named cross join version v"
            "  on v.timeline = ? and v.entity = named.value ->> 0 and v.id = named.value ->> 1"
            " left join body last on last.timeline = v.timeline and last.position = v.since"
            " left join body first on first.timeline = v.timeline and first.position ="
            "  (select min(since) from version f"
            "   where f.timeline = v.timeline and f.entity = v.entity and f.id = v.id)"
            " group by v.entity, v.id",
            (json.dumps(keys), self._timeline[0]),
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

    def _note_itself(self, chunk: Columns, place: int) -> None:
        """Note what names itself: what is in the log cannot tell it from others."""
        said = chunk.entity[place], chunk.id[place], chunk.body[place], chunk.line[place]
        self._note_unfounded(*said, lambda key: True)

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
        for chunk in chunks(self._mentions, CHUNK):
            absent = set(
                connection.execute(
                    "select named.value ->> 0, named.value ->> 1 from json_each(?) named where not exists"
                    " (select 1 from version where timeline = ? and entity = named.value ->> 0"
                    "  and id = named.value ->> 1 and until = ? and live)",
                    (json.dumps([named for named, _ in chunk]), self._timeline[0], FOREVER),
                )
            )
            for named, positions in chunk:
                if named in absent:
                    missing.setdefault(named, array("i")).extend(positions)
        return missing

    def finish(self, workers: Mapper = map, progress: Progress = in_silence) -> Receipt:
        for chunk in chunks(self._mentions, CHUNK):
            with self._connections.writing(durable=False):
                self._projector.write_mentions(chunk)
        self._fold(workers, progress)
        return self._receipt()

    def seal(self) -> Receipt:
        if self._lines:
            with self._connections.writing() as connection:
                writing.seal(connection, self._timeline[0], self.commit)
        return self._receipt()

    def close(self) -> None:
        """Let go of what it held."""
        self._mentions.close()
        self._effects.close()
        self._connections.close()

    def _receipt(self) -> Receipt:
        return Receipt(*self.commit, len(self._lines), self._existing)

    def _fold(self, workers: Mapper, progress: Progress) -> None:
        """Fold each relation that the batch touches, then index all that is new, in order of day."""
        position, total = self.commit.position, 2 * len(self._effects)
        done = 0
        with closing(Sorter()) as stretches, closing(Sorter()) as of_relations:
            for written, new, superseded in workers(_refold, self._tasks()):
                if superseded:
                    with self._connections.writing(durable=False):
                        self._projector.supersede(superseded, position)
                stretches.add(new)
                done += written
                progress(done, total)
            indexed, count = 0, len(stretches)
            for chunk in chunks((marshal.loads(stretch) for *_, stretch in stretches), CHUNK):
                with self._connections.writing(durable=False):
                    rows = self._projector.index(chunk, position)
                of_relations.add((relation, id, None) for relation, id in rows)
                indexed += len(chunk)
                progress(done + done * indexed // count, total)
            for chunk in chunks(of_relations, CHUNK):
                with self._connections.writing(durable=False):
                    self._projector.write_stretches_of([(relation, id) for relation, id, _ in chunk])

    def _tasks(self) -> Iterator[_Task]:
        """Write what the batch says of relations, one relation after another, and have each folded then."""
        place = (str(self._connections.path), self._timeline[0], self.commit.position)
        last: set[int] = set()
        for chunk in chunks(self._effects, CHUNK):
            said = [_said(position, *marshal.loads(packed)) for _, position, packed in chunk]
            with self._connections.writing(durable=False):
                relations = self._projector.write_effects(said)
            # More may be said of the last one in the next chunk.
            last, whole = {relations[-1]}, last.union(relations)
            yield place, sorted(whole - last), len(chunk)
        if last:
            yield place, sorted(last), 0


def _said(position: int, relation: tuple[str, ...], said: tuple[Any, ...], place: int, event: str) -> Said:
    return relation, (position, place, FOREVER, *said[:6], event, *said[6:])


def _op(live: int, body: bytes | None) -> str:
    """What the last entry about a thing did: of what was erased no body is left."""
    return "erase" if body is None else "record" if live else "retract"


def _refold(task: _Task) -> tuple[int, list[tuple[int, int, bytes]], list[int]]:
    """Fold relations, in whatever process: their new stretches, and those that stand no longer."""
    (path, timeline, position), relations, written = task
    connection = _reader(path).get()
    folded = map(refold, stories(connection, timeline, relations, position))
    new, superseded = gathered(relations, folded)
    return written, [(*order(stretch), marshal.dumps((*stretch,))) for stretch in new], superseded


@lru_cache(maxsize=1)
def _reader(path: str) -> Connections:
    """The connections of this process to a database."""
    return Connections(Path(path), sparing=True)


T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one perhaps shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
