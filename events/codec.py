"""From what was sent to what the domain reasons about, and back from what is kept.

`record`, `correction` and `retraction` check a value against the schemas and make
a `Draft` of it. `thing_of` builds the domain's value from a body that is kept,
which has passed the same check before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from rfc8785 import CanonicalizationError

from events import quick, strict_json
from events.dates import Date, parse
from events.errors import InvalidError, Problem, TooLargeError, shorten
from events.fields import unknown_choice
from events.model import (
    Actor,
    CodedAs,
    Document,
    Effect,
    Event,
    KnownAs,
    Participant,
    Relation,
    Side,
    Source,
    Thing,
    Timeline,
    Why,
)
from events.schemas import CORRECTIONS, SCHEMAS, ErasureSchema, RetractionSchema, Strict
from events.vocabulary import ENTITIES

MAX_BODY = 256 * 1024
"""The most bytes that one canonical body may have."""

_SCHEMAS = {entity: schema() for entity, schema in SCHEMAS.items()}
_CORRECTIONS = {entity: schema() for entity, schema in CORRECTIONS.items()}
_RETRACTION = RetractionSchema()
_ERASURE = ErasureSchema()


@dataclass(frozen=True, slots=True)
class Draft:
    """One entry that somebody wants appended: checked by itself, not yet against the log.

    `thing` is None for a retraction; `line` is where it stood in what was sent.
    """

    op: str
    entity: str
    id: str
    thing: Thing | None
    body: bytes
    line: int | None = None


def record(value: Any, timeline: str, line: int | None = None) -> Draft:
    """A new event, actor, document or the timeline's description, from one line's value.

    Without an `entity` it is an event; without an `id` it gets one from its canonical body.
    Raises InvalidError with one problem for each fault.
    """
    if not isinstance(value, dict):
        raise InvalidError("This must be a JSON object.", [Problem("This must be a JSON object.", line=line)])
    entity = value.get("entity", "event")
    if not isinstance(entity, str) or entity not in ENTITIES:
        detail = unknown_choice(str(entity), ENTITIES)
        raise InvalidError(detail, [Problem(detail, line=line, field="entity", value=shorten(str(entity)))])
    if not quick.sound(entity, value):
        check(_SCHEMAS[entity], value, line)
    body = _body(value, line)
    id = value.get("id") or (timeline if entity == "timeline" else derived_id(body))
    _same_id(value, timeline if entity == "timeline" else id, line)
    return Draft("record", entity, id, _BUILD[entity](value), body, line)


def correction(entity: str, id: str, value: Any) -> Draft:
    """A correction of (entity, id): the full new body, and a `reason`. Raises InvalidError."""
    check(_CORRECTIONS[entity], value)
    _same_id(value, id)
    return Draft("correct", entity, id, _BUILD[entity](value), _body(value))


def retraction(entity: str, id: str, value: Any) -> Draft:
    """A retraction of (entity, id), with its `reason`. Raises InvalidError."""
    check(_RETRACTION, value)
    _same_id(value, id)
    return Draft("retract", entity, id, None, _body(value))


def erasure(entity: str, id: str, positions: Sequence[int], why: Why) -> Draft:
    """The erasure by law of what (entity, id) was said to be at some positions. Raises InvalidError."""
    value = {"positions": [*positions], "reason": why.reason}
    if why.by is not None:
        value["by"] = why.by
    check(_ERASURE, value)
    return Draft("erase", entity, id, None, _body(value))


def thing_of(entity: str, body: bytes) -> Thing:
    """The domain's value of a body that is kept: canonical JSON that has passed `record` or `correction`."""
    thing: Thing = _BUILD[entity](strict_json.read(body))
    return thing


def derived_id(body: bytes) -> str:
    """The id of what was sent without one: from its canonical body, so that sending again is safe."""
    return "sha256:" + hashlib.sha256(body).hexdigest()[:40]


def content(body: bytes) -> dict[str, Any]:
    """What a body says, apart from its id and the word for its entity, which the log keeps beside it."""
    value: dict[str, Any] = strict_json.read(body)
    return {name: member for name, member in value.items() if name not in ("id", "entity")}


def _body(value: Any, line: int | None = None) -> bytes:
    try:
        body = strict_json.canonical(value)
    except CanonicalizationError as error:
        raise InvalidError(str(error), [Problem(str(error), line=line)]) from None
    if len(body) > MAX_BODY:
        detail = f"This has {len(body)} bytes; {MAX_BODY} are the limit for one."
        raise TooLargeError(detail, [Problem(detail, line=line)])
    return body


def _same_id(value: Mapping[str, Any], id: str, line: int | None = None) -> None:
    sent = value.get("id", id)
    if sent != id:
        detail = f"The id here is {sent!r}, but this is about {id!r}; leave the id out or write {id!r}."
        raise InvalidError(detail, [Problem(detail, line=line, field="id", value=sent)])


def check(schema: Strict, value: Any, line: int | None = None) -> None:
    """Raise InvalidError, with one problem for each fault, unless a value is what a schema says."""
    try:
        schema.load(value)
    except ValidationError as error:
        problems = [
            Problem(detail, line=line, field=path or None, value=_value_at(value, keys))
            for path, keys, detail in _flatten(error.messages)
        ]
        summary = problems[0].detail if len(problems) == 1 else f"{len(problems)} things here cannot stand."
        raise InvalidError(summary, problems) from None


def _flatten(messages: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...], str]]:
    """marshmallow's nested messages as (path, keys, message)."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flatten(inner, keys if key == "_schema" else (*keys, key))
        return
    path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")
    for message in messages:
        yield path, keys, str(message)


def _value_at(value: Any, keys: tuple[Any, ...]) -> str | None:
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return shorten(value if isinstance(value, str) else strict_json.compact(value))


def _date(value: Mapping[str, Any], name: str) -> Date | None:
    return parse(value[name]) if name in value else None


def _event(value: Mapping[str, Any]) -> Event:
    return Event(
        date=parse(value["date"]),
        sources=tuple(
            Source(
                source["document"],
                source.get("quote"),
                source.get("offset"),
                tuple(source.get("attributed_to", ())),
            )
            for source in value["sources"]
        ),
        type=value.get("type", "other"),
        title=value.get("title"),
        names=value.get("names"),
        as_written=value.get("as_written"),
        date_basis=value.get("date_basis"),
        confidence=value.get("confidence"),
        effects=tuple(
            Effect(
                effect["op"],
                Relation.canonical(effect["subject"], effect["kind"], effect["object"], effect.get("under")),
                tuple(effect.get("means", ())),
                effect.get("note"),
            )
            for effect in value.get("effects", ())
        ),
        participants=tuple(
            Participant(participant["actor"], participant.get("role"))
            for participant in value.get("participants", ())
        ),
        tags=tuple(value.get("tags", ())),
        location=value.get("location"),
        media=tuple(value.get("media", ())),
    )


def _actor(value: Mapping[str, Any]) -> Actor:
    return Actor(
        name=value["name"],
        type=value["type"],
        names=value.get("names"),
        aliases=tuple(value.get("aliases", ())),
        existed=_date(value, "existed"),
        codes=value.get("codes"),
        succeeds=tuple(value.get("succeeds", ())),
        known_as=tuple(
            KnownAs(
                known["name"], parse(known["during"]), known.get("names"), tuple(known.get("aliases", ()))
            )
            for known in value.get("known_as", ())
        ),
        coded_as=tuple(
            CodedAs(coded["scheme"], coded["code"], parse(coded["during"]))
            for coded in value.get("coded_as", ())
        ),
    )


def _document(value: Mapping[str, Any]) -> Document:
    return Document(
        title=value["title"],
        publisher=value.get("publisher"),
        url=value.get("url"),
        archive_url=value.get("archive_url"),
        published=_date(value, "published"),
        sha256=value.get("sha256"),
    )


def _timeline(value: Mapping[str, Any]) -> Timeline:
    return Timeline(
        title=value["title"],
        description=value.get("description"),
        sides=tuple(Side(side["name"], tuple(side["actors"])) for side in value.get("sides", ())),
    )


_BUILD: dict[str, Callable[[Mapping[str, Any]], Thing]] = {
    "event": _event,
    "actor": _actor,
    "document": _document,
    "timeline": _timeline,
}
