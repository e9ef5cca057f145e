"""The wire format as marshmallow schemas: what a line may hold, the definition of every verdict.

The same schemas document the HTTP interface. They check and change nothing: what
is kept is what was sent.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from events import vocabulary
from events.dates import parse
from events.errors import DateError
from events.fields import (
    Choice,
    Codes,
    CodeScheme,
    Edtf,
    Id,
    Link,
    Location,
    Name,
    Names,
    Sha256,
    Text,
    Texts,
    fault_of_code,
)
from events.readings import bounds_of

MOST_EFFECTS = 100
MOST_OTHERS = 500
MOST_DATED = 100


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "This must be an object."}  # noqa: RUF012  # marshmallow's own attribute

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Say what to do where marshmallow only says what is the case."""
        field_obj.error_messages |= {
            "required": "This is missing; it must be given.",
            "null": "This is null; leave it out or give it a value.",
        }

    def handle_error(self, error: ValidationError, data: Any, **kwargs: Any) -> None:
        """Say of an unknown field which fields there are."""
        messages = error.messages
        if not isinstance(data, dict) or not isinstance(messages, dict):
            return
        names = [field.data_key or name for name, field in self.fields.items()]
        for name in set(data) - set(names):
            near = get_close_matches(name, names, 1)
            known = (
                f"did you mean {near[0]!r}?" if near else f"the fields here are {', '.join(sorted(names))}."
            )
            messages[name] = [f"There is no such field; {known}"]


def _few(
    field: fields.Field[Any] | type[Schema], most: int = MOST_OTHERS, least: int = 0, **kwargs: Any
) -> Any:
    inner = field if isinstance(field, fields.Field) else fields.Nested(field)
    limits = validate.Length(min=least, max=most, error=f"There must be {least} to {most} of these.")
    return fields.List(inner, validate=limits, **kwargs)


class EffectSchema(Strict):
    """What an event says of one relation."""

    op = Choice(vocabulary.EFFECT_OPS, required=True)
    subject = Id(required=True)
    kind = Choice(tuple(vocabulary.KINDS), required=True)
    object = Id(required=True)
    under = Name(200)
    means = _few(Choice(vocabulary.MEANS))
    note = Text()

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["subject"] == data["object"]:
            raise ValidationError("An actor has no relation to itself; name another one.", "object")


class SourceSchema(Strict):
    """Who says so. `offset` is where the quote begins in the document's text, in code points from 0."""

    document = Id(required=True)
    quote = Text()
    offset = fields.Integer(strict=True, validate=validate.Range(min=0, max=2**53 - 1))
    attributed_to = _few(Id())

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "offset" in data and "quote" not in data:
            raise ValidationError("An offset needs the quote that begins there.", "offset")


class ParticipantSchema(Strict):
    """An actor in an event, and its role."""

    actor = Id(required=True)
    role = Name(100)


class MediaSchema(Strict):
    """A picture, film or sound to show with an event."""

    url = Link(required=True)
    caption = Text(1000)
    credit = Name()
    alt = Text(1000)


class EventSchema(Strict):
    """A dated, sourced claim about the world, with zero or more effects on relations."""

    entity = Choice(("event",))
    id = Id()
    type = Choice(vocabulary.EVENT_TYPES)
    date = Edtf(required=True)
    as_written = Text(500)
    date_basis = Choice(vocabulary.DATE_BASES)
    title = Name()
    names = Names()
    effects = _few(EffectSchema, MOST_EFFECTS)
    participants = _few(ParticipantSchema)
    sources = _few(SourceSchema, least=1, required=True)
    confidence = Choice(vocabulary.CONFIDENCES)
    tags = _few(Name(100))
    location = Location()
    media = _few(MediaSchema)

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        date = parse(data["date"])
        problems: dict[int, Any] = {}
        for place, effect in enumerate(data.get("effects", ())):
            try:
                bounds_of(effect["op"], date)
            except DateError as error:
                problems[place] = {"op": [error.detail]}
        if problems:
            raise ValidationError({"effects": problems})


class KnownAsSchema(Strict):
    """What an actor was called for a time, where that was not always its name."""

    name = Name(required=True)
    during = Edtf(required=True)
    names = Names()
    aliases = _few(Name())


class CodedAsSchema(Strict):
    """A code under which an actor was known for a time."""

    scheme = CodeScheme(required=True)
    code = Name(100, required=True)
    during = Edtf(required=True)

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        fault = fault_of_code(data["scheme"], data["code"])
        if fault:
            raise ValidationError(fault, "code")


class ActorSchema(Strict):
    """A state, government, armed group, person, organisation, alliance or company."""

    entity = Choice(("actor",))
    id = Id()
    type = Choice(vocabulary.ACTOR_TYPES, required=True)
    name = Name(required=True)
    names = Names()
    aliases = _few(Name())
    existed = Edtf()
    codes = Codes()
    succeeds = _few(Id())
    known_as = _few(KnownAsSchema, MOST_DATED)
    coded_as = _few(CodedAsSchema, MOST_DATED)


class DocumentSchema(Strict):
    """A published source."""

    entity = Choice(("document",))
    id = Id()
    title = Name(required=True)
    publisher = Name()
    url = Link()
    archive_url = Link()
    published = Edtf()
    sha256 = Sha256()


class SideSchema(Strict):
    """A protagonist that the editor names."""

    name = Names(required=True)
    actors = _few(Id(), least=1, required=True)


class TimelineSchema(Strict):
    """A timeline's own description."""

    entity = Choice(("timeline",))
    id = Id()
    title = Names(required=True)
    description = Texts()
    sides = _few(SideSchema)


SCHEMAS: dict[str, type[Strict]] = {
    "event": EventSchema,
    "actor": ActorSchema,
    "document": DocumentSchema,
    "timeline": TimelineSchema,
}


class _Reasoned(Strict):
    reason = Text(2000, required=True)


CORRECTIONS: dict[str, type[Strict]] = {
    entity: type(
        f"{entity.capitalize()}CorrectionSchema",
        (schema, _Reasoned),
        {"__doc__": "A full new body, and why."},
    )
    for entity, schema in SCHEMAS.items()
}


class ErasureSchema(Strict):
    """Which bodies were destroyed by law, why, and on whose word."""

    positions = fields.List(fields.Integer(strict=True), required=True)
    reason = Text(2000, required=True)
    by = Text(2000)


class RetractionSchema(Strict):
    """Why an entry should not stand."""

    id = Id()
    reason = Text(2000, required=True)
