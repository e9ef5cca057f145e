"""The versions of something: the commits at which it became what it is."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from functools import cached_property
from typing import Protocol

from events.errors import UnknownError
from events.model import Commit
from events.stores.clock import read_instant
from service.current import store


class Versions(Protocol):
    """The commits at which something became what it is, of which there is at least one."""

    def last(self, upto: int) -> Commit:
        """The last one at or before a position."""

    def by(self, instant: datetime) -> Commit:
        """The last one by an instant, or the first of all."""

    def following(self, after: int, upto: int, limit: int) -> list[Commit]:
        """Those at positions in (after, upto], oldest first."""

    def before(self, position: int) -> Commit | None:
        """The one before that at `position`."""


class VersionsOfLog:
    """Every commit of a timeline is a version of what is asked of all of it. Raises UnknownError if empty."""

    def __init__(self, timeline: str) -> None:
        self._timeline = timeline
        if not store().head(timeline).position:
            raise UnknownError("memento of the timeline", timeline, "nothing has been recorded in it yet")

    def last(self, upto: int) -> Commit:
        return store().resolve(self._timeline, upto)

    def by(self, instant: datetime) -> Commit:
        found = store().resolve(self._timeline, instant)
        return found if found.position else self.following(0, store().head(self._timeline).position, 1)[0]

    def following(self, after: int, upto: int, limit: int) -> list[Commit]:
        return store().commits(self._timeline, after, upto, limit)

    def before(self, position: int) -> Commit | None:
        found = store().resolve(self._timeline, position - 1)
        return found if found.position else None


class VersionsOfThing:
    """The commits with an entry about one thing. Raises UnknownError if there is none."""

    def __init__(self, timeline: str, entity: str, id: str) -> None:
        self._timeline = timeline
        self._entries = store().history(timeline, entity, id, store().head(timeline).position)
        if not self._entries:
            raise UnknownError(entity, id)

    @cached_property
    def _commits(self) -> list[Commit]:
        """An entry's own position may lie inside its commit."""
        instants = dict.fromkeys(entry.recorded_at for entry in self._entries)
        return [store().resolve(self._timeline, read_instant(instant)) for instant in instants]

    def last(self, upto: int) -> Commit:
        return self._commits[max(self._place(upto) - 1, 0)]

    def by(self, instant: datetime) -> Commit:
        reached = [commit for commit in self._commits if read_instant(commit.recorded_at or "") <= instant]
        return reached[-1] if reached else self._commits[0]

    def following(self, after: int, upto: int, limit: int) -> list[Commit]:
        return self._commits[self._place(after) : self._place(upto)][:limit]

    def before(self, position: int) -> Commit | None:
        place = self._place(position - 1)
        return self._commits[place - 1] if place else None

    def _place(self, position: int) -> int:
        """How many there are up to a position."""
        return bisect_right(self._commits, position, key=lambda commit: commit.position)
