"""What was erased by law, and by which entry: its body alone may be removed."""

TABLES = """
create table erasure (
    timeline integer not null,
    position bigint not null,
    by bigint not null,
    primary key (timeline, position)
);

create function keep_erasure() returns trigger language plpgsql as $$
begin
    if new."by" <= (select head from timeline where id = new.timeline) or not exists (
        select 1 from entry erased join entry erasing using (timeline, entity, id)
        where timeline = new.timeline and erased.position = new.position and erased.op <> 'erase'
          and erasing.position = new."by" and erasing.op = 'erase'
    ) then
        raise exception 'only a new entry of the log erases another one, about the same'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger erasure_insert before insert on erasure for each row execute function keep_erasure();

create trigger erasure_change before update or delete on erasure
for each row execute function refuse_change();

create trigger erasure_truncate before truncate on erasure
for each statement execute function refuse_change();

create function keep_body() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and (
        old.position > (select head from timeline where id = old.timeline)
        or exists (select 1 from erasure where timeline = old.timeline and position = old.position)
    ) then
        return old;
    end if;
    raise exception 'body is append-only' using errcode = 'integrity_constraint_violation';
end $$;

drop trigger body_change on body;

create trigger body_change before update or delete on body for each row execute function keep_body();

-- The bodies that new entries, above the head, erase.
create function remove_erased(which integer) returns void language plpgsql security definer as $$
begin
    delete from body using erasure x
    where body.timeline = which and x.timeline = which and x.position = body.position
      and x."by" > (select head from timeline where id = which);
end $$;

-- A table's file anew, without what was deleted from it: that needs its owner.
create function rewrite(which text) returns void language plpgsql security definer as $$
begin
    execute format('cluster %I using %I', which, which || '_pkey');
end $$;

do $$
declare
    guard text;
begin
    foreach guard in array array['keep_erasure()', 'keep_body()', 'remove_erased(integer)', 'rewrite(text)']
    loop
        execute format('alter function %s set search_path = %I, pg_temp', guard, current_schema());
    end loop;
end $$;

revoke execute on function remove_erased, rewrite from public;
"""

# To plan by, PostgreSQL remembers values of columns, for everybody who may read them: of words none. What it
# remembers already, an owner can only have forgotten by giving the column a type, be it the same. Then the
# index of words is made anew, so it is done where there is anything to forget.
NOT_REMEMBERED = """
do $$
declare
    part text;
    said text;
    as_type text;
begin
    for part, said, as_type in values
        ('body', 'salt', 'bytea'),
        ('body', 'body', 'bytea'),
        ('actor', 'member', 'text'),
        ('actor_name', 'member', 'text'),
        ('relation', 'under', 'text collate "C"'),
        ('relation', 'head', 'text'),
        ('effect', 'as_written', 'text'),
        ('effect', 'means', 'text'),
        ('stretch', 'tail', 'text'),
        ('found', 'tail', 'text'),
        ('finding', 'words', 'text collate "C"')
    loop
        if exists (select 1 from pg_stats
                   where schemaname = current_schema() and tablename = part and attname = said) then
            execute format('alter table %I alter column %I type %s', part, said, as_type);
        end if;
        execute format('alter table %I alter column %I set statistics 0', part, said);
    end loop;
end $$;

alter index finding_by_words alter column 2 set statistics 0;
"""

# Also of `found`, which has no key, and of each partition where a table has some: `cluster` itself goes
# through those only outside of every function.
REWRITING = """
create or replace function rewrite(which text) returns void language plpgsql security definer as $$
declare
    part regclass;
    by_index name;
begin
    for part, by_index in
        select distinct on (i.indrelid) i.indrelid, c.relname
        from pg_index i join pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
        where i.indrelid = to_regclass(quote_ident(which))
           or i.indrelid in (select relid from pg_partition_tree(to_regclass(quote_ident(which))))
        order by i.indrelid, i.indisprimary desc
    loop
        execute format('cluster %s using %I', part, by_index);
    end loop;
end $$;

do $$
begin
    execute format('alter function rewrite(text) set search_path = %I, pg_temp', current_schema());
end $$;
"""

# An erasure whose words may still be in the files: `position` is that of the entry that erased them.
UNSCRUBBED = """
create table unscrubbed (
    timeline integer not null,
    position bigint not null,
    primary key (timeline, position)
);
"""

PRIVILEGES = (
    "select on erasure",
    "insert (timeline, position, by) on erasure",
    "select, insert, delete on unscrubbed",
    "execute on function remove_erased, rewrite",
)
