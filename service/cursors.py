"""Cursors: where a page ended and the position it was read at, so that the next page fits on to it."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields

from events import strict_json
from events.errors import UnreadableError

_REFUSED = "This is not a cursor for this address; use the `next` of its page before, as it stands."
_LONGEST = 4000


class Place(NamedTuple):
    """Where to go on: after `key`, in the log as it stood at `position`."""

    position: int
    key: tuple[Any, ...]


def write(place: Place) -> str:
    """A place as an opaque word that an address can carry."""
    text = json.dumps([place.position, *place.key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class Cursor(fields.String):
    """The inverse of `write`, for keys whose parts have the given types."""

    def __init__(self, *shape: type) -> None:
        example = write(Place(74, tuple({int: 1, str: "haftar"}[part] for part in shape)))
        super().__init__(
            metadata={
                "description": "The `next` of the page before; it brings the state of the log with it.",
                "example": example,
            }
        )
        self.shape = (int, *shape)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{_LONGEST}}}", value):
            raise ValidationError(_REFUSED)
        try:
            parts = strict_json.read(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        except (UnreadableError, ValueError):
            raise ValidationError(_REFUSED) from None
        if not isinstance(parts, list) or tuple(map(type, parts)) != self.shape or parts[0] < 0:
            raise ValidationError(_REFUSED)
        return Place(parts[0], tuple(parts[1:]))
