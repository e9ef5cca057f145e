"""Who may read a timeline, how much a client may ask for, and what was done by those who decide on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from events.stores.clock import write_instant
from events.stores.tokens import LOCAL

VISIBILITIES = ("public", "private")

USED_SECONDS = 3600
"""How exactly the last use of a token is kept."""


class Act(NamedTuple):
    """A line of the audit trail: the `number`s are 1, 2, 3 …; `who` is a token's id, or local."""

    number: int
    at: str
    who: str
    action: str
    what: Mapping[str, Any]


class Taken(NamedTuple):
    """How many requests were granted, how many are left, and in how many seconds the count begins anew."""

    granted: int
    left: int
    seconds: float


class Count(NamedTuple):
    """What a client has used, and until when that counts, in seconds since 1970."""

    used: int
    until: float


class Access(Protocol):
    """Which timelines are private, and the audit trail of all administration."""

    def visibility(self, timeline: str) -> str | None:
        """One of VISIBILITIES; None if there is no such timeline. Asked for with every read: it is cheap."""

    def private(self) -> frozenset[str]:
        """The names of the private timelines, also of those that have not begun."""

    def set_visibility(self, timeline: str, visibility: str, by: str = LOCAL) -> None:
        """Make a timeline private or public, at once and for every process.

        One that has not begun can be made private, and public again; raises UnknownError if there is
        no other trace of it. What changes nothing is not in the audit trail.
        """

    def audit(self, after: int = 0, limit: int = 100) -> list[Act]:
        """The audit trail after a number, in order. Nothing in it is ever changed or removed."""


class Usage(Protocol):
    """Counts that all processes of a store share. They are no record: they may be lost, and never wait.

    Nothing here raises: where counts cannot be shared, this process counts by itself.
    """

    def take(self, key: str, wanted: int, most: int, seconds: int) -> Taken:
        """Use up to `wanted` of the `most` requests that a client has in any window of `seconds`.

        A window begins with the first request in it. Never more than `most` are granted in one.
        """

    def use(self, token: str) -> None:
        """Note that a token is in use, to USED_SECONDS. Free but for the first time in each."""

    def last_used(self) -> Mapping[str, str]:
        """When each token that was used was last used, by id, as the beginning of its USED_SECONDS."""

    def close(self) -> None:
        """Let go of every resource."""


def spend(count: Count | None, wanted: int, most: int, seconds: int, now: float) -> tuple[Taken, Count]:
    """What is granted on top of a count, and the count after it."""
    # A window that ends too late was begun under a clock that has gone back since.
    if count is None or not now < count.until <= now + seconds:
        count = Count(0, now + seconds)
    granted = max(0, min(wanted, most - count.used))
    used = count.used + granted
    return Taken(granted, max(0, most - used), count.until - now), Count(used, count.until)


def grain(now: datetime) -> str:
    """The beginning of the USED_SECONDS in which an instant lies."""
    return write_instant(datetime.fromtimestamp(now.timestamp() // USED_SECONDS * USED_SECONDS, UTC))
