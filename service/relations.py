"""The relations with all their spells and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_smorest import Blueprint

from events import lineage, listings, present
from events.listings import SpellFilter
from events.model import Relation
from events.stores import Pattern
from service import answers, cursors
from service.current import store
from service.cursors import Place
from service.parameters import RelationsQuery
from service.routes import TIMELINE, reads
from service.schemas.relations import RelationsSchema

blueprint = Blueprint(
    "relations", __name__, url_prefix="/v1/timelines/<timeline>", description="Each relation's whole history."
)


@reads(blueprint, "/relations", RelationsQuery, RelationsSchema, parameters=[TIMELINE])
def list_relations(timeline: str, query: Mapping[str, Any]) -> Response:
    """The relations that fit, each with its spells and their evidence."""
    asked = answers.asked(timeline, query)
    pattern = Pattern(*(query[name] for name in Pattern._fields))
    wanted = SpellFilter(*(query[name] for name in SpellFilter._fields))
    after, limit = query["cursor"] and Relation(*query["cursor"].key), query["limit"]

    def make() -> bytes:
        page = listings.relations(
            store(), timeline, pattern, wanted, asked.position, after=after, limit=limit
        )
        following = page.after and cursors.write(Place(asked.position, page.after))
        items = [present.relation(*item) for item in page.items]
        if not query["lineage"] or after:
            return answers.collection(items, following)
        before = _lineage(timeline, asked.position, pattern, wanted, limit)
        return answers.encode({"items": items, "lineage": before, "next": following})

    return answers.read(asked, (pattern, wanted, after, limit, bool(query["lineage"])), make)


def _lineage(
    timeline: str, position: int, pattern: Pattern, wanted: SpellFilter, limit: int
) -> list[dict[str, Any]]:
    """What each predecessor had; `next` is the whole address of the rest of it."""
    found = lineage.of_relations(store(), timeline, pattern, wanted, position, limit)
    return [
        {
            **predecessor._asdict(),
            "relations": [present.relation(*item) for item in page.items],
            "next": page.after and _address(timeline, theirs, Place(position, page.after)),
        }
        for predecessor, theirs, page in found
    ]


def _address(timeline: str, theirs: Pattern, place: Place) -> str:
    """The address of the page after a place, with the parameters of this request but for the actor."""
    actor = {name: value for name, value in theirs._asdict().items() if value is not None}
    kept = {name: value for name, value in request.args.items() if name not in ("lineage", "known_at")}
    query = urlencode({**kept, **actor, "cursor": cursors.write(place)}, safe=":")
    return f"/v1/timelines/{timeline}/relations?{query}"
