"""The timelines: which there are, how each describes itself, and the making of new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import codec, present
from events.ask import description
from events.batch import Batch
from events.errors import InvalidError, Problem, shorten
from events.fields import TIMELINE_PATTERN
from events.model import Commit
from events.schemas import CORRECTIONS
from events.stores.tokens import Token
from service import access, answers, bodies
from service.appending import append
from service.current import store
from service.cursors import Place
from service.parameters import AppendQuery, StandingQuery, TimelinesQuery
from service.routes import TIMELINE, one, reads, writes
from service.schemas.timelines import NewTimelineSchema, TimelineDetailSchema, TimelinesSchema
from service.scopes import APPEND

blueprint = Blueprint("timelines", __name__, url_prefix="/v1/timelines", description="Independent records.")

_PAGES = ("state", "explain", "changes", "relations", "events", "actors", "documents", "log", "search")


@reads(blueprint, "", TimelinesQuery, TimelinesSchema)
def list_timelines(query: Mapping[str, Any]) -> Response:
    """The timelines, by id."""
    place = query["cursor"] or Place(0, ("",))
    there = store().timelines()
    hidden = access.hidden()  # after that: what is begun and made private between them is not shown
    listed = (item for item in there if item[0] > place.key[0] and item[0] not in hidden)
    found = [*islice(listed, query["limit"] + 1)]
    items, following = answers.page(found, query["limit"], lambda item: Place(0, (item[0],)))

    def make() -> bytes:
        return answers.collection([_item(name, head) for name, head in items], following)

    return answers.tagged(answers.etag(items, following), answers.REVALIDATED, make)


@writes(blueprint, "", AppendQuery, one(NewTimelineSchema))
def create_timeline(query: Mapping[str, Any], token: Token) -> Response:
    """Begin a timeline, with its description or empty.

    With an id alone it is empty: a description whose sides name actors comes with those actors, in a batch.
    """
    value = bodies.single()
    name = _new_name(value)
    access.check(token, APPEND, name)
    described = value.keys() != {"id"}
    drafts = [codec.record({"entity": "timeline", **value}, name)] if described else []
    return append(Batch(name, drafts, may_be_empty=True), token.id, query, create=True)


@reads(blueprint, "/<timeline>", StandingQuery, TimelineDetailSchema, parameters=[TIMELINE])
def show_timeline(timeline: str, query: Mapping[str, Any]) -> Response:
    """How a timeline describes itself, and where its log stands."""
    asked = answers.asked(timeline, query)

    def make() -> bytes:
        links = {page: f"/v1/timelines/{timeline}/{page}" for page in _PAGES}
        links["checkpoint"] = f"/log/{timeline}/checkpoint"
        said = description(store(), timeline, asked.position)
        content = {"description": said.get("description"), "sides": said.get("sides", []), "links": links}
        return answers.encode({**_item(timeline, asked.commit), **content})

    return answers.read(asked, (), make)


@writes(
    blueprint,
    "/<timeline>/correction",
    AppendQuery,
    one(CORRECTIONS["timeline"]),
    parameters=[TIMELINE],
)
def correct_timeline(timeline: str, query: Mapping[str, Any], token: Token) -> Response:
    """Correct a timeline's description: the full new one, and a reason."""
    draft = codec.correction("timeline", timeline, bodies.single())
    return append(Batch(timeline, [draft]), token.id, query)


def _new_name(value: Mapping[str, Any]) -> str:
    name = value.get("id")
    if isinstance(name, str) and re.fullmatch(TIMELINE_PATTERN, name):
        return name
    detail = "A timeline needs an id: 1 to 64 of a-z 0-9 and -."
    shown = shorten(name) if isinstance(name, str) else None
    raise InvalidError(detail, [Problem(detail, field="id", value=shown)])


def _item(timeline: str, commit: Commit) -> dict[str, Any]:
    title = description(store(), timeline, commit.position).get("title")
    return {"id": timeline, "title": title, **present.commit(commit)}
