"""The events as JSON for TimelineJS (Knight Lab): a slide for each, with the words of its sources.

TimelineJS knows days, months and years, and nothing of doubt. So where a date is not one day, the slide
shows the source's own words for it or, where it has none and is more than a month or a year, the date as
it was coded; what TimelineJS places it by are its first and last possible day. What it takes for HTML is
text here, and escaped. To it a year of -44 is 44 BCE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from events.actors import name_on
from events.codec import thing_of
from events.dates import Date
from events.days import ymd
from events.exports.things import Source as Things
from events.model import Document, Event, Source, Timeline
from events.strict_json import compact
from events.vocabulary import KINDS

_PLAIN = re.compile(r"(-?[0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?")


def parts(things: Things) -> Iterator[bytes]:
    """The document, slide by slide in order of first day."""
    title = things.thing("timeline", things.wanted.timeline)
    about = f'"title":{compact(_title(title))},' if isinstance(title, Timeline) else ""
    yield f'{{{about}"events":['.encode()
    comma = ""
    for entry in things.live("event"):
        assert entry.body is not None
        event = thing_of("event", entry.body)
        assert isinstance(event, Event)
        yield f"{comma}{compact(_slide(things, entry.id, event))}".encode()
        comma = ","
    yield b"]}"


def _title(described: Timeline) -> dict[str, Any]:
    text = {"headline": escape(first_of(described.title))}
    if described.description:
        text["text"] = f"<p>{escape(first_of(described.description))}</p>"
    return {"text": text}


def first_of(texts: Mapping[str, str]) -> str:
    """The English one, or else the first."""
    return texts.get("en") or next(iter(texts.values()))


def _slide(things: Things, id: str, event: Event) -> dict[str, Any]:
    slide: dict[str, Any] = {
        "unique_id": id,
        **_dates(event.date),
        "text": {
            "headline": escape(_headline(things, event)),
            "text": "".join(_quoted(things, source) for source in event.sources),
        },
        "group": event.type.replace("_", " "),
        "autolink": False,
    }
    shown = _display_date(event)
    if shown:
        slide["display_date"] = escape(shown)
    if event.media:
        slide["media"] = {
            name: value if name == "url" else escape(value) for name, value in event.media[0].items()
        }
    return slide


def _headline(things: Things, event: Event) -> str:
    """Its title, else what its first effect says, else its type."""
    if event.title:
        return event.title
    if not event.effects:
        return event.type.replace("_", " ")
    effect = event.effects[0]
    subject, object = (
        name_on(things.actor(id), event.date.first)
        for id in (effect.relation.subject, effect.relation.object)
    )
    return f"{subject} – {KINDS[effect.relation.kind].label['en']} – {object}: {effect.op}"


def _quoted(things: Things, source: Source) -> str:
    document = things.thing("document", source.document)
    quote = f"<blockquote>{escape(source.quote)}</blockquote>" if source.quote else ""
    return f"{quote}<p>{_cited(document)}</p>" if isinstance(document, Document) else quote


def _cited(document: Document) -> str:
    named = escape(f"{document.title}, {document.publisher}" if document.publisher else document.title)
    link = document.url or document.archive_url
    return f'<a href="{escape(link)}">{named}</a>' if link else named


def _display_date(event: Event) -> str | None:
    if event.date.a is not None and event.date.a == event.date.f:
        return None
    return event.as_written or (None if _plain(event.date) else event.date.text)


def _dates(date: Date) -> dict[str, Any]:
    """Where TimelineJS places it: by what is written where it can be, else from the first day to the last."""
    plain = _plain(date)
    if plain is None:
        plain = [_parts(day) for day in (date.first, date.f) if day is not None]
    start, *end = plain
    return {"start_date": start, "end_date": end[0]} if end and end[0] != start else {"start_date": start}


def _plain(date: Date) -> Sequence[Mapping[str, int]] | None:
    """A day, month or year, or two of these with a slash between them; None for every other date."""
    found = [_PLAIN.fullmatch(side) for side in date.text.split("/")]
    if len(found) > 2:
        return None
    sides = []
    for side in found:
        if side is None:
            return None
        given = zip(("year", "month", "day"), map(int, filter(None, side.groups())), strict=False)
        sides.append(_placed(dict(given)))
    return sides


def _parts(day: int) -> Mapping[str, int]:
    return _placed(dict(zip(("year", "month", "day"), ymd(day), strict=True)))


def _placed(parts: dict[str, int]) -> Mapping[str, int]:
    """With the year as TimelineJS counts: there is none before 1 but -1."""
    return parts | {"year": parts["year"] if parts["year"] > 0 else parts["year"] - 1}
