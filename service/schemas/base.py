"""What the schemas of all answers are made of."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields

from events import vocabulary


class Answer(Schema):
    """An answer says all that its schema names and nothing else."""

    class Meta:
        unknown = RAISE


def text_field(description: str = "", **kwargs: Any) -> Any:
    """A string that is always there."""
    return fields.String(
        required=True, metadata={"description": description} if description else {}, **kwargs
    )


def position_field(description: str = "A place in the log, from 1; 0 is the empty log.") -> Any:
    """A place in the log."""
    return fields.Integer(required=True, metadata={"description": description, "minimum": 0})


def instant_field() -> Any:
    """A point on the recorded axis."""
    return text_field("When the log learned it: RFC 3339, UTC. Null before the first entry.", allow_none=True)


def day_field() -> Any:
    """A day of valid time."""
    return text_field("A day, such as 2019-05-01 or -0044-03-15.")


def status_field(description: str = "", *, allow_none: bool = False) -> Any:
    """How a relation stands."""
    words = [*vocabulary.STATUSES, *([None] if allow_none else [])]
    metadata = {"enum": words, **({"description": description} if description else {})}
    return fields.String(required=True, allow_none=allow_none, metadata=metadata)


def cursor_field() -> Any:
    """What leads from one page to the next."""
    return text_field(
        "Send it as `cursor` for the page that follows; null after the last one.", allow_none=True
    )


def list_of(of: Any) -> Any:
    """A list that is always there."""
    return fields.List(of if isinstance(of, fields.Field) else fields.Nested(of), required=True)


def flag_field(description: str) -> Any:
    """Yes or no, always said."""
    return fields.Boolean(required=True, metadata={"description": description})
