"""Full text: who and what is found by words in any script, at any state of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, post_load, validate

from events import present, vocabulary
from events.codec import thing_of
from events.days import FIRST_DAY, LAST_DAY
from events.fields import Choice, Id
from events.found_by import FIELDS
from events.moments import parse_at
from events.search import FOUND, STATUSES, Hit, Query, matches
from events.words import terms
from service import answers
from service.current import store
from service.cursors import POSITIONS, Cursor, Place
from service.parameters import Moment, PageQuery, StandingQuery, several
from service.routes import TIMELINE, reads
from service.schemas.search import HitsSchema

FILTERS = ("entity", "actor", "kind", "type", "document")
MOST_TEXT = 500

blueprint = Blueprint(
    "search", __name__, url_prefix="/v1/timelines/<timeline>", description="Finding things by their words."
)


class FilterQuery(Schema):
    """Which entries are meant; what is left out is free."""

    q = fields.String(
        validate=validate.Length(max=MOST_TEXT, error=f"These are over {MOST_TEXT} signs."),
        metadata={"description": "Words, in any script, all of which it must have."},
    )
    entity = several(Choice(FOUND), "Only things of this sort; repeat it for several.")
    actor = several(Id(), "Only what names this actor, or is it; repeat it for several.")
    kind = several(Choice(tuple(vocabulary.KINDS)), "Only events about this kind of relation; repeat it.")
    type = several(Choice(vocabulary.EVENT_TYPES), "Only events of this type; repeat it for several.")
    document = several(Id(), "Only what has this document as a source, or is it; repeat it for several.")

    @post_load
    def _read_words(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if data.get("q") is not None and not terms(data["q"]):
            raise ValidationError("There is no word in it; write a letter or a digit.", "q")
        return data


class SearchQuery(PageQuery, StandingQuery, FilterQuery):
    """What to look for."""

    status = several(Choice(STATUSES), "`live` (so if left out), `corrected` or `retracted`; repeat it.")
    first = Moment(parse_at, "Only events that may be of this day or a later one.", data_key="from")
    last = Moment(parse_at, "Only events that may be of this day or an earlier one.", data_key="to")
    cursor = Cursor(range(len(FIELDS)), POSITIONS)

    @post_load
    def _check_days(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if data.get("first", FIRST_DAY) > data.get("last", LAST_DAY):
            raise ValidationError("The last day is before the first; exchange `from` and `to`.", "to")
        return data


@reads(blueprint, "/search", SearchQuery, HitsSchema, parameters=[TIMELINE])
def search(timeline: str, query: Mapping[str, Any]) -> Response:
    """What has all the words: by name first, then by title, then by quote; of each the latest first."""
    asked = answers.asked(timeline, query)
    wanted = query_of(query)
    after, limit = query["cursor"] and query["cursor"].key, query["limit"]
    if after:
        after = after[0], min(after[1], asked.position + 1)

    def make() -> bytes:
        found = store().search(timeline, wanted, asked.position, after, limit + 1)
        shown, following = answers.page(
            found, limit, lambda hit: Place(asked.position, (hit.rank, hit.position))
        )
        return answers.collection([_hit(hit, wanted) for hit in shown], following)

    return answers.read(asked, (wanted, after, limit), make)


def query_of(query: Mapping[str, Any]) -> Query:
    """What the parameters of a search, or of a feed, ask for."""
    first, last = query.get("first"), query.get("last")
    days = None
    if first is not None or last is not None:
        days = (FIRST_DAY if first is None else first, LAST_DAY if last is None else last)
    filters = {name: query[name] for name in FILTERS}
    return Query.of(query["q"] or "", days, **filters, status=query.get("status") or ["live"])


def _hit(hit: Hit, query: Query) -> dict[str, Any]:
    stated = hit.entry
    thing = thing_of(stated.entity, stated.body or b"")
    shown = present.thing(stated)
    return {
        "entity": stated.entity,
        **shown,
        "status": hit.status,
        "found": matches(thing, query),
    }
