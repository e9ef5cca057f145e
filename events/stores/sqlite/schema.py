"""The shape of the database, as named migrations. `init` applies them; nothing else does.

The log (`timeline`, `commits`, `entry`, `body`) only grows: triggers refuse to change
or remove what readers may have seen. All that follows it is the projection, which
`rebuild` makes anew from the log.
"""

from __future__ import annotations

from array import array
from sqlite3 import complete_statement

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from events.stores.sqlite import access_tables

FOREVER = 2**31 - 1
"""The `until` of what still stands: the largest value of the R*Tree's 32-bit integers."""

migrations = Migrations("allegiance")

_LOG = """
create table timeline (
    id integer primary key,
    name text not null unique,
    head integer not null default 0
) strict;

create table commits (
    timeline integer not null references timeline(id),
    position integer not null,
    recorded_at text not null,
    primary key (timeline, position)
) strict, without rowid;

create unique index commits_by_instant on commits(timeline, recorded_at);

create table entry (
    timeline integer not null references timeline(id),
    position integer not null,
    recorded_at text not null,
    op text not null,
    entity text not null,
    id text not null,
    author text not null,
    header blob not null,
    leaf blob not null,
    primary key (timeline, position)
) strict, without rowid;

create table body (
    timeline integer not null references timeline(id),
    position integer not null,
    salt blob not null,
    body blob not null,
    primary key (timeline, position)
) strict, without rowid;

create table token (
    id text primary key,
    hash text not null unique,
    scopes text not null,
    timeline text,
    note text not null,
    created_at text not null,
    revoked_at text
) strict, without rowid;
"""

# A BEFORE INSERT trigger stops INSERT OR REPLACE too, which fires no DELETE trigger
# on a connection without recursive_triggers.
_APPEND_ONLY = """
create trigger {table}_insert before insert on {table}
when new.position <= (select head from timeline where id = new.timeline)
begin select raise(abort, '{table} is append-only'); end;

create trigger {table}_update before update on {table}
when old.position <= (select head from timeline where id = old.timeline)
begin select raise(abort, '{table} is append-only'); end;

create trigger {table}_delete before delete on {table}
when old.position <= (select head from timeline where id = old.timeline)
begin select raise(abort, '{table} is append-only'); end;
"""

_HEAD_ONLY_GROWS = """
create trigger timeline_insert before insert on timeline
when new.head <> 0 or exists (select 1 from timeline where id = new.id or name = new.name)
begin select raise(abort, 'a timeline begins once, at position 0'); end;

create trigger timeline_update before update on timeline
when new.id <> old.id or new.name <> old.name or new.head < old.head
begin select raise(abort, 'a head only grows'); end;

create trigger timeline_delete before delete on timeline
begin select raise(abort, 'a timeline is never removed'); end;
"""

# `since` and `until` are positions, both inclusive: a row was true of the log from one to the other.
_PROJECTION = """
create table version (
    timeline integer not null,
    entity text not null,
    id text not null,
    since integer not null,
    until integer not null,
    live integer not null,
    day integer,
    primary key (timeline, entity, id, since)
) strict, without rowid;

create index version_by_day on version(timeline, day, since) where entity = 'event' and live;

create table mention (
    timeline integer not null,
    entity text not null,
    id text not null,
    position integer not null,
    primary key (timeline, entity, id, position)
) strict, without rowid;

create table actor (
    timeline integer not null,
    id text not null,
    since integer not null,
    until integer not null,
    end_first integer,
    end_last integer,
    member text not null,
    primary key (timeline, id, since)
) strict, without rowid;

create table relation (
    id integer primary key,
    timeline integer not null,
    subject text not null,
    kind text not null,
    object text not null,
    under text not null,
    head text not null,
    unique (timeline, subject, kind, object, under)
) strict;

create index relation_by_object on relation(timeline, object);

create table effect (
    relation integer not null,
    position integer not null,
    place integer not null,
    until integer not null,
    op text not null,
    a integer not null,
    b integer not null,
    e integer not null,
    f integer not null,
    unknown_first integer not null,
    event text not null,
    as_written text,
    attributed integer not null,
    means text not null,
    primary key (relation, position, place)
) strict, without rowid;

create table stretch (
    id integer primary key,
    timeline integer not null,
    relation integer not null,
    since integer not null,
    until integer not null,
    tail text not null,
    disputed integer not null,
    first integer not null,
    attested_from integer not null,
    presumed_from integer not null,
    possible_from integer not null,
    lapsed_from integer not null,
    last integer not null
) strict;

create index stretch_by_relation on stretch(relation);
create index stretch_by_since on stretch(timeline, since);
create index stretch_by_until on stretch(timeline, until) where until < 2147483647;
create index stretch_lapsed on stretch(timeline, lapsed_from) where lapsed_from <= last;

create virtual table stretch_index using rtree_i32(
    id,
    timeline_low, timeline_high,
    first_day, last_day,
    since, until
);
"""


@migrations()
def m001_the_log(db: Database) -> None:
    """Timelines, their entries and bodies, and the tokens of those who write."""
    _run(db, _LOG)


@migrations()
def m002_append_only(db: Database) -> None:
    """Triggers that keep what readers may have seen."""
    for table in ("commits", "entry", "body"):
        _run(db, _APPEND_ONLY.format(table=table))
    _run(db, _HEAD_ONLY_GROWS)


@migrations()
def m003_the_projection(db: Database) -> None:
    """What answers are read from."""
    _run(db, _PROJECTION)


_PACKED_MENTIONS = """
drop table mention;

create table mention (
    timeline integer not null,
    entity text not null,
    id text not null,
    since integer not null,
    positions blob not null,
    primary key (timeline, entity, id, since)
) strict, without rowid;
"""


@migrations()
def m004_batches_above_the_head(db: Database) -> None:
    """A timeline that only a batch under way has begun is not there yet; mentions are kept by the chunk."""
    db.execute("alter table timeline add column begun integer not null default 0")
    db.execute("update timeline set begun = 1")
    found: dict[tuple[object, ...], array[int]] = {}
    rows = db.execute("select timeline, entity, id, position from mention order by position")
    for *named, position in rows:
        found.setdefault(tuple(named), array("i")).append(position)
    _run(db, _PACKED_MENTIONS)
    db.conn.executemany(
        "insert into mention values (?, ?, ?, ?, ?)",
        [(*named, positions[0], positions.tobytes()) for named, positions in found.items()],
    )


_BLOCKS = """
alter table stretch add column block integer;
update stretch set block = id where first < lapsed_from;
drop table stretch_index;

create virtual table stretch_index using rtree_i32(
    id,
    timeline_low, timeline_high,
    first_day, last_day,
    since, until,
    +last
);

insert into stretch_index
select id, timeline, timeline, first, lapsed_from - 1, since, until, id from stretch where block is not null;
"""


@migrations()
def m005_blocks_of_stretches(db: Database) -> None:
    """A rectangle for a few stretches of like length that follow one another, `id` to `last`."""
    _run(db, _BLOCKS)


@migrations()
def m006_access(db: Database) -> None:
    """Several secrets for one token, private timelines, and the audit trail."""
    _run(db, access_tables.TABLES)


def _run(db: Database, script: str) -> None:
    """Execute each statement; `executescript` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            db.execute(statement)
            statement = ""
