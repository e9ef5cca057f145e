"""Cursors: where a page ended and the position it was read at, so that the next page fits on to it."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields

from events import strict_json
from events.days import FIRST_DAY, LAST_DAY
from events.errors import UnreadableError

_REFUSED = "This is not a cursor for this address; use the `next` of its page before, as it stands."
_LONGEST = 4000


MOST_POSITION = 10**15
POSITIONS = range(MOST_POSITION + 1)
DAYS = range(FIRST_DAY, LAST_DAY + 1)


class Place(NamedTuple):
    """Where to go on: after `key`, in the log as it stood at `position`."""

    position: int
    key: tuple[Any, ...]


def write(place: Place) -> str:
    """A place as an opaque word that an address can carry."""
    text = json.dumps([place.position, *place.key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class Cursor(fields.String):
    """The inverse of `write`, for keys whose parts are text (`str`) or whole numbers within a range."""

    def __init__(self, *shape: type[str] | range) -> None:
        example = write(Place(74, tuple("haftar" if part is str else 1 for part in shape)))
        super().__init__(
            metadata={
                "description": "The `next` of the page before; it brings the state of the log with it.",
                "example": example,
            }
        )
        self.shape = (POSITIONS, *shape)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{_LONGEST}}}", value):
            raise ValidationError(_REFUSED)
        try:
            parts = strict_json.read(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        except (UnreadableError, ValueError):
            raise ValidationError(_REFUSED) from None
        if not isinstance(parts, list) or len(parts) != len(self.shape):
            raise ValidationError(_REFUSED)
        if not all(map(_fits, parts, self.shape)):
            raise ValidationError(_REFUSED)
        return Place(parts[0], tuple(parts[1:]))


def _fits(part: Any, shape: type[str] | range) -> bool:
    if isinstance(shape, range):
        return type(part) is int and part in shape
    return type(part) is str
