"""Lineage: what the predecessors of an actor had, told beside what it has and never as if it were its own.

An actor's `succeeds` says who came before it. It does not say what was handed on, and so nothing is:
the relations of a predecessor stay those of the predecessor, in a member of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from events import listings, strict_json
from events.answer import Pieces, Question
from events.codec import thing_of
from events.errors import InvalidError, Problem
from events.listings import Page, SpellFilter
from events.model import Actor
from events.stores import Pattern, Store

MOST_PREDECESSORS = 100


class Predecessor(NamedTuple):
    """An actor, and the one that it is told for, which succeeds it."""

    actor: str
    of: str


def predecessors(store: Store, timeline: str, actors: Sequence[str], upto: int) -> list[Predecessor]:
    """The predecessors of `actors` and theirs in turn, the nearest first, each once.

    None of `actors` is among them, so that a circle does no harm. Raises InvalidError where there are
    more than MOST_PREDECESSORS.
    """
    found: list[Predecessor] = []
    seen = set(actors)
    following = list(actors)
    for actor in following:  # grows as it is read
        for id in _succeeds(store, timeline, actor, upto):
            if id in seen:
                continue
            if len(found) == MOST_PREDECESSORS:
                detail = f"There are more than {MOST_PREDECESSORS} predecessors; ask for them by name."
                raise InvalidError(detail, [Problem(detail, field="lineage", value="1")])
            seen.add(id)
            following.append(id)
            found.append(Predecessor(id, actor))
    return found


def of_state(store: Store, timeline: str, question: Question, pieces: Pieces, upto: int) -> Pieces:
    """The answer `pieces` to a question with its `lineage`, and every actor named there among its actors."""
    if not question.actors:
        detail = "A lineage is that of an actor; name it with `actor`, or leave `lineage` out."
        raise InvalidError(detail, [Problem(detail, field="lineage", value="1")])
    actors = strict_json.read(f"{{{pieces.actors}}}")
    told = []
    for predecessor in predecessors(store, timeline, question.actors, upto):
        theirs = store.state(timeline, question._replace(actors=(predecessor.actor,)), upto)
        relations = [
            item
            for item in strict_json.read(f"[{theirs.relations}]")
            if {item["subject"], item["object"]}.isdisjoint(question.actors)
        ]
        everybody = strict_json.read(f"{{{theirs.actors}}}")
        for id in {id for item in relations for id in (item["subject"], item["object"])}:
            actors[id] = everybody[id]
        told.append({**predecessor._asdict(), "relations": relations})
    members = strict_json.compact(dict(sorted(actors.items())))[1:-1]
    return pieces._replace(actors=members, lineage=strict_json.compact(told))


def of_relations(  # which relations, by their names and by their spells
    store: Store, timeline: str, pattern: Pattern, wanted: SpellFilter, upto: int, limit: int
) -> list[tuple[Predecessor, Pattern, Page]]:
    """For each predecessor of the actor that a pattern names: the pattern that names it instead, and a page.

    That is the first page of the relations that fit. Those with the actor itself are its own, and left
    out. Raises InvalidError unless the pattern names either a subject or an object.
    """
    named = [place for place in ("subject", "object") if getattr(pattern, place) is not None]
    if len(named) != 1:
        detail = "A lineage is that of one actor; name it as `subject` or as `object`, not as both."
        raise InvalidError(detail, [Problem(detail, field="lineage", value="1")])
    (place,) = named
    actor = getattr(pattern, place)
    found = []
    for predecessor in predecessors(store, timeline, [actor], upto):
        theirs = pattern._replace(**{place: predecessor.actor})
        page = listings.relations(store, timeline, theirs, wanted, upto, after=None, limit=limit)
        others = [item for item in page.items if actor not in (item[0].subject, item[0].object)]
        found.append((predecessor, theirs, page._replace(items=others)))
    return found


def _succeeds(store: Store, timeline: str, id: str, upto: int) -> Sequence[str]:
    entries = store.history(timeline, "actor", id, upto)
    if not entries or entries[-1].op not in ("record", "correct") or entries[-1].body is None:
        return ()
    thing = thing_of("actor", entries[-1].body)
    assert isinstance(thing, Actor)
    return thing.succeeds
