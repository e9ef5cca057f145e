"""Events, actors and documents."""

from __future__ import annotations

from marshmallow import fields

from events.fields import Choice
from events.schemas import ActorSchema, DocumentSchema, EventSchema
from service.schemas.base import Answer, cursor_field, list_of, position_field, text_field
from service.schemas.log import EntrySchema


class ThingSchema(Answer):
    """What every thing in a list has."""

    id = text_field()
    position = position_field("Of the entry that states it.")
    recorded_at = text_field()


class EventItemSchema(ThingSchema):
    """A live event."""

    event = fields.Nested(EventSchema, required=True)


class ActorItemSchema(ThingSchema):
    """A live actor."""

    actor = fields.Nested(ActorSchema, required=True)


class DocumentItemSchema(ThingSchema):
    """A live document."""

    document = fields.Nested(DocumentSchema, required=True)


class EventsSchema(Answer):
    """A page of the events, by their first day."""

    items = list_of(EventItemSchema)
    next = cursor_field()


class ActorsSchema(Answer):
    """A page of the actors, by id."""

    items = list_of(ActorItemSchema)
    next = cursor_field()


class DocumentsSchema(Answer):
    """A page of the documents, by id."""

    items = list_of(DocumentItemSchema)
    next = cursor_field()


class HistorySchema(ThingSchema):
    """What every thing has with all that was ever said of it."""

    status = Choice(("live", "retracted", "erased"), required=True)
    history = list_of(EntrySchema)


class EventHistorySchema(HistorySchema):
    """An event with its history; null where it was retracted or erased."""

    event = fields.Nested(EventSchema, required=True, allow_none=True)


class ActorHistorySchema(HistorySchema):
    """An actor with its history; null where it was retracted or erased."""

    actor = fields.Nested(ActorSchema, required=True, allow_none=True)


class DocumentHistorySchema(HistorySchema):
    """A document with its history; null where it was retracted or erased."""

    document = fields.Nested(DocumentSchema, required=True, allow_none=True)
