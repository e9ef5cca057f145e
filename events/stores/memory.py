"""The store that the others are measured against: a list of entries, every answer by replay.

It indexes nothing, so that it cannot be wrong in the ways an index can. Slow on
purpose; use it for tests and for a timeline that fits in a head.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from events import answer, erasure, log, search
from events.answer import Pieces, Question
from events.codec import Draft
from events.columns import Columns, one_by_one
from events.errors import BusyError, ConflictError, PositionConflictError, UnknownError
from events.log import Held, Key
from events.merkle import SALT_BYTES
from events.model import Actor, Commit, Entry, Erased, Event, Relation, Why, references
from events.prepared import Prepared, unprepared
from events.projection import Outlook, Stretch, outlook
from events.replay import Live, live, read, replay, spells_of
from events.sealed import Sealed, commits_of, seal
from events.search import Hit, Query
from events.spells import Spell
from events.stores import Listed, Mapper, Pattern, Progress, Receipt, Spoken, require
from events.stores.clock import next_instant, write_instant
from events.stores.memory_access import MemoryAccess, MemoryTokens, MemoryUsage
from events.stores.outside import Outside
from events.tlog.checkpoint import Signed
from events.tlog.tree import WIDTH, node
from events.vocabulary import KINDS


class MemoryCheckpoints:
    """The checkpoints of this process. Promises: `events.stores.checkpoints.Checkpoints`."""

    def __init__(self, head: Callable[[str], Commit]) -> None:
        self._head = head
        self._signed: dict[str, list[Signed]] = {}

    def add(self, timeline: str, signed: Signed) -> None:
        newest = self.newest(timeline)
        if newest is not None and newest.size > signed.size:
            raise ConflictError(f"A checkpoint of {newest.size} entries is there already.")
        if newest is None or (newest.size, newest.vkey) != (signed.size, signed.vkey):
            self._signed.setdefault(timeline, []).append(signed)

    def newest(self, timeline: str) -> Signed | None:
        return next(reversed(self.list(timeline)), None)

    def list(self, timeline: str) -> list[Signed]:
        self._head(timeline)
        return self._signed.get(timeline, [])[:]


def _root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it stands there; of one leaf at least."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(_root(leaves[:k]), _root(leaves[k:]))


@dataclass
class _Kept:
    """One timeline: its entries, their proofs, and its commits."""

    entries: list[Entry] = field(default_factory=list)
    proofs: list[tuple[bytes, bytes, bytes | None]] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=lambda: [Commit(0, None)])

    def add(self, sealed: Sequence[Sealed], commit: Commit) -> None:
        """Append the entries of one commit, of which none is erased yet as far as is known here."""
        self.entries += [replace(item.entry, erased=None) for item in sealed]
        self.proofs += [(item.header, item.leaf, item.salt) for item in sealed]
        self.commits.append(commit)

    def destroy(self) -> None:
        """Take out the bodies and salts that the entries of the last commit erase, if any does."""
        for by in self.entries[self.commits[-2].position :]:
            for position in erasure.erased_by(by) if by.op == "erase" else ():
                entry, (header, leaf, _) = self.entries[position - 1], self.proofs[position - 1]
                self.entries[position - 1] = replace(entry, body=None, erased=by.position)
                self.proofs[position - 1] = (header, leaf, None)


class _Staged:
    """A batch on its way in, as a list. Promises: `events.stores.Staging`."""

    def __init__(self, store: MemoryStore, timeline: str, author: str, trial: ExitStack) -> None:
        self._store = store
        self._timeline = timeline
        self._author = author
        self._trial = trial
        self._drafts: list[Draft] = []
        self.commit = Commit(0, None)

    def add(self, entries: Iterable[Prepared | Columns]) -> None:
        self._drafts += map(unprepared, one_by_one(entries))

    def check(self) -> None:
        self._store._appended(self._timeline, self._drafts, self._author, None, True)

    def finish(self, workers: Mapper = map, progress: Progress | None = None) -> Receipt:
        trial = self._store.trial(self._timeline, self._drafts, author=self._author, create=True)
        receipt = self._trial.enter_context(trial)
        self.commit = Commit(receipt.position, receipt.recorded_at)
        return receipt

    def seal(self) -> Receipt:
        self._trial.close()
        with self._store._writing:
            receipt, kept = self._store._appended(self._timeline, self._drafts, self._author, None, True)
            self._store._timelines[self._timeline] = kept
        return receipt


class MemoryStore:
    """Keeps timelines in this process's memory. Promises: `events.stores.Store`."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._clock = clock
        self._entropy = entropy
        self.checkpoints = MemoryCheckpoints(self.head)
        self.outside = Outside()
        self._timelines: dict[str, _Kept] = {}
        self.access = MemoryAccess(clock, self._timelines.__contains__)
        self.tokens = MemoryTokens(clock, entropy, self.access.note)
        self.usage = MemoryUsage(clock)
        self._writing = threading.Lock()
        self._leased: set[str] = set()
        self._tried = threading.local()

    def initialise(self) -> None:
        """Nothing to make."""

    def close(self) -> None:
        """Nothing to let go of."""

    def ready(self) -> None:
        """Always."""

    def sizes(self) -> Mapping[str, int]:
        """Nothing on any disk."""
        return {}

    def timelines(self) -> list[tuple[str, Commit]]:
        return [(name, self.head(name)) for name in sorted(self._timelines)]

    def head(self, timeline: str, least: int = 0) -> Commit:
        head = self._kept(timeline).commits[-1]
        require(head, least)
        return head

    def resolve(self, timeline: str, known_at: int | datetime) -> Commit:
        commits = self._kept(timeline).commits
        if isinstance(known_at, datetime):
            place = bisect_right(
                commits, write_instant(known_at), key=lambda commit: commit.recorded_at or ""
            )
        elif known_at > commits[-1].position:
            raise UnknownError("position", known_at, f"the log stands at {commits[-1].position}")
        else:
            place = bisect_right(commits, known_at, key=lambda commit: commit.position)
        return commits[max(place - 1, 0)]

    def commits(self, timeline: str, after: int, upto: int, limit: int) -> list[Commit]:
        return [commit for commit in self._kept(timeline).commits if after < commit.position <= upto][:limit]

    def append(  # the protocol's
        self,
        timeline: str,
        batch: Sequence[Draft],
        *,
        author: str,
        expected_position: int | None = None,
        create: bool = False,
    ) -> Receipt:
        with self._alone(timeline):
            receipt, self._timelines[timeline] = self._appended(
                timeline, batch, author, expected_position, create
            )
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
        receipt, tried = self._appended(timeline, batch, author, expected_position, create)
        try:
            self._tried.timelines = {timeline: tried}
            yield receipt
        finally:
            del self._tried.timelines

    @contextmanager
    def stage(
        self, timeline: str, *, author: str, expected_position: int | None = None, create: bool = False
    ) -> Iterator[_Staged]:
        self._appended(timeline, [], author, expected_position, create)
        self._leased.add(timeline)
        try:
            with ExitStack() as open_until_the_end:
                yield _Staged(self, timeline, author, open_until_the_end)
        finally:
            self._leased.remove(timeline)

    def _appended(
        self,
        timeline: str,
        batch: Sequence[Draft],
        author: str,
        expected_position: int | None,
        create: bool,
    ) -> tuple[Receipt, _Kept]:
        """What appending comes to: the receipt, and the timeline as it then is."""
        before = self._timelines.get(timeline)
        if before is None and not create:
            raise UnknownError("timeline", timeline)
        kept = _Kept() if before is None else _Kept(before.entries[:], before.proofs[:], before.commits[:])
        head = kept.commits[-1]
        self.outside.check(timeline, head.position, partial(self.hashes, timeline))
        if expected_position is not None and expected_position != head.position:
            missed = [(e.position, e.op, e.entity, e.id) for e in kept.entries[max(expected_position, 0) :]]
            missed = missed[: PositionConflictError.MISSED_SHOWN]
            raise PositionConflictError(expected_position, head.position, missed)
        decision = log.decide(batch, self._known(kept, batch))
        head = self._add(timeline, kept, decision.append, author)
        return Receipt(*head, len(decision.append), decision.existing), kept

    @contextmanager
    def _alone(self, timeline: str) -> Iterator[None]:
        if timeline in self._leased:
            raise BusyError("A large batch is being appended to this timeline; send this again later.")
        with self._writing:
            yield

    def _add(self, timeline: str, kept: _Kept, drafts: Sequence[Draft], author: str) -> Commit:
        head = kept.commits[-1]
        if drafts:
            recorded_at = next_instant(self._clock(), head.recorded_at)
            head = Commit(head.position + len(drafts), recorded_at)
            entries = log.entries_of(drafts, head, author)
            kept.add([seal(timeline, entry, self._entropy(SALT_BYTES)) for entry in entries], head)
        return head

    def erase(self, timeline: str, positions: Collection[int], why: Why, *, author: str) -> Receipt:
        with self._alone(timeline):
            kept = self._kept(timeline)
            kept = _Kept(kept.entries[:], kept.proofs[:], kept.commits[:])
            self.outside.check(timeline, kept.commits[-1].position, partial(self.hashes, timeline))
            entries = [entry for entry in kept.entries if entry.position in positions]
            erasure.require_there(positions, entries)
            drafts = erasure.decide(entries, why)
            wanted = [(draft.entity, draft.id) for draft in drafts]
            head = self._add(timeline, kept, drafts, author)
            if drafts:
                kept.destroy()
                state = live(kept.entries, len(kept.entries))
                gone = [key for key in wanted if key not in state.things]
                erasure.require_unused(gone, lambda key: self._users(state, key))
                self._timelines[timeline] = kept
        return Receipt(*head, len(drafts), sum(entry.body is None for entry in entries))

    def erased(self, timeline: str, upto: int) -> Erased:
        found = [entry.erased for entry in self._kept(timeline).entries[:upto] if entry.erased is not None]
        return Erased(len(found), tuple(sorted(set(found))))

    def restore(self, timeline: str, sealed: Sequence[Sealed]) -> Commit:
        with self._alone(timeline):
            before = self._timelines.get(timeline) or _Kept()
            kept = _Kept(before.entries[:], before.proofs[:], before.commits[:])
            self.outside.check(timeline, kept.commits[-1].position, partial(self.hashes, timeline))
            for commit, items in list(commits_of(timeline, kept.commits[-1], sealed)):
                kept.add(items, commit)
                kept.destroy()
            self._timelines[timeline] = kept
            return kept.commits[-1]

    def _known(self, kept: _Kept, batch: Sequence[Draft]) -> dict[Key, Held]:
        wanted = log.touched(batch)
        retracted = {(draft.entity, draft.id) for draft in batch if draft.op == "retract"}
        found: dict[Key, Held] = {}
        for entry in kept.entries:
            key = (entry.entity, entry.id)
            if key in wanted and entry.op != "erase":
                recorded = found[key].recorded if key in found else entry.body
                op = "erase" if entry.body is None else entry.op
                found[key] = Held(op, entry.body, recorded)
        if not retracted.isdisjoint(found):
            state = live(kept.entries, len(kept.entries))
            for key in retracted & found.keys():
                found[key] = replace(found[key], users=self._users(state, key))
        return found

    def _users(self, state: Live, key: Key) -> tuple[str, ...]:
        """A few ids of the live things that name a thing, those that did so first."""
        users = sorted(
            (position, id)
            for (_, id), (position, thing) in state.things.items()
            if any(reference[:2] == key for reference in references(thing))
        )
        return tuple(id for _, id in users[:5])

    def entries(self, timeline: str, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        yield from self._kept(timeline).entries[after:upto]

    def proofs(
        self, timeline: str, after: int = 0, upto: int | None = None
    ) -> Iterator[tuple[bytes, bytes, bytes | None]]:
        yield from self._kept(timeline).proofs[after:upto]

    def hashes(self, timeline: str, level: int, start: int, end: int) -> list[bytes]:
        leaves = [leaf for _, leaf, _ in self._kept(timeline).proofs]
        each = WIDTH**level
        return [_root(leaves[place * each : (place + 1) * each]) for place in range(start, end)]

    def history(self, timeline: str, entity: str, id: str, upto: int) -> list[Entry]:
        return [e for e in self._kept(timeline).entries[:upto] if (e.entity, e.id) == (entity, id)]

    def listing(
        self, timeline: str, entity: str, upto: int, after: tuple[int, int] | str | None, limit: int
    ) -> list[Listed]:
        entries = self._kept(timeline).entries
        listed: list[Listed] = []
        for (sort, id), (position, thing) in live(entries, upto).things.items():
            if sort == entity:
                key = (thing.date.first, position) if isinstance(thing, Event) else id
                listed.append(Listed(key, entries[position - 1]))
        listed.sort(key=lambda item: item.key)
        return [item for item in listed if after is None or item.key > after][:limit]  # type: ignore[operator]

    def state(self, timeline: str, question: Question, upto: int) -> Pieces:
        entries = self._kept(timeline).entries
        actors = live(entries, upto).actors()
        standings = [
            standing
            for standing in replay(entries, question.at, upto)
            if (question.lapsed or standing.verdict.status != "lapsed")
            and (
                not question.actors
                or {standing.relation.subject, standing.relation.object} & {*question.actors}
            )
            and (not question.kinds or standing.relation.kind in question.kinds)
        ]
        named = {id for relation, _, _ in standings for id in (relation.subject, relation.object)}
        statuses = [verdict.status for _, _, verdict in standings]
        return Pieces(
            ",".join(answer.named_member(id, actors.get(id), question.at) for id in sorted(named)),
            ",".join(answer.item(*standing) for standing in standings),
            [statuses.count(status) for status in answer.COUNTED],
        )

    def spells(
        self,
        timeline: str,
        pattern: Pattern,
        upto: int,
        after: Relation | None = None,
        limit: int | None = None,
    ) -> list[tuple[Relation, tuple[Spell, ...]]]:
        state = live(self._kept(timeline).entries, upto)
        found = [
            (relation, spells)
            for relation, spells in self._spells(state)
            if pattern.fits(relation) and (after is None or relation > after)
        ]
        return found[:limit]

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
        def meant(stretch: Stretch) -> bool:
            return not turning or any(first <= day <= last for day in stretch[1:])

        return [
            Spoken(relation, stretch, tail)
            for relation, outlooks in sorted(self._outlooks(live(self._kept(timeline).entries, upto)).items())
            if any(s.first <= last and first < s.lapsed_from and meant(s) for s, _ in outlooks)
            for stretch, tail in outlooks
            if stretch.first <= last and stretch.last >= first and meant(stretch)
        ][:limit]

    def relearned(
        self,
        timeline: str,
        after: int,
        upto: int,
        beyond: Relation | None = None,
        limit: int | None = None,
    ) -> list[Relation]:
        entries = self._kept(timeline).entries
        before, since = (self._outlooks(live(entries, position)) for position in (after, upto))
        return sorted(
            relation
            for relation in before.keys() | since.keys()
            if before.get(relation, []) != since.get(relation, []) and (beyond is None or relation > beyond)
        )[:limit]

    def search(
        self, timeline: str, query: Query, upto: int, after: tuple[int, int] | None, limit: int
    ) -> list[Hit]:
        (found,) = search.find(self._kept(timeline).entries[:upto], query)
        if after is not None:
            found = [hit for hit in found if (hit.rank, -hit.position) > (after[0], -after[1])]
        return found[:limit]

    def concerning(self, timeline: str, query: Query, before: int, limit: int) -> list[Entry]:
        entries = self._kept(timeline).entries[: before - 1]
        found = [entries[row.position - 1] for row in search.rows(entries) if search.concerns(row, query)]
        return found[::-1][:limit]

    def rebuild(self, timeline: str) -> int:
        return len(self._kept(timeline).entries)

    def _spells(self, state: Live) -> Iterator[tuple[Relation, tuple[Spell, ...]]]:
        actors: dict[str, Actor] = state.actors()
        for relation, readings in sorted(read(state).items()):
            yield relation, spells_of(relation, readings, actors)

    def _outlooks(self, state: Live) -> dict[Relation, list[Outlook]]:
        return {
            relation: outlook(spells, KINDS[relation.kind].horizon)
            for relation, spells in self._spells(state)
        }

    def _kept(self, timeline: str) -> _Kept:
        tried: dict[str, _Kept] = getattr(self._tried, "timelines", {})
        try:
            return tried.get(timeline) or self._timelines[timeline]
        except KeyError:
            raise UnknownError("timeline", timeline) from None
