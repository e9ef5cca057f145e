"""Events, actors and documents: listed, shown with their history, recorded, corrected, retracted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from events import codec, listings, present
from events.batch import Batch
from events.errors import UnknownError
from events.listings import ActorFilter, EventFilter
from events.schemas import CORRECTIONS, RetractionSchema
from events.stores.tokens import Token
from service import answers, bodies, cursors, memento
from service.appending import COLLECTIONS, append
from service.current import store
from service.cursors import Place
from service.memento import Original
from service.parameters import (
    ActorsQuery,
    AppendQuery,
    EventsQuery,
    RecordQuery,
    StandingQuery,
    ThingsQuery,
    VersionsQuery,
)
from service.routes import BATCH, DIGESTS, ID, TIMELINE, one, reads, writes
from service.schemas import things as schemas
from service.versions import Versions, VersionsOfThing


def _resource(entity: str, listing: type[Schema], page: type[Schema], history: type[Schema]) -> Blueprint:
    """The addresses that events, actors and documents have alike."""
    name = COLLECTIONS[entity]
    blueprint = Blueprint(
        name, __name__, url_prefix="/v1/timelines/<timeline>", description=f"The {name} of a timeline."
    )

    @reads(blueprint, f"/{name}", listing, page, parameters=[TIMELINE])
    def list_live(timeline: str, query: Mapping[str, Any]) -> Response:
        """Those that stand: events by their first day, the others by id."""
        return _LIST[entity](timeline, query)

    @reads(blueprint, f"/{name}/<id>", StandingQuery, history, parameters=[TIMELINE, ID])
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

    def original(timeline: str, id: str, query: Mapping[str, Any]) -> tuple[Original, Versions]:
        return _place(timeline, entity, id), VersionsOfThing(timeline, entity, id)

    memento.offer(blueprint, f"/{name}/<id>", (Schema, VersionsQuery), original, parameters=[TIMELINE, ID])
    return blueprint


events = _resource("event", EventsQuery, schemas.EventsSchema, schemas.EventHistorySchema)
actors = _resource("actor", ActorsQuery, schemas.ActorsSchema, schemas.ActorHistorySchema)
documents = _resource("document", ThingsQuery, schemas.DocumentsSchema, schemas.DocumentHistorySchema)


@writes(events, "/events", RecordQuery, BATCH, headers=DIGESTS, parameters=[TIMELINE])
def record(timeline: str, query: Mapping[str, Any], token: Token) -> Response:
    """Record events, actors, documents, or the timeline's description: all of them or none.

    Sending the same again appends nothing.
    """
    create_actors, entries = bool(query["create_actors"]), query["entries"]
    batch, listed = bodies.batch(timeline, create_actors=create_actors, entries=entries)
    return append(batch, token.id, query, listed=listed)


def _list_documents(timeline: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    limit = query["limit"]
    (after,) = query["cursor"].key if query["cursor"] else (None,)

    def make() -> bytes:
        found = store().listing(timeline, "document", asked.position, after, limit + 1)
        shown, following = answers.page(found, limit, lambda item: Place(asked.position, (item.key,)))
        return answers.collection([present.thing(item.entry) for item in shown], following)

    return answers.read(asked, (after, limit), make)


def _list_events(timeline: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    wanted = EventFilter(*(query[name] for name in EventFilter._fields))
    after, limit = query["cursor"] and query["cursor"].key, query["limit"]

    def make() -> bytes:
        page = listings.events(store(), timeline, wanted, asked.position, after=after, limit=limit)
        following = page.after and cursors.write(Place(asked.position, page.after))
        return answers.collection([present.thing(item.entry) for item in page.items], following)

    return answers.read(asked, (wanted, after, limit), make)


def _list_actors(timeline: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    wanted = ActorFilter(*(query[name] for name in ActorFilter._fields))
    limit = query["limit"]
    (after,) = query["cursor"].key if query["cursor"] else (None,)

    def make() -> bytes:
        page = listings.actors(store(), timeline, wanted, asked.position, after=after, limit=limit)
        following = page.after and cursors.write(Place(asked.position, (page.after,)))
        return answers.collection([present.thing(item.entry) for item in page.items], following)

    return answers.read(asked, (wanted, after, limit), make)


_LIST = {"event": _list_events, "actor": _list_actors, "document": _list_documents}


def _show(timeline: str, entity: str, id: str, query: Mapping[str, Any]) -> Response:
    asked = answers.asked(timeline, query)
    entries = store().history(timeline, entity, id, asked.position)
    if not entries:
        raise UnknownError(entity, id, "nothing of that id was recorded here by then")

    def make() -> bytes:
        return answers.encode(present.history(entries, store().tokens.authors()))

    response = answers.read(asked, (id,), make)
    return memento.mark(response, _place(timeline, entity, id), asked)


def _place(timeline: str, entity: str, id: str) -> Original:
    return Original(f"/v1/timelines/{timeline}/{COLLECTIONS[entity]}/{id}")
