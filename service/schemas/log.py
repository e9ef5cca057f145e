"""The log, line by line."""

from __future__ import annotations

from marshmallow import fields

from events import vocabulary
from events.fields import Choice
from service.schemas.base import Answer, list_of, position_field, text_field


class EntrySchema(Answer):
    """One line of the log."""

    position = position_field()
    recorded_at = text_field()
    op = Choice(vocabulary.OPS, required=True)
    entity = Choice(vocabulary.ENTITIES, required=True)
    id = text_field()
    author = text_field("The id of the token that wrote it.")
    author_name = fields.String(metadata={"description": "The author's name, where the token has one."})
    body = fields.Dict(
        required=True, allow_none=True, metadata={"description": "As sent; null once erased by law."}
    )
    erased = fields.Integer(metadata={"description": "The position of the entry that erased it by law."})


class LogSchema(Answer):
    """A stretch of the log, in order of position."""

    items = list_of(EntrySchema)
    next = text_field(
        "Send it as `after` for what follows; null at the head without `wait`.", allow_none=True
    )
