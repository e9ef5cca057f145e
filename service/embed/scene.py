"""What an embed shows: a record narrowed to one day, some actors and one language. Pure values, no markup.

`scene` makes it of a store, `view_of` of a record that has been read.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from events.answer import Question, permalink
from events.ask import require_actors
from events.dates import Date
from events.model import Commit, Document, Event, Relation, Side, Source
from events.moments import parse_at
from events.stores import Store
from service.embed.camps import NamedSide, arrange
from service.embed.record import Occurrence, Record, reader
from service.embed.shown import (
    Camp,
    Cited,
    Moment,
    Party,
    Row,
    Scene,
    Standing,
    Tag,
    View,
    Words,
    first_known,
    in_language,
)

__all__ = [
    "Camp",
    "Cited",
    "Moment",
    "Party",
    "Row",
    "Scene",
    "Standing",
    "Tag",
    "View",
    "Words",
    "scene",
    "view_of",
]


def scene(store: Store, timeline: str, commit: Commit, view: View) -> Scene:
    """A view of a timeline as its log stood at a commit. Raises UnknownError for a timeline or an actor."""
    require_actors(store, timeline, (*view.actors, *(view.between or ())), commit)
    erased = store.erased(timeline, commit.position)
    return view_of(reader(store)(timeline, commit, erased), view)


def view_of(record: Record, view: View) -> Scene:
    """A view of a record that has been read."""
    told = tuple(item for item in record.told if _wanted(item.relation, view))
    occurrences = [item for item in record.occurrences if _touches(item.event, view)]
    days = [parse_at(record.commit.recorded_at)] if record.commit.recorded_at else [1]
    stops = tuple(sorted({day for item in occurrences for day in _ends(item.event.date)}))
    last = max([item.evidenced[1] for item in told] or stops or days)
    at = last if view.at is None else view.at
    here = [
        Standing(item, item.stretch.status(at)) for item in told if item.stretch[1] <= at <= item.stretch.last
    ]
    standing = tuple(item for item in here if item.status != "lapsed")
    camps, others = arrange(_sides(record, view), standing)
    before, after = bisect_left(stops, at), bisect_right(stops, at)
    said = record.said
    return Scene(
        timeline=record.timeline,
        language=view.language,
        title=in_language(view.language, said.title, "") if said else Words(record.timeline),
        description=in_language(view.language, said.description, "") if said and said.description else None,
        commit=record.commit,
        permalink=permalink(record.timeline, Question.of(at, view.actors), record.commit.position),
        at=at,
        given=view.at is not None,
        first=min(stops or days),
        last=last,
        end=max([*stops, last]),
        stops=stops,
        previous=stops[before - 1] if before else None,
        next=stops[after] if after < len(stops) else None,
        parties=_parties(record, view),
        standings=standing,
        lapsed=tuple(item for item in here if item.status == "lapsed"),
        camps=camps,
        others=others,
        moments=tuple(_moment(record, item, view.language) for item in occurrences),
        told=told,
        erased=record.erased,
        whole=record.whole,
    )


def _sides(record: Record, view: View) -> list[NamedSide]:
    """The sides to show; of a timeline that names none, the actors that were asked for."""
    named: tuple[Side, ...] = record.said.sides if record.said else ()
    if not named:
        asked = view.between or view.actors
        return [NamedSide(place, _party(record, id, view).name, (id,)) for place, id in enumerate(asked)]
    chosen = range(len(named)) if view.sides is None else view.sides
    return [
        NamedSide(place, in_language(view.language, named[place].name, ""), named[place].actors)
        for place in chosen
    ]


def _parties(record: Record, view: View) -> dict[str, Party]:
    """Every actor, also one whose own entry was erased: an event may still name it."""
    named = {id for told in record.told for id in (told.relation.subject, told.relation.object)}
    for _, _, event in record.occurrences:
        named.update(_actors(event), *(source.attributed_to for source in event.sources))
    return {id: _party(record, id, view) for id in sorted(named | record.actors.keys())}


def _party(record: Record, id: str, view: View) -> Party:
    actor = record.actors.get(id)
    if actor is None:
        return Party(id, Words(id), "other")
    return Party(id, in_language(view.language, actor.names, actor.name), actor.type)


def _wanted(relation: Relation, view: View) -> bool:
    ends = {relation.subject, relation.object}
    if view.between is not None:
        return ends == {*view.between}
    return not view.actors or not ends.isdisjoint(view.actors)


def _touches(event: Event, view: View) -> bool:
    if view.between is not None:
        return any(_wanted(effect.relation, view) for effect in event.effects)
    return not view.actors or not {*_actors(event)}.isdisjoint(view.actors)


def _actors(event: Event) -> tuple[str, ...]:
    """Who is in it, each once, in the order in which it names them."""
    named = [id for effect in event.effects for id in (effect.relation.subject, effect.relation.object)]
    named += [participant.actor for participant in event.participants]
    return tuple(dict.fromkeys(named))


def _ends(date: Date) -> tuple[int, int]:
    return date.first, first_known(date.f, date.b, date.e, date.a)


def _moment(record: Record, occurrence: Occurrence, language: str) -> Moment:
    event = occurrence.event
    return Moment(
        record.places[occurrence.id],
        occurrence.id,
        in_language(language, event.names, event.title or ""),
        event.type,
        event.date,
        event.as_written,
        event.date_basis,
        event.confidence,
        tuple((effect.op, effect.relation) for effect in event.effects),
        _actors(event),
        tuple(_cited(source, record.documents) for source in sorted(event.sources, key=_wordless)),
    )


def _wordless(source: Source) -> bool:
    """Sources that are quoted come first."""
    return not source.quote


def _cited(source: Source, documents: Mapping[str, Document]) -> Cited:
    document = documents.get(source.document) or Document(source.document)
    return Cited(
        source.document,
        document.title,
        document.publisher,
        document.url,
        document.archive_url,
        document.published,
        source.quote,
        source.attributed_to,
    )
