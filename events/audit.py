"""Whether answers are what a log says, seen from outside: nothing is needed but the log and the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from events import answer
from events.answer import Question
from events.days import iso
from events.model import Commit, Entry, Event
from events.replay import Live, live, replay
from events.stores import Progress
from events.verify import Report

_DAYS_ASKED = 8

_Item = TypeVar("_Item")


def audit(
    entries: Sequence[Entry],
    positions: int,
    ask: Callable[[Question, int], str],
    progress: Progress,
) -> Report:
    """Hold answers against the replay of the whole log, at its head and some `positions` commits before.

    `ask` gives the relations of the answer to a question at a position, lapsed ones included, as
    compact JSON without brackets. `progress` is told how many positions were checked.
    """
    report = Report(entries=len(entries))
    if [entry.position for entry in entries] != list(range(1, len(entries) + 1)):
        report.fault("The positions of the log are not 1, 2, 3 … without gaps.")
    if any(one.recorded_at > other.recorded_at for one, other in pairwise(entries)):
        report.fault("The log is not in the order in which it was recorded.")
    commits = _spread(_commits(entries), positions)
    for commit in commits:
        report.positions_checked += 1
        for day in _days(live(entries, commit.position)):
            standings = replay(entries, day, commit.position)
            report.relations_checked += len(standings)
            if ask(Question(day, lapsed=True), commit.position) != ",".join(
                answer.item(*standing) for standing in standings
            ):
                report.fault(f"The answer for {iso(day)} at position {commit.position} is not the replay's.")
        progress(report.positions_checked, len(commits))
    return report


def _commits(entries: Sequence[Entry]) -> list[Commit]:
    """The commits of a log, oldest first: what was recorded at one instant came as one."""
    last = {entry.recorded_at: entry.position for entry in entries}
    return [Commit(position, recorded_at) for recorded_at, position in last.items()]


def _days(state: Live) -> list[int]:
    """A few days spread over the first days of the live events."""
    return _spread(
        sorted({thing.date.first for _, thing in state.things.values() if isinstance(thing, Event)}),
        _DAYS_ASKED,
    )


def _spread(items: Sequence[_Item], most: int) -> list[_Item]:
    """At most about so many items at even distances, the last one among them."""
    return list(items[::-1][:: max(1, -(-len(items) // most))])[::-1]
