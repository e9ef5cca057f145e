"""The writing side of the projection: keeps every index equal to the replay, commit by commit.

A relation's spells depend on its own effects and the ends of its actors alone, so
that a commit re-folds just the relations it touches, each once. Every step is one
statement for the whole commit, however many entries it has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from events import answer
from events.codec import thing_of
from events.model import Event, Relation
from events.readings import readings_of
from events.stores.folding import Row as Stretch
from events.stores.folding import gathered, refold
from events.stores.postgres.bulk import fill
from events.stores.postgres.connection import Row
from events.stores.postgres.schema import FOREVER
from events.stores.postgres.stories import STRETCH, first_free, stories, supersede
from events.stores.rows import Placed

COLUMNS = {
    "version": ("timeline", "entity", "id", "since", "until", "live", "day"),
    "mention": ("timeline", "entity", "id", "position"),
    "actor": ("timeline", "id", "since", "until", "end_first", "end_last", "member"),
    "actor_name": ("timeline", "id", "since", "first", "last", "member"),
    "relation": ("timeline", "id", "subject", "kind", "object", "under", "head"),
    "effect": (
        *("timeline", "relation", "position", "place", "until", "event"),
        *("op", "a", "b", "e", "f", "unknown_first", "as_written", "attributed", "means"),
    ),
    "stretch": ("timeline", "id", "since", "until", "relation", *STRETCH),
}

Name = tuple[str, ...]
"""A relation's subject, kind, object and under."""


class _Standing(NamedTuple):
    """The version of a thing that an entry supersedes; the body of an event and the end of an actor."""

    since: int
    live: bool
    body: bytes | None
    end: tuple[int, int] | None


class _Unsaid(NamedTuple):
    """What an event said of a relation and, from some position on, says no longer."""

    position: int
    relation: Name
    since: int
    place: int


class Projector:
    """Writes what entries bring to the projection of one timeline, and folds anew what they touch."""

    def __init__(self, connection: Connection[Row], timeline: int) -> None:
        self._connection = connection
        self._timeline = timeline
        self._relations: dict[Name, int] = {}
        self._next = first_free(connection, "relation", timeline)

    def apply(self, entries: Sequence[Placed], position: int) -> None:
        """Bring the projection from the commit before to this one, whose last position is `position`.

        An erasure changes nothing of what stands, but for the bodies that it took.
        """
        entries = [placed for placed in entries if placed[1].op != "erase"]
        standing = self._standing(entries)
        superseded = [
            (placed, standing[placed[1].entity, placed[1].id])
            for placed in entries
            if (placed[1].entity, placed[1].id) in standing
        ]
        unsaid = [said for placed, found in superseded for said in _unsaid(placed, found)]
        self._close(superseded)
        self._close_effects(unsaid)
        fill(self._connection, COLUMNS, self.rows(entries))
        touched = self.touched(entries) | {self._relations[said.relation] for said in unsaid}
        touched |= self.of_actors(_ended_otherwise(superseded))
        self.refold(sorted(touched), position)

    def rows(self, entries: Sequence[Placed]) -> dict[str, list[Any]]:
        """The rows of new versions of things, and of all that rests on them."""
        timeline = self._timeline
        new = self._number({relation for _, entry in entries for relation, _ in entry.effects})
        return {
            "relation": [
                (timeline, self._relations[name], *name, answer.head(Relation._make(name))) for name in new
            ],
            "version": [
                (timeline, entry.entity, entry.id, position, FOREVER, entry.live, entry.day)
                for position, entry in entries
            ],
            "mention": [(timeline, *named, position) for position, entry in entries for named in entry.names],
            "actor": [
                (timeline, entry.id, position, FOREVER, *(entry.end or (None, None)), entry.member)
                for position, entry in entries
                if entry.member is not None
            ],
            "actor_name": [
                (timeline, entry.id, position, *dated) for position, entry in entries for dated in entry.dated
            ],
            "effect": [
                (timeline, self._relations[name], position, place, FOREVER, entry.id, *said)
                for position, entry in entries
                for place, (name, said) in enumerate(entry.effects)
            ],
        }

    def touched(self, entries: Sequence[Placed]) -> set[int]:
        """The numbers of the relations that entries speak of."""
        return {self._relations[relation] for _, entry in entries for relation, _ in entry.effects}

    def forget(self, most: int) -> bool:
        """Forget the numbers of relations where they are more than `most`; all must be in the database."""
        forgets = len(self._relations) > most
        if forgets:
            self._relations.clear()
        return forgets

    def _standing(self, entries: Sequence[Placed]) -> dict[tuple[str, str], _Standing]:
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
            entities=[entry.entity for _, entry in entries],
            ids=[entry.id for _, entry in entries],
        )
        return {
            (entity, id): _Standing(since, live, body, None if first is None else (first, last))
            for entity, id, since, live, body, first, last in rows
        }

    def _number(self, relations: Iterable[Name]) -> list[Name]:
        """Learn the number of each relation; gives those that are new."""
        unknown = sorted(set(relations) - self._relations.keys())
        self._relations |= self.numbers(unknown)
        new = [relation for relation in unknown if relation not in self._relations]
        self._relations |= {relation: id for id, relation in enumerate(new, self._next)}
        self._next += len(new)
        return new

    def numbers(self, relations: Collection[Name]) -> dict[Name, int]:
        """The numbers of those relations that there are."""
        if not relations:
            return {}
        subjects, kinds, objects, unders = (list(part) for part in zip(*relations, strict=True))
        rows = self._query(
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
        )
        return {(*relation,): id for id, *relation in rows}

    def _close(self, superseded: Sequence[tuple[Placed, _Standing]]) -> None:
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
                entities=[entry.entity for (_, entry), _ in superseded],
                ids=[entry.id for (_, entry), _ in superseded],
                sinces=[found.since for _, found in superseded],
                untils=[position - 1 for (position, _), _ in superseded],
            )

    def _close_effects(self, unsaid: Sequence[_Unsaid]) -> None:
        if not unsaid:
            return
        self._number(said.relation for said in unsaid)
        self._query(
            "update effect t set until = k.until from unnest("
            " %(relations)s::integer[], %(positions)s::bigint[], %(places)s::integer[], %(untils)s::bigint[]"
            ") k(relation, position, place, until)"
            " where t.timeline = %(timeline)s::integer and t.relation = k.relation"
            "  and t.position = k.position and t.place = k.place",
            relations=[self._relations[said.relation] for said in unsaid],
            positions=[said.since for said in unsaid],
            places=[said.place for said in unsaid],
            untils=[said.position - 1 for said in unsaid],
        )

    def of_actors(self, actors: list[str]) -> set[int]:
        """The numbers of the relations of some actors."""
        if not actors:
            return set()
        rows = self._query(
            "select id from relation"
            " where timeline = %(timeline)s::integer and subject = any(%(actors)s::text[])"
            " union select id from relation"
            " where timeline = %(timeline)s::integer and object = any(%(actors)s::text[])",
            actors=actors,
        )
        return {id for (id,) in rows}

    def refold(self, relations: Sequence[int], position: int) -> None:
        """Make the stretches of these relations anew, leaving those that are as they were."""
        if not relations:
            return
        folded = map(refold, stories(self._connection, self._timeline, relations, position))
        new, superseded = gathered(relations, folded)
        supersede(self._connection, self._timeline, superseded, position)
        self._add_stretches(new, position)

    def _add_stretches(self, new: list[Stretch], position: int) -> None:
        """Number the commit's new stretches by day: what is found together lies together on the disk."""
        new.sort(key=lambda stretch: stretch[3])
        free = first_free(self._connection, "stretch", self._timeline)
        rows = [(self._timeline, id, position, FOREVER, *stretch) for id, stretch in enumerate(new, free)]
        fill(self._connection, COLUMNS, {"stretch": rows})

    def _query(self, query: str, **values: object) -> list[Row]:
        cursor = self._connection.execute(query, {"timeline": self._timeline, **values})
        return cursor.fetchall() if cursor.description else []


def _unsaid(placed: Placed, standing: _Standing) -> Iterator[_Unsaid]:
    """What the version that an entry supersedes said of relations."""
    position, entry = placed
    if entry.entity == "event" and standing.live and standing.body is not None:
        event = thing_of("event", standing.body)
        assert isinstance(event, Event)
        for relation, reading in readings_of(event, standing.since, entry.id):
            yield _Unsaid(position, (*relation,), standing.since, reading.place)


def _ended_otherwise(superseded: Iterable[tuple[Placed, _Standing]]) -> list[str]:
    """The actors whose end is not what it was; of one that was erased nothing is known of any."""
    return [
        entry.id
        for (_, entry), standing in superseded
        if entry.entity == "actor" and standing.end != entry.end
    ]
