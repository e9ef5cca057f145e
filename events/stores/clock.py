"""Instants of the recorded axis: UTC to the microsecond, never the same twice, never backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def write_instant(instant: datetime) -> str:
    """RFC 3339 in UTC with six decimals, so that text order is time order."""
    # strftime would write the year 999 with three digits.
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_instant(text: str) -> datetime:
    """The inverse of `write_instant`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def next_instant(now: datetime, last: str | None) -> str:
    """The instant of a commit: `now`, or just after the last one where the clock stood or went back."""
    instant = write_instant(now)
    if last is not None and instant <= last:
        return write_instant(read_instant(last) + timedelta(microseconds=1))
    return instant
