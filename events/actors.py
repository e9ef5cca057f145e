"""Actors as they change: what each was called, and under which codes it was known, at a date.

What is said of an actor `during` a date is certain on the days on which it held wherever in their
bounds the beginning and the end lie: from b to e. A side that is open (`..`) goes on for ever; of
one that is unknown (empty) nothing is certain. What is not certain is not shown as if it were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from events.dates import Date, Missing
from events.days import FIRST_DAY, LAST_DAY
from events.model import Actor


class NamedDays(NamedTuple):
    """A run of days, inclusive, on which an actor was certainly called something."""

    first: int
    last: int
    name: str


def certain_days(during: Date) -> tuple[int, int] | None:
    """The first and last day on which what is said of a date certainly held; None if there is no such day."""
    if Missing.UNKNOWN in (during.start, during.end):
        return None
    first = FIRST_DAY if during.b is None else during.b
    last = LAST_DAY if during.e is None else during.e
    return (first, last) if first <= last else None


def name_on(actor: Actor, day: int) -> str:
    """What an actor was certainly called on a day, by the first of its dated names; else its name."""
    for known in actor.known_as:
        days = certain_days(known.during)
        if days is not None and days[0] <= day <= days[1]:
            return known.name
    return actor.name


def named_days(actor: Actor) -> Iterator[NamedDays]:
    """The days on which a dated name is what `name_on` gives, in order, cut where it changes."""
    found = [certain_days(known.during) for known in actor.known_as]
    cuts = sorted({day for days in found if days is not None for day in (days[0], days[1] + 1)})
    run: NamedDays | None = None
    for first, following in pairwise(cuts):
        if not any(days is not None and days[0] <= first <= days[1] for days in found):
            continue
        name = name_on(actor, first)
        if run is not None and (run.last + 1, run.name) == (first, name):
            run = run._replace(last=following - 1)
            continue
        if run is not None:
            yield run
        run = NamedDays(first, following - 1, name)
    if run is not None:
        yield run


def names_of(actor: Actor) -> set[str]:
    """Every name that an actor has or had, in any language, and its aliases."""
    names = {actor.name, *(actor.names or {}).values(), *actor.aliases}
    for known in actor.known_as:
        names |= {known.name, *(known.names or {}).values(), *known.aliases}
    return names


def codes_of(actor: Actor) -> set[tuple[str, str]]:
    """Every (scheme, code) that an actor has or had."""
    return {*(actor.codes or {}).items(), *((coded.scheme, coded.code) for coded in actor.coded_as)}


def codes_on(actor: Actor, day: int) -> Mapping[str, str]:
    """The codes of an actor on a day, by scheme: the first that was certainly so then, else the undated."""
    codes = dict(actor.codes or {})
    dated: dict[str, str] = {}
    for coded in actor.coded_as:
        days = certain_days(coded.during)
        if days is not None and days[0] <= day <= days[1]:
            dated.setdefault(coded.scheme, coded.code)
    return codes | dated
