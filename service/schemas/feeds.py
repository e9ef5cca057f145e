"""JSON Feed 1.1, as it is used here."""

from __future__ import annotations

from marshmallow import fields

from events import vocabulary
from events.fields import Choice
from service.schemas.base import Answer, list_of, position_field, text_field


class FeedEntrySchema(Answer):
    """Which entry of the log an item is."""

    position = position_field()
    op = Choice(vocabulary.OPS, required=True)
    entity = Choice(vocabulary.ENTITIES, required=True)
    id = text_field()
    reason = fields.String(metadata={"description": "Why, where it corrects or retracts."})


class FeedItemSchema(Answer):
    """One entry of the log."""

    id = text_field("A tag URI; it stays the same.")
    url = text_field("What the entry is about, as it stood then.")
    title = text_field()
    content_text = text_field()
    date_published = text_field("When the log learned it: RFC 3339, UTC.")
    allegiance = fields.Nested(FeedEntrySchema, required=True, data_key="_allegiance")


class FeedSchema(Answer):
    """A page of a feed, the latest items first."""

    version = text_field()
    title = text_field()
    home_page_url = text_field()
    feed_url = text_field()
    next_url = fields.String(metadata={"description": "The items before these; left out on the last page."})
    items = list_of(FeedItemSchema)
