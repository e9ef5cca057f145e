"""Whether a store is what its log says: hashes recomputed, and every index held against the replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from events import answer, erasure, merkle, search
from events.answer import Question
from events.days import FIRST_DAY, LAST_DAY, iso
from events.errors import AllegianceError
from events.model import Commit, Entry, Relation
from events.projection import Outlook, Stretch, outlook
from events.replay import live, read, replay, spells_of
from events.search import Query
from events.stores import Progress, Store, in_silence
from events.verify_tree import check_tree
from events.vocabulary import KINDS

MOST_FAULTS = 100
_DAYS_ASKED = 8
_WORDS_ASKED = 8


@dataclass
class Report:
    """What was checked, and what was found wrong."""

    entries: int = 0
    positions_checked: int = 0
    relations_checked: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, detail: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(detail)


def verify(
    store: Store,
    timeline: str,
    positions: int = 20,
    progress: Progress = in_silence,
    vkey: str | None = None,
) -> Report:
    """Check every entry of `timeline`, its tree, and its projection at the head and some `positions` before.

    With `vkey` the newest checkpoint must be signed with it. `progress` is told after each entry
    and each position how many checks are done.
    """
    report = Report()
    done = 0
    head = store.head(timeline)
    total = head.position + positions
    entries = []
    try:
        for entry in _checked(store, timeline, head, report):
            entries.append(entry)
            progress(done := done + 1, total)
    except AllegianceError as error:
        report.fault(f"The log cannot be read: {error.detail}")
    check_tree(store, timeline, report.fault, vkey)
    report.entries = len(entries)
    if len(entries) != head.position:
        report.fault(f"The head is at {head.position}, but there are {len(entries)} entries.")
        return report
    for fault in erasure.faults(entries):
        report.fault(fault)
    _check_commits(store, timeline, entries, report)
    if report.faults:
        return report  # indexes over a log that is not whole tell nothing
    for commit in _commits(entries, positions):
        _check_projection(store, timeline, entries, commit, report)
        report.positions_checked += 1
        progress(done := done + 1, total)
    for commit in {head, store.resolve(timeline, head.position // 2)}:
        _check_search(store, timeline, entries, commit, report)
    return report


def _checked(store: Store, timeline: str, head: Commit, report: Report) -> Iterator[Entry]:
    """The entries up to the head, each held against its header, leaf and body hash."""
    proofs = store.proofs(timeline, 0, head.position)
    previous = ""
    # Two readers of one log: different lengths are found by the count of entries.
    for place, (entry, proof) in enumerate(
        zip(store.entries(timeline, 0, head.position), proofs, strict=False), 1
    ):
        if entry.position != place:
            report.fault(f"Position {entry.position} stands where {place} should.")
        if entry.recorded_at < previous:
            report.fault(f"Position {entry.position} was recorded before the one before it.")
        previous = entry.recorded_at
        _check_hashes(timeline, entry, *proof, report)
        yield entry


def _check_hashes(  # an entry and its proof
    timeline: str, entry: Entry, header: bytes, leaf: bytes, salt: bytes | None, report: Report
) -> None:
    if merkle.leaf(header) != leaf:
        report.fault(f"The leaf at position {entry.position} is not the hash of its header.")
    if salt is None or entry.body is None:
        return  # `erasure.faults` knows whether it may be missing
    if merkle.header(timeline, entry, salt) != header:
        report.fault(f"The entry at position {entry.position} does not match its header.")


def _check_commits(store: Store, timeline: str, entries: list[Entry], report: Report) -> None:
    """Every commit, by its position and by its instant, and that none lies between two."""
    before = Commit(0, None)
    for commit in _whole(entries):
        assert commit.recorded_at is not None
        try:
            asked = (commit.position, datetime.fromisoformat(commit.recorded_at), commit.position - 1)
            found = [store.resolve(timeline, known_at) for known_at in asked]
        except (AllegianceError, ValueError):
            found = []
        if found != [commit, commit, before]:
            report.fault(f"The commit at position {commit.position} is not that of its entries.")
        before = commit


def _whole(entries: list[Entry]) -> list[Commit]:
    """The commits that entries came in."""
    last_of_commit = {entry.recorded_at: entry.position for entry in entries}
    return [Commit(position, recorded_at) for recorded_at, position in last_of_commit.items()]


def _commits(entries: list[Entry], most: int) -> list[Commit]:
    """The empty log, the head, and commits between them at even distances."""
    commits = _whole(entries)
    step = max(1, len(commits) // max(1, most))
    return [Commit(0, None), *reversed(commits[::-1][::step])]


def _check_projection(
    store: Store, timeline: str, entries: list[Entry], commit: Commit, report: Report
) -> None:
    """Every stretch at one commit against the replay, and finished answers on the days where most changes."""
    expected = _outlooks(entries, commit.position)
    found: dict[Relation, list[Outlook]] = {}
    for relation, stretch, tail in store.spoken(timeline, FIRST_DAY, LAST_DAY, commit.position):
        found.setdefault(relation, []).append(Outlook(stretch, tail))
    for relation in sorted(expected.keys() | found.keys()):
        report.relations_checked += 1
        if expected.get(relation) != found.get(relation):
            report.fault(
                f"At position {commit.position} the index of {' '.join(relation).strip()} is not the replay."
            )
    for day in _busiest([stretch for outlooks in expected.values() for stretch, _ in outlooks]):
        _check_answer(store, timeline, entries, commit, day, report)


def _check_search(store: Store, timeline: str, entries: list[Entry], commit: Commit, report: Report) -> None:
    """What is found by a few words of the log, and what is found at all."""
    log = entries[: commit.position]
    some = log[:: max(1, len(log) // _WORDS_ASKED)]
    asked = sorted({max(row.words) for entry in some for row in search.rows([entry]) if row.words})
    queries = [Query.of(), *(Query.of(word, status=search.STATUSES) for word in asked)]
    for query, expected in zip(queries, search.find(log, *queries), strict=True):
        if store.search(timeline, query, commit.position, None, len(log) + 1) != expected:
            words = " ".join(query.words) or "all that stands"
            report.fault(
                f"At position {commit.position} a search for {words} does not find what the log has."
            )


def _outlooks(entries: list[Entry], position: int) -> dict[Relation, list[Outlook]]:
    state = live(entries, position)
    actors = state.actors()
    outlooks = {
        relation: outlook(spells_of(relation, readings, actors), KINDS[relation.kind].horizon)
        for relation, readings in read(state).items()
    }
    return {relation: found for relation, found in outlooks.items() if found}


def _busiest(stretches: list[Stretch]) -> list[int]:
    """A few days spread over those on which a stretch begins."""
    days = sorted({stretch.first for stretch in stretches})
    return days[:: max(1, len(days) // _DAYS_ASKED)]


def _check_answer(  # a question and what to hold its answer against
    store: Store, timeline: str, entries: list[Entry], commit: Commit, day: int, report: Report
) -> None:
    pieces = store.state(timeline, Question(day, lapsed=True), commit.position)
    expected = ",".join(answer.item(*standing) for standing in replay(entries, day, commit.position))
    if pieces.relations != expected:
        report.fault(f"The answer for {iso(day)} at position {commit.position} is not the replay's.")
