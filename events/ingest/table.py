"""A table with one claim in each row, as people keep them in spreadsheets.

Only date, subject, kind, object and a source must be there; `COLUMNS` lists what may be, and the other
names each column goes by. Several values in one cell (means, attributed_to, tags) stand with ; between them.

Actors are named by id, name or alias (`events.ingest.roster`). The words of closed lists may be written with
spaces and in any case. A row without an `op` says of an interval that it `lasts`, and of any other date that
it `holds`: that it was so then, and nothing of when it began or ended. Nothing else is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from events import codec
from events.dates import parse
from events.errors import AllegianceError, DateError, InvalidError, Problem
from events.ingest.columns import Cells, Column, Header
from events.ingest.naming import tidy
from events.ingest.reading import Context, Line, Row
from events.ingest.roster import Roster
from events.ingest.sources import Sources
from events.readings import bounds_of
from events.vocabulary import CONFIDENCES, EFFECT_OPS, KINDS, MEANS

COLUMNS = (
    Column("date", "when it was, as in 2019-04-04, 2019-04, 2019, 2019~ or 1970/1989",
           ("when", "event date", "edtf", "date edtf")),
    Column("as_written", "the source's own words for the date",
           ("date as written", "date in source", "date text", "display date", "original date")),
    Column("subject", "an actor's id or name",
           ("actor", "actor 1", "actor a", "side a", "party a", "who", "from")),
    Column("kind", f"one of {', '.join(KINDS)}",
           ("relation", "relation kind", "relation type", "relationship", "predicate", "verb")),
    Column("object", "another actor's id or name",
           ("target", "actor 2", "actor b", "side b", "party b", "whom", "to")),
    Column("op", f"one of {', '.join(EFFECT_OPS)}", ("operation", "effect", "change")),
    Column("title", "what the event is called", ("event", "event title", "headline", "summary")),
    Column("quote", "the source's own words",
           ("quotation", "quoted text", "source quote", "source text", "excerpt")),
    Column("source_url", "the source's link", ("url", "link", "source link", "source")),
    Column("source_title", "the source's title",
           ("source name", "article", "article title", "document", "document title", "reference")),
    Column("source_published", "when the source was published",
           ("published", "source date", "publication date", "date published", "published on")),
    Column("publisher", "who published the source",
           ("outlet", "publication", "newspaper", "source publisher")),
    Column("attributed_to", "whose statement it is",
           ("attribution", "according to", "said by", "speaker", "claimed by")),
    Column("under", "the treaty or deal", ("treaty", "deal", "agreement", "pact")),
    Column("means", f"one of {', '.join(MEANS)}", ("by means of", "kind of support", "support type")),
    Column("confidence", f"one of {', '.join(CONFIDENCES)}", ("certainty", "confidence level")),
    Column("tags", "words to find it by", ("tag", "keywords", "keyword", "labels", "topics")),
    Column("id", "an id of your own", ("event id", "identifier", "claim id")),
)  # fmt: skip
IGNORED = ("line", "problem")
"""Columns that a file of rejected rows adds."""

_NEEDED = ("date", "subject", "kind", "object")
_HOLDS = {column.name: column.holds for column in COLUMNS}
_PLACE = re.compile(r"^(effects|sources)\[0\]\.?|\[\d+\]$")


def recognise(first: Row) -> bool:
    """Whether a table's first row is the header of claims, perhaps not a complete one."""
    places = Header(first, COLUMNS).places
    return "date" in places and len({"subject", "kind", "object"} & set(places)) >= 2


def read(rows: Iterator[Row], context: Context) -> Iterator[Line]:
    """For each row its source and its actors, if new, and its event; or all that is wrong with it."""
    first = next(rows, None)
    if first is None:
        detail = "There is nothing in this; a table begins with the names of its columns."
        yield Line(1, None, (Problem(detail, line=1),))
        return
    header = Header(first, COLUMNS, IGNORED)
    lacking = header.lacking(*_NEEDED)
    if "source_title" not in header.places:
        lacking += header.lacking("source_url")
    if lacking or header.problems or header.notices:
        yield Line(first.number, None, (*header.problems, *lacking), tuple(header.notices))
    if lacking:
        return
    claims = _Claims(context)
    for row in rows:
        yield from claims.read(row, header)


class _Claims:
    """Rows into lines. What it keeps grows with the actors and the sources, not with the rows."""

    def __init__(self, context: Context) -> None:
        self._roster = Roster(context.actors, context.create_actors)
        self._sources = Sources(context.documents)

    def read(self, row: Row, header: Header) -> Iterator[Line]:
        if any(problem.column is None for problem in row.problems):  # not one cell of it: the row
            yield Line(row.number, None, row.problems, row.notices)
            return
        cells = Cells(row, header)
        known = cells.own_problems()
        document, problems, notices = self._sources.find(cells)
        effect, actors = self._effect(cells, problems)
        source = self._source(cells, document or "none", problems)
        event = _event(cells, effect, source)
        problems += _faults(cells, event, actors)
        problems += cells.beyond()
        if problems or known:
            faulty = {problem.column for problem in known}
            problems = [*known, *(problem for problem in problems if problem.column not in faulty)]
            in_order = sorted(problems, key=lambda problem: problem.column or 0)
            yield Line(row.number, None, tuple(in_order), (*row.notices, *notices))
            return
        named = [*actors.values(), *source.get("attributed_to", ())]
        for value in (*self._sources.take_unsent(cells), *self._roster.take_unsent(named)):
            yield Line(row.number, value)
        yield Line(row.number, event, (), (*row.notices, *notices))

    def _effect(self, cells: Cells, problems: list[Problem]) -> tuple[dict[str, Any], dict[str, str]]:
        """What the row says of a relation, and the actors it names by column, as far as there are such."""
        actors = {}
        for column in ("subject", "object"):
            id = self._actor(cells, column, cells.get(column), problems)
            if id is not None:
                actors[column] = id
        effect: dict[str, Any] = {
            "op": _word(cells.get("op")) or _op_of(cells.get("date")),
            "subject": actors.get("subject", "no-subject"),
            "kind": _word(cells.get("kind")),
            "object": actors.get("object", "no-object"),
        }
        if under := tidy(cells.get("under")):
            effect["under"] = under
        if means := [_word(text) for text in _several(cells.get("means"))]:
            effect["means"] = means
        return effect, actors

    def _source(self, cells: Cells, document: str, problems: list[Problem]) -> dict[str, Any]:
        source: dict[str, Any] = {"document": document}
        if quote := cells.get("quote"):
            source["quote"] = quote
        named = [
            self._actor(cells, "attributed_to", name, problems)
            for name in _several(cells.get("attributed_to"))
        ]
        if found := [id for id in named if id is not None]:
            source["attributed_to"] = found
        return source

    def _actor(self, cells: Cells, column: str, name: str, problems: list[Problem]) -> str | None:
        try:
            if name:
                return self._roster.find(name)
            problems.append(_empty(cells, column))
        except InvalidError as error:
            problems.append(cells.problem(column, error.detail))
        return None


def _event(cells: Cells, effect: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    optional = {
        "id": cells.get("id"),
        "as_written": cells.get("as_written"),
        "title": tidy(cells.get("title")),
        "confidence": _word(cells.get("confidence")),
        "tags": [tidy(tag) for tag in _several(cells.get("tags"))],
    }
    event = {"date": cells.get("date"), "effects": [effect], "sources": [source]}
    return event | {name: value for name, value in optional.items() if value}


def _faults(cells: Cells, event: dict[str, Any], actors: dict[str, str]) -> list[Problem]:
    """What the record says against an event, each fault in its cell."""
    try:
        codec.record(event, "")
    except AllegianceError as error:
        found = {(_PLACE.sub("", item.field or ""), item.detail) for item in error.problems}
        found |= _unlooked(event, actors, {column for column, _ in found})
        return [_fault(cells, column, detail) for column, detail in sorted(found)]
    return []


def _unlooked(event: dict[str, Any], actors: dict[str, str], at_fault: set[str]) -> set[tuple[str, str]]:
    """The faults that the schemas do not look for as long as other fields are at fault."""
    found = set()
    if "object" not in at_fault and len(actors) == 2 and actors["subject"] == actors["object"]:
        found.add(("object", "An actor has no relation to itself; name another one."))
    if at_fault.isdisjoint(("date", "op")):
        try:
            bounds_of(event["effects"][0]["op"], parse(event["date"]))
        except DateError as error:
            found.add(("op", error.detail))
    return found


def _fault(cells: Cells, column: str, detail: str) -> Problem:
    if column in _NEEDED and not cells.get(column):
        return _empty(cells, column)
    if column == "op" and not cells.get("op"):  # it follows from the date
        column = "date"
    return cells.problem(column, detail) if column else Problem(detail, line=cells.number)


def _empty(cells: Cells, column: str) -> Problem:
    return cells.problem(column, f"This is empty; write {_HOLDS[column]}.")


def _op_of(date: str) -> str:
    return "lasts" if "/" in date else "holds"


def _word(text: str) -> str:
    """A word of a closed list, as it is written there."""
    return re.sub(r"[\s_-]+", "_", text.strip()).lower()


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
