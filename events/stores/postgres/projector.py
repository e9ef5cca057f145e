"""The writing side of the projection: keeps every index equal to the replay, commit by commit.

A relation's spells depend on its own effects and the ends of its actors alone, so
that a commit re-folds just the relations it touches, each once. Every step is one
statement for the whole commit, however many entries it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from events import answer
from events.codec import thing_of
from events.model import Actor, Event, Relation, references
from events.projection import Outlook, Stretch, outlook
from events.readings import Reading, readings_of
from events.spells import fold
from events.stores.postgres import reading
from events.stores.postgres.bulk import fill
from events.stores.postgres.connection import Row
from events.stores.postgres.schema import FOREVER
from events.stores.rows import READING, Change, row_of
from events.vocabulary import KINDS

_STRETCH = ("disputed", "first", "attested_from", "presumed_from", "possible_from", "lapsed_from", "last")
_COLUMNS = {
    "version": ("timeline", "entity", "id", "since", "until", "live", "day"),
    "mention": ("timeline", "entity", "id", "position"),
    "actor": ("timeline", "id", "since", "until", "end_first", "end_last", "member"),
    "relation": ("timeline", "id", "subject", "kind", "object", "under", "head"),
    "effect": ("timeline", "relation", "until", *READING.split(", ")),
    "stretch": ("timeline", "id", "relation", "since", "until", "tail", *_STRETCH),
}


class _Standing(NamedTuple):
    """The version of a thing that a change supersedes; the body of an event and the end of an actor."""

    since: int
    live: bool
    body: bytes | None
    end: tuple[int, int] | None


class _Said(NamedTuple):
    """What an event says of a relation, and the change by which it does, or no longer does."""

    change: Change
    relation: Relation
    reading: Reading


class Projector:
    """Applies commits to the projection of one timeline, inside the transaction that writes them."""

    def __init__(self, connection: Connection[Row], timeline: int) -> None:
        self._connection = connection
        self._timeline = timeline
        self._relations: dict[Relation, int] = {}
        self._next = {table: self._first_free(table) for table in ("relation", "stretch")}

    def apply(self, changes: Sequence[Change], position: int) -> None:
        """Bring the projection from the commit before to this one, whose last position is `position`."""
        standing = self._standing(changes)
        superseded = [
            (change, standing[change.entity, change.id])
            for change in changes
            if (change.entity, change.id) in standing
        ]
        unsaid = [said for change, found in superseded for said in _unsaid(change, found)]
        said = [said for change in changes for said in _said(change)]
        touched = {relation for _, relation, _ in (*unsaid, *said)}
        new = self._number(touched)
        self._close(superseded)
        self._close_effects(unsaid)
        touched |= self._of_actors(_ended_otherwise(superseded))
        self._fill(self._rows(changes, said) | {"relation": new})
        self._refold(sorted(touched), position)

    def _standing(self, changes: Sequence[Change]) -> dict[tuple[str, str], _Standing]:
        """What stands of each thing that is changed."""
        rows = self._query(
            """
            select k.entity, k.id, v.since, v.live, b.body, a.end_first, a.end_last
            from unnest(%(entities)s::text[], %(ids)s::text[]) k(entity, id)
            cross join lateral (
                select since, live, until from version v
                where v.timeline = %(timeline)s::integer and v.entity = k.entity and v.id = k.id
                order by since desc limit 1
            ) v
            left join lateral (
                select body from body where k.entity = 'event' and v.live
                  and timeline = %(timeline)s::integer and position = v.since offset 0
            ) b on true
            left join lateral (
                select end_first, end_last from actor a where k.entity = 'actor'
                  and a.timeline = %(timeline)s::integer and a.id = k.id and a.since = v.since offset 0
            ) a on true
            """,
            entities=[change.entity for change in changes],
            ids=[change.id for change in changes],
        )
        return {
            (entity, id): _Standing(since, live, body, None if first is None else (first, last))
            for entity, id, since, live, body, first, last in rows
        }

    def _number(self, relations: Iterable[Relation]) -> list[tuple[object, ...]]:
        """Learn the number of each relation; gives the rows of those that are new."""
        unknown = sorted(set(relations) - self._relations.keys())
        if not unknown:
            return []
        subjects, kinds, objects, unders = (list(part) for part in zip(*unknown, strict=True))
        for id, *relation in self._query(
            """
            select r.id, r.subject, r.kind, r.object, r.under
            from unnest(%(subjects)s::text[], %(kinds)s::text[], %(objects)s::text[], %(unders)s::text[])
                k(subject, kind, object, under)
            cross join lateral (
                select * from relation r where r.timeline = %(timeline)s::integer and r.subject = k.subject
                  and r.kind = k.kind and r.object = k.object and r.under = k.under offset 0
            ) r
            """,
            subjects=subjects,
            kinds=kinds,
            objects=objects,
            unders=unders,
        ):
            self._relations[Relation._make(relation)] = id
        new = [relation for relation in unknown if relation not in self._relations]
        self._relations |= {relation: id for id, relation in enumerate(new, self._next["relation"])}
        self._next["relation"] += len(new)
        return [
            (self._timeline, self._relations[relation], *relation, answer.head(relation)) for relation in new
        ]

    def _close(self, superseded: Sequence[tuple[Change, _Standing]]) -> None:
        """End the versions of things that are superseded."""
        if not superseded:
            return
        for table, key in (("version", "t.entity = k.entity"), ("actor", "k.entity = 'actor'")):
            self._query(
                f"update {table} t set until = k.until"
                " from unnest(%(entities)s::text[], %(ids)s::text[],"
                "  %(sinces)s::bigint[], %(untils)s::bigint[]) k(entity, id, since, until)"
                " where t.timeline = %(timeline)s::integer"
                f"  and {key} and t.id = k.id and t.since = k.since",
                entities=[change.entity for change, _ in superseded],
                ids=[change.id for change, _ in superseded],
                sinces=[found.since for _, found in superseded],
                untils=[change.position - 1 for change, _ in superseded],
            )

    def _close_effects(self, unsaid: Sequence[_Said]) -> None:
        if not unsaid:
            return
        self._query(
            "update effect t set until = k.until from unnest("
            " %(relations)s::integer[], %(positions)s::bigint[], %(places)s::integer[], %(untils)s::bigint[]"
            ") k(relation, position, place, until)"
            " where t.timeline = %(timeline)s::integer and t.relation = k.relation"
            "  and t.position = k.position and t.place = k.place",
            relations=[self._relations[relation] for _, relation, _ in unsaid],
            positions=[reading.position for *_, reading in unsaid],
            places=[reading.place for *_, reading in unsaid],
            untils=[change.position - 1 for change, *_ in unsaid],
        )

    def _of_actors(self, actors: list[str]) -> set[Relation]:
        """Learn the number of each relation of some actors, and give them."""
        if not actors:
            return set()
        rows = self._query(
            "select id, subject, kind, object, under from relation"
            " where timeline = %(timeline)s::integer and subject = any(%(actors)s::text[])"
            " union select id, subject, kind, object, under from relation"
            " where timeline = %(timeline)s::integer and object = any(%(actors)s::text[])",
            actors=actors,
        )
        found = {Relation(*relation): id for id, *relation in rows}
        self._relations |= found
        return set(found)

    def _rows(self, changes: Sequence[Change], said: Sequence[_Said]) -> dict[str, list[Any]]:
        """The rows of the new versions of things, and of all that rests on them."""
        mentions = {
            (self._timeline, *named[:2], change.position)
            for change in changes
            if change.thing is not None
            for named in references(change.thing)
        }
        return {
            "version": [
                (
                    self._timeline,
                    entity,
                    id,
                    position,
                    FOREVER,
                    thing is not None,
                    thing.date.first if isinstance(thing, Event) else None,
                )
                for position, entity, id, thing in changes
            ],
            "mention": sorted(mentions),
            "actor": [
                (
                    self._timeline,
                    id,
                    position,
                    FOREVER,
                    *(thing.end or (None, None)),
                    answer.actor_member(id, thing),
                )
                for position, _, id, thing in changes
                if isinstance(thing, Actor)
            ],
            "effect": [
                (self._timeline, self._relations[relation], FOREVER, *row_of(reading, change.id))
                for change, relation, reading in said
            ],
        }

    def _refold(self, relations: Sequence[Relation], position: int) -> None:
        """Make the stretches of these relations anew, leaving those that are as they were."""
        if not relations:
            return
        ids = [self._relations[relation] for relation in relations]
        readings = reading.readings(self._connection, self._timeline, ids, position)
        standing = self._stretches(ids)
        actors = sorted({id for relation in relations for id in (relation.subject, relation.object)})
        ends = reading.actor_ends(self._connection, self._timeline, actors, position)
        found: list[tuple[int, Outlook]] = []
        for relation, id in zip(relations, ids, strict=True):
            capped = [ends[actor] for actor in (relation.subject, relation.object) if actor in ends]
            spells = fold(readings[id], capped)
            for one in outlook(spells, KINDS[relation.kind].horizon):
                if standing.pop((id, one), None) is None:
                    found.append((id, one))
        if standing:
            self._query(
                "update stretch set until = %(until)s::bigint"
                " where timeline = %(timeline)s::integer and id = any(%(superseded)s::bigint[])",
                until=position - 1,
                superseded=list(standing.values()),
            )
        self._add_stretches(found, position)

    def _stretches(self, relations: Sequence[int]) -> dict[tuple[int, Outlook], int]:
        """The stretches of these relations that still stand, and their ids."""
        rows = self._query(
            f"select s.id, r.id, tail, {', '.join(_STRETCH)} from unnest(%(relations)s::integer[]) r(id)"
            " cross join lateral (select * from stretch"
            "  where timeline = %(timeline)s::integer and relation = r.id offset 0) s"
            f" where s.until = {FOREVER}",
            relations=list(relations),
        )
        return {
            (relation, Outlook(Stretch._make(stretch), tail)): id for id, relation, tail, *stretch in rows
        }

    def _add_stretches(self, found: list[tuple[int, Outlook]], position: int) -> None:
        """Number the commit's new stretches by day: what is found together lies together on the disk."""
        found.sort(key=lambda item: item[1].stretch.first)
        rows = [
            (self._timeline, id, relation, position, FOREVER, one.tail, *one.stretch)
            for id, (relation, one) in enumerate(found, self._next["stretch"])
        ]
        self._next["stretch"] += len(rows)
        self._fill({"stretch": rows})

    def _fill(self, rows: dict[str, list[Any]]) -> None:
        fill(self._connection, _COLUMNS, rows)

    def _query(self, query: str, **values: object) -> list[Row]:
        cursor = self._connection.execute(query, {"timeline": self._timeline, **values})
        return cursor.fetchall() if cursor.description else []

    def _first_free(self, table: str) -> int:
        ((most,),) = self._query(
            f"select coalesce(max(id), 0) + 1 from {table} where timeline = %(timeline)s::integer"
        )
        return int(most)


def _said(change: Change) -> Iterator[_Said]:
    """What a change says of relations."""
    if isinstance(change.thing, Event):
        for relation, reading in readings_of(change.thing, change.position, change.id):
            yield _Said(change, relation, reading)


def _unsaid(change: Change, standing: _Standing) -> Iterator[_Said]:
    """What the version that a change supersedes said of them."""
    if change.entity == "event" and standing.live and standing.body is not None:
        event = thing_of("event", standing.body)
        assert isinstance(event, Event)
        for relation, reading in readings_of(event, standing.since, change.id):
            yield _Said(change, relation, reading)


def _ended_otherwise(superseded: Iterable[tuple[Change, _Standing]]) -> list[str]:
    """The actors whose end is not what it was."""
    return [
        change.id
        for change, standing in superseded
        if change.entity == "actor"
        and standing.live
        and standing.end != (change.thing.end if isinstance(change.thing, Actor) else None)
    ]
