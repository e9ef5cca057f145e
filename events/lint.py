"""What an editor should look at again: the log refuses none of it, but a fact-checker would ask."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from events.model import Actor, Document, Event, Source, references
from events.replay import Live, live, read
from events.spells import questionable
from events.stores import Store

LONGEST_QUOTE = 25
"""In words: more is not a short quotation any more."""


class Finding(NamedTuple):
    """One thing to look at. An `error` contradicts a source at hand; a `warning` may be meant."""

    severity: str
    code: str
    entity: str
    id: str
    detail: str


def lint(store: Store, timeline: str, documents: Mapping[str, bytes] | None = None) -> Iterator[Finding]:
    """The findings on the live things of `timeline`.

    `documents` are the texts at hand, by document id: their hashes, and the quotes
    from them with their offsets in code points, are checked.
    """
    state = live(store.entries(timeline), store.head(timeline).position)
    documents = documents or {}
    for (_, id), (_, thing) in sorted(state.things.items(), key=lambda item: item[1][0]):
        if isinstance(thing, Event):
            yield from _event(id, thing, documents)
        elif isinstance(thing, Document):
            yield from _document(id, thing, documents.get(id))
    for id in sorted(documents.keys() - {id for entity, id in state.things if entity == "document"}):
        yield Finding("error", "no-such-document", "document", id, "The timeline has no document of this id.")
    yield from _unused(state)
    yield from _readings(state)


def _event(id: str, event: Event, documents: Mapping[str, bytes]) -> Iterator[Finding]:
    if event.as_written is None:
        detail = "It does not say how the source wrote the date (as_written)."
        yield Finding("warning", "no-words-for-date", "event", id, detail)
    for source in event.sources:
        if source.quote is None:
            detail = f"No words are quoted from {source.document!r}."
            yield Finding("warning", "no-quote", "event", id, detail)
            continue
        if len(source.quote.split()) > LONGEST_QUOTE:
            detail = f"The quote has {len(source.quote.split())} words; {LONGEST_QUOTE} are a short one."
            yield Finding("warning", "long-quote", "event", id, detail)
        if source.document in documents:
            yield from _quote(id, source, source.quote, documents[source.document])


def _quote(id: str, source: Source, quote: str, document: bytes) -> Iterator[Finding]:
    """Whether the quote stands where the source says, in code points of the document's text."""
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        detail = f"{source.document!r} is not UTF-8 text; its quotes cannot be checked."
        yield Finding("error", "not-text", "event", id, detail)
        return
    places = _places(text, quote)
    if not places:
        yield Finding(
            "error", "quote-not-found", "event", id, f"{source.document!r} does not have {quote!r}."
        )
    elif source.offset is None:
        detail = f"The quote stands at offset {places[0]}; write it down."
        yield Finding("warning", "no-offset", "event", id, detail)
    elif source.offset not in places:
        shown = ", ".join(map(str, places[:5]))
        detail = f"The quote does not stand at offset {source.offset} but at {shown}."
        yield Finding("error", "wrong-offset", "event", id, detail)


def _places(text: str, quote: str) -> list[int]:
    places = []
    place = text.find(quote)
    while place >= 0:
        places.append(place)
        place = text.find(quote, place + 1)
    return places


def _document(id: str, document: Document, content: bytes | None) -> Iterator[Finding]:
    if not document.url and not document.archive_url and not document.sha256:
        yield Finding("warning", "unlocated", "document", id, "It has neither a link nor a SHA-256.")
    if content is None:
        return
    found = hashlib.sha256(content).hexdigest()
    if document.sha256 is None:
        detail = f"It has no SHA-256; the file at hand has {found}."
        yield Finding("warning", "no-sha256", "document", id, detail)
    elif document.sha256 != found:
        detail = f"Its SHA-256 is {document.sha256}, but the file at hand has {found}."
        yield Finding("error", "wrong-sha256", "document", id, detail)


def _unused(state: Live) -> Iterator[Finding]:
    named = {reference[:2] for _, thing in state.things.values() for reference in references(thing)}
    for (entity, id), (_, thing) in sorted(state.things.items(), key=lambda item: item[1][0]):
        if isinstance(thing, Actor | Document) and (entity, id) not in named:
            yield Finding("warning", "unused", entity, id, "Nothing names it.")


def _readings(state: Live) -> Iterator[Finding]:
    for relation, readings in sorted(read(state).items()):
        for reading, reason in questionable(readings):
            what = f"{relation.subject} {relation.kind} {relation.object}"
            for _, id in reading.events:
                yield Finding("warning", "questionable", "event", id, f"Of {what}: it {reason}.")
