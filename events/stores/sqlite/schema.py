"""The shape of the database, as named migrations. `init` applies them; nothing else does.

The log (`timeline`, `commits`, `entry`, `body`), its tree (`node`) and what was signed of it
(`checkpoint`) only grow: triggers refuse to change or remove what readers may have seen, but for
the body of an entry that another one erases by law (`erasure`). The rest is the projection, which
`rebuild` makes anew from the log.
"""

from __future__ import annotations

from array import array
from sqlite3 import complete_statement

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from events.stores.sqlite import access_tables, tree

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

# A node of level n at a place stands over the entries up to (place + 1) * 256^n.
_TREE = """
create table node (
    timeline integer not null references timeline(id),
    level integer not null,
    place integer not null,
    hash blob not null,
    primary key (timeline, level, place)
) strict, without rowid;

create table checkpoint (
    timeline integer not null references timeline(id),
    number integer not null,
    size integer not null,
    note text not null,
    vkey text not null,
    primary key (timeline, number)
) strict, without rowid;
"""

_TREE_ONLY_GROWS = """
create trigger node_insert before insert on node
when (new.place + 1) << (8 * new.level) <= (select head from timeline where id = new.timeline)
begin select raise(abort, 'node is append-only'); end;

create trigger node_update before update on node
when (old.place + 1) << (8 * old.level) <= (select head from timeline where id = old.timeline)
begin select raise(abort, 'node is append-only'); end;

create trigger node_delete before delete on node
when (old.place + 1) << (8 * old.level) <= (select head from timeline where id = old.timeline)
begin select raise(abort, 'node is append-only'); end;

create trigger checkpoint_insert before insert on checkpoint
when new.number <> (select coalesce(max(number), 0) + 1 from checkpoint where timeline = new.timeline)
  or new.size < (select max(size) from checkpoint where timeline = new.timeline)
begin select raise(abort, 'checkpoint is append-only'); end;

create trigger checkpoint_update before update on checkpoint
begin select raise(abort, 'checkpoint is append-only'); end;

create trigger checkpoint_delete before delete on checkpoint
begin select raise(abort, 'checkpoint is append-only'); end;
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
def m006_the_tree(db: Database) -> None:
    """The tree over every log, those that are there already too, and what is signed of it."""
    _run(db, _TREE)
    for timeline, head in db.execute("select id, head from timeline").fetchall():
        tree.extend(db.conn, timeline, 0, tree.hashes(db.conn, timeline, 0, 0, head))
    _run(db, _TREE_ONLY_GROWS)


# `said` is the entry whose words a row is found by. The words come folded and parted
# (`events.words`), and what they stand in is said by how they begin: nothing is left to FTS5
# but to keep them.
_SEARCH = """
create table finding (
    timeline integer not null,
    position integer not null,
    until integer not null,
    said integer not null,
    status text not null,
    first integer,
    last integer,
    primary key (timeline, position)
) strict, without rowid;

create virtual table finding_words using fts5(
    words, tokenize = "ascii tokenchars '_'", detail = none, columnsize = 0
);
"""


@migrations()
def m007_search(db: Database) -> None:
    """What entries can be found by, of those that are there already too."""
    # What fills it is written for this shape, and so asks for it.
    from events.stores.sqlite.searching import fill  # noqa: PLC0415

    _run(db, _SEARCH)
    fill(db.conn)


# Its `since` is that of a row of `actor`; the days, both inclusive, of one such row never overlap.
_NAMES_OF_A_DATE = """
create table actor_name (
    timeline integer not null,
    id text not null,
    since integer not null,
    first integer not null,
    last integer not null,
    member text not null,
    primary key (timeline, id, since, first)
) strict, without rowid;
"""


@migrations()
def m008_names_of_a_date(db: Database) -> None:
    """What an actor was called for a time. No actor recorded before this had a dated name."""
    _run(db, _NAMES_OF_A_DATE)


# An index of `stretch` would be written where each relation stands, not in the order of the stretches.
_STRETCHES_OF = """
drop index stretch_by_relation;

create table stretch_of (
    relation integer not null,
    stretch integer not null,
    primary key (relation, stretch)
) strict, without rowid;

insert into stretch_of select relation, id from stretch order by relation, id;
"""


@migrations()
def m009_stretches_of_relations(db: Database) -> None:
    """Which stretches a relation has, in a table that a large batch writes relation by relation."""
    _run(db, _STRETCHES_OF)


@migrations()
def m010_access(db: Database) -> None:
    """Several secrets for one token, private timelines, and the audit trail."""
    _run(db, access_tables.TABLES)


_ERASURE = """
create table erasure (
    timeline integer not null references timeline(id),
    position integer not null,
    by integer not null,
    primary key (timeline, position)
) strict, without rowid;

create trigger erasure_insert before insert on erasure
when new.by <= (select head from timeline where id = new.timeline)
  or exists (select 1 from erasure where timeline = new.timeline and position = new.position)
  or not exists (
    select 1 from entry erased join entry erasing using (timeline, entity, id)
    where timeline = new.timeline and erased.position = new.position and erased.op <> 'erase'
      and erasing.position = new.by and erasing.op = 'erase')
begin select raise(abort, 'only a new entry of the log erases another one, about the same'); end;

create trigger erasure_update before update on erasure
begin select raise(abort, 'erasure is append-only'); end;

create trigger erasure_delete before delete on erasure
when old.by <= (select head from timeline where id = old.timeline)
begin select raise(abort, 'erasure is append-only'); end;

drop trigger body_delete;

create trigger body_delete before delete on body
when old.position <= (select head from timeline where id = old.timeline)
  and not exists (select 1 from erasure where timeline = old.timeline and position = old.position)
begin select raise(abort, 'body is append-only'); end;
"""


@migrations()
def m011_erasure(db: Database) -> None:
    """What was erased by law, and by which entry: its body alone may be removed."""
    _run(db, _ERASURE)


@migrations()
def m012_unscrubbed(db: Database) -> None:
    """Erasures whose words may still be in the file: `position` is that of the entry that erased them."""
    _run(
        db,
        """
create table unscrubbed (
    timeline integer not null references timeline(id),
    position integer not null,
    primary key (timeline, position)
) strict, without rowid;
""",
    )


def _run(db: Database, script: str) -> None:
    """Execute each statement; `executescript` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            db.execute(statement)
            statement = ""
