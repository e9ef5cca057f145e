"""What concurrent clients did and saw, and whether one log, read at one moment each, can explain all of it.

In the manner of Jepsen: each operation is kept with the times at which it began and ended.
Between these it took effect at one moment, so that what ended before another began came
before it. A write whose answer was lost may have been sent again: it counts from the first
time that it was sent until it was acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple


class Said(NamedTuple):
    """What one entry says: of which relation, None once it is retracted. `mark` is unlike any other's."""

    mark: str
    id: str
    about: tuple[str, str] | None


class Kept(NamedTuple):
    """An entry of the log. Entries with one `commit` became visible at once."""

    position: int
    commit: str
    said: Said


class Write(NamedTuple):
    """Entries sent in one commit; `position` is that of the last, None where it was there already."""

    began: float
    ended: float
    said: tuple[Said, ...]
    position: int | None


class State(NamedTuple):
    """The answer for a day, as known at a position or, where `known_at` is None, now."""

    began: float
    ended: float
    at: str
    known_at: int | None
    position: int
    evidence: tuple[tuple[tuple[str, str], tuple[str, ...]], ...]
    body: bytes


class Log(NamedTuple):
    """The log after a position; if it is `whole`, up to the head."""

    began: float
    ended: float
    after: int
    entries: tuple[Kept, ...]
    whole: bool


Operation = Write | State | Log


def anomalies(history: Sequence[Operation], log: Sequence[Kept]) -> list[str]:
    """What no one log explains, in words; `log` is the log at the end."""
    return [
        *_holes(log),
        *_lost_or_doubled(history, log),
        *_out_of_order(history, log),
        *_wrong(history, log),
        *_unrepeatable(history),
    ]


def _holes(log: Sequence[Kept]) -> Iterator[str]:
    for place, entry in enumerate(log, 1):
        if entry.position != place:
            yield f"hole: position {entry.position} stands where {place} should"


def _lost_or_doubled(history: Iterable[Operation], log: Sequence[Kept]) -> Iterator[str]:
    found: dict[str, Kept] = {}
    for entry in log:
        if entry.said.mark in found:
            yield f"doubled: {entry.said.mark} at {found[entry.said.mark].position} and {entry.position}"
        found[entry.said.mark] = entry
    sent = {}
    for write in history:
        if isinstance(write, Write):
            for place, said in enumerate(reversed(write.said)):
                sent[said.mark] = said
                if said.mark not in found:
                    yield f"lost: {said.mark} was acknowledged and is not there"
                elif write.position not in (None, found[said.mark].position + place):
                    yield f"lost: {said.mark} is not where it was acknowledged, before {write.position}"
    for mark, entry in found.items():
        if sent.get(mark) != entry.said:
            yield f"phantom: nobody sent {entry.said}"


def _out_of_order(history: Iterable[Operation], log: Sequence[Kept]) -> Iterator[str]:
    """Against time: whatever begins sees, or comes after, all that had ended before."""
    where = {entry.said.mark: entry.position for entry in log}
    placed = [(operation, *span) for operation in history if (span := _span(operation, where)) is not None]
    ended = sorted(placed, key=lambda one: one[0].ended)
    heard, at = 0, 0
    for operation, first, last in sorted(placed, key=lambda one: one[0].began):
        while at < len(ended) and ended[at][0].ended < operation.began:
            heard = max(heard, ended[at][2])
            at += 1
        if isinstance(operation, Write) and first <= heard:
            yield f"reordered: {operation.said} came to {first}, when {heard} had been acknowledged"
        elif last < heard:
            yield f"stale: a read saw {last}, when {heard} had been acknowledged or seen"


def _span(operation: Operation, where: dict[str, int]) -> tuple[int, int] | None:
    """The first and last position that an operation tells of; None if it tells nothing of the head."""
    match operation:
        case Write(said=said) if all(one.mark in where for one in said):
            return where[said[0].mark], where[said[-1].mark]
        case State(known_at=None, position=position):
            return position, position
        case Log(after=after, entries=entries, whole=True):
            return after, after + len(entries)
    return None


def _wrong(history: Iterable[Operation], log: Sequence[Kept]) -> Iterator[str]:
    """Reads that show anything but the log up to their position, or a part of a commit."""
    whole = {0} | {one.position for one, other in pairwise(log) if one.commit != other.commit}
    whole |= {log[-1].position} if log else set()
    states = []
    for read in history:
        if isinstance(read, Log):
            yield from _wrong_log(read, log, whole)
        elif isinstance(read, State):
            states.append(read)
            yield from _wrong_position(read, whole)
    yield from _wrong_states(sorted(states, key=lambda read: read.position), log)


def _wrong_log(read: Log, log: Sequence[Kept], whole: set[int]) -> Iterator[str]:
    end = read.after + len(read.entries)
    if list(read.entries) != list(log[read.after : end]):
        yield f"wrong: the log after {read.after} was read as {read.entries}"
    if read.whole and end not in whole:
        yield f"torn: the log ended at {end}, within a commit"


def _wrong_position(read: State, whole: set[int]) -> Iterator[str]:
    if read.position not in whole:
        yield f"torn: an answer is from {read.position}, within a commit"
    if read.known_at is not None and read.position != max(p for p in whole if p <= read.known_at):
        yield f"wrong: known_at={read.known_at} was answered from {read.position}"


def _wrong_states(reads: Iterable[State], log: Sequence[Kept]) -> Iterator[str]:
    """Of reads in order of position."""
    stands: dict[str, tuple[int, tuple[str, str] | None]] = {}
    upto = 0
    for read in reads:
        for entry in log[upto : read.position]:
            stands[entry.said.id] = (entry.position, entry.said.about)
        upto = read.position
        if dict(read.evidence) != _evidence(stands):
            yield f"wrong: the answer at {read.position} is not what the log says"


def _evidence(
    stands: dict[str, tuple[int, tuple[str, str] | None]],
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The ids behind each relation, in order of position."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for id, (_, about) in sorted(stands.items(), key=lambda item: item[1][0]):
        if about is not None:
            found[about] = (*found.get(about, ()), id)
    return found


def _unrepeatable(history: Iterable[Operation]) -> Iterator[str]:
    seen: dict[tuple[str, int], bytes] = {}
    for read in history:
        if isinstance(read, State) and seen.setdefault((read.at, read.position), read.body) != read.body:
            yield f"unrepeatable: two answers for {read.at} at {read.position}"
