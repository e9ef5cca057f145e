"""A database of an earlier version is brought up to this one, with all that is in it."""

from __future__ import annotations

from array import array
from pathlib import Path
from sqlite3 import Connection

import pytest

from events.answer import Question
from events.days import day_of
from events.search import Query
from events.stores.sqlite import SQLiteStore
from events.verify import verify
from tests.domain.builders import TIMELINE, actor, correct, document, draft, effect, event, retract

BEFORE_BATCHES = """
create table old_mention (
    timeline integer not null,
    entity text not null,
    id text not null,
    position integer not null,
    primary key (timeline, entity, id, position)
) strict, without rowid;
drop table mention;
alter table old_mention rename to mention;
alter table timeline drop column begun;
"""
BEFORE_BLOCKS = """
alter table stretch drop column block;
drop table stretch_index;
create virtual table stretch_index using rtree_i32(
    id, timeline_low, timeline_high, first_day, last_day, since, until
);
insert into stretch_index
select id, timeline, timeline, first, lapsed_from - 1, since, until from stretch where first < lapsed_from;
"""
BEFORE_THE_TREE = "drop table node; drop table checkpoint;"
BEFORE_SEARCH = "drop table finding; drop table finding_words;"
BEFORE_NAMES = "drop table actor_name;"
BEFORE_STRETCHES_OF = "drop table stretch_of; create index stretch_by_relation on stretch(relation);"
BEFORE_ACCESS = """
create table old_token (
    id text primary key,
    hash text not null unique,
    scopes text not null,
    timeline text,
    note text not null,
    created_at text not null,
    revoked_at text
) strict, without rowid;
insert into old_token
select id, hash, scopes, timeline, note, created_at, revoked_at from token join secret on secret.token = id;
drop table secret;
drop table token;
alter table old_token rename to token;
drop table private_timeline;
drop table audit;
"""
BEFORE_ERASURE = """
drop trigger body_delete;
drop table erasure;
create trigger body_delete before delete on body
when old.position <= (select head from timeline where id = old.timeline)
begin select raise(abort, 'body is append-only'); end;
"""
BEFORE_SCRUBBING = "drop table unscrubbed;"

PACT = event("pact", "1970", effect("starts", "ussr"), title="A pact")
DAY = day_of(1975, 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> SQLiteStore:
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    for lines in (
        (
            actor("ussr"),
            actor("libya"),
            document(),
            PACT,
            event("treaty", "1971", effect("starts", "libya", object="ussr")),
        ),
        (correct({**PACT, "title": "A treaty"}),),
        (retract("event", "treaty"),),
    ):
        store.append(TIMELINE, [draft(line) for line in lines], author="desk", create=True)
    return store


@pytest.mark.parametrize("first", [4, 5, 6, 7, 8, 9, 10, 11, 12])
def test_a_database_from_before_a_migration_answers_as_one_made_with_it(
    store: SQLiteStore, first: int
) -> None:
    before, (token, secret) = answers(store), store.tokens.create(("append",), TIMELINE)
    connection = store.connections.get()
    back = [
        unpacked,
        BEFORE_BLOCKS,
        BEFORE_THE_TREE,
        BEFORE_SEARCH,
        BEFORE_NAMES,
        BEFORE_STRETCHES_OF,
        BEFORE_ACCESS,
        BEFORE_ERASURE,
        BEFORE_SCRUBBING,
    ]
    for step in reversed(back[first - 4 :]):
        if callable(step):
            step(connection)
        else:
            connection.executescript(step)
    connection.execute("delete from _sqlite_migrations where name >= ?", (f"m{first:03}",))
    store.initialise()
    assert answers(store) == before
    assert store.tokens.find(secret) == token
    assert verify(store, TIMELINE).faults == []
    store.append(TIMELINE, [draft(retract("event", "pact"))], author="desk")
    assert verify(store, TIMELINE).faults == []


def unpacked(connection: Connection) -> None:
    """A row for each mention, as it was."""
    rows = connection.execute("select timeline, entity, id, positions from mention").fetchall()
    connection.executescript(BEFORE_BATCHES)
    connection.executemany(
        "insert into mention values (?, ?, ?, ?)",
        [(*named, position) for *named, packed in rows for position in array("i", packed)],
    )


def answers(store: SQLiteStore) -> object:
    return [
        (
            store.state(TIMELINE, Question(DAY, lapsed=True), position),
            store.search(TIMELINE, Query.of("treaty"), position, None, 10),
        )
        for position in (5, 6, 7)
    ]
