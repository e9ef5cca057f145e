"""What only the PostgreSQL store promises: its roles, triggers and locks, and steps taken online."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from types import ModuleType

import psycopg
import pytest

from events import codec
from events.answer import Question
from events.ask import root, state
from events.days import day_of
from events.errors import BusyError, DatabaseError
from events.model import Why
from events.search import Query
from events.stores import Pattern, connect, postgres
from events.stores.postgres import PostgreSQLStore, reading, searching, usage
from events.stores.postgres.bulk import COPIED
from events.stores.postgres.schema import MIGRATIONS, PROJECTED
from events.tlog.checkpoint import Signed
from events.verify import verify
from tests.domain.builders import actor, effect, event
from tests.domain.builders import document as source
from tests.system.postgresql import OWNER, SERVICE, Server
from tests.tlog import textbook

DAY = day_of(2019, 6, 1)
TREATY = event("treaty", "2019-01-01/..", effect("lasts", "a", "allied_with", "b"))
LINES = [actor("a"), actor("b"), source(), TREATY]


def drafts(*lines: dict[str, object]) -> list[codec.Draft]:
    return [codec.record(line, "t", number) for number, line in enumerate(lines, 1)]


@pytest.fixture
def store(database: str) -> Iterator[PostgreSQLStore]:
    """A store whose timeline `t` has four entries."""
    store = PostgreSQLStore(database)
    store.append("t", drafts(*LINES), author="desk", create=True)
    yield store
    store.close()


def answer(store: PostgreSQLStore) -> str:
    head = store.head("t")
    return state(store, "t", Question(DAY), head)


ATTACKS = [
    "update entry set id = 'x' where position = 1",
    "update body set body = '\\x7b7d' where position = 1",
    "update commits set recorded_at = '2000-01-01T00:00:00.000000Z'",
    "delete from entry where position = 4",
    "delete from body",
    "delete from commits",
    "truncate entry, body, commits",
    "truncate timeline",
    "insert into commits (timeline, position, recorded_at) values (1, 2, '2000-01-01T00:00:00.000000Z')",
    "insert into body (timeline, position, salt, body) values (1, 3, '', '')"
    " on conflict (timeline, position) do update set body = '\\x7b7d'",
    "insert into timeline (name, head) values ('other', 7)",
    "update timeline set head = 0",
    "update timeline set name = 'other'",
    "delete from timeline",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("role", [OWNER, SERVICE])
def test_the_database_itself_refuses_to_change_the_log(
    store: PostgreSQLStore, postgresql: Server, role: str, attack: str
) -> None:
    """By its triggers, even the owner of the tables."""
    with postgresql.connect(role, "allegiance", autocommit=True) as connection:
        refused = psycopg.errors.IntegrityConstraintViolation, psycopg.errors.InsufficientPrivilege
        with pytest.raises(refused):
            connection.execute(attack)
    assert verify(store, "t").faults == []


@pytest.mark.parametrize(
    "attack",
    [
        "update node set hash = ''",
        "delete from node",
        "truncate node",
        "insert into node (timeline, level, place, hash) values (1, 1, 1, '')"
        " on conflict (timeline, level, place) do update set hash = ''",
        "update checkpoint set note = 'another'",
        "delete from checkpoint",
        "truncate checkpoint",
        "insert into checkpoint (timeline, number, size, note, vkey)"
        " select timeline, 3, size, note, vkey from checkpoint",
        "insert into checkpoint (timeline, number, size, note, vkey)"
        " select timeline, 2, size - 1, note, vkey from checkpoint",
    ],
)
@pytest.mark.parametrize("role", [OWNER, SERVICE])
def test_the_database_itself_refuses_to_change_the_tree_and_what_was_signed(
    store: PostgreSQLStore, postgresql: Server, role: str, attack: str
) -> None:
    store.append("t", drafts(*(actor(f"a{number}") for number in range(600))), author="desk")
    store.checkpoints.add("t", Signed(604, "note", "vkey"))
    with postgresql.connect(role, "allegiance", autocommit=True) as connection:
        refused = psycopg.errors.IntegrityConstraintViolation, psycopg.errors.InsufficientPrivilege
        with pytest.raises(refused):
            connection.execute(attack)
    assert store.checkpoints.list("t") == [Signed(604, "note", "vkey")]
    leaves = [leaf for _, leaf, _ in store.proofs("t")]
    assert root(store, "t", 604) == textbook.root(leaves)


@pytest.mark.parametrize(
    "attack",
    ["drop trigger entry_change on entry", "alter table entry disable trigger all", "drop table entry",
     "set session_replication_role = replica", "create or replace function refuse_change() returns trigger"
     " language plpgsql as 'begin return new; end'"],
)  # fmt: skip
def test_the_role_that_serves_cannot_do_away_with_the_guards(
    store: PostgreSQLStore, postgresql: Server, attack: str
) -> None:
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with postgresql.connect(SERVICE, "allegiance", autocommit=True) as connection, refused:
        connection.execute(attack)


def test_every_table_can_be_partitioned_by_timeline(store: PostgreSQLStore, postgresql: Server) -> None:
    """Which is also what a PostgreSQL that shards asks for: every unique key holds the timeline."""
    with postgresql.connect(OWNER, "allegiance") as connection:
        for table in ("commits", "entry", "body", "node", "checkpoint", "erasure", "unscrubbed", *PROJECTED):
            connection.execute(
                f"create table parted_{table} (like {table} including all) partition by hash (timeline)"
            )
        connection.rollback()


def test_initialising_twice_at_once_makes_everything_once(postgresql: Server) -> None:
    with postgresql.connect("postgres", autocommit=True) as connection:
        connection.execute(f"create database fresh owner {OWNER}")
    try:
        stores = [connect(postgresql.url(OWNER, "fresh")) for _ in range(4)]
        threads = [threading.Thread(target=store.initialise) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert stores[0].timelines() == []
        stores[0].close()
    finally:
        with postgresql.connect("postgres", autocommit=True) as connection:
            connection.execute("drop database fresh with (force)")


def test_a_role_that_may_not_make_tables_is_told_who_may(postgresql: Server) -> None:
    with postgresql.connect("postgres", autocommit=True) as connection:
        connection.execute(f"create database fresh owner {OWNER}")
    try:
        with pytest.raises(DatabaseError, match="ALLEGIANCE_DATABASE_OWNER"):
            connect(postgresql.url(database="fresh")).initialise()
    finally:
        with postgresql.connect("postgres", autocommit=True) as connection:
            connection.execute("drop database fresh with (force)")


def test_a_database_that_lacks_a_step_says_to_initialise(postgresql: Server, database: str) -> None:
    with postgresql.connect(OWNER, "allegiance", autocommit=True) as connection:
        last = list(MIGRATIONS)[-1]
        connection.execute("delete from migration where name = %s", (last,))
        try:
            with pytest.raises(DatabaseError, match="allegiance init"):
                PostgreSQLStore(database).timelines()
        finally:
            connection.execute("insert into migration (name) values (%s)", (last,))


def test_this_version_goes_on_beside_a_later_one(store: PostgreSQLStore, postgresql: Server) -> None:
    """Whose steps only add: columns with a default, indexes, tables."""
    with postgresql.connect(OWNER, "allegiance", autocommit=True) as connection:
        connection.execute("insert into migration (name) values ('999 of a later version')")
        tables = ("timeline", "commits", "entry", "body", "node", "checkpoint", *PROJECTED)
        tables += ("token", "secret", "private_timeline", "audit", "erasure", "used_requests", "used_token")
        try:
            for table in tables:
                connection.execute(f"alter table {table} add column later integer default 1")
            other = PostgreSQLStore(store.primary.url)
            other.append("t", drafts(actor("c")), author="desk")
            other.tokens.create(("append",))
            assert answer(other) == answer(store)
            assert other.rebuild("t") == 5
            assert verify(other, "t").faults == []
            other.close()
        finally:
            connection.execute("delete from migration where name like '999%'")
            for table in tables:
                connection.execute(f"alter table {table} drop column later")


def test_a_writer_that_waits_too_long_is_told_to_try_again(
    store: PostgreSQLStore, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.stores.postgres.connection.BUSY_SECONDS", 0.05)
    monkeypatch.setattr("events.stores.postgres.connection._SETTINGS", "set lock_timeout = '50ms'")
    other = PostgreSQLStore(store.primary.url)
    with postgresql.connect(OWNER, "allegiance") as connection:
        connection.execute("select 1 from timeline where name = 't' for update")
        with pytest.raises(BusyError, match="Another writer"):
            other.append("t", drafts(actor("c")), author="desk")
        assert answer(other) == answer(store)  # readers go on
        assert other.append("u", drafts(actor("c")), author="desk", create=True).position == 1
    assert other.append("t", drafts(actor("c")), author="desk").position == 5
    other.close()


def test_a_failure_within_an_append_leaves_nothing_and_no_lock(database: str) -> None:
    def broken(size: int) -> bytes:
        raise OSError("no entropy")

    store = PostgreSQLStore(database, entropy=broken)
    with pytest.raises(OSError, match="no entropy"):
        store.append("t", drafts(*LINES), author="desk", create=True)
    assert store.timelines() == []
    store.close()
    other = PostgreSQLStore(database)
    assert other.append("t", drafts(*LINES), author="desk", create=True).position == 4
    other.close()


def test_what_is_copied_in_bulk_is_what_single_rows_come_to(store: PostgreSQLStore) -> None:
    """A batch goes into the tables another way once it is large."""
    many = [event(f"e{n}", "2019", effect("holds", "a", "supports", "b")) for n in range(COPIED + 1)]
    store.append("t", drafts(*many), author="desk")
    store.append("u", drafts(*LINES), author="desk", create=True)
    for line in many:
        store.append("u", drafts(line), author="desk")
    one, other = (store.state(name, Question(DAY), store.head(name).position) for name in ("t", "u"))
    assert one == other
    assert verify(store, "t", 3).faults == []


def test_verify_finds_what_somebody_above_the_triggers_changed(
    store: PostgreSQLStore, postgresql: Server
) -> None:
    store.append("t", drafts(*(actor(f"a{number}") for number in range(300))), author="desk")
    with postgresql.connect("postgres", "allegiance", autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        for change, found in (
            ("update finding set words = 'none'", "a search for"),
            ("update stretch set last = last - 1", "the index of"),
            ("update node set hash = ''", "tile 1/"),
            ("update entry set author = 'somebody' where position = 2", "position 2"),
        ):
            connection.execute(change)
            assert any(found in fault for fault in verify(store, "t").faults)


def test_a_server_that_is_not_there_is_busy_and_one_without_the_database_is_not_ready(
    postgresql: Server,
) -> None:
    with pytest.raises(BusyError):
        connect("postgresql://desk@127.0.0.1:1/record").timelines()
    with pytest.raises(DatabaseError, match="does not exist"):
        connect(postgresql.url(database="none")).timelines()


def test_an_address_that_cannot_be_read_is_told_without_its_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        connect("postgresql://desk:secret@host:port:9/name%zz")
    assert "secret" not in caught.value.detail


def test_connections_that_the_server_cut_are_replaced(store: PostgreSQLStore, postgresql: Server) -> None:
    expected = answer(store)
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s"
    with postgresql.connect("postgres", autocommit=True) as connection:
        for _ in range(3):
            connection.execute(cut, (SERVICE,))
            assert answer(store) == expected


def test_what_is_rebuilt_or_erased_in_the_middle_of_an_answer_is_not_in_it(
    store: PostgreSQLStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = PostgreSQLStore(database)
    erased = event("gone", "2000", effect("starts", "a", "supports", "b"), title="A pact")
    store.append("t", drafts(erased, event("one", "2001", effect("starts", "b", "opposes", "a"))), author="d")
    store.append("t", drafts(event("two", "2002", effect("starts", "a", "opposes", "b"))), author="d")
    spells, hits = store.spells("t", Pattern(), 7), store.search("t", Query.of("pact"), 7, None, 9)
    concerning = store.concerning("t", Query.of("pact"), 8, 9)
    assert len(spells) > 1
    assert [hit.entry.position for hit in hits] == [entry.position for entry in concerning] == [5]

    def meanwhile(module: ModuleType, name: str, change: Callable[[], object]) -> None:
        """Change something before the second statement of the next answer."""
        real = getattr(module, name)

        def late(*asked: object) -> object:
            monkeypatch.setattr(module, name, real)
            other.primary.busy_seconds = 0.1  # for which what is erased waits for us
            with suppress(BusyError):
                change()
            return real(*asked)

        monkeypatch.setattr(module, name, late)

    def erase() -> None:
        other.erase("t", [5], Why("a court"), author="clerk")

    meanwhile(searching, "_entries", erase)
    assert store.search("t", Query.of("pact"), 7, None, 9) == hits
    assert store.search("t", Query.of("pact"), 7, None, 9) == []
    assert store.erased("t", 8).entries == 1
    again = store.spells("t", Pattern(), 8)
    assert len(again) == len(spells) - 1
    meanwhile(reading, "readings", lambda: other.rebuild("t"))
    assert store.spells("t", Pattern(), 8) == again
    assert store.spells("t", Pattern(), 8) == again
    other.close()


def test_windows_of_requests_are_the_databases_whatever_a_host_thinks_the_time_is(
    store: PostgreSQLStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(hours=1)

    assert store.usage.take("a", 10, 10, 60).granted == 10
    for module in (postgres, usage):
        monkeypatch.setattr(module, "datetime", Later)
    other = PostgreSQLStore(database)
    taken = other.usage.take("a", 1, 10, 60)
    assert taken.granted == 0
    assert 0 < taken.seconds <= 60
    other.close()
