"""The domain's values as JSON-able ones: the one shape that HTTP and the command line both show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from events import answer, strict_json
from events.days import iso
from events.model import Commit, Entry, Relation
from events.spells import Spell

NOBODY: Mapping[str, str] = MappingProxyType({})
"""No author has a name."""


def commit(at: Commit) -> dict[str, Any]:
    """A point on the recorded axis."""
    return {"position": at.position, "recorded_at": at.recorded_at}


def entry(line: Entry, names: Mapping[str, str] = NOBODY) -> dict[str, Any]:
    """A line of the log; `body` is null once erased by law, and `erased` the position that says so.

    `names` are those of authors, by id.
    """
    named = {"author_name": names[line.author]} if line.author in names else {}
    said: dict[str, Any] = {
        "position": line.position,
        "recorded_at": line.recorded_at,
        "op": line.op,
        "entity": line.entity,
        "id": line.id,
        "author": line.author,
        **named,
        "body": None if line.body is None else strict_json.read(line.body),
    }
    return said if line.erased is None else {**said, "erased": line.erased}


def cause(line: Entry) -> dict[str, Any]:
    """An entry as what made a difference; a correction or retraction says why."""
    named = {
        "position": line.position,
        "recorded_at": line.recorded_at,
        "op": line.op,
        "entity": line.entity,
        "id": line.id,
    }
    body = {} if line.body is None else strict_json.read(line.body)
    return {**named, "reason": body["reason"]} if "reason" in body else named


def thing(stated: Entry) -> dict[str, Any]:
    """A live thing as its last entry states it, for a list."""
    body = {} if stated.body is None else strict_json.read(stated.body)
    return {
        "id": stated.id,
        "position": stated.position,
        "recorded_at": stated.recorded_at,
        stated.entity: {
            name: value for name, value in body.items() if name not in ("id", "entity", "reason")
        },
    }


def history(entries: Sequence[Entry], names: Mapping[str, str] = NOBODY) -> dict[str, Any]:
    """One thing with all that was ever said of it; null as its value where that was retracted or erased."""
    last = [line for line in entries if line.op != "erase"][-1]
    live = last.op in ("record", "correct") and last.body is not None
    shown = thing(last)
    return {
        **shown,
        "status": "live" if live else "retracted" if last.op == "retract" else "erased",
        last.entity: shown[last.entity] if live else None,
        "history": [entry(line, names) for line in entries],
    }


def relation(named: Relation, spells: Sequence[Spell]) -> dict[str, Any]:
    """A relation with its whole history."""
    return {**answer.identity(named), "spells": [spell(one) for one in spells]}


def spell(one: Spell) -> dict[str, Any]:
    """One stretch of a relation and what it rests on.

    `cap` is when the first of its actors ended; `evidence` lists the pieces, each
    with the days in which it lies.
    """
    return {
        "disputed": one.disputed,
        **answer.facts(one),
        "cap": None if one.cap is None else bounds(*one.cap),
        "evidence": [
            {
                "events": [id for _, id in item.reading.events],
                "shows": item.role,
                "throughout": item.core,
                **bounds(item.p, item.q),
                "as_written": item.reading.as_written,
            }
            for item in one.evidence
        ],
        "set_aside": [id for reading in one.set_aside for _, id in reading.events],
    }


def bounds(first: int, last: int) -> dict[str, str]:
    """Two days between which something lies, inclusive."""
    return {"earliest": iso(first), "latest": iso(last)}
