"""What a reader of tables may know of the timeline that it reads for: the actors and the sources there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from events import codec
from events.errors import UnknownError
from events.ingest import Context, Format
from events.stores import Store

_PAGE = 1000


def context(
    store: Store, timeline: str, format: Format, *, create_actors: bool = False, origin: str | None = None
) -> Context:
    """The context in which a file is read, from the head of a timeline, which may be new.

    Only tables name actors and sources by what they are called, so that nothing is looked up for the others.
    """
    if format.rows is None:
        return Context(create_actors=create_actors, origin=origin)
    try:
        position = store.head(timeline).position
    except UnknownError:
        return Context(create_actors=create_actors, origin=origin)
    actors = {id: names_of(body) for id, body in _live(store, timeline, "actor", position)}
    documents = dict(_live(store, timeline, "document", position))
    return Context(actors, create_actors, documents, origin)


def _live(store: Store, timeline: str, entity: str, position: int) -> Iterator[tuple[str, dict[str, Any]]]:
    after = None
    while found := store.listing(timeline, entity, position, after, _PAGE):
        for _, entry in found:
            if entry.body is not None:
                yield entry.id, codec.content(entry.body)
        after = found[-1].key


def names_of(body: dict[str, Any]) -> list[str]:
    """The names of an actor, each once, the one that it goes by first."""
    found: list[str] = []
    for known in (body, *body.get("known_as", ())):
        found += [known["name"], *known.get("aliases", ()), *known.get("names", {}).values()]
    return list(dict.fromkeys(found))
