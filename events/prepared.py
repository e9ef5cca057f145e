"""What follows from a draft alone, ready for a store to write: made anywhere, by any process."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from events import answer, found_by, search
from events.codec import Draft, thing_of
from events.model import Actor, Event, references
from events.readings import readings_of
from events.strict_json import compact

Effect = tuple[tuple[str, str, str, str], tuple[Any, ...]]
"""A relation, and what is said of it: op, a, b, e, f, unknown_first, as_written, attributed, means (JSON)."""


class Prepared(NamedTuple):
    """One entry to be, as plain values, so that it passes between processes for little.

    `day` is an event's first day, by which it is listed. `names` are the (entity, id) that it
    names, each once. `effects` are in the event's order. `end`, `member` and `dated` are of an
    actor: when it may have ended, and what answers say of it, always or from one day to another.
    `found_by` and `days` are what a search finds it by, as `events.found_by` has it, and the days
    that it may be of, if it states something new.
    """

    line: int | None
    op: str
    entity: str
    id: str
    body: bytes
    live: bool
    day: int | None
    names: tuple[tuple[str, str], ...]
    effects: tuple[Effect, ...]
    end: tuple[int, int] | None
    member: str | None
    dated: tuple[tuple[int, int, str], ...]
    found_by: str | None
    days: tuple[int, int] | None


def prepare(draft: Draft) -> Prepared:
    """All that a store needs of a draft, as it is to be written."""
    thing = draft.thing
    named = dict.fromkeys((entity, id) for entity, id, _ in references(thing)) if thing else ()
    day, effects, end, member = None, [], None, None
    dated: list[tuple[int, int, str]] = []
    if isinstance(thing, Event):
        day = thing.date.first
        effects = [
            ((*relation,), (*reading[:6], reading.as_written, reading.attributed, _listed(reading.means)))
            for relation, reading in readings_of(thing, 0, "")
        ]
    elif isinstance(thing, Actor):
        end = thing.end
        member, dated = answer.actor_members(draft.id, thing)
    row = search.row(0, draft.entity, draft.id, thing, None)
    return Prepared(
        draft.line,
        draft.op,
        draft.entity,
        draft.id,
        draft.body,
        thing is not None,
        day,
        tuple(named),
        tuple(effects),
        end,
        member,
        tuple(dated),
        None if row is None else found_by.tokens(row),
        None if row is None else row.days,
    )


@lru_cache(256)
def _listed(means: tuple[str, ...]) -> str:
    return compact(means)


def stated(op: str, entity: str, id: str, body: bytes | None) -> Draft:
    """What an entry that is kept was made of. What retracts, or was erased, states nothing."""
    states = op in ("record", "correct") and body is not None
    return Draft(op, entity, id, thing_of(entity, body) if states and body else None, body or b"")


def unprepared(entry: Prepared) -> Draft:
    """The draft that it was made of."""
    thing = thing_of(entry.entity, entry.body) if entry.live else None
    return Draft(entry.op, entry.entity, entry.id, thing, entry.body, entry.line)
