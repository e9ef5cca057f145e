"""Errors, and what an append did."""

from __future__ import annotations

from marshmallow import fields

from events import vocabulary
from events.fields import Choice
from service.schemas.base import Answer, instant_field, list_of, position_field, status_field, text_field
from service.schemas.relations import IdentitySchema


class FaultSchema(Answer):
    """One fault in one place."""

    detail = text_field("What is wrong and what to write instead.")
    line = fields.Integer(metadata={"description": "From 1, in the text that was sent."})
    column = fields.Integer(metadata={"description": "From 1."})
    field = fields.String(metadata={"description": "A path such as effects[0].kind, or a parameter."})
    value = fields.String(metadata={"description": "What stood there, shortened."})


class MissedSchema(Answer):
    """An entry that a conditional append did not know of."""

    position = position_field()
    op = Choice(vocabulary.OPS, required=True)
    entity = Choice(vocabulary.ENTITIES, required=True)
    id = text_field()


class ProblemSchema(Answer):
    """An error, as RFC 9457 has it."""

    type = text_field("An address that explains this kind of error.")
    title = text_field()
    status = fields.Integer(required=True)
    detail = text_field("What to do.")
    errors = fields.List(fields.Nested(FaultSchema))
    request_id = fields.String(
        metadata={"description": "Names this request in the service's log, as X-Request-ID does."}
    )
    position = fields.Integer(metadata={"description": "Where the log stands, if that was the conflict."})
    expected_position = fields.Integer()
    missed = fields.List(fields.Nested(MissedSchema))


class ForeseenDaysSchema(Answer):
    """A run of days on which a relation would stand otherwise."""

    from_ = text_field("The first day.", data_key="from")
    to = text_field("The last day; null where it has none.", allow_none=True)
    before = status_field(allow_none=True)
    after = status_field(allow_none=True)


class ForeseenRelationSchema(IdentitySchema):
    """A relation that would change, and on which days."""

    days = list_of(ForeseenDaysSchema)


class ForeseenSchema(Answer):
    """What an append that was only tried would change."""

    total = fields.Integer(required=True, metadata={"description": "How many relations would change."})
    items = fields.List(
        fields.Nested(ForeseenRelationSchema), required=True, metadata={"description": "The first thousand."}
    )


class ReceiptSchema(Answer):
    """What an append did."""

    position = position_field("Where the log stands now.")
    recorded_at = instant_field()
    appended = fields.Integer(required=True, metadata={"description": "How many entries are new."})
    existing = fields.Integer(required=True, metadata={"description": "How many were there already."})
    notices = fields.List(
        fields.Nested(FaultSchema),
        metadata={"description": "What to know of what was sent, though it hindered nothing."},
    )
    changes = fields.Nested(ForeseenSchema, metadata={"description": "With dry_run: what would change."})
