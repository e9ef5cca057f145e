"""An entry in plain sentences, for readers who follow what the log learns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from events import strict_json
from events.codec import thing_of
from events.model import Actor, Document, Effect, Entry, Event, Thing, Timeline
from events.vocabulary import KINDS

Names = Callable[[str, str], str]
"""What (entity, id) is called; its id where it has no name."""

_OPS = {"starts": "Began", "ends": "Ended", "lasts": "Held throughout", "holds": "Held"}
_MARKS = {"correct": "Corrected: ", "retract": "Retracted: ", "erase": "Erased: "}
_SORTS = {"actor": "Actor: ", "document": "Source: ", "timeline": "About this timeline: "}


class Told(NamedTuple):
    """An entry as a headline and a text of one sentence or more on each line."""

    title: str
    text: str
    reason: str | None


def tell(entry: Entry, thing: Thing | None, names: Names) -> Told:
    """What an entry says. `thing` is what it states or, where it takes something back, what that was.

    Without one only the id is left to tell of.
    """
    body = {} if entry.body is None else strict_json.read(entry.body)
    reason: str | None = body.get("reason")
    name = called(thing, names) if thing is not None else ""
    title = _MARKS.get(entry.op, "") + _SORTS.get(entry.entity, "") + (name or entry.id)
    return Told(title, "\n".join(_lines(entry, thing, reason, names)), reason)


def stated(entry: Entry) -> Thing | None:
    """What an entry states; None where it takes something back, or is erased."""
    if entry.op not in ("record", "correct") or entry.body is None:
        return None
    return thing_of(entry.entity, entry.body)


def _lines(entry: Entry, thing: Thing | None, reason: str | None, names: Names) -> Iterator[str]:
    if entry.op == "correct":
        yield f"What the log said of this before was wrong: {reason or 'the reason is erased.'}"
        yield "It says now:"
    elif entry.op == "retract":
        yield f"This should not stand: {reason or 'the reason is erased.'}"
        yield "The log had said:"
    match thing:
        case None:
            yield "Its words are erased."
        case Event():
            yield from _of_event(thing, names)
        case Actor():
            yield f"{thing.name}, {thing.type.replace('_', ' ')}."
        case Document():
            yield f"{thing.title}{f', {thing.publisher}' if thing.publisher else ''}."
            if thing.url:
                yield thing.url
        case Timeline():
            yield from (thing.description or thing.title).values()


def _of_event(event: Event, names: Names) -> Iterator[str]:
    written = f" (“{event.as_written}”)" if event.as_written else ""
    yield f"Date: {event.date.text}{written}."
    for effect in event.effects:
        yield f"{_OPS[effect.op]}: {_relation(effect, names)}."
    for source in event.sources:
        document = names("document", source.document)
        yield f"“{source.quote}” – {document}" if source.quote else f"Source: {document}."


def called(thing: Thing, names: Names) -> str:
    """What a thing goes by: its name or title, or what it says in a few words."""
    match thing:
        case Event():
            told = (f"{_relation(effect, names)} ({_OPS[effect.op].lower()})" for effect in thing.effects)
            return thing.title or next(iter((thing.names or {}).values()), None) or "; ".join(told)
        case Actor():
            return thing.name
        case Document():
            return thing.title
        case Timeline():
            return thing.title.get("en") or next(iter(thing.title.values()), "")


def _relation(effect: Effect, names: Names) -> str:
    relation = effect.relation
    under = f" under {relation.under}" if relation.under else ""
    subject, object = names("actor", relation.subject), names("actor", relation.object)
    return f"{subject} {KINDS[relation.kind].label['en']} {object}{under}"
