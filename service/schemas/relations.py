"""Relations, their spells and their evidence."""

from __future__ import annotations

from marshmallow import fields

from events import vocabulary
from events.fields import Choice
from service.schemas.base import Answer, cursor_field, day_field, flag_field, list_of, text_field


class BoundsSchema(Answer):
    """Two days between which something lies, inclusive."""

    earliest = day_field()
    latest = day_field()


class SinceSchema(BoundsSchema):
    """When it began."""

    as_written = text_field("The source's own words.", allow_none=True)
    or_earlier = flag_field("Nobody reported a beginning: this is the first that is known of it.")


class UntilSchema(BoundsSchema):
    """When it ended."""

    as_written = text_field("The source's own words.", allow_none=True)


class IdentitySchema(Answer):
    """Which relation it is."""

    subject = text_field()
    kind = Choice(tuple(vocabulary.KINDS), required=True)
    object = text_field()
    under = fields.String(metadata={"description": "The treaty or deal, where one is named."})
    sign = fields.Integer(
        required=True, metadata={"enum": [1, 0, -1], "description": "With, neutral, against."}
    )


class FactsSchema(IdentitySchema):
    """What one stretch of a relation rests on."""

    since = fields.Nested(SinceSchema, required=True)
    until = fields.Nested(UntilSchema, required=True, allow_none=True)
    last_evidence = fields.Nested(BoundsSchema, required=True)
    attributed_only = flag_field("Every source of it is somebody's statement.")
    means = fields.List(Choice(vocabulary.MEANS))
    disputed = flag_field("Accounts of it are at odds.")


class EvidenceSchema(BoundsSchema):
    """A piece of evidence, and the days in which it lies."""

    shows = Choice(("begins", "holds", "ends"), required=True)
    throughout = flag_field("It held on each of these days, not only at some moment of them.")
    as_written = text_field(allow_none=True)


class CitedSchema(EvidenceSchema):
    """A piece of evidence with the ids of its events."""

    events = list_of(text_field())


class StretchSchema(Answer):
    """What every spell says of itself."""

    disputed = flag_field("Accounts of it are at odds.")
    since = fields.Nested(SinceSchema, required=True)
    until = fields.Nested(UntilSchema, required=True, allow_none=True)
    last_evidence = fields.Nested(BoundsSchema, required=True)
    attributed_only = flag_field("Every source of it is somebody's statement.")
    means = fields.List(Choice(vocabulary.MEANS))
    cap = fields.Nested(BoundsSchema, required=True, allow_none=True)
    set_aside = list_of(text_field("An event whose account would end it before it begins."))


class SpellSchema(StretchSchema):
    """One stretch of a relation."""

    evidence = list_of(CitedSchema)


class RelationSchema(IdentitySchema):
    """A relation with its whole history."""

    spells = list_of(SpellSchema)


class LineageStorySchema(Answer):
    """What a predecessor had. Nothing says that it was handed on."""

    actor = text_field("The predecessor.")
    of = text_field("Who succeeds it, and for whom it is told.")
    relations = list_of(RelationSchema)
    next = text_field("The address of the rest of them; null where that is all.", allow_none=True)


class RelationsSchema(Answer):
    """A page of relations."""

    items = list_of(RelationSchema)
    lineage = fields.List(
        fields.Nested(LineageStorySchema), metadata={"description": "With `lineage=1`, on the first page."}
    )
    next = cursor_field()
