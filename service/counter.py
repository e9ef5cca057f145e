"""Counting for all workers together, a part of each client's minute at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import NamedTuple

from events.stores.access import Usage

SECONDS = 60
_PARTS = 64
_MOST_KEPT = 20_000


class Standing(NamedTuple):
    """Where a client stands: its `limit` of a kind in SECONDS, how many are `left`, and for how long."""

    kind: str
    limit: int
    left: int
    seconds: int


class _Part(NamedTuple):
    """What this process may still grant a client, how many are left beside it, and until when."""

    left: int
    beside: int
    ends: float


class Counter:
    """The part of the counting that is this process's own, so that most requests ask nobody."""

    def __init__(self, usage: Usage, clock: Callable[[], float] = monotonic) -> None:
        self._usage = usage
        self._clock = clock
        self._parts: dict[tuple[str, str, int], _Part] = {}
        self._lock = threading.Lock()

    def count(self, kind: str, client: str, limit: int) -> tuple[bool, Standing]:
        """One request more: whether it is granted, and where the client then stands."""
        key, now = (kind, client, limit), self._clock()
        with self._lock:
            part = self._parts.get(key)
            if part is not None and now < part.ends and (part.left or not part.beside):
                return self._spent(key, part, now)
        taken = self._taken(key, now)  # unlocked: nobody waits for what is asked for another client
        with self._lock:
            if len(self._parts) >= _MOST_KEPT:
                self._parts.clear()  # what was not used of them is lost, as it is at the end of a minute
            return self._spent(key, _joined(self._parts.get(key), taken, now), now)

    def _taken(self, key: tuple[str, str, int], now: float) -> _Part:
        kind, client, limit = key
        taken = self._usage.take(f"{client} {kind}", max(1, limit // _PARTS), limit, SECONDS)
        return _Part(taken.granted, taken.left, now + taken.seconds)

    def _spent(self, key: tuple[str, str, int], part: _Part, now: float) -> tuple[bool, Standing]:
        allowed = part.left > 0
        part = part._replace(left=part.left - allowed)
        self._parts[key] = part
        kind, _, limit = key
        return allowed, Standing(kind, limit, part.left + part.beside, max(1, ceil(part.ends - now)))


def _joined(part: _Part | None, taken: _Part, now: float) -> _Part:
    """What was taken, with what another thread took at the same time and has left."""
    if part is None or now >= part.ends:
        return taken
    return taken._replace(left=part.left + taken.left)
