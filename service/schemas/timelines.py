"""The timelines."""

from __future__ import annotations

from marshmallow import fields

from events.fields import Names, Texts
from events.schemas import SideSchema, TimelineSchema
from service.schemas.base import Answer, cursor_field, instant_field, list_of, position_field, text_field


class TimelineItemSchema(Answer):
    """A timeline in the list."""

    id = text_field()
    title = Names(required=True, allow_none=True)
    position = position_field("The head of its log.")
    recorded_at = instant_field()


class TimelinesSchema(Answer):
    """A page of the timelines."""

    items = list_of(TimelineItemSchema)
    next = cursor_field()


class LinksSchema(Answer):
    """Where to ask about a timeline."""

    state = text_field("Needs `at`.")
    explain = text_field("Needs `subject`, `kind`, `object` and `at`.")
    changes = text_field("Needs `from` and, between days, `to`.")
    relations = text_field()
    events = text_field()
    actors = text_field()
    documents = text_field()
    log = text_field()
    search = text_field("Needs `q` or a filter.")
    checkpoint = text_field("What was signed last of its log; 404 where nothing is signed.")


class TimelineDetailSchema(TimelineItemSchema):
    """A timeline: how its editors describe it, and where its log stands."""

    description = Texts(required=True, allow_none=True)
    sides = list_of(SideSchema)
    links = fields.Nested(LinksSchema, required=True)


class NewTimelineSchema(TimelineSchema):
    """A new timeline's id, and its description if it has one yet."""

    id = fields.String(required=True, metadata={"pattern": "^[a-z0-9-]{1,64}$"})  # type: ignore[assignment]
    title = Names()
