"""The relations with all their spells and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import present
from events.model import Relation
from events.stores import Pattern
from service import answers
from service.current import store
from service.cursors import Place
from service.parameters import RelationsQuery
from service.routes import TIMELINE, reads
from service.schemas import RelationsSchema

blueprint = Blueprint(
    "relations", __name__, url_prefix="/v1/timelines/<timeline>", description="Each relation's whole history."
)


@reads(blueprint, "/relations", RelationsQuery, RelationsSchema, parameters=[TIMELINE])
def list_relations(timeline: str, query: Mapping[str, Any]) -> Response:
    """The relations that fit, each with its spells and their evidence."""
    asked = answers.asked(timeline, query)
    pattern = Pattern(*(query[name] for name in Pattern._fields))
    after, limit = query["cursor"] and Relation(*query["cursor"].key), query["limit"]

    def make() -> bytes:
        found = store().spells(timeline, pattern, asked.position, after, limit + 1)
        shown, following = answers.page(found, limit, lambda item: Place(asked.position, item[0]))
        return answers.collection([present.relation(*item) for item in shown], following)

    return answers.read(asked, (pattern, after, limit), make)
