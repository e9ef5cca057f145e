"""What is found by its words."""

from __future__ import annotations

from marshmallow import fields

from events.fields import Choice
from events.schemas import ActorSchema, DocumentSchema, EventSchema
from events.search import FOUND
from service.schemas.base import Answer, cursor_field, list_of, text_field
from service.schemas.things import ThingSchema


class MatchSchema(Answer):
    """Where one of the words stands."""

    field = text_field("A path such as title, names.ar or sources[0].quote.")
    snippet = text_field("The words about it, as they were written.")


class HitSchema(ThingSchema):
    """Something that is found: an event, an actor or a document, as it was last stated."""

    entity = Choice(FOUND, required=True)
    status = Choice(("recorded", "corrected", "retracted"), required=True)
    found = list_of(MatchSchema)
    event = fields.Nested(EventSchema)
    actor = fields.Nested(ActorSchema)
    document = fields.Nested(DocumentSchema)


class HitsSchema(Answer):
    """A page of what is found, the best first."""

    items = list_of(HitSchema)
    next = cursor_field()
