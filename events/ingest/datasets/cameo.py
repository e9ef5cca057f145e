"""Machine-coded events: ICEWS in CAMEO codes, and POLECAT in PLOVER types. Tab-separated, a row an event.

ICEWS columns: Event ID, Event Date, Source Name, Source Sectors, Source Country, Event Text, CAMEO Code,
Intensity, Target Name, Target Sectors, Target Country, Story ID, Sentence Number, Publisher, City,
District, Province, Country, Latitude, Longitude.
POLECAT columns: Event ID, Event Date, Event Type, Event Mode, Intensity (or Event Intensity), Quad Code,
Contexts, Actor Name, Actor Country, …, Recipient Name, Recipient Country, …, Placename, City, District,
Province, Country, Latitude, Longitude, …, Source, Publication Date, …. Several actors of one row are
separated by semicolons.

Maps
- each row to an event with its participants, in the role source or target, and without relations: that a
  machine read of a meeting does not say who stands with whom;
- the CAMEO root, or the PLOVER type, to our event type (`CAMEO`, `PLOVER` below), `other` where we have
  none;
- the codes and numbers to tags, for the record has no field for a number: ``cameo:190``,
  ``plover:ASSAULT``, ``mode:…``, ``context:…``, ``intensity:-4.4`` (Goldstein's scale, -10 to 10),
  ``event:ID``, ``story:ID/SENTENCE``, ``publisher:…``, ``place:…``;
- the coordinates to the location, else the place's name;
- each name to an actor: a state where it is also the country of the row, else other.

Drops sectors, countries of actors, titles, raw names, Wikipedia and GeoNames ids, quad codes, story people,
organisations and locations. Events have no id of their own, since published event ids repeat: two rows
alike in everything that is kept are one event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from events.errors import InvalidError, shorten
from events.ingest.datasets.cameo_codes import plover_type, root_type
from events.ingest.datasets.rows import Row, each, header, notice
from events.ingest.datasets.values import Seen, named_id, tidy
from events.ingest.reading import Context, Format, Line

ICEWS = {
    "entity": "document",
    "id": "icews",
    "title": "ICEWS Coded Event Data",
    "publisher": "Harvard Dataverse",
    "url": "https://doi.org/10.7910/DVN/28075",
}
POLECAT = {
    "entity": "document",
    "id": "polecat",
    "title": "POLECAT Weekly Data",
    "publisher": "Harvard Dataverse",
    "url": "https://doi.org/10.7910/DVN/AJGVIT",
}
_ICEWS_NEEDED = frozenset({"event id", "event date", "source name", "cameo code", "target name"})
_POLECAT_NEEDED = frozenset({"event id", "event date", "event type", "actor name", "recipient name"})
_MOST_PARTICIPANTS = 500
_SIDES = {
    "icews": (("source name", "source country", "source"), ("target name", "target country", "target")),
    "polecat": (("actor name", "actor country", "source"), ("recipient name", "recipient country", "target")),
}


def recognise(head: bytes) -> bool:
    """Whether the header is that of either layout."""
    names = header(head)
    return names >= _ICEWS_NEEDED or names >= _POLECAT_NEEDED


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """The document, then for each row the actors not seen before, and the event."""
    seen = Seen()
    yield from each(stream, {"event id", "event date"}, lambda row: _lines(row, seen))


def _lines(row: Row, seen: Seen) -> Iterator[Line]:
    layout = "icews" if "cameo code" in row.cells else "polecat"
    document = ICEWS if layout == "icews" else POLECAT
    participants = []
    declared = [document] if seen.new(document["id"]) else []
    for column, country, role in _SIDES[layout]:
        for name in _named(row.get(column), layout):
            actor = _actor(layout, name, name == row.get(country))
            participants.append({"actor": actor["id"], "role": role})
            if seen.new(actor["id"]):
                declared.append(actor)
    number, problem = _number(row)
    if problem:
        yield notice(row.number, problem, "intensity")
    for value in (*declared, _event(row, layout, participants[:_MOST_PARTICIPANTS], number)):
        yield Line(row.number, value)


def _named(cell: str, layout: str) -> list[str]:
    parts = cell.split(";") if layout == "polecat" else [cell]
    names = [tidy(part) for part in parts]
    return list(dict.fromkeys(name for name in names if name and name != "None"))


def _actor(layout: str, name: str, is_country: bool) -> dict[str, Any]:
    type = "state" if is_country else "other"
    return {"entity": "actor", "id": named_id(layout, name), "type": type, "name": name}


def _event(row: Row, layout: str, participants: list[dict[str, str]], intensity: str) -> dict[str, Any]:
    date = row.get("event date")[:10]
    if not date:
        detail = "The column Event Date is empty; an event needs a date."
        raise InvalidError(detail, [row.problem(detail, "event date")])
    code = row.get("cameo code") if layout == "icews" else row.get("event type").upper()
    if not code:
        detail = "The row has no CAMEO Code or Event Type; an event needs one."
        raise InvalidError(detail, [row.problem(detail)])
    what = row.get("event text") if layout == "icews" else row.get("event type").capitalize()
    event: dict[str, Any] = {
        "type": root_type(code) if layout == "icews" else plover_type(code),
        "date": date,
        "date_basis": "stated",
        "title": _title(row, layout, what or code),
        "sources": [{"document": layout}],
        "tags": _tags(row, layout, code, intensity),
    }
    if participants:
        event["participants"] = participants
    location = _location(row)
    return event | ({"location": location} if location else {})


def _title(row: Row, layout: str, what: str) -> str:
    (source, _, _), (target, _, _) = _SIDES[layout]
    by, to = (", ".join(_named(row.get(column), layout)) for column in (source, target))
    return tidy(f"{shorten(by, 150) or 'Somebody'}: {what}" + (f" → {shorten(to, 150)}" if to else ""))


def _number(row: Row) -> tuple[str, str]:
    """The intensity as published, if it is a number, and what is wrong with it, if it is none."""
    text = row.get("intensity", "event intensity")
    try:
        if text:
            float(text)
    except ValueError:
        return "", f"The intensity {shorten(text)!r} is not a number; it is left out."
    return text, ""


def _tags(row: Row, layout: str, code: str, intensity: str) -> list[str]:
    story, sentence = row.get("story id"), row.get("sentence number")
    pairs = [
        ("cameo" if layout == "icews" else "plover", code),
        ("mode", row.get("event mode")),
        *(("context", part.strip()) for part in row.get("contexts").split(";")),
        ("intensity", intensity),
        ("event", row.get("event id")),
        ("story", f"{story}/{sentence}" if story and sentence else story),
        ("publisher", row.get("publisher", "source")),
        ("place", _place(row)),
    ]
    return list(dict.fromkeys(tidy(f"{name}:{value}", 100) for name, value in pairs if value))


def _place(row: Row) -> str:
    parts = [row.get(column) for column in ("placename", "city", "district", "province", "country")]
    return tidy(", ".join(dict.fromkeys(part for part in parts if part)))


def _location(row: Row) -> dict[str, Any] | str:
    try:
        longitude, latitude = float(row.get("longitude")), float(row.get("latitude"))
    except ValueError:
        return _place(row)
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        return _place(row)
    return {"type": "Point", "coordinates": [longitude, latitude]}


FORMAT = Format(
    name="cameo",
    description="Coded events: ICEWS (CAMEO) and POLECAT (PLOVER)",
    media_types=(),
    suffixes=(),
    recognise=recognise,
    read=read,
)
