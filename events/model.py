"""The nouns of the record, as immutable values. What each field means is in docs/record.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from events.dates import Date
from events.vocabulary import KINDS


class Relation(NamedTuple):
    """Who stands how to whom. `under` names a treaty or deal, or is empty.

    Tuples of this shape sort in the order of every answer: subject, kind, object, under.
    """

    subject: str
    kind: str
    object: str
    under: str = ""

    @classmethod
    def canonical(cls, subject: str, kind: str, object: str, under: str | None = None) -> Relation:
        """The relation, its actors in code-point order where its kind has no direction."""
        if not KINDS[kind].directed and object < subject:
            subject, object = object, subject
        return cls(subject, kind, object, under or "")


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event says of one relation."""

    op: str
    relation: Relation
    means: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so: a document, its words, where they stand in it (code points), and whose statement it is."""

    document: str
    quote: str | None = None
    offset: int | None = None
    attributed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """An actor in an event that touches no relation of its own."""

    actor: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A dated, sourced claim about the world, with zero or more effects on relations."""

    date: Date
    sources: tuple[Source, ...]
    type: str = "other"
    title: str | None = None
    names: Mapping[str, str] | None = None
    as_written: str | None = None
    date_basis: str | None = None
    confidence: str | None = None
    effects: tuple[Effect, ...] = ()
    participants: tuple[Participant, ...] = ()
    tags: tuple[str, ...] = ()
    location: Mapping[str, Any] | str | None = None
    media: tuple[Mapping[str, Any], ...] = ()

    @property
    def attributed(self) -> bool:
        """Whether every source of it is somebody's statement."""
        return all(source.attributed_to for source in self.sources)


@dataclass(frozen=True, slots=True)
class KnownAs:
    """What an actor was called for a time."""

    name: str
    during: Date
    names: Mapping[str, str] | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodedAs:
    """A code under which an actor was known for a time."""

    scheme: str
    code: str
    during: Date


@dataclass(frozen=True, slots=True)
class Actor:
    """A state, government, armed group, person, organisation, alliance or company.

    What holds of it for a time, in `known_as` and `coded_as`, is told by `events.actors`.
    """

    name: str
    type: str
    names: Mapping[str, str] | None = None
    aliases: tuple[str, ...] = ()
    existed: Date | None = None
    codes: Mapping[str, str] | None = None
    succeeds: tuple[str, ...] = ()
    known_as: tuple[KnownAs, ...] = ()
    coded_as: tuple[CodedAs, ...] = ()

    @property
    def end(self) -> tuple[int, int] | None:
        """The first and the last day its end may be, or None while it is not known to have ended."""
        if self.existed is None or self.existed.e is None or self.existed.f is None:
            return None
        return self.existed.e, self.existed.f


@dataclass(frozen=True, slots=True)
class Document:
    """A published source."""

    title: str
    publisher: str | None = None
    url: str | None = None
    archive_url: str | None = None
    published: Date | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A protagonist that the timeline's editor names, and the actors it is made of."""

    name: Mapping[str, str]
    actors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline's own description."""

    title: Mapping[str, str]
    description: Mapping[str, str] | None = None
    sides: tuple[Side, ...] = ()


Thing = Event | Actor | Document | Timeline


class Reference(NamedTuple):
    """One thing naming another: what is named, and in which field."""

    entity: str
    id: str
    field: str


def references(thing: Thing) -> list[Reference]:
    """Every actor and document that `thing` names, each with the field that names it."""
    match thing:
        case Event():
            return _event_references(thing)
        case Actor():
            return [Reference("actor", id, f"succeeds[{i}]") for i, id in enumerate(thing.succeeds)]
        case Timeline():
            return [
                Reference("actor", id, f"sides[{i}].actors[{j}]")
                for i, side in enumerate(thing.sides)
                for j, id in enumerate(side.actors)
            ]
        case Document():
            return []


def _event_references(event: Event) -> list[Reference]:
    found = []
    for i, effect in enumerate(event.effects):
        found.append(Reference("actor", effect.relation.subject, f"effects[{i}]"))
        found.append(Reference("actor", effect.relation.object, f"effects[{i}]"))
    for i, participant in enumerate(event.participants):
        found.append(Reference("actor", participant.actor, f"participants[{i}].actor"))
    for i, source in enumerate(event.sources):
        found.append(Reference("document", source.document, f"sources[{i}].document"))
        found.extend(
            Reference("actor", id, f"sources[{i}].attributed_to[{j}]")
            for j, id in enumerate(source.attributed_to)
        )
    return found


class Commit(NamedTuple):
    """A point on the recorded axis: the last position of one append, and when the log learned it.

    Position 0, with `recorded_at` None, is the empty log before the first append.
    """

    position: int
    recorded_at: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable line of the log.

    `body` is the RFC 8785 canonical JSON as it was sent, or None once erased by law;
    `erased` is then the position of the entry that says so. `recorded_at` is RFC 3339 in UTC with
    microseconds, so that text order is time order.
    """

    position: int
    recorded_at: str
    op: str
    entity: str
    id: str
    author: str
    body: bytes | None
    erased: int | None = None


class Why(NamedTuple):
    """Why something was erased by law, and on whose word, if that is to be said."""

    reason: str
    by: str | None = None


class Erased(NamedTuple):
    """How many entries up to a position were erased by law, and the positions of the entries that say so."""

    entries: int = 0
    by: tuple[int, ...] = ()
