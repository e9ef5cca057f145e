"""The values that an embed shows: what a scene is made of.

Days are numbers (`events.days`); words of the record carry the language they are in, since it
need not be the one asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from events.dates import Date
from events.model import Commit, Erased, Relation
from events.vocabulary import KINDS
from service.embed.record import Told


class Words(NamedTuple):
    """A text of the record and the language it is in, empty where the record does not say."""

    text: str
    lang: str = ""


class Party(NamedTuple):
    """An actor as it is shown."""

    id: str
    name: Words
    type: str


class View(NamedTuple):
    """What of a record is asked for.

    `at` None means the last evidenced day. `actors` narrows to what touches any of them, `between`
    to what is between two. `sides` are places in the timeline's own list, in the order to show
    them; None for all.
    """

    language: str = "en"
    at: int | None = None
    actors: tuple[str, ...] = ()
    sides: tuple[int, ...] | None = None
    between: tuple[str, str] | None = None


class Standing(NamedTuple):
    """How a relation stands on the day: status is attested, presumed, possible or lapsed."""

    told: Told
    status: str

    @property
    def relation(self) -> Relation:
        return self.told.relation

    @property
    def sign(self) -> int:
        """1 for with, -1 for against, 0 for neutral."""
        return KINDS[self.told.relation.kind].sign

    @property
    def disputed(self) -> bool:
        return self.told.stretch.disputed


class Tag(NamedTuple):
    """Another place of a row's actor: with (1) or against (-1) the camp at `camp`."""

    camp: int
    sign: int


@dataclass(frozen=True, slots=True)
class Row:
    """A relation as seen from a side: `own` belongs to it, `other` stands with or against it.

    `outgoing` where `own` does it to `other`, or the kind has no direction.
    """

    standing: Standing
    own: str
    other: str
    outgoing: bool
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Camp:
    """A side that the timeline's editor names, and who stands how to it."""

    number: int
    name: Words
    actors: tuple[str, ...]
    friends: tuple[Row, ...]
    neutrals: tuple[Row, ...]
    foes: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.friends + self.neutrals + self.foes


@dataclass(frozen=True, slots=True)
class Cited:
    """A source of an event: the document, its words, and whose statement they are."""

    document: str
    title: str
    publisher: str | None
    url: str | None
    archive_url: str | None
    published: Date | None
    quote: str | None
    attributed_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """An event as it is shown; `place` is its place among all of the record, in order of day."""

    place: int
    id: str
    title: Words
    type: str
    date: Date
    as_written: str | None
    date_basis: str | None
    confidence: str | None
    effects: tuple[tuple[str, Relation], ...]
    actors: tuple[str, ...]
    sources: tuple[Cited, ...]

    @property
    def first(self) -> int:
        """The first day on which it may have begun, or, that unknown, ended."""
        return self.date.first

    @property
    def last(self) -> int:
        """The last day by which it is over, or, that unknown, has begun."""
        return first_known(self.date.f, self.date.b, self.date.e, self.date.a)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that one view of an embed says.

    `given` is whether the day was asked for; without that it is `last`, the last evidenced day.
    `first` and `end` bound the days of all that is shown. `stops` are the days on which an event
    begins or is over, in order; `previous` and `next` are those around `at`. `standings` are the
    relations of the answer, in its order; `lapsed` those that were once known. `erased` is what was
    erased of the record by law, which the scene says nothing of. What is not `whole` is
    of a timeline too long for that, and has what is near the day.
    """

    timeline: str
    language: str
    title: Words
    description: Words | None
    commit: Commit
    permalink: str
    at: int
    given: bool
    first: int
    last: int
    end: int
    stops: tuple[int, ...]
    previous: int | None
    next: int | None
    parties: Mapping[str, Party]
    standings: tuple[Standing, ...]
    lapsed: tuple[Standing, ...]
    camps: tuple[Camp, ...]
    others: tuple[Row, ...]
    moments: tuple[Moment, ...]
    told: tuple[Told, ...]
    erased: Erased
    whole: bool

    @property
    def counts(self) -> Mapping[str, int]:
        """How many relations stand, by status."""
        statuses = [standing.status for standing in self.standings]
        return {status: statuses.count(status) for status in ("attested", "presumed", "possible")}


def in_language(language: str, names: Mapping[str, str] | None, otherwise: str) -> Words:
    """A text in a language if there is one; else as it was first given, else in English, else in any."""
    names = names or {}
    for tag in (language, *sorted(names)):
        if tag in names and tag.partition("-")[0] == language:
            return Words(names[tag], tag)
    if otherwise:
        return Words(otherwise)
    tag = "en" if "en" in names else min(names, default="")
    return Words(names.get(tag, ""), tag)


def first_known(*days: int | None) -> int:
    """The first that is not None, of bounds of a date of which one at least is known."""
    return next(day for day in days if day is not None)
