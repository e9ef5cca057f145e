"""The tables of tokens, visibility, audit trail and usage, and what the service's role may do with them."""

TABLES = """
create table token (
    id text collate "C" primary key,
    scopes text not null,
    timeline text,
    author text not null,
    note text not null,
    request_limit integer,
    created_at text collate "C" not null,
    revoked_at text
);

create table secret (
    hash text collate "C" primary key,
    token text collate "C" not null,
    made_at text collate "C" not null,
    expires_at text collate "C"
);

create index secret_by_token on secret(token, made_at);

create table private_timeline (name text collate "C" primary key);

create table audit (
    number bigint primary key,
    at text not null,
    who text not null,
    action text not null,
    what text not null
);

create function keep_audit() returns trigger language plpgsql as $$
begin
    if new.number <> (select coalesce(max(number), 0) + 1 from audit) then
        raise exception 'the audit trail is append-only' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger audit_insert before insert on audit for each row execute function keep_audit();

create trigger audit_change before update or delete on audit
for each row execute function refuse_change();

create trigger audit_truncate before truncate on audit
for each statement execute function refuse_change();

-- No record: a crash may empty them, and nobody waits for the disk.
create unlogged table used_requests (
    key text collate "C" primary key,
    used integer not null,
    until double precision not null
);

create unlogged table used_token (
    token text collate "C" primary key,
    at text not null
);

do $$
begin
    execute format('alter function keep_audit() set search_path = %I, pg_temp', current_schema());
end $$;
"""

PRIVILEGES = (
    "select, insert on token, secret, audit",
    "update (request_limit, revoked_at) on token",
    "update (expires_at) on secret",
    "select, insert, delete on private_timeline",
    "select, insert, update, delete on used_requests, used_token",
)
