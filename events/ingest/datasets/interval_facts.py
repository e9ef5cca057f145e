"""Facts with an interval of validity in Wikidata's manner: subject, property, object, start, end.

Columns: subject, property (or predicate, relation), object, start, end; and where they are there
point_in_time, subject_label, object_label, start_precision, end_precision (Wikidata's 11 day, 10 month, 9
year, 8 decade), source_title, source_url. Names may be written as one word, as SPARQL does
(``subjectLabel``).

Maps
- a subject or object that is an item of Wikidata (``Q142``, or its address) to an actor ``wikidata-Q142``,
  any other text to an actor named so;
- P463 (member of) to `member_of`, and the name of a kind of ours to itself. Other properties say nothing
  about who stood with whom, or not for certain (P530, diplomatic relation, is no recognition of ours):
  their rows are left out, and each property is reported once;
- start and end to `lasts`; a start alone goes on (``START/..``), an end alone is an end (``/END`` or
  ``../END``); `point_in_time` alone to `holds`;
- dates in EDTF as they are; Wikidata's ``+1949-04-04T00:00:00Z`` to the day, month, year or decade of its
  precision. Without a precision, month or day 00 is not known, and 1 January is read as its year, since
  that is how a year is written there. An empty cell, ``unknown``, ``somevalue`` and a blank node are
  unknown; ``..`` and ``novalue`` are open.

Refuses a row without any date, and a year before 1 with a time of day, which is counted in two ways.
Drops ranks, references and every other qualifier. The source is Wikidata, or what source_title and
source_url say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from events.errors import DateError, InvalidError, shorten
from events.ingest.datasets.rows import Row, each, header, notice
from events.ingest.datasets.values import Seen, named_id, tidy
from events.ingest.datasets.wikidata_dates import OPEN, endpoint
from events.ingest.reading import Context, Format, Line
from events.vocabulary import KINDS

WIKIDATA = {
    "entity": "document",
    "id": "wikidata",
    "title": "Wikidata",
    "publisher": "Wikimedia Foundation",
    "url": "https://www.wikidata.org/",
}
PROPERTIES = {"P463": "member_of"}
_PROPERTY = ("property", "predicate", "relation")
_ITEM = re.compile(
    r"(?:https?://www\.wikidata\.org/(?:entity|wiki|prop/direct|prop)/)?(?:wd:|wdt:|p:)?([QP][1-9][0-9]*)"
)


def recognise(head: bytes) -> bool:
    """Whether the header has a subject, a property, an object and an interval."""
    names = header(head)
    return names >= {"subject", "object", "start", "end"} and not names.isdisjoint(_PROPERTY)


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """For each row the document and the actors not seen before, and the fact."""
    seen = Seen()
    yield from each(stream, {"subject", "object", "start", "end"}, lambda row: _fact(row, seen))


def _fact(row: Row, seen: Seen) -> Iterator[Line]:
    said = row.get(*_PROPERTY)
    kind = PROPERTIES.get(_item(said), said if said in KINDS else "")
    if not kind:
        if seen.new(f"property {said}"):
            detail = f"The property {shorten(said)!r} is no kind of relation here; its rows are left out."
            yield notice(row.number, detail, "property", shorten(said))
        return
    op, date = _when(row)
    subject, object = (_actor(row, side) for side in ("subject", "object"))
    document = _document(row)
    for declared in (document, subject, object):
        if seen.new(f"{declared['entity']} {declared['id']}"):
            yield Line(row.number, declared)
    effect = {"op": op, "subject": subject["id"], "kind": kind, "object": object["id"]}
    label = KINDS[kind].label["en"]
    event = {
        "type": "state_report",
        "date": date,
        "title": tidy(f"{subject['name']} {label} {object['name']}"),
        "effects": [effect],
        "sources": [{"document": document["id"]}],
    }
    yield Line(row.number, event)


def _when(row: Row) -> tuple[str, str]:
    """The op and the date. InvalidError if there is no date, or one that is not understood."""
    ends = []
    for side in ("start", "end"):
        precision = row.get(f"{side}_precision", f"{side}precision")
        try:
            ends.append(endpoint(row.cells.get(side, "").strip(), precision))
        except DateError as error:
            raise InvalidError(error.detail, [row.problem(error.detail, side)]) from None
    start, end = ends
    point = row.get("point_in_time", "pointintime")
    if start in ("", OPEN) and end in ("", OPEN):
        if point:
            return "holds", endpoint(point, row.get("point_in_time_precision"))
        detail = "The row has no date; write a start, an end or a point_in_time."
        raise InvalidError(detail, [row.problem(detail, "start")])
    return "lasts", f"{start}/{end or OPEN}"


def _item(text: str) -> str:
    match = _ITEM.fullmatch(text)
    return match[1] if match else ""


def _actor(row: Row, side: str) -> dict[str, Any]:
    text = row.get(side)
    if not text:
        detail = f"The column {side} is empty; a fact needs it."
        raise InvalidError(detail, [row.problem(detail, side)])
    item = _item(text)
    label = tidy(row.get(f"{side}_label", f"{side}label"))
    if item:
        names = {"id": f"wikidata-{item}", "name": label or item, "codes": {"wikidata": item}}
    else:
        names = {"id": named_id("fact", tidy(text)), "name": tidy(text)}
    return {"entity": "actor", "type": "other", **names}


def _document(row: Row) -> dict[str, Any]:
    title, url = tidy(row.get("source_title")), row.get("source_url")
    if not title and not url:
        return WIKIDATA
    document = {"entity": "document", "id": named_id("source", title or url), "title": title or tidy(url)}
    return document | ({"url": url} if url else {})


FORMAT = Format(
    name="interval-facts",
    description="Facts with start and end, as in Wikidata: subject, property, object, start, end",
    media_types=(),
    suffixes=(),
    recognise=recognise,
    read=read,
)
