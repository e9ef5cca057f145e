"""Common membership."""

from __future__ import annotations

from marshmallow import fields

from events.fields import Choice
from events.membership import RULE
from service.schemas.base import (
    Answer,
    cursor_field,
    day_field,
    flag_field,
    instant_field,
    list_of,
    position_field,
    status_field,
    text_field,
)
from service.schemas.relations import BoundsSchema
from service.schemas.states import ActorNameSchema


class FirstBoundsSchema(BoundsSchema):
    """When both were members for the first time."""

    or_earlier = flag_field("Nobody reported a beginning of either: these days are the first that is known.")


class MembershipSchema(Answer):
    """One of the two recorded relations that a pair rests on: the actor is `member_of` what both are in."""

    actor = text_field()
    under = fields.String(metadata={"description": "The treaty or deal, where one is named."})
    status = status_field()
    evidence = list_of(text_field("The id of an event."))


class CommonMembershipSchema(Answer):
    """Two actors that are members of the same on the day."""

    actors = list_of(text_field())
    through = text_field("What both are members of.")
    status = status_field("The weaker of the two.")
    disputed = flag_field("Accounts of one of them are at odds.")
    attributed_only = flag_field("Every source of one of them is somebody's statement.")
    since = fields.Nested(FirstBoundsSchema, required=True)
    until = fields.Nested(BoundsSchema, required=True, allow_none=True)
    memberships = list_of(MembershipSchema)


class CommonMembershipsSchema(Answer):
    """A page of the pairs, by what they are members of, then by actor. Derived: none of it is recorded."""

    timeline = text_field()
    at = day_field()
    position = position_field()
    recorded_at = instant_field()
    rules = fields.Integer(required=True, metadata={"description": "The number of the rules that decided."})
    rule = Choice((RULE,), required=True)
    actors = fields.Dict(keys=fields.String(), values=fields.Nested(ActorNameSchema), required=True)
    items = list_of(CommonMembershipSchema)
    next = cursor_field()
