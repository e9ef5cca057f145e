"""Who may read."""

from __future__ import annotations

from events.fields import Choice
from events.schemas import Strict
from events.stores.access import VISIBILITIES
from service.schemas.base import Answer, text_field


class VisibilitySchema(Strict):
    """Who may read a timeline: everybody, or who has a token for it."""

    visibility = Choice(VISIBILITIES, required=True)


class TimelineVisibilitySchema(Answer):
    """A timeline, and who may read it."""

    id = text_field()
    visibility = Choice(VISIBILITIES, required=True)
