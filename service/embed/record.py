"""All that an embed can ever show of a timeline at a commit, read once, in every language it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from events import strict_json
from events.codec import thing_of
from events.days import FIRST_DAY, LAST_DAY
from events.errors import TooLargeError
from events.model import Actor, Commit, Document, Erased, Event, Relation, Thing, Timeline
from events.moments import parse_at
from events.projection import Stretch
from events.stores import Store
from service.kept import Kept

MOST_EVENTS = 20_000
"""More are no timeline that a reader can look at, and would take too long to read."""

TOO_LONG = f"This timeline has more than {MOST_EVENTS} events, too many to show at once."

_ALL = 10**9
_KEPT = 8


class Told(NamedTuple):
    """A stretch of a relation, and what every answer on one of its days says of it.

    `since`, `until` and `evidenced` are the first and last day of each; `until` is None where no
    end is reported. `evidence` are the ids of events, in order of position.
    """

    relation: Relation
    stretch: Stretch
    since: tuple[int, int]
    since_as_written: str | None
    or_earlier: bool
    until: tuple[int, int] | None
    until_as_written: str | None
    evidenced: tuple[int, int]
    attributed_only: bool
    means: tuple[str, ...]
    evidence: tuple[str, ...]


class Occurrence(NamedTuple):
    """An event, with its id and the position that states it."""

    id: str
    position: int
    event: Event


@dataclass(frozen=True)
class Record:
    """A timeline as its log stands at a commit, without what was erased of it.

    Not `whole` if it is too long, then what is near a day.
    """

    timeline: str
    commit: Commit
    said: Timeline | None
    actors: Mapping[str, Actor]
    documents: Mapping[str, Document]
    occurrences: tuple[Occurrence, ...]
    told: tuple[Told, ...]
    erased: Erased
    whole: bool = True

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each event stands among `occurrences`."""
        return {occurrence.id: place for place, occurrence in enumerate(self.occurrences)}


def reader(store: Store) -> Kept[Record]:
    """Reads records of a store. The last few are kept: but for erasures none can ever change.

    It raises TooLargeError for more than `MOST_EVENTS`.
    """

    @lru_cache(_KEPT)
    def too_long(timeline: str, commit: Commit) -> bool:
        events = store.listing(timeline, "event", commit.position, None, MOST_EVENTS + 1)
        return len(events) > MOST_EVENTS

    @lru_cache(_KEPT)
    def read(timeline: str, commit: Commit, erased: Erased) -> Record:
        if commit.position > MOST_EVENTS and too_long(timeline, commit):
            raise TooLargeError(TOO_LONG)
        spoken = store.spoken(timeline, FIRST_DAY, LAST_DAY, commit.position)
        said = _live(store, timeline, "timeline", commit)
        return Record(
            timeline,
            commit,
            next((thing for *_, thing in said if isinstance(thing, Timeline)), None),
            {
                id: thing
                for id, _, thing in _live(store, timeline, "actor", commit)
                if isinstance(thing, Actor)
            },
            {
                id: thing
                for id, _, thing in _live(store, timeline, "document", commit)
                if isinstance(thing, Document)
            },
            tuple(
                Occurrence(id, position, thing)
                for id, position, thing in _live(store, timeline, "event", commit)
                if isinstance(thing, Event)
            ),
            tuple(told_of(relation, stretch, tail) for relation, stretch, tail in spoken),
            erased,
        )

    return read


def _live(store: Store, timeline: str, entity: str, commit: Commit) -> Iterator[tuple[str, int, Thing]]:
    for _, entry in store.listing(timeline, entity, commit.position, None, _ALL):
        if entry.body is not None:
            yield entry.id, entry.position, thing_of(entity, entry.body)


@lru_cache(maxsize=65_536)
def _day(iso: str) -> int:
    return parse_at(iso)


def _bounds(value: Mapping[str, Any]) -> tuple[int, int]:
    return _day(value["earliest"]), _day(value["latest"])


def told_of(relation: Relation, stretch: Stretch, tail: str) -> Told:
    """A stretch with the facts that stand in the tail of its item."""
    facts = strict_json.read("{" + tail)
    since, until = facts["since"], facts["until"]
    return Told(
        relation,
        stretch,
        _bounds(since),
        since["as_written"],
        since["or_earlier"],
        None if until is None else _bounds(until),
        None if until is None else until["as_written"],
        _bounds(facts["last_evidence"]),
        facts["attributed_only"],
        tuple(facts.get("means", ())),
        tuple(facts["evidence"]),
    )
