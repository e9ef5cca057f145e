"""What the parameters of the addresses may be: the schemas that `service.queries` reads with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from events import vocabulary
from events.days import FIRST_YEAR, LAST_YEAR
from events.errors import DateError
from events.fields import Choice, Codes, Id, Name
from events.moments import parse_at, parse_known_at
from service.cursors import DAYS, MOST_POSITION, POSITIONS, Cursor
from service.waiting import MOST_SECONDS

MOST_LIMIT = 1000
MOST_FILTERS = 50


class Moment(fields.String):
    """A day or a point on the recorded axis, read by one of `events.moments`."""

    def __init__(self, reads: Callable[[str], Any], description: str, **kwargs: Any) -> None:
        super().__init__(metadata={"description": description}, **kwargs)
        self.reads = reads

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self.reads(value)
        except DateError as error:
            raise ValidationError(error.detail) from None


class Whole(fields.Integer):
    """A whole number in plain digits, within bounds."""

    def __init__(self, description: str, least: int = 0, most: int = MOST_POSITION, **kwargs: Any) -> None:
        limits = {"description": description, "minimum": least, "maximum": most}
        super().__init__(metadata=limits, **kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not re.fullmatch("[0-9]{1,18}", value) or not self.least <= int(value) <= self.most:
            raise ValidationError(f"Write a whole number from {self.least} to {self.most}.")
        return int(value)


class Flag(fields.String):
    """1 for yes, 0 for no, and no other word; loads as a bool."""

    def __init__(self, description: str) -> None:
        super().__init__(metadata={"description": f"1: {description}", "enum": ["1", "0"]})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if value not in ("0", "1"):
            raise ValidationError("Write 1 for yes or 0 for no.")
        return value == "1"


def several(field: fields.Field[Any], description: str) -> Any:
    """A parameter that may be given several times, as a list."""
    limit = validate.Length(max=MOST_FILTERS, error=f"There are more than {MOST_FILTERS} of these.")
    return fields.List(field, load_default=[], validate=limit, metadata={"description": description})


class NoQuery(Schema):
    """An address that takes no parameters."""


class KnownAtQuery(Schema):
    """Every question can be put to an earlier state of the log."""

    known_at = Moment(
        parse_known_at,
        "The state of the log to answer from: a position, or an RFC 3339 time with its offset. "
        "By default the latest.",
    )


class MinPositionQuery(Schema):
    """What was appended can be read at once, whichever server answers."""

    min_position = Whole("Answer only from a log that has reached this position, else 503.")


class StandingQuery(KnownAtQuery, MinPositionQuery):
    """From which state of the log a question is answered."""


class PageQuery(Schema):
    """How every collection is paged."""

    limit = Whole("The most items to give at once.", 1, MOST_LIMIT, load_default=100)


class TimelinesQuery(PageQuery):
    """The timelines, by id."""

    cursor = Cursor(str)


class EventsQuery(PageQuery, StandingQuery):
    """The live events, by first day."""

    date_basis = Choice(vocabulary.DATE_BASES)
    confidence = Choice(vocabulary.CONFIDENCES)
    approximate = Flag("only events whose date leaves a day open: a month, a range, about; 0: only others.")
    attributed_only = Flag("only events of which every source is somebody's statement; 0: only others.")
    cursor = Cursor(DAYS, POSITIONS)


class ThingsQuery(PageQuery, StandingQuery):
    """The live actors or documents, by id."""

    cursor = Cursor(str)


class Code(fields.String):
    """A code in a scheme, with a colon between them; loads as the two."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        scheme, colon, code = value.partition(":")
        if not colon:
            raise ValidationError("Write a scheme and a code with a colon between them, such as cow:620.")
        Codes().deserialize({scheme: code})
        return scheme, code


class ActorsQuery(ThingsQuery):
    """The live actors, by id."""

    code = Code(metadata={"description": "Only actors that have or had this code, such as cow:620."})
    name = Name(500)


class LogQuery(PageQuery, MinPositionQuery):
    """The entries, by position."""

    after = Whole("Give the entries after this position.", load_default=0)
    wait = Whole(
        "If there are none yet, wait up to so many seconds for one; then `next` is never null.",
        0,
        MOST_SECONDS,
        load_default=0,
    )
    op = several(Choice(vocabulary.OPS), "Only entries of this op; repeat it for several.")


class AppendQuery(Schema):
    """How to append."""

    dry_run = Flag("decide everything and keep nothing.")
    expected_position = Whole("Append only if the log stands at this position.")


class RecordQuery(AppendQuery):
    """How to record what is sent."""

    create_actors = Flag("make the actors that a table names and that are new.")
    entries = Whole("How many objects, or rows of a table, are sent: refused if there are more or fewer.")


class QuestionQuery(Schema):
    """A day, and what to narrow its state to."""

    at = Moment(
        parse_at, "The day: 2019-05-01, or words with one reading such as 4 April 2019.", required=True
    )
    actor = several(Id(), "Only relations of this actor; repeat it for several.")
    kind = several(Choice(tuple(vocabulary.KINDS)), "Only relations of this kind; repeat it for several.")
    include = several(Choice(("lapsed",)), "`lapsed`: show also what was once known and no longer is.")


class LineageQuery(QuestionQuery):
    """The same, and whether to follow it to those who came before."""

    lineage = Flag("tell the relations of an actor's predecessors too, apart in `lineage`.")


class StateQuery(LineageQuery, StandingQuery):
    """The state at a day."""


class StateExportQuery(QuestionQuery, StandingQuery):
    """The state of a day, to be exported."""


class Year(Whole):
    """A year, as a date has it: 2019, 0000 for 1 BCE, -0043 for 44 BCE."""

    def __init__(self, description: str, **kwargs: Any) -> None:
        super().__init__(description, FIRST_YEAR, LAST_YEAR, required=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not re.fullmatch("-?[0-9]{4}", value):
            raise ValidationError("Write a year in four digits: 2019, or -0043 for 44 BCE.")
        return int(value)


class PanelQuery(StandingQuery):
    """Some years."""

    first = Year("The first year.", data_key="from")
    last = Year("The last year.", data_key="to")

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["last"] < data["first"]:
            raise ValidationError("The last year is before the first; exchange `from` and `to`.", "to")


class MembershipQuery(PageQuery, StandingQuery):
    """The pairs that are members of the same on a day."""

    at = Moment(
        parse_at, "The day: 2019-05-01, or words with one reading such as 4 April 2019.", required=True
    )
    actor = several(Id(), "Only pairs with this actor; repeat it for several.")
    type = several(
        Choice(vocabulary.ACTOR_TYPES),
        "Only what is an actor of this type, such as `alliance`; repeat it for several.",
    )
    cursor = Cursor(str, str, str)


class VersionsQuery(PageQuery):
    """The versions of something, by position."""

    cursor = Cursor(POSITIONS)


class StateVersionsQuery(LineageQuery, VersionsQuery):
    """The versions of a state, by position."""


class RelationsQuery(PageQuery, StandingQuery):
    """The relations that fit; what is left out is free."""

    subject = Id()
    kind = Choice(tuple(vocabulary.KINDS))
    object = Id()
    under = Name(200)
    ongoing = Flag("only relations with a spell of which no end is known; 0: only with another.")
    disputed = Flag("only relations with a spell of which accounts are at odds; 0: only with another.")
    attributed_only = Flag(
        "only relations with a spell that rests on statements alone; 0: only with another."
    )
    not_attested_since = Moment(
        parse_at, "Only relations that nothing shows on this day or after it: all evidence is older."
    )
    lineage = Flag("tell the relations of the actor's predecessors too, apart, with the first page.")
    cursor = Cursor(str, str, str, str)


class ExplainQuery(StandingQuery):
    """One relation on one day."""

    subject = Id(required=True)
    kind = Choice(tuple(vocabulary.KINDS), required=True)
    object = Id(required=True)
    under = Name(200)
    at = Moment(parse_at, "The day whose status is to be explained.", required=True)


class ChangesQuery(PageQuery, StandingQuery):
    """What changed in the world between two days, or in what is known between two states of the log."""

    axis = Choice(("valid", "known"), load_default="valid")
    first = fields.String(
        data_key="from",
        required=True,
        metadata={"description": "The first day; on the axis `known` the earlier state of the log."},
    )
    last = fields.String(
        data_key="to",
        metadata={"description": "The last day; on the axis `known` the later state, by default the latest."},
    )
    at = Moment(parse_at, "On the axis `known`: compare the answers for this day only.")
    cursor = Cursor(DAYS, str, str, str, str)

    @post_load
    def _read_ends(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        by_day = data["axis"] == "valid"
        stray = "at" if by_day else "known_at"
        if data.get(stray) is not None:
            raise ValidationError("This goes with the other axis; leave it out, or change `axis`.", stray)
        if by_day and "last" not in data:
            raise ValidationError("This is required.", "to")
        moment = Moment(parse_at if by_day else parse_known_at, "")
        for name, key in (("first", "from"), ("last", "to")):
            if name in data:
                data[name] = _at_key(key, moment, data[name])
        if by_day and data["last"] < data["first"]:
            raise ValidationError("The last day is before the first; exchange `from` and `to`.", "to")
        return data


def _at_key(key: str, field: fields.Field[Any], text: str) -> Any:
    try:
        return field.deserialize(text)
    except ValidationError as error:
        raise ValidationError(error.messages, key) from None
