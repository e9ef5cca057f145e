"""The versions of an answer."""

from __future__ import annotations

from marshmallow import fields

from service.schemas.base import Answer, list_of, text_field


class MementoSchema(Answer):
    """One version."""

    datetime = text_field("When the log learned it: RFC 3339, UTC.")
    uri = text_field("Its address, for ever.")


class MementosSchema(Answer):
    """A page of them, oldest first; the first and the last of all where they are on this page."""

    list = list_of(MementoSchema)
    first = fields.Nested(MementoSchema)
    last = fields.Nested(MementoSchema)


class TimeMapAddressesSchema(Answer):
    """The same list in both formats."""

    link_format = text_field()
    json_format = text_field()


class AddressSchema(Answer):
    """Where something is."""

    uri = text_field()


class TimeMapPagesSchema(Answer):
    """What follows; nothing on the last page."""

    next = fields.Nested(AddressSchema)


class TimeMapSchema(Answer):
    """Every version of an answer, in the shape that Memento aggregators use."""

    original_uri = text_field()
    timegate_uri = text_field()
    timemap_uri = fields.Nested(TimeMapAddressesSchema, required=True)
    self = text_field()
    mementos = fields.Nested(MementosSchema, required=True)
    pages = fields.Nested(TimeMapPagesSchema, required=True)
