"""The state of a day, and why it is so."""

from __future__ import annotations

from marshmallow import fields

from events import vocabulary
from events.schemas import EventSchema
from service.schemas.base import (
    Answer,
    day_field,
    flag_field,
    instant_field,
    list_of,
    position_field,
    status_field,
    text_field,
)
from service.schemas.relations import EvidenceSchema, FactsSchema, IdentitySchema, StretchSchema


class RelationItemSchema(FactsSchema):
    """How a relation stands on the day."""

    status = status_field()
    evidence = list_of(text_field("The id of an event."))


class ErasedSchema(Answer):
    """What of the log up to the position was erased by law: the answer says nothing of it."""

    entries = fields.Integer(required=True, metadata={"description": "How many entries."})
    by = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "The positions of the entries that erased them and say why."},
    )


class ActorNameSchema(Answer):
    """An actor as an answer names it: by its id where what was said of it then was erased by law."""

    name = text_field()
    type = fields.String(required=True, allow_none=True, metadata={"enum": [*vocabulary.ACTOR_TYPES, None]})
    erased = fields.Boolean(metadata={"description": "What was said of it then was erased by law."})


class CountsSchema(Answer):
    """How many relations have each status; `lapsed` only where it was asked for."""

    attested = fields.Integer(required=True)
    possible = fields.Integer(required=True)
    presumed = fields.Integer(required=True)
    lapsed = fields.Integer()


class LineageItemSchema(Answer):
    """What a predecessor had on that day. Nothing says that it was handed on."""

    actor = text_field("The predecessor.")
    of = text_field("Who succeeds it, and for whom it is told.")
    relations = list_of(RelationItemSchema)


class StateSchema(Answer):
    """Who stood with or against whom on a day, as known at a position."""

    timeline = text_field()
    at = day_field()
    position = position_field()
    recorded_at = instant_field()
    root = text_field("The root of the log's tree at that position, in base64, as its checkpoints name it.")
    rules = fields.Integer(required=True, metadata={"description": "The number of the rules that decided."})
    permalink = text_field("The address of this same answer, for ever.")
    erased = fields.Nested(ErasedSchema, metadata={"description": "Only where anything was."})
    actors = fields.Dict(keys=fields.String(), values=fields.Nested(ActorNameSchema), required=True)
    relations = list_of(RelationItemSchema)
    lineage = fields.List(fields.Nested(LineageItemSchema), metadata={"description": "With `lineage=1`."})
    counts = fields.Nested(CountsSchema, required=True)


class SourcedEventSchema(Answer):
    """An event with the words of its sources, as sent."""

    id = text_field()
    position = position_field()
    title = fields.String()
    date = fields.String()
    as_written = fields.String()
    date_basis = fields.String()
    sources = EventSchema._declared_fields["sources"]


class SourcedSchema(EvidenceSchema):
    """A piece of evidence with its events."""

    events = list_of(SourcedEventSchema)


class ExplainedSpellSchema(StretchSchema):
    """One stretch, and what it comes to on the day."""

    speaks = flag_field("This stretch decides the answer.")
    status = status_field(allow_none=True)
    disputed_on_day = flag_field("Whether it is disputed on the day.")
    rule = fields.Integer(required=True, metadata={"description": "The rule of the replay's step 4."})
    because = text_field("The rule, in words.")
    evidence = list_of(SourcedSchema)


class ExplanationSchema(Answer):
    """Why a relation stands as it does on a day. A status of null: nothing is known of that day."""

    timeline = text_field()
    at = day_field()
    position = position_field()
    recorded_at = instant_field()
    erased = fields.Nested(ErasedSchema, metadata={"description": "Only where anything was."})
    rules = fields.Integer(required=True)
    relation = fields.Nested(IdentitySchema, required=True)
    status = status_field(allow_none=True)
    disputed = flag_field("Accounts of it are at odds.")
    because = text_field("What decided, in words.")
    spells = list_of(ExplainedSpellSchema)
