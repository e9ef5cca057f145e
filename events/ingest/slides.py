"""A slide of TimelineJS as an event: dates from their parts, HTML as the text it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, NamedTuple

from events import codec
from events.errors import AllegianceError, Problem, shorten
from events.ingest.naming import digest, slug, tidy
from events.ingest.reading import Line

LONGEST_QUOTE = 4000

_WHOLE = re.compile("-?[0-9]{1,9}")
_PLACE = re.compile(r"\[\d+\]")
_BLOCKS = frozenset((
    "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "li", "ol", "p", "pre", "table", "td", "tr", "ul",
))  # fmt: skip
_DECLARATION = re.compile("<!(?!--)")  # a broken one breaks the parser, and none belongs in a slide
_UNSEEN = frozenset(("script", "style", "template", "noscript"))


class Slide(NamedTuple):
    """A slide's cells under TimelineJS's own names, and how to say where one of them stands.

    The names are those of its sheet in lower case: ``year``, ``end month``, ``display date``, ``media``.
    """

    number: int
    cells: Mapping[str, str]
    problem: Callable[[str, str], Problem]

    def get(self, name: str) -> str:
        return self.cells.get(name, "").strip()


class _FaultError(Exception):
    """Its arguments are a cell's name and what is wrong with it."""


def document(title: str, origin: str | None) -> dict[str, Any]:
    """The line of the document that a timeline itself is, for its slides to name as their source."""
    url = origin if origin and origin.startswith(("http://", "https://")) else None
    shown = plain_text(title) or origin or "A timeline made with TimelineJS"
    id = f"{slug(shown)[:40].strip('-') or 'timeline'}-{digest(url or shown)}"
    line = {"entity": "document", "id": id, "title": shorten(tidy(shown), 500)}
    return line | {"url": url} if url else line


def event_of(slide: Slide, source: str) -> Line:
    """The event of a slide, or all that is wrong with it."""
    problems, notices = [], []
    date = ""
    try:
        date = _date(slide)
    except _FaultError as fault:
        problems.append(slide.problem(*fault.args))
    quote = plain_text(slide.get("text"))
    if len(quote) > LONGEST_QUOTE:
        detail = f"The text has {len(quote)} characters; the first {LONGEST_QUOTE} are kept as the quote."
        notices.append(slide.problem("text", detail))
        quote = shorten(quote, LONGEST_QUOTE)
    media = _media(slide)
    if slide.get("media") and not media:
        notices.append(slide.problem("media", "This is no link and is left out; media are links."))
    optional = {
        "title": tidy(plain_text(slide.get("headline"))),
        "as_written": plain_text(slide.get("display date")),
        "tags": [tag for tag in (tidy(slide.get("group")), _era(slide)) if tag],
        "media": media,
    }
    event = {"date": date or "2000", "sources": [{"document": source} | ({"quote": quote} if quote else {})]}
    event |= {name: value for name, value in optional.items() if value}
    problems += _faults(slide, event)
    return Line(slide.number, None if problems else event, tuple(problems), tuple(notices))


def plain_text(markup: str) -> str:
    """What HTML shows, as text: blocks on lines of their own, no markup, no scripts."""
    shown = _Shown()
    shown.feed(_DECLARATION.sub("&lt;!", markup))
    shown.close()
    lines = (" ".join(line.split()) for line in "".join(shown.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def _date(slide: Slide) -> str:
    """The date in EDTF. The time of day is dropped: the record knows days."""
    start = _point(slide, "")
    end = _point(slide, "end ")
    if not start:
        raise _FaultError("year", "This is empty; write the year.")
    return f"{start}/{end}" if end and end != start else start


def _point(slide: Slide, which: str) -> str:
    names = [f"{which}{part}" for part in ("year", "month", "day")]
    numbers = [_number(slide, name) for name in names]
    given = [number is not None for number in numbers]
    for place in (1, 2):
        if given[place] and not given[place - 1]:
            raise _FaultError(names[place - 1], f"This is empty, and {names[place]!r} is not; write it too.")
    year, month, day = numbers
    if year is None:
        return ""
    if year == 0:
        raise _FaultError(names[0], "There is no year 0 in TimelineJS, where -1 is 1 BCE; write the year.")
    if month is not None and not 1 <= month <= 12:
        raise _FaultError(names[1], "A month is 1 to 12; write one of them, or leave it empty.")
    if day is not None and not 1 <= day <= 31:
        raise _FaultError(names[2], "A day is 1 to 31; write one of them, or leave it empty.")
    astronomical = year if year > 0 else year + 1
    text = f"{'-' if astronomical < 0 else ''}{abs(astronomical):04}"
    return text + "".join(f"-{number:02}" for number in (month, day) if number is not None)


def _number(slide: Slide, name: str) -> int | None:
    text = slide.get(name)
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise _FaultError(name, f"{shorten(text)!r} is not a whole number; write one, or leave it empty.")
    return int(text)


def _media(slide: Slide) -> list[dict[str, str]]:
    url = slide.get("media")
    if not url.startswith(("http://", "https://")):
        return []
    words = {
        "caption": plain_text(slide.get("media caption")),
        "credit": tidy(plain_text(slide.get("media credit"))),
        "alt": plain_text(slide.get("media alt")),
    }
    return [{"url": url} | {name: text for name, text in words.items() if text}]


def _era(slide: Slide) -> str:
    return "era" if slide.get("type").lower() == "era" else ""


_CELLS = {
    "as_written": "display date",
    "title": "headline",
    "sources.quote": "text",
    "tags": "group",
    "media.url": "media",
    "media.caption": "media caption",
    "media.credit": "media credit",
    "media.alt": "media alt",
}


def _faults(slide: Slide, event: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        codec.record(event, "")
    except AllegianceError as error:
        for problem in error.problems:
            field = _PLACE.sub("", problem.field or "")
            yield slide.problem(
                _date_cell(slide) if field == "date" else _CELLS.get(field, "text"), problem.detail
            )


def _date_cell(slide: Slide) -> str:
    """The last part that is given of the date at fault: the end's if it has one."""
    which = "end " if slide.get("end year") else ""
    return which + next((part for part in ("day", "month") if slide.get(which + part)), "year")
