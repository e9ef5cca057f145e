"""The embedded store: one SQLite file, read by rectangle, written by one transaction at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from math import inf
from pathlib import Path
from sqlite3 import Connection
from time import monotonic

from events import erasure, log
from events.answer import Pieces, Question
from events.codec import Draft
from events.errors import BusyError, UnknownError
from events.model import Commit, Entry, Erased, Relation, Why
from events.prepared import prepare
from events.sealed import Sealed, commits_of
from events.search import Hit, Query
from events.spells import Spell, fold
from events.stores import Listed, Pattern, Receipt, Spoken, require, rows
from events.stores.clock import next_instant, write_instant
from events.stores.outside import Outside
from events.stores.sqlite import comparing, erasing, reading, searching, tree, writing
from events.stores.sqlite.access import SQLiteAccess
from events.stores.sqlite.checkpoints import SQLiteCheckpoints
from events.stores.sqlite.clearing import clear, left_over
from events.stores.sqlite.connection import Connections
from events.stores.sqlite.projector import ends_at, readings_at
from events.stores.sqlite.room import told_when_full
from events.stores.sqlite.staging import Staged
from events.stores.sqlite.tokens import SQLiteTokens
from events.stores.sqlite.usage import SQLiteUsage


class SQLiteStore:
    """Keeps timelines in one file. Promises: `events.stores.Store`."""

    def __init__(
        self,
        path: str | Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        entropy: Callable[[int], bytes] = os.urandom,
        disk_reserve: int = 0,
    ) -> None:
        self.connections = Connections(Path(path), disk_reserve)
        self.tokens = SQLiteTokens(self.connections, clock, entropy)
        self.access = SQLiteAccess(self.connections, clock)
        self.usage = SQLiteUsage(self.connections.beside("-usage"), clock)
        self.checkpoints = SQLiteCheckpoints(self.connections)
        self.outside = Outside()
        self._clock = clock
        self._entropy = entropy

    def initialise(self) -> None:
        self.connections.initialise()

    def close(self) -> None:
        self.connections.close()
        self.usage.close()

    def ready(self) -> None:
        self.connections.check()
        self.connections.require_room()

    def sizes(self) -> Mapping[str, int]:
        return self.connections.sizes()

    def timelines(self) -> list[tuple[str, Commit]]:
        rows = self.connections.get().execute(
            "select name, head, recorded_at from timeline"
            " left join commits on commits.timeline = timeline.id and position = head"
            " where begun order by name"
        )
        return [(name, Commit(*commit)) for name, *commit in rows]

    def head(self, timeline: str, least: int = 0) -> Commit:
        head = self._locate(self.connections.get(), timeline)[1]
        require(head, least)
        return head

    def resolve(self, timeline: str, known_at: int | datetime) -> Commit:
        connection = self.connections.get()
        number, head = self._locate(connection, timeline)
        if isinstance(known_at, datetime):
            column, value = "recorded_at", write_instant(known_at)
        elif known_at > head.position:
            raise UnknownError("position", known_at, f"the log stands at {head.position}")
        else:
            column, value = "position", known_at  # type: ignore[assignment]
        row = connection.execute(
            "select position, recorded_at from commits"
            f" where timeline = ? and position <= ? and {column} <= ? order by {column} desc limit 1",
            (number, head.position, value),
        ).fetchone()
        return Commit(0, None) if row is None else Commit(*row)

    def commits(self, timeline: str, after: int, upto: int, limit: int) -> list[Commit]:
        connection, number, upto = self._range(timeline, upto)
        return reading.commits(connection, number, after, upto, limit)

    def append(  # the protocol's
        self,
        timeline: str,
        batch: Sequence[Draft],
        *,
        author: str,
        expected_position: int | None = None,
        create: bool = False,
    ) -> Receipt:
        with self._appended(timeline, batch, author, expected_position, create, keep=True) as receipt:
            return receipt

    @contextmanager
    def trial(
        self,
        timeline: str,
        batch: Sequence[Draft],
        *,
        author: str,
        expected_position: int | None = None,
        create: bool = False,
    ) -> Iterator[Receipt]:
        with self._appended(timeline, batch, author, expected_position, create, keep=False) as receipt:
            yield receipt

    @contextmanager
    def _appended(  # what both take
        self,
        timeline: str,
        batch: Sequence[Draft],
        author: str,
        expected_position: int | None,
        create: bool,
        *,
        keep: bool,
    ) -> Iterator[Receipt]:
        with self._writing(timeline, create, keep) as (connection, number, head):
            self._require_ours(connection, number, timeline, head)
            if expected_position is not None:
                writing.expect(connection, number, expected_position, head.position)
            yield self._append(connection, (number, timeline), head, batch, author)

    @contextmanager
    def _writing(
        self, timeline: str, create: bool = False, keep: bool = True
    ) -> Iterator[tuple[Connection, int, Commit]]:
        """A transaction on a log with nothing above its head."""
        while True:
            with self.connections.writing(keep, timeline) as connection:
                number, head = self._locate(connection, timeline, create)
                if not left_over(connection, number, head.position):
                    yield connection, number, head
                    return
            with self.connections.lease(timeline):
                self._clear(timeline, self.connections.busy_seconds)

    def _require_ours(self, connection: Connection, number: int, timeline: str, head: Commit) -> None:
        """Raise ForkedError unless the log is the one that was signed."""
        self.outside.check(timeline, head.position, partial(tree.hashes, connection, number))

    def _append(
        self,
        connection: Connection,
        timeline: tuple[int, str],
        head: Commit,
        batch: Sequence[Draft],
        author: str,
    ) -> Receipt:
        decision = log.decide(batch, writing.known(connection, timeline[0], batch))
        commit = self._following(head, len(decision.append))
        if decision.append:
            writing.add(connection, timeline, decision.append, commit, author, self._entropy)
        return Receipt(*commit, len(decision.append), decision.existing)

    def _following(self, head: Commit, entries: int) -> Commit:
        """The commit of so many new entries after the head."""
        if not entries:
            return head
        return Commit(head.position + entries, next_instant(self._clock(), head.recorded_at))

    def erase(self, timeline: str, positions: Collection[int], why: Why, *, author: str) -> Receipt:
        with self._writing(timeline) as (connection, number, head):
            self._require_ours(connection, number, timeline, head)
            entries = erasing.found(connection, number, positions)
            drafts = erasure.decide(entries, why)
            commit = self._following(head, len(drafts))
            if commit.recorded_at and drafts:
                placed = list(enumerate(map(prepare, drafts), head.position + 1))
                place = (number, timeline)
                logged = rows.logged(place, placed, commit.recorded_at, author, self._entropy)
                writing.log(connection, number, logged)
                by = {(draft.entity, draft.id): position for position, draft in placed}
                erasing.destroy(connection, number, entries, by)
                searching.let_go(connection)
                erasing.require_unused(connection, number, by)
                writing.seal(connection, number, commit)
        self.connections.scrub()
        return Receipt(*commit, len(drafts), sum(entry.body is None for entry in entries))

    def erased(self, timeline: str, upto: int) -> Erased:
        connection = self.connections.get()
        return reading.erased(connection, self._number(connection, timeline), upto)

    @contextmanager
    def stage(
        self, timeline: str, *, author: str, expected_position: int | None = None, create: bool = False
    ) -> Iterator[Staged]:
        with told_when_full(), self.connections.lease(timeline):
            self._clear(timeline)
            with self.connections.writing() as connection:
                number, head = self._locate(connection, timeline, create, begun=False)
                self._require_ours(connection, number, timeline, head)
                if expected_position is not None:
                    writing.expect(connection, number, expected_position, head.position)
            recorded_at = next_instant(self._clock(), head.recorded_at)
            connections = self.connections.sparing()
            staged = Staged(connections, (number, timeline), head, recorded_at, author, self._entropy)
            try:
                yield staged
            finally:
                staged.close()
                self._clear(timeline)

    def _clear(self, timeline: str, seconds: float = inf) -> None:
        """Clear what an abandoned batch left of itself, if any did. Raises BusyError if it takes too long."""
        row = self.connections.get().execute("select id, head from timeline where name = ?", (timeline,))
        number, head = row.fetchone() or (0, 0)
        if not left_over(self.connections.get(), number, head):
            return
        until = monotonic() + seconds
        for _ in clear(self.connections, number, head):
            if monotonic() > until:
                raise BusyError("What an abandoned batch left is being cleared; send this again in a moment.")

    def restore(self, timeline: str, sealed: Sequence[Sealed]) -> Commit:
        with self._writing(timeline, create=True) as (connection, number, head):
            self._require_ours(connection, number, timeline, head)
            last, destroyed = head, False
            for last, items in commits_of(timeline, head, sealed):
                writing.restore(connection, number, items, last)
                destroyed |= erasing.repeat(connection, number, items)
                writing.move_head(connection, number, last.position)
            if destroyed:
                searching.let_go(connection)
        self.connections.scrub_if_due()
        return last

    def entries(self, timeline: str, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        connection, number, upto = self._range(timeline, upto)
        return reading.entries(connection, number, after, upto)

    def proofs(
        self, timeline: str, after: int = 0, upto: int | None = None
    ) -> Iterator[tuple[bytes, bytes, bytes | None]]:
        connection, number, upto = self._range(timeline, upto)
        return reading.proofs(connection, number, after, upto)

    def hashes(self, timeline: str, level: int, start: int, end: int) -> list[bytes]:
        connection = self.connections.get()
        return tree.hashes(connection, self._number(connection, timeline), level, start, end)

    def history(self, timeline: str, entity: str, id: str, upto: int) -> list[Entry]:
        connection = self.connections.get()
        return reading.history(connection, self._number(connection, timeline), (entity, id), upto)

    def listing(
        self, timeline: str, entity: str, upto: int, after: tuple[int, int] | str | None, limit: int
    ) -> list[Listed]:
        connection = self.connections.get()
        return reading.listing(connection, self._number(connection, timeline), entity, upto, after, limit)

    def state(self, timeline: str, question: Question, upto: int) -> Pieces:
        connection = self.connections.get()
        return reading.state(connection, self._number(connection, timeline), question, upto)

    def spells(
        self,
        timeline: str,
        pattern: Pattern,
        upto: int,
        after: Relation | None = None,
        limit: int | None = None,
    ) -> list[tuple[Relation, tuple[Spell, ...]]]:
        connection = self.connections.get()
        number = self._number(connection, timeline)
        found = []
        for id, relation in reading.relations(connection, number, pattern, upto, after, limit):
            ends = ends_at(connection, number, (relation.subject, relation.object), upto)
            found.append((relation, fold(readings_at(connection, id, upto), ends)))
        return found

    def spoken(
        self,
        timeline: str,
        first: int,
        last: int,
        upto: int,
        *,
        turning: bool = False,
        limit: int | None = None,
    ) -> list[Spoken]:
        connection = self.connections.get()
        number = self._number(connection, timeline)
        return comparing.spoken(connection, number, (first, last), upto, turning=turning, limit=limit)

    def relearned(
        self,
        timeline: str,
        after: int,
        upto: int,
        beyond: Relation | None = None,
        limit: int | None = None,
    ) -> list[Relation]:
        connection = self.connections.get()
        number = self._number(connection, timeline)
        return comparing.relearned(connection, number, (after, upto), beyond, limit)

    def search(
        self, timeline: str, query: Query, upto: int, after: tuple[int, int] | None, limit: int
    ) -> list[Hit]:
        connection = self.connections.get()
        return searching.search(connection, self._number(connection, timeline), query, upto, after, limit)

    def concerning(self, timeline: str, query: Query, before: int, limit: int) -> list[Entry]:
        connection = self.connections.get()
        return searching.concerning(connection, self._number(connection, timeline), query, before, limit)

    def rebuild(self, timeline: str) -> int:
        with self._writing(timeline) as (connection, number, _):
            return writing.rebuild(connection, number)

    def _locate(
        self, connection: Connection, timeline: str, create: bool = False, *, begun: bool = True
    ) -> tuple[int, Commit]:
        """A timeline's number and head; with `create` it is made if it is new.

        One that has not `begun` is not there for anybody until its first batch is sealed.
        """
        row = connection.execute(
            "select id, head, recorded_at, begun from timeline"
            " left join commits on commits.timeline = timeline.id and position = head where name = ?",
            (timeline,),
        ).fetchone()
        if row is not None and (row[3] or (create and not begun)):
            return row[0], Commit(row[1], row[2])
        if not create:
            raise UnknownError("timeline", timeline)
        if row is None:
            made = connection.execute("insert into timeline (name, begun) values (?, ?)", (timeline, begun))
            assert made.lastrowid is not None
            return made.lastrowid, Commit(0, None)
        connection.execute("update timeline set begun = 1 where id = ?", (row[0],))
        return row[0], Commit(0, None)

    def _number(self, connection: Connection, timeline: str) -> int:
        row = connection.execute("select id from timeline where name = ? and begun", (timeline,)).fetchone()
        if row is None:
            raise UnknownError("timeline", timeline)
        return int(row[0])

    def _range(self, timeline: str, upto: int | None) -> tuple[Connection, int, int]:
        connection = self.connections.get()
        number, head = self._locate(connection, timeline)
        return connection, number, head.position if upto is None else min(upto, head.position)
