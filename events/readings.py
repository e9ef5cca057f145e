"""Readings: what an event's effects say of each relation, in days. Step 2 of the replay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from events.dates import Date, Missing, Span
from events.days import FIRST_DAY
from events.errors import DateError
from events.model import Event, Relation


class Reading(NamedTuple):
    """An effect read in days: what one or more events say alike of one relation.

    `op` is starts, ends or holds, or lasts with both ends known. The four bounds
    are days, inclusive: it begins in [a, b] and ends in [e, f]. `unknown_first`
    marks an end of which only the last possible day is known ("by 2011").
    `events` are the (position, id) of the events that say so.
    """

    op: str
    a: int
    b: int
    e: int
    f: int
    unknown_first: bool
    position: int
    place: int
    events: tuple[tuple[int, str], ...]
    as_written: str | None = None
    attributed: bool = False
    means: tuple[str, ...] = ()


class Bounds(NamedTuple):
    """How an op and a date are read: the op may change, the bounds are all known."""

    op: str
    a: int
    b: int
    e: int
    f: int
    unknown_first: bool


def bounds_of(op: str, date: Date) -> Bounds:
    """What `op` says with this date.

    Raises DateError, naming what to write, where a bound that the op needs is open or unknown.
    """
    start, end = date.start, date.end
    if isinstance(start, Span) and isinstance(end, Span):
        if op in ("starts", "ends"):  # a moment anywhere between the first and the last day
            start = end = Span(start.lo, end.hi)
        return Bounds(op, *start, *end, False)
    # A set open to one side is one date of unknown bounds, no interval with one known end.
    interval = not date.text.startswith("[")
    if op == "lasts" and interval and isinstance(start, Span):
        return Bounds("starts", *start, *start, False)
    if op == "lasts" and interval and isinstance(end, Span):
        return Bounds("ends", *end, *end, False)
    if op == "ends" and start is Missing.UNKNOWN and isinstance(end, Span):
        return Bounds("ends", FIRST_DAY, end.hi, FIRST_DAY, end.hi, True)
    raise DateError(date.text, f"leaves open what '{op}' needs to know", _instead(op, date))


def _instead(op: str, date: Date) -> str:
    known = date.text.strip("[]").replace("..", "").strip("/")
    if op == "starts":
        return f"the effect as 'lasts' with '{known}/..', or the bounds of the beginning as 'EARLIEST/LATEST'"
    if op == "ends":
        return f"'/{known}' for an end by then, or the bounds of the end as 'EARLIEST/LATEST'"
    if op == "holds":
        return f"'{known}' for a day on which it held, or the effect as 'lasts' to say when it began or ended"
    return f"an interval such as '{known}/..' with one known end"


def readings_of(event: Event, position: int, id: str) -> Iterator[tuple[Relation, Reading]]:
    """Each effect of a live event as a reading of its relation; `position` is that of its entry."""
    for place, effect in enumerate(event.effects):
        yield (
            effect.relation,
            Reading(
                *bounds_of(effect.op, event.date),
                position,
                place,
                ((position, id),),
                event.as_written,
                event.attributed,
                effect.means,
            ),
        )
