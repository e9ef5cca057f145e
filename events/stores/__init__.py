"""The one protocol between the domain and what keeps it, and the way to open a store.

A store's promises stand in the docstrings of `Store`; `tests/contract` holds every
store to them. Stores share the contract, not a base class.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from events.answer import Pieces, Question
from events.codec import Draft
from events.columns import Columns
from events.errors import BusyError, DatabaseError, InvalidError, shorten
from events.model import Commit, Entry, Erased, Relation, Why
from events.prepared import Prepared
from events.projection import Stretch
from events.sealed import Sealed
from events.search import Hit, Query
from events.spells import Spell
from events.stores.access import Access, Usage
from events.stores.checkpoints import Checkpoints
from events.stores.outside import Outside
from events.stores.tokens import Tokens
from events.vocabulary import KINDS


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an append did: the head after it, and how many drafts were new or there already."""

    position: int
    recorded_at: str | None
    appended: int
    existing: int


class Pattern(NamedTuple):
    """Which relations are meant: None leaves a part free.

    A relation without a direction fits either way round.
    """

    subject: str | None = None
    kind: str | None = None
    object: str | None = None
    under: str | None = None

    def fits(self, relation: Relation) -> bool:
        """Whether `relation` is one of those meant."""
        ways = [(relation.subject, relation.object)]
        if not KINDS[relation.kind].directed:
            ways.append((relation.object, relation.subject))
        return (
            self.kind in (None, relation.kind)
            and self.under in (None, relation.under)
            and any(self.subject in (None, one) and self.object in (None, other) for one, other in ways)
        )


class Listed(NamedTuple):
    """A thing in a listing: its sort key within the timeline, and the entry that states it."""

    key: tuple[int, int] | str
    entry: Entry


class Spoken(NamedTuple):
    """A stretch of a relation, and the tail of its item (`events.answer.tail`) on each of those days."""

    relation: Relation
    stretch: Stretch
    tail: str


Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""What `map` does, here or in other processes: the results in order."""

Progress = Callable[[int, int], object]
"""Told how much is done, and of how much."""


def in_silence(done: int, total: int) -> None:
    """Tells nobody of any progress."""


class Staging(Protocol):
    """A batch of new things on its way in, chunk by chunk. All of them are records: nothing is corrected."""

    @property
    def commit(self) -> Commit:
        """Where the head will be. This process can read up to there once it is finished."""

    def add(self, entries: Iterable[Prepared | Columns]) -> None:
        """Take more of the batch. What hinders it is noted for `check`."""

    def check(self) -> None:
        """Raise what `append` would: one error with all that hinders what was added."""

    def finish(self, workers: Mapper = map, progress: Progress = in_silence) -> Receipt:
        """Bring every index to where the head will be, once it is checked; what `seal` would give."""

    def seal(self) -> Receipt:
        """Make a finished batch visible, all of it at once, and durable before that."""


class Store(Protocol):
    """Keeps timelines. What reads takes a position and answers as of that commit, for ever the same.

    A timeline's positions are 1, 2, 3 … without gaps in commit order. What one
    `append` adds becomes visible at once, all or nothing, together with every
    index over it, and only after it is durable. A store may be used by many
    threads and processes at once: readers never wait for a writer, and writers
    to one timeline wait for one another for a bounded time, then BusyError. A
    write that finds no room on the disk leaves nothing, and raises FullError.

    Methods that take a timeline raise UnknownError if there is none of that name.
    """

    outside: Outside
    """The checkpoints kept outside: an append to a log that is not theirs raises ForkedError."""

    @property
    def tokens(self) -> Tokens:
        """Who may write, and read what is private."""

    @property
    def access(self) -> Access:
        """Which timelines are private, and the audit trail."""

    @property
    def usage(self) -> Usage:
        """What clients have used lately."""

    @property
    def checkpoints(self) -> Checkpoints:
        """What was signed of each timeline's tree."""

    def initialise(self) -> None:
        """Make or migrate what the store needs. Safe to repeat; nothing else ever migrates."""

    def close(self) -> None:
        """Let go of every resource this thread holds."""

    def ready(self) -> None:
        """Raise why it cannot read (DatabaseError) or must not write (FullError) now, if so."""

    def sizes(self) -> Mapping[str, int]:
        """How many bytes it takes, and how many are free to it, each by what it is."""

    def timelines(self) -> list[tuple[str, Commit]]:
        """Each timeline's name and head, by name."""

    def head(self, timeline: str, least: int = 0) -> Commit:
        """The last commit that readers may see. Raises BusyError while it has not reached `least`."""

    def resolve(self, timeline: str, known_at: int | datetime) -> Commit:
        """The last commit whole at a position, or at an instant.

        A position inside a commit resolves to the commit before it. Raises
        UnknownError for a position beyond the head.
        """

    def commits(self, timeline: str, after: int, upto: int, limit: int) -> list[Commit]:
        """The commits at positions in (after, upto], at most `limit`, oldest first."""

    def append(
        self,
        timeline: str,
        batch: Sequence[Draft],
        *,
        author: str,
        expected_position: int | None = None,
        create: bool = False,
    ) -> Receipt:
        """Append what is new in `batch` as one commit, with one `recorded_at` later than any before.

        All or nothing: whatever `events.log.decide` refuses is raised, and so is
        PositionConflictError when the head is not at `expected_position`. Sending
        a batch again appends nothing. With `create` the timeline may be new.
        """

    def trial(
        self,
        timeline: str,
        batch: Sequence[Draft],
        *,
        author: str,
        expected_position: int | None = None,
        create: bool = False,
    ) -> AbstractContextManager[Receipt]:
        """Append as `append` does, and take it back at the end.

        In between this thread alone can read what would be.
        """

    def stage(
        self, timeline: str, *, author: str, expected_position: int | None = None, create: bool = False
    ) -> AbstractContextManager[Staging]:
        """Append a batch of new things that is too large for one short transaction, as one commit.

        Meanwhile others append to other timelines; to this one they wait for a bounded time, then
        BusyError. What is not sealed when it ends, for whatever reason, is never seen by anybody.
        """

    def restore(self, timeline: str, sealed: Sequence[Sealed]) -> Commit:
        """Append whole commits that were made elsewhere, verbatim; gives the head after them.

        The timeline may be new. All or nothing: raises ConflictError where they do not follow the
        head, InvalidError where an entry is not what its proof says.
        """

    def erase(self, timeline: str, positions: Collection[int], why: Why, *, author: str) -> Receipt:
        """Destroy the bodies and salts of entries, and whatever was made of them, by law and for good.

        As one commit of an `erase` entry for each thing concerned, with the promises of `append`.
        What was erased before counts as existing. When this returns, nothing of it is left in what
        the store keeps; where readers prevent that for too long BusyError is raised, though the
        entries are erased: doing it again takes it up. Raises UnknownError for a position without
        an entry, and ConflictError where something that would stand names what would not.
        """

    def erased(self, timeline: str, upto: int) -> Erased:
        """What was erased of the entries up to a position, at whatever later one."""

    def entries(self, timeline: str, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """The log in order of position, streamed: positions in (after, upto], by default to the head."""

    def proofs(
        self, timeline: str, after: int = 0, upto: int | None = None
    ) -> Iterator[tuple[bytes, bytes, bytes | None]]:
        """For each entry, as `entries` orders them: its header, its leaf, and its salt (None once erased)."""

    def hashes(self, timeline: str, level: int, start: int, end: int) -> Sequence[bytes]:
        """The tree that every append extends, as `events.tlog.tree.Read` gives it, up to the head."""

    def history(self, timeline: str, entity: str, id: str, upto: int) -> list[Entry]:
        """Every entry about one thing, oldest first; empty if it is not in the log."""

    def listing(
        self, timeline: str, entity: str, upto: int, after: tuple[int, int] | str | None, limit: int
    ) -> list[Listed]:
        """The live things of one sort, at most `limit`, from after a key on.

        Events in order of (first day, position), the rest by id.
        """

    def state(self, timeline: str, question: Question, upto: int) -> Pieces:
        """The answer to `question`: what `events.replay.replay` gives, as finished JSON."""

    def spells(
        self,
        timeline: str,
        pattern: Pattern,
        upto: int,
        after: Relation | None = None,
        limit: int | None = None,
    ) -> list[tuple[Relation, tuple[Spell, ...]]]:
        """The relations that fit `pattern` with their spells, in order, from after a relation on."""

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
        """The stretches that share a day with [first, last], at most `limit`, by relation, then day.

        Of the relations that are in an answer without lapsed ones on some day of it. With `turning`
        only stretches that begin on one of these days, end on it, or change their status on it.
        """

    def relearned(
        self,
        timeline: str,
        after: int,
        upto: int,
        beyond: Relation | None = None,
        limit: int | None = None,
    ) -> list[Relation]:
        """The relations whose answer on any day may differ between two commits.

        In order, from after the relation `beyond` on.
        """

    def search(
        self, timeline: str, query: Query, upto: int, after: tuple[int, int] | None, limit: int
    ) -> list[Hit]:
        """What `events.search.find` finds in the log up to a position: at most `limit` hits.

        From after a (rank, position) on. Bodies that are erased can be found no more.
        """

    def concerning(self, timeline: str, query: Query, before: int, limit: int) -> list[Entry]:
        """The entries below a position that concern a query (`events.search.concerns`), the latest first."""

    def rebuild(self, timeline: str) -> int:
        """Make every index over the log anew from the log; gives the number of entries read."""


def require(head: Commit, least: int) -> None:
    """Raise BusyError unless a log has reached position `least`."""
    if head.position < least:
        raise BusyError(f"The log here has not reached position {least} yet.")


def connect(
    url: str,
    checkpoints: Path | None = None,
    disk_reserve: int = 0,
    replicas: Sequence[str] = (),
    owner: str | None = None,
) -> Store:
    """The store at `url`, which is one of these; opens nothing yet.

    ``sqlite:///relative/path``, ``sqlite:////absolute/path``, ``postgresql://user@host/database`` or
    ``memory:``. `checkpoints` is the directory in which the last checkpoints are kept outside of it.
    A file of SQLite is appended to only while `disk_reserve` bytes of its disk are free.
    `replicas` (standbys that may answer) and `owner` (as whom to initialise) are further
    URLs of PostgreSQL, and mean nothing to the others. Raises InvalidError for another URL.
    """
    store = _at(url, disk_reserve, replicas, owner)
    store.outside = Outside(checkpoints)
    return store


def _at(url: str, disk_reserve: int, replicas: Sequence[str], owner: str | None) -> Store:
    # Each store's driver is loaded only where that store is used.
    if url.startswith("sqlite:///") and url != "sqlite:///":
        from events.stores.sqlite import SQLiteStore  # noqa: PLC0415

        return SQLiteStore(url.removeprefix("sqlite:///"), disk_reserve=disk_reserve)
    if url == "memory:":
        from events.stores.memory import MemoryStore  # noqa: PLC0415

        return MemoryStore()
    if url.startswith(("postgresql://", "postgres://")):
        try:
            from events.stores.postgres import PostgreSQLStore  # noqa: PLC0415
        except ImportError:
            raise DatabaseError("PostgreSQL needs its driver: pip install 'allegiance[postgres]'.") from None
        return PostgreSQLStore(url, replicas, owner)
    raise InvalidError(
        f"{shorten(url)!r} is no database this version opens; write sqlite:///path or postgresql://…."
    )
