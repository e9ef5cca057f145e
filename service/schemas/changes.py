"""What changed."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from events import vocabulary
from events.fields import Choice
from service.schemas.base import (
    Answer,
    cursor_field,
    day_field,
    flag_field,
    list_of,
    position_field,
    status_field,
    text_field,
)
from service.schemas.relations import FactsSchema, IdentitySchema


class CauseSchema(Answer):
    """An entry that made a difference."""

    position = position_field()
    recorded_at = text_field()
    op = Choice(vocabulary.OPS, required=True)
    entity = Choice(vocabulary.ENTITIES, required=True)
    id = text_field()
    reason = fields.String(metadata={"description": "Why, where it corrects or retracts."})


class ValidChangeSchema(FactsSchema):
    """A relation's status changed in the world. Null: not in the answer; lapsed: not known any more."""

    date = day_field()
    before = status_field(allow_none=True)
    after = status_field(allow_none=True)
    evidence = list_of(text_field("The id of an event."))
    entries = list_of(CauseSchema)


class ValidChangesSchema(Answer):
    """A page of what changed in the world, by day."""

    items = list_of(ValidChangeSchema)
    next = cursor_field()


class KnownChangeSchema(IdentitySchema):
    """The log says something else of a relation: its item on the day asked for, or all its spells."""

    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)
    was_wrong = flag_field("Something said before was corrected or retracted; false: more has become known.")
    entries = list_of(CauseSchema)


class KnownChangesSchema(Answer):
    """A page of what changed in what is known, by relation."""

    items = list_of(KnownChangeSchema)
    next = cursor_field()


CHANGES: dict[str, Any] = {"anyOf": [ValidChangesSchema, KnownChangesSchema]}
