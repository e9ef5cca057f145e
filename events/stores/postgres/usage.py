"""Usage in unlogged tables on the primary. Promises: `events.stores.access.Usage`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import psycopg

from events.errors import AllegianceError
from events.stores.access import Count, Taken, grain, spend
from events.stores.memory_access import MemoryUsage
from events.stores.postgres.connection import Connections

_REST_SECONDS = 5
"""How long this process counts by itself once the counts could not be shared."""

_SHARING_SECONDS = 2
"""How long a request waits for that to be done."""

_SWEEP_SECONDS = 60

# Nobody waits for the disk, and for another one who counts only a moment.
_LIGHTLY = "set local synchronous_commit = off; set local lock_timeout = '500ms'"

# The clock is the database's, as hosts may not agree, and read once the row is locked: windows then follow
# one another.
_USED = """
with found as materialized (select used, until from used_requests where key = %s for update)
select used, until, extract(epoch from clock_timestamp())::float8 from found
"""


class PostgreSQLUsage:
    """Counts of one database; of this process alone while that does not answer.

    A `clock` stands in for the database's.
    """

    def __init__(self, primary: Connections, clock: Callable[[], datetime] | None = None) -> None:
        self._primary = primary
        self._clock = clock
        self._here = clock or partial(datetime.now, UTC)
        self._alone = MemoryUsage(self._here)
        self._noted: dict[str, str] = {}
        self._swept = 0.0
        self._rests_until = 0.0

    def take(self, key: str, wanted: int, most: int, seconds: int) -> Taken:
        if time.monotonic() >= self._rests_until:
            try:
                return self._take(key, wanted, most, seconds)
            except (AllegianceError, psycopg.Error):
                self._rest()
        return self._alone.take(key, wanted, most, seconds)

    def _take(self, key: str, wanted: int, most: int, seconds: int) -> Taken:
        with self._primary.writing(seconds=_SHARING_SECONDS) as connection:
            connection.execute(_LIGHTLY)
            connection.execute(
                "insert into used_requests (key, used, until) values (%s, 0, 0) on conflict do nothing",
                (key,),
            )
            ((used, until, now),) = connection.execute(_USED, (key,)).fetchall()
            if self._clock is not None:
                now = self._clock().timestamp()
            taken, count = spend(Count(used, until), wanted, most, seconds, now)
            connection.execute("update used_requests set used = %s, until = %s where key = %s", (*count, key))
        self._sweep(now)
        return taken

    def _sweep(self, now: float) -> None:
        """Forget the counts of those who have gone, now and then."""
        if not now - _SWEEP_SECONDS < self._swept <= now:
            self._swept = now
            with self._primary.writing(seconds=_SHARING_SECONDS) as connection:
                connection.execute(
                    "delete from used_requests where key in"
                    " (select key from used_requests where until <= %s for update skip locked)",
                    (now,),
                )

    def use(self, token: str) -> None:
        at = grain(self._here())
        if self._noted.get(token) == at or time.monotonic() < self._rests_until:
            return
        self._noted[token] = at
        try:
            with self._primary.writing(seconds=_SHARING_SECONDS) as connection:
                connection.execute(_LIGHTLY)
                connection.execute(
                    "insert into used_token (token, at) values (%s, %s)"
                    " on conflict (token) do update set at = excluded.at",
                    (token, at),
                )
        except (AllegianceError, psycopg.Error):
            self._rest()

    def last_used(self) -> Mapping[str, str]:
        try:
            return dict(
                self._primary.ask(
                    lambda connection: connection.execute("select token, at from used_token").fetchall(),
                    _SHARING_SECONDS,
                )
            )
        except (AllegianceError, psycopg.Error):
            return dict(self._noted)

    def close(self) -> None:
        """Nothing of its own to let go of."""

    def _rest(self) -> None:
        self._rests_until = time.monotonic() + _REST_SECONDS
