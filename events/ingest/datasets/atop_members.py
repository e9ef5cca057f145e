"""Alliance Treaty Obligations and Provisions (ATOP), the member-level file: ``atop5_1m.csv`` and earlier.

Columns read: atopid, member, yrent, moent, dayent, yrexit, moexit, dayexit, and where they are there phase,
defense, offense, neutral, nonagg, consul, conditio, asymm. A row is one member in one phase of one
alliance.

Maps
- each alliance to an actor ``atop-N``, each member to an actor ``atop-member-CODE``; the file names
  neither, and member codes are those of the Correlates of War;
- each row to `member_of` that `lasts` from entry to exit; a blank or 0 day gives the month, a blank or 0
  month the year; an exit in year 0 is none: it goes on (``START/..``);
- the obligations, and the phase, to the effect's `note`.

Drops every other column: conditions and institutions of the treaty, the member's place in the Correlates of
War system (cowsys), and how an obligation ended. `ineffect` says what an exit in year 0 says; where they
are at odds the dates are followed, and the row is reported. So is a row that ends before it begins, which
is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from events.dates import parse
from events.errors import InvalidError
from events.ingest.datasets.rows import Row, each, header, notice
from events.ingest.datasets.values import Seen, date_of, tidy
from events.ingest.reading import Context, Format, Line

DOCUMENT = {
    "entity": "document",
    "id": "atop-members",
    "title": "Alliance Treaty Obligations and Provisions (ATOP), member-level data",
    "publisher": "ATOP Project",
    "url": "http://www.atopdata.org/",
}
OBLIGATIONS = {
    "defense": "defense",
    "offense": "offense",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}
_NEEDED = frozenset({"atopid", "member", "yrent", "moent", "dayent", "yrexit", "moexit", "dayexit"})


def recognise(head: bytes) -> bool:
    """Whether the header is that of the member-level file."""
    return header(head) >= _NEEDED


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """The document, then for each row the actors not seen before, and the membership."""
    seen = Seen()
    yield Line(1, DOCUMENT)
    yield from each(stream, _NEEDED, lambda row: _membership(row, seen))


def _membership(row: Row, seen: Seen) -> Iterator[Line]:
    alliance, member = _code(row, "atopid"), _code(row, "member")
    start, odd_start = date_of(row, "yrent", "moent", "dayent")
    end, odd_end = date_of(row, "yrexit", "moexit", "dayexit")
    if not start:
        detail = "The column yrent is empty; a membership needs a year of entry."
        raise InvalidError(detail, [row.problem(detail, "yrent")])
    for odd in filter(None, (odd_start, odd_end)):
        yield notice(row.number, odd)
    if end and (parse(end).f or 0) < parse(start).first:
        yield notice(
            row.number, f"It ends in {end}, before it begins in {start}; the row is left out.", "yrexit"
        )
        return
    if row.get("ineffect") and row.flag("ineffect") == bool(end):
        said = "is in effect" if row.flag("ineffect") else "is not in effect"
        detail = (
            f"ineffect says that it {said}, and the exit is {end or 'in year 0'}; the dates are followed."
        )
        yield notice(row.number, detail, "ineffect")
    for actor in _actors(alliance, member):
        if seen.new(actor["id"]):
            yield Line(row.number, actor)
    id = seen.another(":".join(("atop", alliance, member, start, end or "on")))
    yield Line(row.number, _event(row, id, alliance, member, f"{start}/{end or '..'}"))


def _code(row: Row, name: str) -> str:
    code = row.whole(name)
    if code is None or code < 0:
        detail = f"The column {name} has no code; a membership needs it."
        raise InvalidError(detail, [row.problem(detail, name)])
    return str(code)


def _actors(alliance: str, member: str) -> Iterator[dict[str, Any]]:
    yield {
        "entity": "actor",
        "id": f"atop-{alliance}",
        "type": "alliance",
        "name": f"ATOP alliance {alliance}",
        "codes": {"atop": alliance},
    }
    yield {
        "entity": "actor",
        "id": f"atop-member-{member}",
        "type": "state",
        "name": f"ATOP member {member}",
        "codes": {"cow": member},
    }


def _event(row: Row, id: str, alliance: str, member: str, date: str) -> dict[str, Any]:
    verb = "became" if date.endswith("..") else "was"
    effect = {
        "op": "lasts",
        "subject": f"atop-member-{member}",
        "kind": "member_of",
        "object": f"atop-{alliance}",
        "note": _note(row),
    }
    return {
        "id": id,
        "type": "agreement",
        "date": date,
        "date_basis": "stated",
        "title": f"ATOP member {member} {verb} a member of ATOP alliance {alliance}",
        "effects": [effect],
        "sources": [{"document": DOCUMENT["id"]}],
    }


def _note(row: Row) -> str:
    obliged = ", ".join(word for name, word in OBLIGATIONS.items() if row.flag(name)) or "none coded"
    marks = [word for name, word in (("conditio", "conditional"), ("asymm", "asymmetric")) if row.flag(name)]
    phase = row.get("phase")
    if phase not in ("", "0"):
        marks.append(f"phase {phase}")
    return tidy(f"Obligations: {obliged}" + (f" ({', '.join(marks)})" if marks else ""))


FORMAT = Format(
    name="atop-members",
    description="ATOP alliances, member level",
    media_types=(),
    suffixes=(),
    recognise=recognise,
    read=read,
)
