"""What every projection kept in tables has alike: a change that it takes, and a reading as a row of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from events.model import Thing
from events.readings import Reading
from events.strict_json import compact


class Change(NamedTuple):
    """One entry of a commit, as the projection takes it. `thing` is None where it was retracted or erased."""

    position: int
    entity: str
    id: str
    thing: Thing | None


READING = "op, a, b, e, f, unknown_first, position, place, event, as_written, attributed, means"
"""The columns of a reading, in the order in which `reading_of` takes their values."""


def reading_of(row: Sequence[Any]) -> Reading:
    """The reading that the columns `READING` hold."""
    *bounds, unknown_first, position, place, event, as_written, attributed, means = row
    return Reading._make(
        (
            *bounds,
            bool(unknown_first),
            position,
            place,
            ((position, event),),
            as_written,
            bool(attributed),
            tuple(json.loads(means)) if means != "[]" else (),
        )
    )


def row_of(reading: Reading, event: str) -> tuple[object, ...]:
    """The inverse: the values of the columns `READING`."""
    bounds = reading[:6]
    rest = (reading.as_written, reading.attributed, compact(reading.means))
    return *bounds, reading.position, reading.place, event, *rest
