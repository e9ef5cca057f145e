"""Who may read a timeline: everybody, or who has a token for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import codec
from events.stores.tokens import Token
from service import answers, bodies
from service.current import store
from service.parameters import NoQuery
from service.routes import TIMELINE, administers, one
from service.schemas.access import TimelineVisibilitySchema, VisibilitySchema

blueprint = Blueprint("visibility", __name__, url_prefix="/v1/timelines", description="Who may read what.")


@administers(
    blueprint,
    "/<timeline>",
    NoQuery,
    one(VisibilitySchema),
    TimelineVisibilitySchema,
    parameters=[TIMELINE],
)
def set_visibility(timeline: str, query: Mapping[str, Any], token: Token) -> Response:
    """Make a timeline private or public."""
    wanted = bodies.single()
    codec.check(VisibilitySchema(), wanted)
    store().access.set_visibility(timeline, wanted["visibility"], token.id)
    content = {"id": timeline, "visibility": wanted["visibility"]}
    return Response(answers.encode(content), content_type=answers.MEDIA_TYPE)
