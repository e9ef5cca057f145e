"""What is shown of a timeline that is too long to be read whole: one day, and the events around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from events.codec import thing_of
from events.days import FIRST_DAY, LAST_DAY
from events.model import Actor, Commit, Document, Erased, Event, Thing, Timeline
from events.projection import outlook
from events.stores import Listed, Pattern, Store
from events.vocabulary import KINDS
from service.drawing.camps import MOST_ROWS
from service.embed.options import Options
from service.embed.record import Occurrence, Record, Told, told_of
from service.embed.scene import view_of
from service.embed.shown import Scene

REACH = 3650
"""How many days before the day are read for the bars beside the relations."""

_AROUND, _MOST = 24, 2000
"""How many events are wanted either way, and the most that are read at once to find them."""

_REACHES = (0, 1, 8, 64, 512, 4096, LAST_DAY - FIRST_DAY)

Pair = tuple[str, str]


def last_day(store: Store, timeline: str, commit: Commit) -> int:
    """The first day of the last event in order of day."""
    low, high = FIRST_DAY, LAST_DAY
    while low < high:
        middle = (low + high) // 2
        if _from(store, timeline, commit, middle + 1, 1):
            low = middle + 1
        else:
            high = middle
    return low


def excerpt(store: Store, timeline: str, commit: Commit, erased: Erased, options: Options, at: int) -> Record:
    """What stands on a day, or all that is between two, and the events near the day or near one of them."""
    between = options.between
    told = _between(store, timeline, commit, between) if between else _standing(store, timeline, commit, at)
    find = partial(_latest, store, timeline, commit)
    said = find("timeline", timeline)[1]
    bare = Record(
        timeline, commit, said if isinstance(said, Timeline) else None, {}, {}, (), tuple(told), erased, False
    )
    sides = bare.said.sides if bare.said else ()
    shown = view_of(bare, options.scope(sides)._replace(at=at))
    events = {id: None for item in (told if between else _written(shown)) for id in item.evidence}
    centre = find("event", options.event)[1] if options.event else None
    day = centre.date.first if isinstance(centre, Event) else at
    events.update((listed.entry.id, None) for listed in _near(store, timeline, commit, day))
    occurrences = [
        Occurrence(id, position, thing)
        for id, (position, thing) in ((id, find("event", id)) for id in events)
        if isinstance(thing, Event)
    ]
    occurrences.sort(key=lambda one: (one.event.date.first, one.position))
    actors = {id for side in sides for id in side.actors}
    actors.update(id for item in told for id in (item.relation.subject, item.relation.object))
    actors.update(id for one in occurrences for id in _named(one.event))
    documents = {source.document for one in occurrences for source in one.event.sources}
    return replace(
        bare,
        actors={id: thing for id in sorted(actors) if isinstance(thing := find("actor", id)[1], Actor)},
        documents={
            id: thing for id in sorted(documents) if isinstance(thing := find("document", id)[1], Document)
        },
        occurrences=tuple(occurrences),
    )


def _written(scene: Scene) -> Iterator[Told]:
    """Those of which the page has a row, or a picture."""
    groups = [group for camp in scene.camps for group in (camp.friends, camp.neutrals, camp.foes)]
    groups += [tuple(row for row in scene.others if row.standing.sign == sign) for sign in (1, 0, -1)]
    for group in groups:
        yield from (row.standing.told for row in group[:MOST_ROWS])


def _standing(store: Store, timeline: str, commit: Commit, at: int) -> list[Told]:
    """The relations that stand on a day, with what they were in the years before."""
    spoken = store.spoken(timeline, max(at - REACH, FIRST_DAY), at, commit.position)
    here = {relation for relation, stretch, _ in spoken if stretch[1] <= at <= stretch.last}
    return [told_of(*item) for item in spoken if item.relation in here]


def _between(store: Store, timeline: str, commit: Commit, between: Pair) -> list[Told]:
    """All that two were to one another."""
    one, other = between
    patterns = (Pattern(subject=one, object=other), Pattern(subject=other, object=one))
    found = {
        relation: spells
        for pattern in patterns
        for relation, spells in store.spells(timeline, pattern, commit.position)
    }
    return [
        told_of(relation, stretch, tail)
        for relation, spells in sorted(found.items())
        for stretch, tail in outlook(spells, KINDS[relation.kind].horizon)
    ]


def _near(store: Store, timeline: str, commit: Commit, day: int) -> Iterator[Listed]:
    """The last events that begin by a day, and the first that begin after it."""
    before: list[Listed] = []
    for reach in _REACHES:
        low = max(day - reach, FIRST_DAY)
        listed = _from(store, timeline, commit, low, _MOST)
        found = [one for one in listed if isinstance(one.key, tuple) and one.key[0] <= day]
        if before and len(found) == _MOST:
            break  # the nearest are not among them
        before = found
        if len(before) >= _AROUND:
            break
    yield from before[-_AROUND:]
    yield from _from(store, timeline, commit, day + 1, _AROUND)


def _from(store: Store, timeline: str, commit: Commit, day: int, most: int) -> list[Listed]:
    """The events that begin on a day or later."""
    return store.listing(timeline, "event", commit.position, (day, 0), most)


def _latest(store: Store, timeline: str, commit: Commit, entity: str, id: str) -> tuple[int, Thing | None]:
    """A thing as it was last said, and where."""
    entries = store.history(timeline, entity, id, commit.position)
    if not entries or entries[-1].body is None or entries[-1].op == "retract":
        return 0, None
    return entries[-1].position, thing_of(entity, entries[-1].body)


def _named(event: Event) -> Iterable[str]:
    for effect in event.effects:
        yield from (effect.relation.subject, effect.relation.object)
    yield from (participant.actor for participant in event.participants)
    for source in event.sources:
        yield from source.attributed_to
