"""Timelines made with TimelineJS (Knight Lab): its spreadsheet saved as CSV, and its JSON.

Maps each slide and era to an event without relations, since a slide says nothing of who stood with
whom: date and end date from their parts, Display Date to `as_written`, Headline to `title`, Text to
the quote of the source, which is the timeline itself, Group to a tag, Media to `media`. HTML becomes
the text it shows. A negative year is BCE, as TimelineJS shows it: -44 is 44 BCE.

Drops the time of day, backgrounds, thumbnails, media that are not links, scale and ids of slides.
A timeline is read whole, for its title, within a limit. In JSON, which has no lines to speak of,
a problem says by its field where it is: ``events[3].start_date.month``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from events import strict_json
from events.errors import InvalidError, Problem, TooLargeError, shorten
from events.ingest import csv_file
from events.ingest.columns import Cells, Column, Header
from events.ingest.reading import Context, Format, Line, Row, chunks
from events.ingest.slides import Slide, document, event_of

MAX_BYTES = 16 * 1024 * 1024

COLUMNS = (
    Column("year", "the year"),
    Column("month", "the month"),
    Column("day", "the day"),
    Column("end year", "the year of the end"),
    Column("end month", "the month of the end"),
    Column("end day", "the day of the end"),
    Column("display date", "the date as it is shown"),
    Column("headline", "the headline"),
    Column("text", "the text"),
    Column("media", "a link"),
    Column("media credit", "whom to credit"),
    Column("media caption", "what it shows"),
    Column("media alt", "what it shows, for those who do not see it", ("alt text", "media alt text")),
    Column("type", "title, era, or nothing"),
    Column("group", "a group of slides"),
)
IGNORED = ("time", "end time", "media thumbnail", "background", "line", "problem")

_JSON_PATHS = {
    **{f"{prefix}{part}": f"{key}.{part}" for prefix, key in (("", "start_date"), ("end ", "end_date"))
       for part in ("year", "month", "day")},
    "display date": "display_date",
    "headline": "text.headline",
    "text": "text.text",
    "media": "media.url",
    "media credit": "media.credit",
    "media caption": "media.caption",
    "media alt": "media.alt",
    "group": "group",
}  # fmt: skip
_BOM = b"\xef\xbb\xbf"
_SLIDES_KEY = re.compile(rb'"(events|eras|title)"\s*:')
_SLIDE_KEY = re.compile(rb'"(start_date|headline)"\s*:')


def recognise(head: bytes) -> bool:
    """Whether it has the columns of TimelineJS's sheet, or the keys of its JSON."""
    if _is_json(head):
        return bool(_SLIDES_KEY.search(head) and _SLIDE_KEY.search(head))
    first = next(csv_file.rows((head,)), None)
    return first is not None and {"year", "headline", "text"} <= Header(first, COLUMNS).places.keys()


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """The document that the timeline is, then its slides and eras."""
    whole = _whole(stream)
    if _is_json(whole):
        title, slides = _from_json(whole)
    else:
        title, slides, lines = _from_sheet(whole)
        yield from lines
    source = document(title, context.origin)
    yield Line(1, source)
    for slide in slides:
        yield event_of(slide, source["id"])


def _whole(stream: Iterable[bytes]) -> bytes:
    whole = bytearray()
    for chunk in chunks(stream):
        whole += chunk
        if len(whole) > MAX_BYTES:
            raise TooLargeError(
                f"A timeline of TimelineJS has at most {MAX_BYTES} bytes here; send it in parts."
            )
    return bytes(whole)


def _is_json(text: bytes) -> bool:
    return text.removeprefix(_BOM).lstrip().startswith(b"{")


def _from_sheet(whole: bytes) -> tuple[str, list[Slide], list[Line]]:
    """The title, the slides, and what is to be said of the header and of rows that are none."""
    rows = csv_file.rows((whole,))
    header = Header(next(rows, Row(1, ())), COLUMNS, IGNORED)
    problems = (*header.problems, *header.lacking("year", "headline"))
    lines = [Line(header.number, None, problems, tuple(header.notices))] if problems or header.notices else []
    title, slides = "", []
    for row in rows:
        if row.problems or row.notices:
            lines.append(Line(row.number, None, row.problems, row.notices))
        if row.problems:
            continue
        cells = Cells(row, header)
        slide = Slide(row.number, {column.name: cells.get(column.name) for column in COLUMNS}, cells.problem)
        if slide.get("type").lower() == "title":
            title = slide.get("headline")
        else:
            slides.append(slide)
    return title, slides, lines


def _from_json(whole: bytes) -> tuple[str, list[Slide]]:
    """The title and the slides. UnreadableError if it is not JSON, InvalidError if it has no slides."""
    value = strict_json.read(whole.removeprefix(_BOM))
    if not isinstance(value, dict) or not isinstance(value.get("events"), list):
        detail = 'This has no list of "events", as the JSON of TimelineJS has.'
        raise InvalidError(detail, [Problem(detail, line=1, field="events")])
    eras = value.get("eras")
    slides = [_slide(item, f"events[{place}]") for place, item in enumerate(value["events"])]
    if isinstance(eras, list):
        slides += [_slide(item, f"eras[{place}]", "era") for place, item in enumerate(eras)]
    return _at(value, "title.text.headline"), slides


def _slide(item: Any, path: str, type: str = "") -> Slide:
    cells = {name: _at(item, inner) for name, inner in _JSON_PATHS.items()}
    cells["display date"] = cells["display date"] or _at(item, "start_date.display_date")
    cells["type"] = type
    return Slide(1, cells, partial(_json_problem, path, cells))


def _json_problem(path: str, cells: dict[str, str], name: str, detail: str) -> Problem:
    field = f"{path}.{_JSON_PATHS[name]}"
    return Problem(detail, line=None, field=field, value=shorten(cells.get(name, "")) or None)


def _at(value: Any, path: str) -> str:
    """The text or whole number at a path of keys; empty if there is neither."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


FORMAT = Format(
    name="timelinejs",
    description="a timeline of TimelineJS, its spreadsheet as CSV or its JSON",
    media_types=(),
    suffixes=(".json",),
    recognise=recognise,
    read=read,
)
