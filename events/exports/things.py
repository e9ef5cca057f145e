"""What every export reads of a store, in pieces: nothing is held open for as long as a client reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from events import strict_json
from events.answer import Question
from events.codec import thing_of
from events.errors import InvalidError
from events.model import Actor, Commit, Document, Entry, Event, Thing
from events.stores import Store

AT_ONCE = 1000
"""How many entries are read at once."""

_MOST_KEPT = 1000


class Wanted(NamedTuple):
    """What is exported: a timeline as known at a commit and, if the format takes one, a question or years."""

    timeline: str
    commit: Commit
    question: Question | None = None
    years: tuple[int, int] | None = None


class Source:
    """The things of a store as they stand at the commit that is wanted."""

    def __init__(self, store: Store, wanted: Wanted) -> None:
        self.store = store
        self.wanted = wanted
        self._kept = lru_cache(_MOST_KEPT)(self._thing)

    @property
    def question(self) -> Question:
        """The question of the state that is wanted. Raises InvalidError if there is none."""
        if self.wanted.question is None:
            raise InvalidError("This is the export of a day; say which.")
        return self.wanted.question

    def state(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The actors and the relations of the state that is wanted."""
        pieces = self.store.state(self.wanted.timeline, self.question, self.wanted.commit.position)
        return strict_json.read(f"{{{pieces.actors}}}"), strict_json.read(f"[{pieces.relations}]")

    def entries(self) -> Iterator[Entry]:
        """The log up to the commit."""
        timeline, upto = self.wanted.timeline, self.wanted.commit.position
        for after in range(0, upto, AT_ONCE):
            yield from list(self.store.entries(timeline, after, min(after + AT_ONCE, upto)))

    def proofs(self) -> Iterator[tuple[bytes, bytes, bytes | None]]:
        """The headers, leaves and salts of the log up to the commit."""
        timeline, upto = self.wanted.timeline, self.wanted.commit.position
        for after in range(0, upto, AT_ONCE):
            yield from list(self.store.proofs(timeline, after, min(after + AT_ONCE, upto)))

    def live(self, entity: str) -> Iterator[Entry]:
        """The entries that state the live things of one sort: events by first day, the others by id."""
        timeline, upto = self.wanted.timeline, self.wanted.commit.position
        after = None
        while found := self.store.listing(timeline, entity, upto, after, AT_ONCE):
            yield from (item.entry for item in found)
            after = found[-1].key

    def documents(self, events: list[str]) -> list[str]:
        """The ids of the documents that events are from, each once."""
        found: dict[str, None] = {}
        for id in events:
            event = self.thing("event", id)
            if isinstance(event, Event):
                found |= dict.fromkeys(source.document for source in event.sources)
        return list(found)

    def links(self, documents: list[str]) -> list[str]:
        """Where documents are found, of those that say it."""
        found = (self.thing("document", id) for id in documents)
        links = (item.url or item.archive_url for item in found if isinstance(item, Document))
        return [link for link in links if link]

    def actor(self, id: str) -> Actor:
        """An actor that something live names."""
        actor = self.thing("actor", id)
        assert isinstance(actor, Actor)
        return actor

    def thing(self, entity: str, id: str) -> Thing | None:
        """A thing as it stands; None if it does not. Actors and documents, of which many speak, are kept."""
        return self._thing(entity, id) if entity == "event" else self._kept(entity, id)

    def _thing(self, entity: str, id: str) -> Thing | None:
        entries = self.store.history(self.wanted.timeline, entity, id, self.wanted.commit.position)
        if not entries or entries[-1].op not in ("record", "correct") or entries[-1].body is None:
            return None
        return thing_of(entity, entries[-1].body)
