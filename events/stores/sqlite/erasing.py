"""Erasure by law: the entry that says so, the bodies gone, and every index as if they had never been.

All of it in one transaction. The file is rewritten afterwards (`Connections.scrub`), since what
SQLite deletes it only forgets. That this is still to be done the transaction itself writes down, so
that whatever hinders it, it is taken up.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from events import erasure
from events.log import Key
from events.model import Entry
from events.prepared import prepared_of
from events.sealed import Sealed
from events.stores.rows import Placed
from events.stores.sqlite import reading, searching, writing
from events.stores.sqlite.projector import Projector
from events.stores.sqlite.schema import FOREVER

_MOMENTS = f"""
with chosen as (
    select id, subject, object from relation where id in (select value from json_each(:ids))
), ending as (
    select c.id, since, until from chosen c
    join actor a on a.timeline = :timeline and a.id in (subject, object)
), moment (relation, at) as (
    select id, position from chosen join effect on relation = id
    union select id, until + 1 from chosen join effect on relation = id where until < {FOREVER}
    union select id, since from ending
    union select id, until + 1 from ending where until < {FOREVER}
)
select distinct (select min(position) from commits where timeline = :timeline and position >= at), relation
from moment order by 1, 2
"""
"""The commits at which something of some relations may have changed."""


_STRETCHES = "select stretch from stretch_of where relation in (select value from json_each(?))"


def found(connection: sqlite3.Connection, timeline: int, positions: Collection[int]) -> list[Entry]:
    """The entries at these positions, in order. Raises UnknownError where there is none."""
    entries = [
        entry
        for position in sorted(set(positions))
        for entry in reading.entries(connection, timeline, position - 1, position)
    ]
    erasure.require_there(positions, entries)
    return entries


def destroy(
    connection: sqlite3.Connection, timeline: int, entries: Collection[Entry], by: Mapping[Key, int]
) -> None:
    """Destroy the bodies and salts of entries; `by` are the new ones above the head that erase each thing."""
    connection.execute("pragma secure_delete = on")
    gone = [(entry.position, prepared_of(entry)) for entry in entries if entry.body is not None]
    relations = _relations(connection, timeline, gone)
    if gone:
        connection.execute("insert into unscrubbed values (?, ?)", (timeline, max(by.values())))
    connection.executemany(
        "insert into erasure values (?, ?, ?)",
        [(timeline, entry.position, by[entry.entity, entry.id]) for entry in entries if entry.erased is None],
    )
    connection.executemany(
        "delete from body where timeline = ? and position = ?", [(timeline, position) for position, _ in gone]
    )
    _forget(connection, timeline, gone)
    _fold_anew(connection, timeline, relations)


def require_unused(connection: sqlite3.Connection, timeline: int, keys: Iterable[Key]) -> None:
    """Raise ConflictError if what is left names things of which nothing stands any more."""
    unstated = _unstated(connection, timeline, keys)
    erasure.require_unused(unstated, lambda key: writing.users(connection, timeline, key))


def repeat(connection: sqlite3.Connection, timeline: int, sealed: Iterable[Sealed]) -> bool:
    """Destroy what erasures that were made elsewhere name; gives whether anything was there to destroy.

    What they erased is mostly without a body by then: only a copy made before still has it.
    """
    destroyed = False
    for by in (item.entry for item in sealed if item.entry.op == "erase"):
        entries = found(connection, timeline, erasure.erased_by(by))
        destroyed |= any(entry.body is not None for entry in entries)
        destroy(connection, timeline, entries, {(by.entity, by.id): by.position})
    return destroyed


def _relations(connection: sqlite3.Connection, timeline: int, gone: Iterable[Placed]) -> list[int]:
    """The relations that these entries say anything of, or whose actors they describe."""
    ids: set[int] = set()
    for _, entry in gone:
        for named, _ in entry.effects:
            ids.update(
                id
                for (id,) in connection.execute(
                    "select id from relation"
                    " where (timeline, subject, kind, object, under) = (?, ?, ?, ?, ?)",
                    (timeline, *named),
                )
            )
        if entry.entity == "actor":
            ids.update(
                id
                for (id,) in connection.execute(
                    "select id from relation where timeline = ?1 and subject = ?2"
                    " union select id from relation where timeline = ?1 and object = ?2",
                    (timeline, entry.id),
                )
            )
    return sorted(ids)


def _forget(connection: sqlite3.Connection, timeline: int, gone: Iterable[Placed]) -> None:
    """Take what entries said out of every index but that of stretches. Whoever adds an index adds it here."""
    for position, entry in gone:
        key = (timeline, entry.entity, entry.id, position)
        connection.execute(
            "update version set live = 0, day = null"
            " where timeline = ? and entity = ? and id = ? and since = ?",
            key,
        )
        if entry.entity == "actor":
            for table in ("actor", "actor_name"):
                connection.execute(
                    f"delete from {table} where timeline = ? and id = ? and since = ?",
                    (timeline, entry.id, position),
                )
        connection.executemany(
            "delete from effect where position = ? and relation ="
            " (select id from relation where (timeline, subject, kind, object, under) = (?, ?, ?, ?, ?))",
            [(position, timeline, *relation) for relation, _ in entry.effects],
        )
        for named in entry.names:
            _forget_mention(connection, (timeline, *named), position)
    for thing in {(entry.entity, entry.id) for _, entry in gone}:
        searching.forget(connection, timeline, thing)


def _forget_mention(connection: sqlite3.Connection, named: tuple[int, str, str], position: int) -> None:
    """Take out that an entry named a thing."""
    row = connection.execute(
        "select since, positions from mention"
        " where timeline = ? and entity = ? and id = ? and since <= ? order by since desc limit 1",
        (*named, position),
    ).fetchone()
    since, packed = row
    left = array("i", [at for at in array("i", packed) if at != position])
    connection.execute(
        "delete from mention where timeline = ? and entity = ? and id = ? and since = ?", (*named, since)
    )
    if left:
        connection.execute("insert into mention values (?, ?, ?, ?, ?)", (*named, left[0], left.tobytes()))


def _fold_anew(connection: sqlite3.Connection, timeline: int, relations: Sequence[int]) -> None:
    """Tell the stories of relations again, commit by commit, from what is left of them."""
    ids = json.dumps(relations)
    _forget_stretches(connection, ids)
    projector = Projector(connection, timeline)
    moments = connection.execute(_MOMENTS, {"ids": ids, "timeline": timeline}).fetchall()
    for position, touched in groupby(moments, key=lambda moment: int(moment[0])):
        projector.touch(relation for _, relation in touched)
        projector.fold(position)
    connection.execute(
        "delete from relation where id in (select value from json_each(?))"
        " and not exists (select 1 from effect where relation = relation.id)",
        (ids,),
    )


def _forget_stretches(connection: sqlite3.Connection, relations: str) -> None:
    """Remove the stretches of relations; of their blocks let the rectangle cover the ids that are left."""
    blocks = json.dumps(
        [
            block
            for (block,) in connection.execute(
                f"select distinct block from stretch where id in ({_STRETCHES}) and block is not null",
                (relations,),
            )
        ]
    )
    connection.execute(f"delete from stretch where id in ({_STRETCHES})", (relations,))
    connection.execute(
        "delete from stretch_of where relation in (select value from json_each(?))", (relations,)
    )
    left = "select {} from stretch s where s.id between stretch_index.id and stretch_index.last"
    chosen = "id in (select value from json_each(?))"
    connection.execute(
        f"delete from stretch_index where {chosen} and not exists ({left.format(1)})", (blocks,)
    )
    # The ids behind the last one are free for others now.
    connection.execute(
        f"update stretch_index set last = ({left.format('max(s.id)')}) where {chosen}", (blocks,)
    )


def _unstated(connection: sqlite3.Connection, timeline: int, keys: Iterable[Key]) -> list[Key]:
    """Those of some things that do not stand."""
    return [
        key
        for key in keys
        if not connection.execute(
            "select 1 from version where timeline = ? and entity = ? and id = ? and until = ? and live",
            (timeline, *key, FOREVER),
        ).fetchone()
    ]
