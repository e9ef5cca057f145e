"""Small helpers that write lines of the log as a client would send them, and read what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from events.codec import Draft, correction, record, retraction
from events.days import LAST_DAY, day_of, month_length
from events.model import Entry, Relation
from events.moments import parse_at
from events.readings import Reading, bounds_of
from events.replay import replay
from events.spells import Spell, fold
from events.stores.clock import write_instant

TIMELINE = "libya"
UNENDING = "allied_with"
"""A kind that is presumed until it is ended: no horizon."""

YEARLY = "supports"
"""A kind that is presumed for 365 days."""

_FIRST_INSTANT = datetime(2026, 11, 22, 18, tzinfo=UTC)


def effect(
    op: str, subject: str = "ussr", kind: str = YEARLY, object: str = "libya", **fields: Any
) -> dict[str, Any]:
    """What an event says of one relation."""
    return {"op": op, "subject": subject, "kind": kind, "object": object, **fields}


def event(id: str | None, date: str, *effects: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An event's line, from one source unless `fields` say otherwise."""
    line = {"date": date, "sources": [{"document": "report"}], **fields}
    if id is not None:
        line["id"] = id
    return line | {"effects": list(effects)} if effects else line


def actor(id: str, **fields: Any) -> dict[str, Any]:
    """An actor's line: a state that bears its id as its name, unless `fields` say otherwise."""
    return {"entity": "actor", "id": id, "type": "state", "name": id, **fields}


def document(id: str = "report", **fields: Any) -> dict[str, Any]:
    """A document's line."""
    return {"entity": "document", "id": id, "title": "A report", **fields}


def draft(line: dict[str, Any] | Draft) -> Draft:
    """A line as the codec reads it."""
    return line if isinstance(line, Draft) else record(line, TIMELINE)


def correct(line: dict[str, Any], reason: str = "a slip") -> Draft:
    """A correction that puts `line` in the place of what has its id."""
    return correction(line.get("entity", "event"), line["id"], {**line, "reason": reason})


def retract(entity: str, id: str, reason: str = "not so") -> Draft:
    """A retraction."""
    return retraction(entity, id, {"reason": reason})


def entries(*lines: dict[str, Any] | Draft) -> list[Entry]:
    """The log that holds these lines, each a commit of its own, a second apart."""
    log = []
    for position, sent in enumerate(map(draft, lines), 1):
        instant = write_instant(_FIRST_INSTANT + timedelta(seconds=position))
        log.append(Entry(position, instant, sent.op, sent.entity, sent.id, "author", sent.body))
    return log


def told(story: str) -> list[tuple[str, str]]:
    """A story such as ``starts 2019-04; holds 2020-02-22`` as its ops and dates."""
    return [(op, date) for op, date in (part.split() for part in story.split(";"))]


def log_of(tale: Sequence[tuple[str, str]], kind: str = YEARLY, actor_end: str | None = None) -> list[Entry]:
    """The log of a tale recorded in this order, one event for each part of it."""
    existed = {"existed": f"/{actor_end}"} if actor_end else {}
    events = (
        event(f"event-{place}", date, effect(op, kind=kind)) for place, (op, date) in enumerate(tale, 1)
    )
    return entries(actor("ussr", **existed), actor("libya"), *events)


def status_on(
    story: str | Sequence[tuple[str, str]], day: str, kind: str = YEARLY, actor_end: str | None = None
) -> str:
    """How the relation of a story stands on a day or all through a year: ``possible, disputed``, ``none``."""
    log = log_of(told(story) if isinstance(story, str) else story, kind, actor_end)
    found = {_status(log, number) for number in _days(day)}
    return " or ".join(sorted(found))


def _status(log: Iterable[Entry], day: int) -> str:
    standings = replay(log, day, LAST_DAY)
    if not standings:
        return "none"
    (standing,) = standings
    return f"{standing.verdict.status}{', disputed' if standing.verdict.disputed else ''}"


def _days(text: str) -> list[int]:
    if len(text) > 4:
        return [parse_at(text)]
    year = int(text)
    return [day_of(year, month, day) for month in range(1, 13) for day in (1, month_length(year, month))]


def readings(story: str) -> list[Reading]:
    """What a story says, in days; each part is an event of its own, ``event-1`` and so on."""
    return [reading(op, date, position) for position, (op, date) in enumerate(told(story), 1)]


def reading(op: str, date: str, position: int = 1) -> Reading:
    """What one effect says, in days."""
    bounds = bounds_of(op, draft(event(None, date)).thing.date)
    return Reading(*bounds, position, 0, ((position, f"event-{position}"),), date)


def spells(story: str, *actor_ends: str) -> tuple[Spell, ...]:
    """The spells of a story; `actor_ends` are the dates on which its actors ended."""
    bounds = [draft(event(None, date)).thing.date for date in actor_ends]
    return fold(readings(story), [(bound.e, bound.f) for bound in bounds])


def spell(story: str, *actor_ends: str) -> Spell:
    """The one spell of a story."""
    (only,) = spells(story, *actor_ends)
    return only


def days(date: str) -> tuple[int, int]:
    """The first and the last day of a date."""
    bounds = draft(event(None, date)).thing.date
    return bounds.a, bounds.f


RELATION = Relation("ussr", YEARLY, "libya")
