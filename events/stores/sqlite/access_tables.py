"""The tables of tokens, visibility and the audit trail."""

TABLES = """
create table secret (
    hash text primary key,
    token text not null,
    made_at text not null,
    expires_at text
) strict, without rowid;

create index secret_by_token on secret(token);

insert into secret select hash, id, created_at, null from token;

create table renewed_token (
    id text primary key,
    scopes text not null,
    timeline text,
    author text not null,
    note text not null,
    request_limit integer,
    created_at text not null,
    revoked_at text
) strict, without rowid;

insert into renewed_token select id, scopes, timeline, '', note, null, created_at, revoked_at from token;

drop table token;

alter table renewed_token rename to token;

create table private_timeline (name text primary key) strict, without rowid;

create table audit (
    number integer primary key autoincrement,
    at text not null,
    who text not null,
    action text not null,
    what text not null
) strict;

create trigger audit_insert before insert on audit
when exists (select 1 from audit where number = new.number)
begin select raise(abort, 'the audit trail is append-only'); end;

create trigger audit_order after insert on audit
when new.number < (select max(number) from audit) or new.number < 1
begin select raise(abort, 'the audit trail is append-only'); end;

create trigger audit_update before update on audit
begin select raise(abort, 'the audit trail is append-only'); end;

create trigger audit_delete before delete on audit
begin select raise(abort, 'the audit trail is append-only'); end;
"""
