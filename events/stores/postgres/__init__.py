"""The store for more than one machine: PostgreSQL, written on its primary, read on any server that can."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from time import monotonic
from typing import TypeVar

from psycopg import Connection, Rollback

from events import erasure, log
from events.answer import Pieces, Question
from events.codec import Draft
from events.errors import AllegianceError, BusyError
from events.model import Commit, Entry, Erased, Relation, Why
from events.prepared import prepare, prepared_of
from events.sealed import Sealed, commits_of
from events.search import Hit, Query
from events.spells import Spell, fold
from events.stores import Listed, Pattern, Receipt, Spoken, rows
from events.stores.clock import next_instant
from events.stores.outside import Outside
from events.stores.postgres import comparing, entries, erasing, reading, searching, tree, writing
from events.stores.postgres.access import PostgreSQLAccess
from events.stores.postgres.checkpoints import PostgreSQLCheckpoints
from events.stores.postgres.clearing import clear, left_over
from events.stores.postgres.connection import ANSWER_SECONDS, Connections, Row, snapshot
from events.stores.postgres.health import Finding, examine
from events.stores.postgres.lease import Batch, lease
from events.stores.postgres.servers import Servers
from events.stores.postgres.staging import Staged
from events.stores.postgres.tokens import PostgreSQLTokens
from events.stores.postgres.usage import PostgreSQLUsage
from events.stores.postgres.writers import Writers

T = TypeVar("T")


class PostgreSQLStore:
    """Keeps timelines in a database of PostgreSQL. Promises: `events.stores.Store`.

    `replicas` are the URLs of standbys; `owner` is the URL that `initialise` uses where the
    role that owns the tables is not the one that serves.
    """

    def __init__(
        self,
        url: str,
        replicas: Sequence[str] = (),
        owner: str | None = None,
        clock: Callable[[], datetime] | None = None,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.primary = Connections(url)
        self.servers = Servers(self.primary, [Connections(replica) for replica in replicas])
        self._clock = clock or partial(datetime.now, UTC)
        self.tokens = PostgreSQLTokens(self.primary, self._clock, entropy)
        self.access = PostgreSQLAccess(self.servers, self._clock)
        self.usage = PostgreSQLUsage(self.primary, clock)
        self.checkpoints = PostgreSQLCheckpoints(self.primary)
        self.outside = Outside()
        self._owner = owner
        self._entropy = entropy
        self._erased_by: dict[str, int] = {}
        self._noting = Lock()

    def initialise(self) -> None:
        self.primary.initialise(self._owner)

    def close(self) -> None:
        self.servers.close()

    def ready(self) -> None:
        self.primary.ask(
            lambda connection: connection.execute(f"{entries.HEADS} limit 1").fetchone(), ANSWER_SECONDS
        )

    def sizes(self) -> Mapping[str, int]:
        row = self.primary.ask(
            lambda connection: connection.execute("select pg_database_size(current_database())").fetchone()
        )
        return {"database": row[0] if row else 0}

    def timelines(self) -> list[tuple[str, Commit]]:
        heads = self.servers.ask(
            lambda connection: connection.execute(f"{entries.HEADS} order by name").fetchall()
        )
        return [(name, Commit(*commit)) for _, name, *commit in heads]

    def head(self, timeline: str, least: int = 0) -> Commit:
        return self.servers.ask(lambda connection: entries.head(connection, timeline, least)[1])

    def resolve(self, timeline: str, known_at: int | datetime) -> Commit:
        return self.servers.ask(lambda connection: entries.resolve(connection, timeline, known_at))

    def commits(self, timeline: str, after: int, upto: int, limit: int) -> list[Commit]:
        return self._ask(
            timeline, upto, lambda c, number: entries.commits(c, number, after, upto, limit), words=False
        )

    def append(
        self,
        timeline: str,
        batch: Sequence[Draft],
        *,
        author: str,
        expected_position: int | None = None,
        create: bool = False,
    ) -> Receipt:
        with self._appended(timeline, batch, author, expected_position, create) as (_, receipt):
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
        appended = self._appended(timeline, batch, author, expected_position, create, keep=False)
        with appended as (connection, receipt), self.servers.within(connection):
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
        keep: bool = True,
    ) -> Iterator[tuple[Connection[Row], Receipt]]:
        with self._turn(timeline, create, keep=keep) as (connection, number, head):
            self._require_ours(connection, number, timeline, head)
            if expected_position is not None:
                writing.expect(connection, number, expected_position, head.position)
            yield connection, self._append(connection, (number, timeline), head, batch, author)

    @contextmanager
    def _turn(
        self, timeline: str, create: bool = False, *, keep: bool = True
    ) -> Iterator[tuple[Connection[Row], int, Commit]]:
        """A transaction on a timeline on which no large batch is under way or left."""
        while True:
            with suppress(Rollback), self.primary.writing(keep) as connection:
                number, head = writing.turn(self.primary, connection, timeline, create)
                if not left_over(connection, number, head.position):
                    yield connection, number, head
                    return
                raise Rollback  # for what is to be appended may be refused: then nothing has begun
            self._clear(timeline)

    def _require_ours(self, connection: Connection[Row], number: int, timeline: str, head: Commit) -> None:
        """Raise ForkedError unless the log is the one that was signed."""
        self.outside.check(timeline, head.position, partial(tree.hashes, connection, number))

    def _append(
        self,
        connection: Connection[Row],
        timeline: tuple[int, str],
        head: Commit,
        batch: Sequence[Draft],
        author: str,
    ) -> Receipt:
        decision = log.decide(batch, writing.known(connection, timeline[0], batch))
        if decision.append:
            head = self._add(connection, timeline, head, decision.append, author)
            writing.move_head(connection, timeline[0], head.position)
        return Receipt(*head, len(decision.append), decision.existing)

    def _add(
        self,
        connection: Connection[Row],
        timeline: tuple[int, str],
        head: Commit,
        drafts: Sequence[Draft],
        author: str,
    ) -> Commit:
        """Add drafts above the head; gives the commit that they make."""
        recorded_at = next_instant(self._clock(), head.recorded_at)
        placed = list(enumerate(map(prepare, drafts), head.position + 1))
        logged = rows.logged(timeline, placed, recorded_at, author, self._entropy)
        commit = Commit(head.position + len(placed), recorded_at)
        writing.add(connection, timeline[0], logged, [(commit, placed)])
        return commit

    def erase(self, timeline: str, positions: Collection[int], why: Why, *, author: str) -> Receipt:
        with self._turn(timeline) as (connection, number, head):
            self._require_ours(connection, number, timeline, head)
            found = erasing.found(connection, number, [p for p in positions if p <= head.position])
            erasure.require_there(positions, found)
            drafts = erasure.decide(found, why)
            commit = head
            if drafts:
                by = {
                    (draft.entity, draft.id): position
                    for position, draft in enumerate(drafts, head.position + 1)
                }
                commit = self._add(connection, (number, timeline), head, drafts, author)
                erasing.destroy(connection, number, found, by)
                erasing.require_unused(connection, number, by)
                writing.move_head(connection, number, commit.position)
        erasing.scrub(self.primary)
        return Receipt(*commit, len(drafts), sum(entry.body is None for entry in found))

    def erased(self, timeline: str, upto: int) -> Erased:
        found = self.servers.ask_primary(lambda connection: entries.erased(connection, timeline, upto))
        if found.by:
            self._note_erased(timeline, found.by[-1])
        return found

    def _note_erased(self, timeline: str, by: int) -> int:
        """Let no standby answer from now on that still has what was erased; gives the last erasure known."""
        with self._noting:  # an older answer may come later than a newer one
            last = max(by, self._erased_by.get(timeline, 0))
            self._erased_by[timeline] = last
        return last

    @contextmanager
    def stage(
        self, timeline: str, *, author: str, expected_position: int | None = None, create: bool = False
    ) -> Iterator[Staged]:
        staged = None
        try:
            with (
                lease(self.primary, timeline) as keeper,
                self.servers.within(keeper),
                self.primary.one() as reader,
            ):
                batch, head = self._begin(timeline, expected_position, create)
                recorded_at = next_instant(self._clock(), head.recorded_at)
                with Writers(self.primary, batch) as writers:
                    logged = partial(
                        rows.logged,
                        (batch.timeline, timeline),
                        recorded_at=recorded_at,
                        author=author,
                        entropy=self._entropy,
                    )
                    growth = tree.Growth(head.position, partial(tree.hashes, reader, batch.timeline))
                    staged = Staged(writers, (keeper, reader), head, recorded_at, logged, growth)
                    yield staged
        finally:
            if staged is not None and not staged.sealed:
                with suppress(AllegianceError):  # else the next writer does it
                    self._clear(timeline)

    def _begin(self, timeline: str, expected_position: int | None, create: bool) -> tuple[Batch, Commit]:
        with self.primary.writing() as connection:
            batch, head = writing.begin(connection, timeline, create)
            self._require_ours(connection, batch.timeline, timeline, head)
            if expected_position is not None:
                writing.expect(connection, batch.timeline, expected_position, head.position)
            abandoned = left_over(connection, batch.timeline, head.position)
        if abandoned:
            for _ in clear(self.primary, batch, head.position):
                pass
        return batch, head

    def _clear(self, timeline: str) -> None:
        """Clear what an abandoned batch left of itself. Raises BusyError if it takes too long."""
        with lease(self.primary, timeline):
            with self.primary.writing() as connection:
                batch, head = writing.begin(connection, timeline, create=True)
            until = monotonic() + self.primary.busy_seconds
            for _ in clear(self.primary, batch, head.position):
                if monotonic() > until:
                    raise BusyError(
                        "What an abandoned batch left is being cleared; send this again in a moment."
                    )

    def restore(self, timeline: str, sealed: Sequence[Sealed]) -> Commit:
        with self._turn(timeline, create=True) as (connection, number, head):
            self._require_ours(connection, number, timeline, head)
            commits = [
                (commit, [(item.entry.position, prepared_of(item.entry)) for item in items])
                for commit, items in commits_of(timeline, head, sealed)
            ]
            last = commits[-1][0] if commits else head
            if commits:
                writing.add(connection, number, rows.logged_again(number, sealed), commits)
                erasing.repeat(connection, number, sealed)
                writing.move_head(connection, number, last.position)
        erasing.scrub_if_due(self.primary)
        return last

    def entries(self, timeline: str, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        return (Entry(*row) for row in self._log(timeline, after, upto, entries.ENTRY))

    def proofs(
        self, timeline: str, after: int = 0, upto: int | None = None
    ) -> Iterator[tuple[bytes, bytes, bytes | None]]:
        return (
            (header, leaf, salt) for header, leaf, salt in self._log(timeline, after, upto, entries.PROOF)
        )

    def hashes(self, timeline: str, level: int, start: int, end: int) -> list[bytes]:
        reaches = end << 8 * level
        return self._ask(
            timeline, reaches, lambda c, number: tree.hashes(c, number, level, start, end), words=False
        )

    def history(self, timeline: str, entity: str, id: str, upto: int) -> list[Entry]:
        return self._ask(timeline, upto, lambda c, number: entries.history(c, number, (entity, id), upto))

    def listing(
        self, timeline: str, entity: str, upto: int, after: tuple[int, int] | str | None, limit: int
    ) -> list[Listed]:
        return self._ask(
            timeline, upto, lambda c, number: entries.listing(c, number, entity, upto, after, limit)
        )

    def state(self, timeline: str, question: Question, upto: int) -> Pieces:
        least = self._least(timeline, upto)
        return self.servers.ask(lambda connection: reading.state(connection, timeline, question, upto, least))

    def spells(
        self,
        timeline: str,
        pattern: Pattern,
        upto: int,
        after: Relation | None = None,
        limit: int | None = None,
    ) -> list[tuple[Relation, tuple[Spell, ...]]]:
        def find(connection: Connection[Row], number: int) -> list[tuple[Relation, tuple[Spell, ...]]]:
            relations = reading.relations(connection, number, pattern, upto, after, limit)
            readings = reading.readings(connection, number, list(relations), upto)
            actors = sorted({id for one in relations.values() for id in (one.subject, one.object)})
            ends = reading.actor_ends(connection, number, actors, upto)
            return [
                (
                    relation,
                    fold(readings[id], [ends[a] for a in (relation.subject, relation.object) if a in ends]),
                )
                for id, relation in relations.items()
            ]

        return self._ask_whole(timeline, upto, find)

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
        days = (first, last)
        return self._ask(
            timeline,
            upto,
            lambda c, number: comparing.spoken(c, number, days, upto, turning=turning, limit=limit),
        )

    def relearned(
        self,
        timeline: str,
        after: int,
        upto: int,
        beyond: Relation | None = None,
        limit: int | None = None,
    ) -> list[Relation]:
        return self._ask(
            timeline, upto, lambda c, number: comparing.relearned(c, number, (after, upto), beyond, limit)
        )

    def search(
        self, timeline: str, query: Query, upto: int, after: tuple[int, int] | None, limit: int
    ) -> list[Hit]:
        return self._ask_whole(
            timeline, upto, lambda c, number: searching.search(c, number, query, upto, after, limit)
        )

    def concerning(self, timeline: str, query: Query, before: int, limit: int) -> list[Entry]:
        return self._ask_whole(
            timeline, before - 1, lambda c, number: searching.concerning(c, number, query, before, limit)
        )

    def rebuild(self, timeline: str) -> int:
        with self._turn(timeline) as (connection, number, head):
            return writing.rebuild(connection, number, head.position)

    def examine(self) -> Iterator[Finding]:
        """How the servers are."""
        return examine(self.servers)

    def _ask(
        self, timeline: str, upto: int, question: Callable[[Connection[Row], int], T], *, words: bool = True
    ) -> T:
        """Put a question about a position to a server that has reached it.

        It has reached what was erased of it too, but where no words are asked for, nor what is made of them.
        """
        least = self._least(timeline, upto) if words else upto
        return self.servers.ask(
            lambda connection: question(connection, entries.number(connection, timeline, least))
        )

    def _least(self, timeline: str, upto: int) -> int:
        """What a server has to have reached to be asked for words: the last erasure as well."""
        if not self.servers.standbys:
            return upto
        by = self.servers.ask_primary(lambda connection: entries.last_erasure(connection, timeline))
        return max(upto, self._note_erased(timeline, by))

    def _ask_whole(self, timeline: str, upto: int, question: Callable[[Connection[Row], int], T]) -> T:
        """The same for a question of several statements."""

        def within(connection: Connection[Row], number: int) -> T:
            with snapshot(connection):
                return question(connection, number)

        return self._ask(timeline, upto, within)

    def _log(self, timeline: str, after: int, upto: int | None, columns: str) -> Iterator[Row]:
        """The log in order, a page at a time: no connection is held between two."""
        head = self.head(timeline).position
        if upto is not None and upto > head and self.servers.standbys:  # one may be behind
            head = self.primary.ask(
                lambda connection: entries.head(connection, timeline)[1], ANSWER_SECONDS
            ).position
        upto = head if upto is None else min(upto, head)

        def pages() -> Iterator[Row]:
            for start, end in entries.pages(after, upto):
                yield from self._ask(
                    timeline,
                    end,
                    lambda c, number, s=start, e=end: entries.page(c, number, s, e, columns),  # type: ignore[misc]
                )

        return pages()
