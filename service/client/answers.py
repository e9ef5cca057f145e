"""The shape of every answer, as types. A test holds them to the service's own description.

Bounds are days such as 2019-05-01, `recorded_at` is RFC 3339 in UTC, and events, actors and
documents are as they were sent: docs/record.md has their fields.
"""

# The annotations are no strings here: what is required is read from them.
from typing import Any, NotRequired, TypedDict

Thing = dict[str, Any]


class Fault(TypedDict):
    """One fault in one place."""

    detail: str
    line: NotRequired[int]
    column: NotRequired[int]
    field: NotRequired[str]
    value: NotRequired[str]


class Missed(TypedDict):
    """An entry, named."""

    position: int
    op: str
    entity: str
    id: str


class Problem(TypedDict):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[Fault]]
    position: NotRequired[int]
    expected_position: NotRequired[int]
    missed: NotRequired[list[Missed]]
    request_id: NotRequired[str]


class TimelineItem(TypedDict):
    """A timeline in the list, and where its log stands."""

    id: str
    title: dict[str, str] | None
    position: int
    recorded_at: str | None


class TimelineDetail(TimelineItem):
    """A timeline, and how its editors describe it."""

    description: dict[str, str] | None
    sides: list[Thing]
    links: dict[str, str]


class Entry(TypedDict):
    """One line of the log; `body` is None once erased by law."""

    position: int
    recorded_at: str
    op: str
    entity: str
    id: str
    author: str
    author_name: NotRequired[str]
    body: Thing | None
    erased: NotRequired[int]


class EventItem(TypedDict):
    """A live event, and the entry that states it."""

    id: str
    position: int
    recorded_at: str
    event: Thing


class ActorItem(TypedDict):
    """A live actor, and the entry that states it."""

    id: str
    position: int
    recorded_at: str
    actor: Thing


class DocumentItem(TypedDict):
    """A live document, and the entry that states it."""

    id: str
    position: int
    recorded_at: str
    document: Thing


class _History(TypedDict):
    id: str
    position: int
    recorded_at: str
    status: str
    history: list[Entry]


class EventHistory(_History):
    """An event with all that was ever said of it; None where it was retracted."""

    event: Thing | None


class ActorHistory(_History):
    """An actor with all that was ever said of it; None where it was retracted."""

    actor: Thing | None


class DocumentHistory(_History):
    """A document with all that was ever said of it; None where it was retracted."""

    document: Thing | None


class Bounds(TypedDict):
    """Two days between which something lies, inclusive."""

    earliest: str
    latest: str


class Since(Bounds):
    """When it began; `or_earlier` where nobody reported a beginning."""

    as_written: str | None
    or_earlier: bool


class Until(Bounds):
    """When it ended."""

    as_written: str | None


class Identity(TypedDict):
    """Which relation it is."""

    subject: str
    kind: str
    object: str
    under: NotRequired[str]
    sign: int


class _Facts(Identity):
    since: Since
    until: Until | None
    last_evidence: Bounds
    attributed_only: bool
    means: NotRequired[list[str]]
    disputed: bool
    evidence: list[str]


class RelationItem(_Facts):
    """How a relation stands on a day; `evidence` are ids of events."""

    status: str


class Erased(TypedDict):
    """What of the log was erased by law: how many entries, and the positions of those that say why."""

    entries: int
    by: list[int]


class ActorName(TypedDict):
    """An actor as an answer names it: by its id, without a type, where what was said of it was erased."""

    name: str
    type: str | None
    erased: NotRequired[bool]


class Counts(TypedDict):
    """How many relations have each status."""

    attested: int
    possible: int
    presumed: int
    lapsed: NotRequired[int]


class LineageItem(TypedDict):
    """What a predecessor, `actor`, had on that day, told for its successor `of`."""

    actor: str
    of: str
    relations: list[RelationItem]


class State(TypedDict):
    """Who stood with or against whom on a day, as known at a position."""

    timeline: str
    at: str
    position: int
    recorded_at: str | None
    root: str
    rules: int
    permalink: str
    erased: NotRequired[Erased]
    actors: dict[str, ActorName]
    relations: list[RelationItem]
    lineage: NotRequired[list[LineageItem]]
    counts: Counts


class _Evidence(Bounds):
    shows: str
    throughout: bool
    as_written: str | None


class Cited(_Evidence):
    """A piece of evidence with the ids of its events."""

    events: list[str]


class _Stretch(TypedDict):
    disputed: bool
    since: Since
    until: Until | None
    last_evidence: Bounds
    attributed_only: bool
    means: NotRequired[list[str]]
    cap: Bounds | None
    set_aside: list[str]


class Spell(_Stretch):
    """One stretch of a relation."""

    evidence: list[Cited]


class Relation(Identity):
    """A relation with its whole history."""

    spells: list[Spell]


ForeseenDays = TypedDict(
    "ForeseenDays", {"from": str, "to": str | None, "before": str | None, "after": str | None}
)
"""A run of days on which a relation would stand otherwise."""


class ForeseenRelation(Identity):
    """A relation that would change, and on which days."""

    days: list[ForeseenDays]


class Foreseen(TypedDict):
    """What an append that was only tried would change: how many relations, and the first of them."""

    total: int
    items: list[ForeseenRelation]


class Receipt(TypedDict):
    """What an append did: where the log stands now, and how many entries were new or there already."""

    position: int
    recorded_at: str | None
    appended: int
    existing: int
    notices: NotRequired[list[Fault]]
    changes: NotRequired[Foreseen]


class SourcedEvent(TypedDict):
    """An event with the words of its sources."""

    id: str
    position: int
    title: NotRequired[str]
    date: NotRequired[str]
    as_written: NotRequired[str]
    date_basis: NotRequired[str]
    sources: list[Thing]


class Sourced(_Evidence):
    """A piece of evidence with its events."""

    events: list[SourcedEvent]


class ExplainedSpell(_Stretch):
    """One stretch, and the rule that decided what it comes to on the day."""

    speaks: bool
    status: str | None
    disputed_on_day: bool
    rule: int
    because: str
    evidence: list[Sourced]


class Explanation(TypedDict):
    """Why a relation stands as it does on a day; a status of None: nothing is known of that day."""

    timeline: str
    at: str
    position: int
    recorded_at: str | None
    erased: NotRequired[Erased]
    rules: int
    relation: Identity
    status: str | None
    disputed: bool
    because: str
    spells: list[ExplainedSpell]


class Cause(TypedDict):
    """An entry that made a difference, and why, where it corrects or retracts."""

    position: int
    recorded_at: str
    op: str
    entity: str
    id: str
    reason: NotRequired[str]


class ValidChange(_Facts):
    """A relation's status changed in the world; None is "not in the answer"."""

    date: str
    before: str | None
    after: str | None
    entries: list[Cause]


class KnownChange(Identity):
    """The log says something else of a relation: all its spells, or its item on the day asked for.

    `was_wrong`: something said before was corrected or retracted, and not only more become known.
    """

    before: Any
    after: Any
    was_wrong: bool
    entries: list[Cause]


class Match(TypedDict):
    """Where one of the words stands, and the words about it."""

    field: str
    snippet: str


class Hit(TypedDict):
    """Something that is found, as it was last stated."""

    id: str
    position: int
    recorded_at: str
    entity: str
    status: str
    found: list[Match]
    event: NotRequired[Thing]
    actor: NotRequired[Thing]
    document: NotRequired[Thing]


class FirstBounds(Bounds):
    """When both were members for the first time; `or_earlier` where no beginning is reported."""

    or_earlier: bool


class Membership(TypedDict):
    """One of the two recorded relations that a pair rests on."""

    actor: str
    under: NotRequired[str]
    status: str
    evidence: list[str]


class CommonMembership(TypedDict):
    """Two actors that are members of the same on a day, each with what it rests on."""

    actors: list[str]
    through: str
    status: str
    disputed: bool
    attributed_only: bool
    since: FirstBounds
    until: Bounds | None
    memberships: list[Membership]
