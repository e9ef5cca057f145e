"""Events, actors and documents: listed, shown with their history, recorded, corrected, retracted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from events import codec, present
from events.batch import Batch
from events.errors import UnknownError
from events.schemas import CORRECTIONS, RetractionSchema
from events.stores import Listed
from events.stores.tokens import Token
from service import answers, bodies, schemas
from service.appending import COLLECTIONS, append
from service.current import store
from service.cursors import Place
from service.parameters import AppendQuery, EventsQuery, KnownAtQuery, RecordQuery, ThingsQuery
from service.routes import BATCH, DIGESTS, ID, TIMELINE, one, reads, writes


def _resource(entity: str, listing: type[Schema], page: type[Schema], history: type[Schema]) -> Blueprint:
    """The addresses that events, actors and documents have alike."""
    name = COLLECTIONS[entity]
    blueprint = Blueprint(
        name, __name__, url_prefix="/v1/timelines/<timeline>", description=f"The {name} of a timeline."
    )

    @reads(blueprint, f"/{name}", listing, page, parameters=[TIMELINE])
    def list_live(timeline: str, query: Mapping[str, Any]) -> Response:
        """Those that stand: events by their first day, the others by id."""
        return _list(timeline, entity, query)

    @reads(blueprint, f"/{name}/<id>", KnownAtQuery, history, parameters=[TIMELINE, ID])
    def show(timeline: str, id: str, query: Mapping[str, Any]) -> Response:
        """One of them, with all that was ever said of it."""
        return _show(timeline, entity, id, query)

    @writes(
        blueprint,
        f"/{name}/<id>/correction",
        AppendQuery,
        one(CORRECTIONS[entity]),
        parameters=[TIMELINE, ID],
    )
    def correct(timeline: str, id: str, query: Mapping[str, Any], token: Token) -> Response:
        """Correct what was wrong from the start, or reinstate it: the full new body, and a reason."""
        draft = codec.correction(entity, id, bodies.single())
        return append(Batch(timeline, [draft]), token.id, query)

    @writes(
        blueprint,
        f"/{name}/<id>/retraction",
        AppendQuery,
        one(RetractionSchema),
        parameters=[TIMELINE, ID],
    )
    def retract(timeline: str, id: str, query: Mapping[str, Any], token: Token) -> Response:
        """Retract what should not stand, with a reason."""
        draft = codec.retraction(entity, id, bodies.single())
        return append(Batch(timeline, [draft]), token.id, query)

    return blueprint


events = _resource("event", EventsQuery, schemas.EventsSchema, schemas.EventHistorySchema)
actors = _resource("actor", ThingsQuery, schemas.ActorsSchema, schemas.ActorHistorySchema)
documents = _resource("document", ThingsQuery, schemas.DocumentsSchema, schemas.DocumentHistorySchema)


@writes(events, "/events", RecordQuery, BATCH, headers=DIGESTS, parameters=[TIMELINE])
def record(timeline: str, query: Mapping[str, Any], token: Token) -> Response:
    """Record events, actors, documents, or the timeline's description: all of them or none.

    Sending the same again appends nothing.
    """
    create_actors, entries = bool(query["create_actors"]), query["entries"]
    batch, listed = bodies.batch(timeline, create_actors=create_actors, entries=entries)
    return append(batch, token.id, query, listed=listed)


def _list(timeline: str, entity: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    after, limit = query["cursor"] and query["cursor"].key, query["limit"]
    if after and entity != "event":
        (after,) = after

    def place(item: Listed) -> Place:
        return Place(asked.position, item.key if isinstance(item.key, tuple) else (item.key,))

    def make() -> bytes:
        found = store().listing(timeline, entity, asked.position, after, limit + 1)
        shown, following = answers.page(found, limit, place)
        return answers.collection([present.thing(item.entry) for item in shown], following)

    return answers.read(asked, (after, limit), make)


def _show(timeline: str, entity: str, id: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    entries = store().history(timeline, entity, id, asked.position)
    if not entries:
        raise UnknownError(entity, id, "nothing of that id was recorded here by then")

    def make() -> bytes:
        return answers.encode(present.history(entries, store().tokens.authors()))

    return answers.read(asked, (id,), make)
