"""A timeline kept in the database of the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from events import ask, changes, exports, known, listings, present
from events.answer import Question
from events.batch import Batch
from events.errors import InvalidError
from events.explain import explain
from events.foresight import Foreseen
from events.ingest import Context, Format
from events.listings import EventFilter, Page, SpellFilter
from events.model import Commit, Relation
from events.stores import Pattern, Progress, Receipt, Store
from events.verify import Report, verify
from events.verify_tree import check_tree
from service.cli.inputs import commit_at, head_of

KnownAt = int | datetime | None

_AT_ONCE = 1000


class LocalRecord:
    """One timeline of a store. Promises: `service.cli.record.Record`."""

    def __init__(self, store: Store, name: str) -> None:
        self.store = store
        self.name = name

    @staticmethod
    def timelines(store: Store) -> list[Any]:
        """The timelines, as an answer lists them."""
        return [
            {
                "id": name,
                "title": ask.description(store, name, head.position).get("title"),
                **present.commit(head),
            }
            for name, head in store.timelines()
        ]

    def state(self, question: Question, known_at: KnownAt) -> str:
        return ask.state(self.store, self.name, question, self.commit(known_at))

    def explain(self, relation: Relation, at: int, known_at: KnownAt) -> dict[str, Any]:
        return explain(self.store, self.name, relation, at, self.commit(known_at))

    def changes(self, first: int, last: int, known_at: KnownAt) -> list[Any]:
        found = changes.valid(self.store, self.name, first, last, self.commit(known_at))
        return [change.item for change in found]

    def learned(self, before: KnownAt, after: KnownAt, at: int | None) -> list[Any]:
        earlier, later = self.commit(before), self.commit(after)
        if later.position < earlier.position:
            raise InvalidError(
                f"--from is position {earlier.position}, --to is {later.position}; exchange the two."
            )
        return [change.item for change in changes.known(self.store, self.name, earlier, later, at)]

    def relations(self, pattern: Pattern, wanted: SpellFilter, known_at: KnownAt) -> list[Any]:
        upto = self.commit(known_at).position

        def page(after: Any) -> Page:
            return listings.relations(
                self.store, self.name, pattern, wanted, upto, after=after, limit=_AT_ONCE
            )

        return [present.relation(*item) for item in _all(page)]

    def events(self, wanted: EventFilter, known_at: KnownAt) -> list[Any]:
        upto = self.commit(known_at).position

        def page(after: Any) -> Page:
            return listings.events(self.store, self.name, wanted, upto, after=after, limit=_AT_ONCE)

        return [present.thing(item.entry) for item in _all(page)]

    def log(self, after: int, limit: int, ops: Sequence[str]) -> tuple[list[Any], int | None]:
        head = head_of(self.store, self.name).position
        page = listings.entries(self.store, self.name, ops, head, after=after, limit=limit)
        names = self.store.tokens.authors()
        return [present.entry(entry, names) for entry in page.items], page.after

    def export(
        self,
        format: exports.Format,
        question: Question | None,
        years: tuple[int, int] | None,
        known_at: KnownAt,
    ) -> Iterator[bytes]:
        wanted = exports.Wanted(self.name, self.commit(known_at), question, years)
        return exports.parts(self.store, format, wanted)

    def context(self, format: Format, *, create_actors: bool, origin: str | None) -> Context:
        self.store.timelines()  # a database that is not ready is told before a long file is read
        return known.context(self.store, self.name, format, create_actors=create_actors, origin=origin)

    def append(self, batch: Batch, **how: Any) -> tuple[Receipt, Foreseen | None]:
        return batch.append(self.store, author="local", create=True, **how)

    def verify(
        self, positions: int, progress: Progress, *, tree_alone: bool = False, vkey: str | None = None
    ) -> Report:
        head_of(self.store, self.name)
        if not tree_alone:
            return verify(self.store, self.name, positions, progress, vkey)
        report = Report()
        report.entries = check_tree(self.store, self.name, report.fault, vkey, progress)
        return report

    def commit(self, known_at: KnownAt) -> Commit:
        """The commit of a position or time. Raises UnknownError."""
        return commit_at(self.store, self.name, known_at)


def _all(page: Callable[[Any], Page]) -> Iterator[Any]:
    found = page(None)
    yield from found.items
    while found.after is not None:
        found = page(found.after)
        yield from found.items
