"""The writing side of the projection: keeps every index equal to the replay, commit by commit.

A relation's spells depend on its own effects and the ends of its actors alone, so
that a commit re-folds just the relations it touches, each once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from events import answer
from events.codec import thing_of
from events.errors import TooLargeError
from events.model import Actor, Event, Relation, Thing, references
from events.projection import Outlook, Stretch, outlook
from events.readings import Reading, readings_of
from events.spells import fold
from events.stores.sqlite import searching
from events.stores.sqlite.schema import FOREVER
from events.strict_json import compact
from events.vocabulary import KINDS


class Change(NamedTuple):
    """One entry of a commit, as the projection takes it. `thing` is None where it was retracted."""

    position: int
    entity: str
    id: str
    thing: Thing | None


PROJECTED = ("version", "mention", "actor", "actor_name", "effect", "stretch", "relation")

_READINGS = """
    select op, a, b, e, f, unknown_first, position, place, event, as_written, attributed, means
    from effect where relation = ? and position <= ? and until >= ?
"""


def readings_at(connection: sqlite3.Connection, relation: int, position: int) -> list[Reading]:
    """What the live events say of one relation, as known at a position."""
    return [
        Reading._make(
            (
                *bounds,
                bool(unknown_first),
                at,
                place,
                ((at, event),),
                as_written,
                bool(attributed),
                _means(means),
            )
        )
        for *bounds, unknown_first, at, place, event, as_written, attributed, means in connection.execute(
            _READINGS, (relation, position, position)
        )
    ]


def actor_end_at(
    connection: sqlite3.Connection, timeline: int, id: str, position: int
) -> tuple[int, int] | None:
    """The first and last day on which an actor may have ended, as known at a position."""
    row = connection.execute(
        "select end_first, end_last from actor where timeline = ? and id = ? and since <= ? and until >= ?",
        (timeline, id, position, position),
    ).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])


def _means(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()


@dataclass
class _Rows:
    """What one commit inserts, gathered so that each table is written in one go."""

    version: list[tuple[object, ...]] = field(default_factory=list)
    mention: set[tuple[object, ...]] = field(default_factory=set)
    actor: list[tuple[object, ...]] = field(default_factory=list)
    actor_name: list[tuple[object, ...]] = field(default_factory=list)
    effect: list[tuple[object, ...]] = field(default_factory=list)
    stretch: list[tuple[object, ...]] = field(default_factory=list)
    stretch_index: list[tuple[int, ...]] = field(default_factory=list)

    def write(self, connection: sqlite3.Connection) -> None:
        # The R*Tree's rows come sorted by day: so it packs its nodes well, which makes it fast to read.
        for table, rows in vars(self).items():
            if rows:
                marks = ",".join("?" * len(next(iter(rows))))
                connection.executemany(f"insert into {table} values ({marks})", rows)
                rows.clear()


class Projector:
    """Applies commits to the projection of one timeline, inside the transaction that writes them."""

    def __init__(self, connection: sqlite3.Connection, timeline: int) -> None:
        self._connection = connection
        self._timeline = timeline
        self._rows = _Rows()
        self._relations: dict[Relation, int] = {}
        self._new: dict[int, list[Reading]] = {}
        self._ends: dict[str, tuple[int, int] | None] = {}
        self._touched: dict[Relation, int] = {}
        self._found: list[tuple[Stretch, str, int]] = []
        self._next_relation = self._first_free("relation")
        self._next_stretch = self._first_free("stretch")

    def apply(self, changes: Sequence[Change], position: int) -> None:
        """Bring the projection from the commit before to this one, whose last position is `position`."""
        if position >= FOREVER:
            raise TooLargeError(f"A timeline has at most {FOREVER - 1} entries.")
        for change in changes:
            self._close(change)
            self._open(change)
        # What follows reads back effects and actors.
        self._rows.write(self._connection)
        for relation, id in sorted(self._touched.items()):
            self._refold(relation, id, position)
        self._add_stretches(position)
        self._rows.write(self._connection)
        searching.record(self._connection, self._timeline, changes)
        self._touched.clear()
        self._new.clear()
        self._ends.clear()

    def _close(self, change: Change) -> None:
        """End the version of a thing that this change supersedes, with all that rested on it."""
        key = (self._timeline, change.entity, change.id)
        row = self._connection.execute(
            "select since, live from version where timeline = ? and entity = ? and id = ? and until = ?",
            (*key, FOREVER),
        ).fetchone()
        if row is None:
            return
        since, live = row
        before = change.position - 1
        self._connection.execute(
            "update version set until = ? where timeline = ? and entity = ? and id = ? and since = ?",
            (before, *key, since),
        )
        if not live:
            return
        if change.entity == "event":
            self._close_effects(since, change.id, before)
        elif change.entity == "actor":
            self._close_actor(change, since, before)

    def _close_effects(self, since: int, id: str, before: int) -> None:
        (body,) = self._connection.execute(
            "select body from body where timeline = ? and position = ?", (self._timeline, since)
        ).fetchone()
        event = thing_of("event", body)
        assert isinstance(event, Event)
        for relation, reading in readings_of(event, since, id):
            relation_id = self._relation(relation)
            self._touched[relation] = relation_id
            self._connection.execute(
                "update effect set until = ? where relation = ? and position = ? and place = ?",
                (before, relation_id, since, reading.place),
            )

    def _close_actor(self, change: Change, since: int, before: int) -> None:
        end = actor_end_at(self._connection, self._timeline, change.id, before)
        self._connection.execute(
            "update actor set until = ? where timeline = ? and id = ? and since = ?",
            (before, self._timeline, change.id, since),
        )
        if end != (change.thing.end if isinstance(change.thing, Actor) else None):
            for id, *relation in self._connection.execute(
                "select id, subject, kind, object, under from relation"
                " where timeline = ?1 and subject = ?2 or timeline = ?1 and object = ?2",
                (self._timeline, change.id),
            ):
                self._touched[Relation(*relation)] = id

    def _open(self, change: Change) -> None:
        """Begin a new version of a thing, with all that rests on it."""
        position, entity, id, thing = change
        day = thing.date.first if isinstance(thing, Event) else None
        self._rows.version.append(
            (self._timeline, entity, id, position, FOREVER, int(thing is not None), day)
        )
        if thing is None:
            return
        self._rows.mention |= {(self._timeline, *named[:2], position) for named in references(thing)}
        if isinstance(thing, Event):
            for relation, reading in readings_of(thing, position, id):
                self._add_effect(relation, reading, id)
        elif isinstance(thing, Actor):
            end = thing.end or (None, None)
            member, dated = answer.actor_members(id, thing)
            self._rows.actor.append((self._timeline, id, position, FOREVER, *end, member))
            self._rows.actor_name += [(self._timeline, id, position, *named) for named in dated]

    def _add_effect(self, relation: Relation, reading: Reading, event: str) -> None:
        relation_id = self._relation(relation)
        self._touched[relation] = relation_id
        if relation_id in self._new:
            self._new[relation_id].append(reading)
        self._rows.effect.append(
            (
                relation_id,
                reading.position,
                reading.place,
                FOREVER,
                *reading[:6],
                event,
                reading.as_written,
                int(reading.attributed),
                compact(reading.means),
            )
        )

    def _relation(self, relation: Relation) -> int:
        """The id of a relation, which is made if it is new."""
        id = self._relations.get(relation)
        if id is None:
            row = self._connection.execute(
                "select id from relation where (timeline, subject, kind, object, under) = (?, ?, ?, ?, ?)",
                (self._timeline, *relation),
            ).fetchone()
            if row is not None:
                id = int(row[0])
            else:
                id = self._next_relation
                self._next_relation += 1
                self._new[id] = []
                self._connection.execute(
                    "insert into relation values (?, ?, ?, ?, ?, ?, ?)",
                    (id, self._timeline, *relation, answer.head(relation)),
                )
            self._relations[relation] = id
        return id

    def _refold(self, relation: Relation, id: int, position: int) -> None:
        """Make the stretches of one relation anew, leaving those that are as they were."""
        if id in self._new:
            readings, standing = self._new[id], {}
        else:
            readings = readings_at(self._connection, id, position)
            standing = self._standing(id)
        ends = [self._end(relation.subject, position), self._end(relation.object, position)]
        spells = fold(readings, [end for end in ends if end is not None])
        for stretch, tail in outlook(spells, KINDS[relation.kind].horizon):
            if standing.pop(Outlook(stretch, tail), None) is None:
                self._found.append((stretch, tail, id))
        for superseded in standing.values():
            for table in ("stretch", "stretch_index"):
                self._connection.execute(
                    f"update {table} set until = ? where id = ?", (position - 1, superseded)
                )

    def _add_stretches(self, position: int) -> None:
        """Number the commit's new stretches by day: what is found together lies together on the disk."""
        self._found.sort(key=lambda found: found[0].first)
        for id, (stretch, tail, relation) in enumerate(self._found, self._next_stretch):
            row = (id, self._timeline, relation, position, FOREVER, tail, *stretch)
            self._rows.stretch.append(row)
            if stretch.first < stretch.lapsed_from:
                days = (stretch.first, stretch.lapsed_from - 1)
                index = (id, self._timeline, self._timeline, *days, position, FOREVER)
                self._rows.stretch_index.append(index)
        self._next_stretch += len(self._found)
        self._found.clear()

    def _standing(self, relation: int) -> dict[Outlook, int]:
        """The stretches of a relation that still stand, and their ids."""
        rows = self._connection.execute(
            "select id, tail, disputed, first, attested_from, presumed_from, possible_from, lapsed_from, last"
            " from stretch where relation = ? and until = ?",
            (relation, FOREVER),
        )
        return {
            Outlook(Stretch._make((bool(disputed), *days)), tail): id for id, tail, disputed, *days in rows
        }

    def _end(self, actor: str, position: int) -> tuple[int, int] | None:
        if actor not in self._ends:
            self._ends[actor] = actor_end_at(self._connection, self._timeline, actor, position)
        return self._ends[actor]

    def _first_free(self, table: str) -> int:
        (most,) = self._connection.execute(f"select coalesce(max(id), 0) + 1 from {table}").fetchone()
        return int(most)
