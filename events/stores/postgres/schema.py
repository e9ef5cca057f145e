"""The shape of the database, as named migrations. `init` applies them; nothing else does.

The log (`timeline`, `commits`, `entry`, `body`), its tree (`node`) and what was signed of it
(`checkpoint`) only grow: triggers refuse to change or remove what readers may have seen, and
the service's own role has no privilege to. All that follows is the projection, which
`rebuild` makes anew from the log. Above the head is what a large batch has written so far;
what an abandoned one left there `remove_above_head` removes.

Every key is led by `timeline`, so that each table can be partitioned, or distributed over
servers, by it. Text is compared in the order of code points, as every store does.

A migration only adds: the version before goes on reading and writing beside it.
"""

from __future__ import annotations

from psycopg import sql

from events.stores.postgres import access_tables, erasure_tables

FOREVER = 2**62
"""The `until` of what still stands; one more is still a bigint, which a range needs."""

# A node stands over the entries up to its position; what is signed is found by its number alone.
_LOG = """
create table timeline (
    id integer generated always as identity primary key,
    name text collate "C" not null unique,
    head bigint not null default 0,
    begun boolean not null default true,
    batch bigint not null default 0
);

create table commits (
    timeline integer not null,
    position bigint not null,
    recorded_at text collate "C" not null,
    primary key (timeline, position),
    unique (timeline, recorded_at)
);

create table entry (
    timeline integer not null,
    position bigint not null,
    recorded_at text collate "C" not null,
    op text collate "C" not null,
    entity text collate "C" not null,
    id text collate "C" not null,
    author text collate "C" not null,
    header bytea not null,
    leaf bytea not null,
    primary key (timeline, position)
);

create table body (
    timeline integer not null,
    position bigint not null,
    salt bytea not null,
    body bytea not null,
    primary key (timeline, position)
);

create table node (
    timeline integer not null,
    level integer not null,
    place bigint not null,
    hash bytea not null,
    position bigint not null generated always as ((place + 1) << (8 * level)) stored,
    primary key (timeline, level, place)
);

create index node_by_position on node(timeline, position);

create table checkpoint (
    timeline integer not null,
    number bigint not null,
    size bigint not null,
    note text not null,
    vkey text not null,
    primary key (timeline, number)
);
"""

_FUNCTIONS = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create function refuse_below_head() returns trigger language plpgsql as $$
begin
    if exists (select 1 from added join timeline on timeline.id = added.timeline
               where added.position <= timeline.head) then
        raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

create function keep_below_head() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.position > (select head from timeline where id = old.timeline) then
        return old;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create function remove_above_head(which integer, above bigint) returns void language plpgsql
security definer as $$
declare
    least bigint := greatest(above, (select head from timeline where id = which));
begin
    delete from body where timeline = which and position > least;
    delete from node where timeline = which and position > least;
    delete from entry where timeline = which and position > least;
end $$;

create function keep_timeline() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' and new.head <> 0 then
        raise exception 'a timeline begins at position 0' using errcode = 'integrity_constraint_violation';
    elsif tg_op = 'UPDATE' and (new.id <> old.id or new.name <> old.name or new.head < old.head) then
        raise exception 'a head only grows' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create function keep_checkpoints() returns trigger language plpgsql as $$
begin
    if new.number <> (select coalesce(max(number), 0) + 1 from checkpoint where timeline = new.timeline)
        or new.size < (select max(size) from checkpoint where timeline = new.timeline) then
        raise exception 'checkpoint is append-only' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger checkpoint_insert before insert on checkpoint
for each row execute function keep_checkpoints();

create trigger timeline_keep before insert or update on timeline
for each row execute function keep_timeline();
"""

# A role that serves could make a temporary table `timeline`, which would be found before the true one.
_SAFE_PATHS = """
do $$
declare
    guard text;
begin
    foreach guard in array
        array['refuse_below_head()', 'keep_below_head()', 'keep_checkpoints()',
              'remove_above_head(integer, bigint)']
    loop
        execute format('alter function %s set search_path = %I, pg_temp', guard, current_schema());
    end loop;
end $$;

revoke execute on function remove_above_head from public;
"""

# A row at or below the head has its key taken, but for a body that was erased and for a
# commit within a commit. All the rows of a statement are looked at together: COPY stays fast.
_NO_INSERT_BELOW_HEAD = """
create trigger {table}_insert after insert on {table}
referencing new table as added for each statement execute function refuse_below_head();
"""

_NO_CHANGE = """
create trigger {table}_change before {changes} on {table}
for each row execute function {guard}();

create trigger {table}_truncate before truncate on {table}
for each statement execute function refuse_change();
"""

# `since` and `until` are positions, both inclusive: a row was true of the log from one to the other.
# The `since` of a dated name is that of a row of `actor`; the days, both inclusive, of one such row never
# overlap. `found` holds the stretches of a large batch until all are there and can be put in order of day.
_PROJECTION = """
create table version (
    timeline integer not null,
    entity text collate "C" not null,
    id text collate "C" not null,
    since bigint not null,
    until bigint not null,
    live boolean not null,
    day integer,
    primary key (timeline, entity, id, since)
);

create index version_by_day on version(timeline, day, since) where entity = 'event' and live;

create table mention (
    timeline integer not null,
    entity text collate "C" not null,
    id text collate "C" not null,
    position bigint not null,
    primary key (timeline, entity, id, position)
);

create table actor (
    timeline integer not null,
    id text collate "C" not null,
    since bigint not null,
    until bigint not null,
    end_first integer,
    end_last integer,
    member text not null,
    primary key (timeline, id, since)
);

create table actor_name (
    timeline integer not null,
    id text collate "C" not null,
    since bigint not null,
    first integer not null,
    last integer not null,
    member text not null,
    primary key (timeline, id, since, first)
);

create table relation (
    timeline integer not null,
    id integer not null,
    subject text collate "C" not null,
    kind text collate "C" not null,
    object text collate "C" not null,
    under text collate "C" not null,
    head text not null,
    primary key (timeline, id),
    unique (timeline, subject, kind, object, under)
);

create index relation_by_object on relation(timeline, object);

create table effect (
    timeline integer not null,
    relation integer not null,
    until bigint not null,
    op text not null,
    a integer not null,
    b integer not null,
    e integer not null,
    f integer not null,
    unknown_first boolean not null,
    position bigint not null,
    place integer not null,
    event text not null,
    as_written text,
    attributed boolean not null,
    means text not null,
    primary key (timeline, relation, position, place)
);

create table stretch (
    timeline integer not null,
    id bigint not null,
    relation integer not null,
    since bigint not null,
    until bigint not null,
    tail text not null,
    disputed boolean not null,
    first integer not null,
    attested_from integer not null,
    presumed_from integer not null,
    possible_from integer not null,
    lapsed_from integer not null,
    last integer not null,
    days int4range not null generated always as (int4range(first, lapsed_from)) stored,
    known int8range not null generated always as (int8range(since, until, '[]')) stored,
    primary key (timeline, id)
);

create index stretch_by_rectangle on stretch using gist (timeline, days, known) where not isempty(days);
create index stretch_by_relation on stretch(timeline, relation);
create index stretch_by_since on stretch(timeline, since);
create index stretch_by_until on stretch(timeline, until) where until < 4611686018427387904;
create index stretch_lapsed on stretch(timeline, lapsed_from) where lapsed_from <= last;

create index mention_by_position on mention using brin (timeline, position);
create index effect_by_position on effect using brin (timeline, position);

create unlogged table found (
    timeline integer not null,
    relation integer not null,
    tail text not null,
    disputed boolean not null,
    first integer not null,
    attested_from integer not null,
    presumed_from integer not null,
    possible_from integer not null,
    lapsed_from integer not null,
    last integer not null
);

create index found_by_day on found(timeline, first);
"""

# `said` is the entry whose words a row is found by. They come folded and parted (`events.words`) as
# one text of tokens (`events.found_by`), in which an index of arrays finds just what is asked for.
_SEARCH = """
create table finding (
    timeline integer not null,
    position bigint not null,
    until bigint not null,
    said bigint not null,
    status text not null,
    first integer,
    last integer,
    words text collate "C" not null,
    primary key (timeline, position)
);

create index finding_by_words on finding using gin (timeline, (string_to_array(words, ' ')));
"""

_KEPT = ("commits", "entry", "body", "node")

MIGRATIONS = {
    # A timeline's equality within such an index; trusted extensions, part of PostgreSQL's own distribution.
    "001 indexes over timelines with ranges and words": (
        "create extension if not exists btree_gist; create extension if not exists btree_gin;"
    ),
    "002 the log": _LOG,
    "003 append-only": "".join(
        [
            _FUNCTIONS,
            *(_NO_INSERT_BELOW_HEAD.format(table=table) for table in _KEPT),
            *(
                _NO_CHANGE.format(table=table, changes="update or delete", guard="keep_below_head")
                for table in _KEPT
            ),
            _NO_CHANGE.format(table="checkpoint", changes="update or delete", guard="refuse_change"),
            _NO_CHANGE.format(table="timeline", changes="delete", guard="refuse_change"),
            _SAFE_PATHS,
        ]
    ),
    "004 the projection": _PROJECTION,
    "005 search": _SEARCH,
    "006 access": access_tables.TABLES,
    "007 erasure": erasure_tables.TABLES,
    "008 no statistics of words": erasure_tables.NOT_REMEMBERED,
    "009 rewriting what has no key": erasure_tables.REWRITING,
    "010 what is to be rewritten": erasure_tables.UNSCRUBBED,
}
"""Each step by its name, in order. A step that was applied is never edited."""

PROJECTED = ("version", "mention", "actor", "actor_name", "relation", "effect", "stretch", "finding")

_PRIVILEGES = (
    "select on migration, timeline, commits, entry, body, node, checkpoint",
    "insert (name, begun), update (head, begun, batch) on timeline",
    "insert (timeline, position, recorded_at) on commits",
    "insert (timeline, position, recorded_at, op, entity, id, author, header, leaf) on entry",
    "insert (timeline, position, salt, body) on body",
    "insert (timeline, level, place, hash) on node",
    "insert (timeline, number, size, note, vkey) on checkpoint",
    "execute on function remove_above_head",
    f"select, insert, update, delete on {', '.join(PROJECTED)}, found",
    *access_tables.PRIVILEGES,
    *erasure_tables.PRIVILEGES,
)


def grants(role: str) -> list[sql.Composed]:
    """What gives a role all that the service needs, and no way to change the log."""
    return [
        sql.SQL("grant {} to {}").format(sql.SQL(privileges), sql.Identifier(role))
        for privileges in _PRIVILEGES
    ]
