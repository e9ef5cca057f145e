"""What an append would change: which relations, on which days, from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from events import answer
from events.days import LAST_DAY, iso
from events.model import Relation
from events.projection import Outlook, outlook
from events.stores import Pattern, Receipt, Store
from events.vocabulary import KINDS

MOST_RELATIONS = 1000
"""How many relations are told of one by one; all of them are counted."""

Foreseen = dict[str, Any]
"""`total` relations that would change, and the first of them as `items`, each with its `days`."""


def foreseen(store: Store, timeline: str, receipt: Receipt) -> Foreseen:
    """What the relations that an append touches would be, against what they are.

    The caller is in the midst of a trial, or has finished a staged batch: this thread alone can
    read up to the receipt's position. Each of a relation's `days` is a run of days, `to` null
    where it never ends, with the statuses before and after; null is none, and `lapsed` means
    unknown. Where they are the same, what the status rests on is another.
    """
    before = receipt.position - receipt.appended
    touched = store.relearned(timeline, before, receipt.position)
    return {
        "total": len(touched),
        "items": [
            {
                **answer.identity(relation),
                "days": list(
                    _days(*(_outlook(store, timeline, relation, at) for at in (before, receipt.position)))
                ),
            }
            for relation in touched[:MOST_RELATIONS]
        ],
    }


def _outlook(store: Store, timeline: str, relation: Relation, position: int) -> list[Outlook]:
    found = store.spells(timeline, Pattern(*relation), position)
    return outlook(found[0][1], KINDS[relation.kind].horizon) if found else []


def _days(before: Sequence[Outlook], after: Sequence[Outlook]) -> Iterator[dict[str, Any]]:
    """The runs of days on which two outlooks differ."""
    bounds = sorted({day for stretch, _ in (*before, *after) for day in (*stretch[1:6], stretch.last + 1)})
    run: dict[str, Any] | None = None
    for day, following in pairwise(bounds):
        said = [_on(outlooks, day) for outlooks in (before, after)]
        statuses = [None if one is None else one.stretch.status(day) for one in said]
        same = statuses[0] == statuses[1] and (said[0] is None or _facts(said[0]) == _facts(said[1]))
        if run is not None and (same or statuses != [run["before"], run["after"]]):
            yield run
            run = None
        if not same:
            first = iso(day) if run is None else run["from"]
            to = None if following > LAST_DAY else iso(following - 1)
            run = {"from": first, "to": to, "before": statuses[0], "after": statuses[1]}
    if run is not None:
        yield run


def _facts(said: Outlook | None) -> object:
    """What an answer says besides the status."""
    return None if said is None else (said.stretch.disputed, said.tail)


def _on(outlooks: Sequence[Outlook], day: int) -> Outlook | None:
    return next((one for one in outlooks if one.stretch.first <= day <= one.stretch.last), None)
