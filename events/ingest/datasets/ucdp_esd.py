"""UCDP External Support Dataset (ESD) 18.1: triad-year (``ucdp-esd-ty-181``) and actor-year (``-ay-``).

Columns read: year, actor_id, actor_name (who is supported), oppo_name (against whom), dyad_id, active,
ext_id, ext_name (the supporters), ext_sup, ext_coalition_name, and the kinds of support ext_x, ext_p,
ext_y, ext_w, ext_m, ext_t, ext_f, ext_i, ext_l, ext_o, ext_u. An actor-year row lists several supporters,
separated by commas, in ext_id and ext_name.

Maps
- each supported actor and each supporter to an actor ``ucdp-ID``: "Government of …" to a government, "…
  elements" to other, what remains to an armed group; names are taken from any row where they are sure;
- each supporter of a row to `supports`, which `holds` in the year: at some time in it, nobody says when;
- the kinds of support to `means` (`KINDS` below) and, in words, to the effect's `note`. Where a row has
  several supporters they are of all of them together, so `means` stays empty and the note says so.

Drops rows without support (ext_sup 0), counts, conflict names, Gleditsch–Ward numbers and whether a
supporter supports both sides. The dyad-year file does not say which side is supported, and is not read. The
file is small; it is read whole before its rows are given, for the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from events.errors import InvalidError, shorten
from events.ingest.datasets.rows import Row, each, header, notice
from events.ingest.datasets.values import Seen, tidy
from events.ingest.reading import Context, Format, Line

DOCUMENT = {
    "entity": "document",
    "id": "ucdp-esd-18.1",
    "title": "UCDP External Support Dataset (ESD), version 18.1",
    "publisher": "Uppsala Conflict Data Program",
    "url": "https://ucdp.uu.se/downloads/",
}
KINDS = {
    "ext_x": ("troops", "troop support"),
    "ext_p": ("troops", "foreign troop presence"),
    "ext_y": ("bases", "access to infrastructure or joint operations"),
    "ext_w": ("weapons", "weapons"),
    "ext_m": (None, "materiel or logistics"),
    "ext_t": ("training", "training or expertise"),
    "ext_f": ("funding", "funding"),
    "ext_i": ("intelligence", "intelligence"),
    "ext_l": ("bases", "access to territory"),
    "ext_o": (None, "other support"),
    "ext_u": (None, "unknown kind of support"),
}
"""Column -> (our `means` or None where we have none, the words for the note)."""

_NEEDED = frozenset({"year", "actor_id", "actor_name", "dyad_id", "ext_id", "ext_name", "ext_sup"})
_SEPARATOR = re.compile(r",(?! )")  # "Interahamwe, ex-FAR" is one name


def recognise(head: bytes) -> bool:
    """Whether the header is that of a file that says who is supported."""
    return header(head) >= _NEEDED


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """The document, then for each row the actors not seen before, and one event for each supporter."""
    yield Line(1, DOCUMENT)
    faults: list[Line] = []
    kept: list[_Support] = []

    def collect(row: Row) -> Iterator[Line]:
        if row.flag("ext_sup"):
            kept.append(_Support(row))
        yield from ()

    faults.extend(each(stream, _NEEDED, collect))
    yield from faults
    names = {id: name for support in kept for id, name in support.names.items()}
    seen = Seen()
    for support in kept:
        if not support.names.keys() >= set(support.supporters):
            detail = "There are not as many supporters by name as by id; the ids are followed."
            yield notice(support.row.number, detail, "ext_name", support.row.get("ext_name"))
        for id in (support.recipient, *support.supporters):
            if seen.new(id):
                yield Line(support.row.number, _actor(id, names.get(id, "")))
        for supporter in support.supporters:
            yield Line(support.row.number, _event(support, supporter, names, seen))


class _Support:
    """A row with support: the ids of who is supported and of the supporters, and the names that are sure."""

    def __init__(self, row: Row) -> None:
        """InvalidError if it does not say who, whom or when."""
        self.row = row
        for name in ("year", "actor_id", "ext_id"):
            if not row.get(name):
                detail = f"The column {name} is empty in a row with support; it is needed."
                raise InvalidError(detail, [row.problem(detail, name)])
        self.year = row.whole("year")
        self.recipient = row.get("actor_id")
        self.supporters = [part.strip() for part in row.get("ext_id").split(",") if part.strip()]
        for id in (self.recipient, *self.supporters):
            if not id.isascii() or not id.isdigit():
                detail = f"{shorten(id)!r} is not the id of an actor; ids are whole numbers."
                raise InvalidError(detail, [row.problem(detail, "ext_id")])
        several = len(self.supporters) > 1
        listed = _SEPARATOR.split(row.get("ext_name")) if several else [row.get("ext_name")]
        self.names = {self.recipient: tidy(row.get("actor_name"))}
        if len(listed) == len(self.supporters):
            self.names |= dict(zip(self.supporters, map(tidy, listed), strict=True))


def _actor(id: str, name: str) -> dict[str, Any]:
    if name.startswith("Government of "):
        type = "government"
    else:
        type = "other" if not name or name.endswith(" elements") else "armed_group"
    line = {"entity": "actor", "id": f"ucdp-{id}", "type": type, "name": name or f"UCDP actor {id}"}
    return line | {"codes": {"ucdp": id}}


def _event(support: _Support, supporter: str, names: dict[str, str], seen: Seen) -> dict[str, Any]:
    row, year = support.row, f"{support.year:04}"
    effect: dict[str, Any] = {
        "op": "holds",
        "subject": f"ucdp-{supporter}",
        "kind": "supports",
        "object": f"ucdp-{support.recipient}",
    }
    columns = [column for column in KINDS if row.flag(column)]
    means = sorted({kind for column in columns if (kind := KINDS[column][0])})
    words = ", ".join(KINDS[column][1] for column in columns) or "no kind coded"
    together = len(support.supporters) > 1
    effect["note"] = f"Of {len(support.supporters)} supporters together: {words}" if together else words
    if means and not together:
        effect["means"] = means
    by, to = (names.get(id) or f"UCDP actor {id}" for id in (supporter, support.recipient))
    against = f" against {row.get('oppo_name')}" if row.get("oppo_name") else ""
    parts = ("ucdp-esd", year, supporter, support.recipient, row.get("dyad_id") or "x")
    return {
        "id": seen.another(":".join(parts)),
        "type": "state_report",
        "date": year,
        "date_basis": "stated",
        "title": tidy(f"{by} supported {to}{against} in {year}"),
        "effects": [effect],
        "tags": _tags(row),
        "sources": [{"document": DOCUMENT["id"]}],
    }


def _tags(row: Row) -> list[str]:
    tags = [f"ucdp-dyad:{row.get('dyad_id')}"] if row.get("dyad_id") else []
    if row.get("active") == "0":
        tags.append("dyad-inactive")
    coalition = row.get("ext_coalition_name")
    return [*tags, tidy(f"coalition:{coalition}", 100)] if coalition not in ("", "0") else tags


FORMAT = Format(
    name="ucdp-esd",
    description="UCDP External Support Dataset, by triad or actor and year",
    media_types=(),
    suffixes=(),
    recognise=recognise,
    read=read,
)
