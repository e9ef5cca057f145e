"""One store's timeline in another, verbatim: the same entries, the same proofs, and so the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from events import ask
from events.answer import Question
from events.days import FIRST_DAY, LAST_DAY, iso
from events.errors import ConflictError, UnknownError
from events.model import Commit
from events.sealed import Sealed
from events.stores import Progress, Store, in_silence
from events.tlog import tree

ENTRIES_AT_ONCE = 5000
"""A copy goes on commit by commit, in transactions of about so many entries."""

_DAYS_ASKED = 20


class Copied(NamedTuple):
    """What a copy came to: the head, how many entries were new, the root of both logs, answers compared."""

    position: int
    copied: int
    root: str
    answers: int


def copy(source: Store, target: Store, timeline: str, progress: Progress = in_silence) -> Copied:
    """Bring `timeline` in `target` to where it stands in `source`, and prove that both are the same.

    It goes on from the target's head, so that a copy that was stopped can be repeated. What is
    appended to the source meanwhile is left for the next time. What is private stays so. `progress` is
    told how many entries are there of those that were missing. Raises ConflictError where the target's
    log is no beginning of the source's.
    """
    head = source.head(timeline)
    begun = _position(target, timeline)
    if begun > head.position:
        raise ConflictError(
            f"{timeline}: the copy stands at position {begun}, its source at {head.position}."
        )
    _compare_roots(source, target, timeline, begun)
    if source.access.visibility(timeline) == "private":
        target.access.set_visibility(timeline, "private")  # before anybody could read any of it
    target.restore(timeline, [])  # which begins it, should it be empty
    for sealed in _portions(source, timeline, begun, head.position):
        target.restore(timeline, sealed)
        progress(sealed[-1].entry.position - begun, head.position - begun)
    root = _compare_roots(source, target, timeline, head.position)
    _copy_checkpoints(source, target, timeline, head.position)
    answers = _compare_answers(source, target, timeline, head)
    return Copied(head.position, head.position - begun, root.hex(), answers)


def _position(store: Store, timeline: str) -> int:
    try:
        return store.head(timeline).position
    except UnknownError:
        return 0


def _portions(source: Store, timeline: str, after: int, upto: int) -> Iterator[list[Sealed]]:
    """Whole commits, as many as make up a portion."""
    portion: list[Sealed] = []
    for _, commit in groupby(_sealed(source, timeline, after, upto), key=lambda item: item.entry.recorded_at):
        portion += commit
        if len(portion) >= ENTRIES_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _sealed(source: Store, timeline: str, after: int, upto: int) -> Iterator[Sealed]:
    proofs = source.proofs(timeline, after, upto)
    for entry, proof in zip(source.entries(timeline, after, upto), proofs, strict=True):
        yield Sealed(entry, *proof)


def _compare_roots(source: Store, target: Store, timeline: str, upto: int) -> bytes:
    if upto == 0:
        return tree.EMPTY_ROOT
    ours, theirs = (ask.root(store, timeline, upto) for store in (source, target))
    if ours != theirs:
        raise ConflictError(
            f"{timeline}: up to position {upto} the two logs are not the same; copy into an empty database."
        )
    return ours


def _copy_checkpoints(source: Store, target: Store, timeline: str, upto: int) -> None:
    """What was signed of the source stands for the copy too: it has the same roots."""
    there = target.checkpoints.list(timeline)
    least = there[-1].size if there else 0
    for signed in source.checkpoints.list(timeline):
        if least <= signed.size <= upto and signed not in there:
            target.checkpoints.add(timeline, signed)


def _compare_answers(source: Store, target: Store, timeline: str, head: Commit) -> int:
    """Ask both the same on days on which something changes, as known at the head and half-way there."""
    compared = 0
    for commit in {head, source.resolve(timeline, head.position // 2)}:
        spoken = source.spoken(timeline, FIRST_DAY, LAST_DAY, commit.position)
        days = sorted({found.stretch.first for found in spoken})
        for day in days[:: max(1, len(days) // _DAYS_ASKED)]:
            question = Question(day, lapsed=True)
            ours, theirs = (store.state(timeline, question, commit.position) for store in (source, target))
            if ours != theirs:
                raise ConflictError(
                    f"{timeline}: the answers for {iso(day)} at position {commit.position} differ;"
                    " 'allegiance verify' tells which store is wrong."
                )
            compared += 1
    return compared
