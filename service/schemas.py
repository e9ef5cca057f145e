"""The shape of every answer, for the documentation. Answers are built as JSON; tests hold them to this."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields

from events import vocabulary
from events.fields import Choice, Names, Texts
from events.schemas import ActorSchema, DocumentSchema, EventSchema, SideSchema, Strict, TimelineSchema
from events.stores.access import VISIBILITIES


class Answer(Schema):
    """An answer says all that its schema names and nothing else."""

    class Meta:
        unknown = RAISE


def _text(description: str = "", **kwargs: Any) -> Any:
    return fields.String(
        required=True, metadata={"description": description} if description else {}, **kwargs
    )


def _position(description: str = "A place in the log, from 1; 0 is the empty log.") -> Any:
    return fields.Integer(required=True, metadata={"description": description, "minimum": 0})


def _recorded_at() -> Any:
    return _text("When the log learned it: RFC 3339, UTC. Null before the first entry.", allow_none=True)


def _day() -> Any:
    return _text("A day, such as 2019-05-01 or -0044-03-15.")


def _status(description: str = "", *, allow_none: bool = False) -> Any:
    words = [*vocabulary.STATUSES, *([None] if allow_none else [])]
    metadata = {"enum": words, **({"description": description} if description else {})}
    return fields.String(required=True, allow_none=allow_none, metadata=metadata)


def _next() -> Any:
    return _text("Send it as `cursor` for the page that follows; null after the last one.", allow_none=True)


def _list(of: Any) -> Any:
    return fields.List(of if isinstance(of, fields.Field) else fields.Nested(of), required=True)


def _flag(description: str) -> Any:
    return fields.Boolean(required=True, metadata={"description": description})


# Errors


class FaultSchema(Answer):
    """One fault in one place."""

    detail = _text("What is wrong and what to write instead.")
    line = fields.Integer(metadata={"description": "From 1, in the text that was sent."})
    column = fields.Integer(metadata={"description": "From 1."})
    field = fields.String(metadata={"description": "A path such as effects[0].kind, or a parameter."})
    value = fields.String(metadata={"description": "What stood there, shortened."})


class MissedSchema(Answer):
    """An entry that a conditional append did not know of."""

    position = _position()
    op = Choice(vocabulary.OPS, required=True)
    entity = Choice(vocabulary.ENTITIES, required=True)
    id = _text()


class ProblemSchema(Answer):
    """An error, as RFC 9457 has it."""

    type = _text("An address that explains this kind of error.")
    title = _text()
    status = fields.Integer(required=True)
    detail = _text("What to do.")
    errors = fields.List(fields.Nested(FaultSchema))
    position = fields.Integer(metadata={"description": "Where the log stands, if that was the conflict."})
    expected_position = fields.Integer()
    missed = fields.List(fields.Nested(MissedSchema))


# Timelines and the log


class TimelineItemSchema(Answer):
    """A timeline in the list."""

    id = _text()
    title = Names(required=True, allow_none=True)
    position = _position("The head of its log.")
    recorded_at = _recorded_at()


class TimelinesSchema(Answer):
    """A page of the timelines."""

    items = _list(TimelineItemSchema)
    next = _next()


class LinksSchema(Answer):
    """Where to ask about a timeline."""

    state = _text("Needs `at`.")
    explain = _text("Needs `subject`, `kind`, `object` and `at`.")
    changes = _text("Needs `from` and, between days, `to`.")
    relations = _text()
    events = _text()
    actors = _text()
    documents = _text()
    log = _text()


class TimelineDetailSchema(TimelineItemSchema):
    """A timeline: how its editors describe it, and where its log stands."""

    description = Texts(required=True, allow_none=True)
    sides = _list(SideSchema)
    links = fields.Nested(LinksSchema, required=True)


class NewTimelineSchema(TimelineSchema):
    """A new timeline's id, and its description if it has one yet."""

    id = fields.String(required=True, metadata={"pattern": "^[a-z0-9-]{1,64}$"})  # type: ignore[assignment]
    title = Names()


class EntrySchema(Answer):
    """One line of the log."""

    position = _position()
    recorded_at = _text()
    op = Choice(vocabulary.OPS, required=True)
    entity = Choice(vocabulary.ENTITIES, required=True)
    id = _text()
    author = _text("The id of the token that wrote it.")
    author_name = fields.String(metadata={"description": "The author's name, where the token has one."})
    body = fields.Dict(
        required=True, allow_none=True, metadata={"description": "As sent; null once erased by law."}
    )


class LogSchema(Answer):
    """A stretch of the log, in order of position."""

    items = _list(EntrySchema)
    next = _text("Send it as `after` for what follows; null at the head.", allow_none=True)


# Things


class ThingSchema(Answer):
    """What every thing in a list has."""

    id = _text()
    position = _position("Of the entry that states it.")
    recorded_at = _text()


class EventItemSchema(ThingSchema):
    """A live event."""

    event = fields.Nested(EventSchema, required=True)


class ActorItemSchema(ThingSchema):
    """A live actor."""

    actor = fields.Nested(ActorSchema, required=True)


class DocumentItemSchema(ThingSchema):
    """A live document."""

    document = fields.Nested(DocumentSchema, required=True)


class EventsSchema(Answer):
    """A page of the events, by their first day."""

    items = _list(EventItemSchema)
    next = _next()


class ActorsSchema(Answer):
    """A page of the actors, by id."""

    items = _list(ActorItemSchema)
    next = _next()


class DocumentsSchema(Answer):
    """A page of the documents, by id."""

    items = _list(DocumentItemSchema)
    next = _next()


class HistorySchema(ThingSchema):
    """What every thing has with all that was ever said of it."""

    status = Choice(("live", "retracted"), required=True)
    history = _list(EntrySchema)


class EventHistorySchema(HistorySchema):
    """An event with its history; null where it was retracted."""

    event = fields.Nested(EventSchema, required=True, allow_none=True)


class ActorHistorySchema(HistorySchema):
    """An actor with its history; null where it was retracted."""

    actor = fields.Nested(ActorSchema, required=True, allow_none=True)


class DocumentHistorySchema(HistorySchema):
    """A document with its history; null where it was retracted."""

    document = fields.Nested(DocumentSchema, required=True, allow_none=True)


# States and relations


class BoundsSchema(Answer):
    """Two days between which something lies, inclusive."""

    earliest = _day()
    latest = _day()


class SinceSchema(BoundsSchema):
    """When it began."""

    as_written = _text("The source's own words.", allow_none=True)
    or_earlier = _flag("Nobody reported a beginning: this is the first that is known of it.")


class UntilSchema(BoundsSchema):
    """When it ended."""

    as_written = _text("The source's own words.", allow_none=True)


class IdentitySchema(Answer):
    """Which relation it is."""

    subject = _text()
    kind = Choice(tuple(vocabulary.KINDS), required=True)
    object = _text()
    under = fields.String(metadata={"description": "The treaty or deal, where one is named."})
    sign = fields.Integer(
        required=True, metadata={"enum": [1, 0, -1], "description": "With, neutral, against."}
    )


class FactsSchema(IdentitySchema):
    """What one stretch of a relation rests on."""

    since = fields.Nested(SinceSchema, required=True)
    until = fields.Nested(UntilSchema, required=True, allow_none=True)
    last_evidence = fields.Nested(BoundsSchema, required=True)
    attributed_only = _flag("Every source of it is somebody's statement.")
    means = fields.List(Choice(vocabulary.MEANS))
    disputed = _flag("Accounts of it are at odds.")


class RelationItemSchema(FactsSchema):
    """How a relation stands on the day."""

    status = _status()
    evidence = _list(_text("The id of an event."))


class ActorNameSchema(Answer):
    """An actor as an answer names it."""

    name = _text()
    type = Choice(vocabulary.ACTOR_TYPES, required=True)


class CountsSchema(Answer):
    """How many relations have each status; `lapsed` only where it was asked for."""

    attested = fields.Integer(required=True)
    possible = fields.Integer(required=True)
    presumed = fields.Integer(required=True)
    lapsed = fields.Integer()


class StateSchema(Answer):
    """Who stood with or against whom on a day, as known at a position."""

    timeline = _text()
    at = _day()
    position = _position()
    recorded_at = _recorded_at()
    rules = fields.Integer(required=True, metadata={"description": "The number of the rules that decided."})
    permalink = _text("The address of this same answer, for ever.")
    actors = fields.Dict(keys=fields.String(), values=fields.Nested(ActorNameSchema), required=True)
    relations = _list(RelationItemSchema)
    counts = fields.Nested(CountsSchema, required=True)


class EvidenceSchema(BoundsSchema):
    """A piece of evidence, and the days in which it lies."""

    shows = Choice(("begins", "holds", "ends"), required=True)
    throughout = _flag("It held on each of these days, not only at some moment of them.")
    as_written = _text(allow_none=True)


class CitedSchema(EvidenceSchema):
    """A piece of evidence with the ids of its events."""

    events = _list(_text())


class StretchSchema(Answer):
    """What every spell says of itself."""

    disputed = _flag("Accounts of it are at odds.")
    since = fields.Nested(SinceSchema, required=True)
    until = fields.Nested(UntilSchema, required=True, allow_none=True)
    last_evidence = fields.Nested(BoundsSchema, required=True)
    attributed_only = _flag("Every source of it is somebody's statement.")
    means = fields.List(Choice(vocabulary.MEANS))
    cap = fields.Nested(BoundsSchema, required=True, allow_none=True)
    set_aside = _list(_text("An event whose account would end it before it begins."))


class SpellSchema(StretchSchema):
    """One stretch of a relation."""

    evidence = _list(CitedSchema)


class RelationSchema(IdentitySchema):
    """A relation with its whole history."""

    spells = _list(SpellSchema)


class RelationsSchema(Answer):
    """A page of relations."""

    items = _list(RelationSchema)
    next = _next()


class SourcedEventSchema(Answer):
    """An event with the words of its sources, as sent."""

    id = _text()
    position = _position()
    title = fields.String()
    date = fields.String()
    as_written = fields.String()
    date_basis = fields.String()
    sources = EventSchema._declared_fields["sources"]


class SourcedSchema(EvidenceSchema):
    """A piece of evidence with its events."""

    events = _list(SourcedEventSchema)


class ExplainedSpellSchema(StretchSchema):
    """One stretch, and what it comes to on the day."""

    speaks = _flag("This stretch decides the answer.")
    status = _status(allow_none=True)
    disputed_on_day = _flag("Whether it is disputed on the day.")
    rule = fields.Integer(required=True, metadata={"description": "The rule of the replay's step 4."})
    because = _text("The rule, in words.")
    evidence = _list(SourcedSchema)


class ExplanationSchema(Answer):
    """Why a relation stands as it does on a day. A status of null: nothing is known of that day."""

    timeline = _text()
    at = _day()
    position = _position()
    recorded_at = _recorded_at()
    rules = fields.Integer(required=True)
    relation = fields.Nested(IdentitySchema, required=True)
    status = _status(allow_none=True)
    disputed = _flag("Accounts of it are at odds.")
    because = _text("What decided, in words.")
    spells = _list(ExplainedSpellSchema)


# Receipts


class ForeseenDaysSchema(Answer):
    """A run of days on which a relation would stand otherwise."""

    from_ = _text("The first day.", data_key="from")
    to = _text("The last day; null where it has none.", allow_none=True)
    before = _status(allow_none=True)
    after = _status(allow_none=True)


class ForeseenRelationSchema(IdentitySchema):
    """A relation that would change, and on which days."""

    days = _list(ForeseenDaysSchema)


class ForeseenSchema(Answer):
    """What an append that was only tried would change."""

    total = fields.Integer(required=True, metadata={"description": "How many relations would change."})
    items = fields.List(
        fields.Nested(ForeseenRelationSchema), required=True, metadata={"description": "The first thousand."}
    )


class ReceiptSchema(Answer):
    """What an append did."""

    position = _position("Where the log stands now.")
    recorded_at = _recorded_at()
    appended = fields.Integer(required=True, metadata={"description": "How many entries are new."})
    existing = fields.Integer(required=True, metadata={"description": "How many were there already."})
    notices = fields.List(
        fields.Nested(FaultSchema),
        metadata={"description": "What to know of what was sent, though it hindered nothing."},
    )
    changes = fields.Nested(ForeseenSchema, metadata={"description": "With dry_run: what would change."})


# Changes


class ValidChangeSchema(FactsSchema):
    """A relation's status changed in the world."""

    date = _day()
    before = _status(allow_none=True)
    after = _status(allow_none=True)
    evidence = _list(_text("The id of an event."))


class ValidChangesSchema(Answer):
    """A page of what changed in the world, by day."""

    items = _list(ValidChangeSchema)
    next = _next()


class KnownChangeSchema(IdentitySchema):
    """The log says something else of a relation: its item on the day asked for, or all its spells."""

    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)
    entries = _list(MissedSchema)


class KnownChangesSchema(Answer):
    """A page of what changed in what is known, by relation."""

    items = _list(KnownChangeSchema)
    next = _next()


CHANGES: dict[str, Any] = {"anyOf": [ValidChangesSchema, KnownChangesSchema]}


# The service itself


class VisibilitySchema(Strict):
    """Who may read a timeline: everybody, or who has a token for it."""

    visibility = Choice(VISIBILITIES, required=True)


class TimelineVisibilitySchema(Answer):
    """A timeline, and who may read it."""

    id = _text()
    visibility = Choice(VISIBILITIES, required=True)


class HealthSchema(Answer):
    """Whether the service is up, or ready."""

    status = Choice(("up", "ready"), required=True)
