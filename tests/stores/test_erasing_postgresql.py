"""What is erased from PostgreSQL is gone from its tables' files, and the database lets nothing else go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace

import psycopg
import pytest

from events.answer import Question
from events.ask import state
from events.copying import copy
from events.errors import BusyError
from events.model import Erased, Why
from events.moments import parse_at
from events.prepared import prepare
from events.stores.memory import MemoryStore
from events.stores.postgres import PostgreSQLStore, erasing
from events.verify import verify
from tests.domain.builders import TIMELINE, actor, correct, document, draft, effect, event
from tests.stores.conftest import Pair
from tests.stores.test_standbys import soon
from tests.system.postgresql import Server

WHY = Why("a court")
CANARY = "Zanzibar-the-Unmentionable"
NAMED = event(
    "named", "1971-02-03", effect("starts", note=CANARY), as_written=f"when {CANARY}", title=CANARY,
    sources=[{"document": "report", "quote": f"{CANARY} did it", "attributed_to": ["witness"]}],
)  # fmt: skip
CAST = (document(), actor("ussr"), actor("libya"), actor("witness", name=f"Mr {CANARY}"))


@pytest.fixture
def store(database: str) -> Iterator[PostgreSQLStore]:
    """A log of six: the cast, what is to be erased, and another document."""
    store = PostgreSQLStore(database)
    for line in (*CAST, NAMED, document("another")):
        store.append(TIMELINE, [draft(line)], author="desk", create=True)
    yield store
    store.close()


def bytes_of(server: Server) -> bytes:
    """Everything that lies in the files of tables and indexes."""
    with server.connect("postgres", autocommit=True) as connection:
        connection.execute("checkpoint")
    files = sorted((server.directory / "data" / "base").rglob("*"))
    return b"".join(file.read_bytes() for file in files if file.is_file())


def remembered(server: Server) -> str:
    """All that PostgreSQL remembers of values to plan by; of bytes in hexadecimal."""
    with server.connect("postgres", "allegiance") as connection:
        rows = connection.execute("select s::text from pg_stats s where schemaname = 'public'").fetchall()
    return "".join(row for (row,) in rows)


def analyze(server: Server) -> None:
    with server.connect("owner", "allegiance", autocommit=True) as connection:
        connection.execute("analyze")


def test_no_byte_of_it_is_left_in_any_table(postgresql: Server, store: PostgreSQLStore) -> None:
    store.append(TIMELINE, [correct({**NAMED, "date": "1971"}, f"about {CANARY}")], author="desk")
    store.append(TIMELINE, [correct(event("named", "1971", effect("starts")))], author="desk")
    store.append(TIMELINE, [correct(actor("witness", name="A witness"))], author="desk")
    analyze(postgresql)
    assert CANARY.encode() in bytes_of(postgresql)
    store.erase(TIMELINE, [4, 5, 7], WHY, author="clerk")
    assert CANARY.encode() not in bytes_of(postgresql)
    assert store.erased(TIMELINE, 9) == Erased(3, (10, 11))
    assert verify(store, TIMELINE).faults == []


def test_nor_of_whom_it_named_nor_of_what_it_was_about(postgresql: Server, store: PostgreSQLStore) -> None:
    said = effect("starts", "ussr", "endorses", "witness", under=CANARY)
    store.append(TIMELINE, [draft(event("e", "1970-03", said))], author="desk")
    store.erase(TIMELINE, [4, 5, 7], WHY, author="clerk")
    assert CANARY.encode() not in bytes_of(postgresql)
    with postgresql.connect("postgres", "allegiance") as connection:
        for table in ("effect", "relation", "stretch"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,), table
        assert connection.execute("select id from mention").fetchall() == []


def words_in(text: str) -> list[str]:
    """The forms in which the name would be in the statistics of some column."""
    return [form for form in (CANARY, CANARY.encode().hex(), "unmentionable") if form in text]


def test_no_statistics_are_made_of_words(postgresql: Server, store: PostgreSQLStore) -> None:
    """Neither while they stand, which would outlast them; nor of salts. Of ids and days they are."""
    store.append(TIMELINE, [draft(event("e", "1970", effect("starts", under=CANARY)))], author="desk")
    analyze(postgresql)
    found = remembered(postgresql)
    assert words_in(found) == []
    for column in ("version,day", "entry,id", "effect,position", "relation,id"):
        assert f"(public,{column}," in found
    assert "(public,body,salt," not in found


def test_statistics_from_before_are_forgotten(postgresql: Server, store: PostgreSQLStore) -> None:
    """With a database in which they were made, as any was that is older than the step."""
    store.append(TIMELINE, [draft(event("e", "1970", effect("starts", under=CANARY)))], author="desk")
    with postgresql.connect("owner", "allegiance", autocommit=True) as connection:
        shape = connection.execute(SHAPE).fetchall()
        for table, column in connection.execute(NOT_REMEMBERED).fetchall():
            connection.execute(f"alter table {table} alter column {column} set statistics -1")
        connection.execute("alter index finding_by_words alter column 2 set statistics -1")
        connection.execute("analyze")
        assert len(words_in(remembered(postgresql))) == 3
        connection.execute("delete from migration where name like '008 %'")
    with postgresql.connect("postgres", "allegiance", autocommit=True) as connection:
        connection.execute("checkpoint")
        file = connection.execute("select pg_relation_filepath('pg_statistic')").fetchone()
    PostgreSQLStore(postgresql.url(), owner=postgresql.url("owner")).initialise()
    assert words_in(remembered(postgresql)) == []
    analyze(postgresql)
    assert words_in(remembered(postgresql)) == []
    with postgresql.connect("owner", "allegiance") as connection:
        assert connection.execute(SHAPE).fetchall() == shape
        assert connection.execute("select pg_relation_filepath('pg_statistic')").fetchone() != file
    assert verify(store, TIMELINE).faults == []
    store.erase(TIMELINE, [4, 5, 7], WHY, author="clerk")
    assert CANARY.encode() not in bytes_of(postgresql)


NOT_REMEMBERED = """
select relname, attname from pg_attribute join pg_class c on c.oid = attrelid
where relkind = 'r' and relnamespace = 'public'::regnamespace and attnum > 0 and attstattarget = 0
"""
SHAPE = """
select relname, attname, atttypid, attcollation, attnotnull, attstattarget, attacl::text
from pg_attribute join pg_class c on c.oid = attrelid
where relnamespace = 'public'::regnamespace and attnum > 0 order by 1, 2
"""


def staged(store: PostgreSQLStore, timeline: str) -> None:
    with store.stage(timeline, author="desk", create=True) as batch:
        batch.add([prepare(draft(line)) for line in (*CAST, NAMED)])
        batch.check()
        batch.finish()
        batch.seal()


def test_nor_is_any_left_where_a_large_batch_waited(postgresql: Server, store: PostgreSQLStore) -> None:
    """In a table without a log, which is in its file once the server stops; others' batches may be in it."""
    staged(store, "staged")
    with postgresql.connect("service", "allegiance", autocommit=True) as connection:
        others = "insert into found values (99, 1, 'of another', false, 1, 1, 1, 1, 1, 1)"
        connection.execute(others)
    store.erase(TIMELINE, [4, 5], WHY, author="clerk")
    store.erase("staged", [4, 5], WHY, author="clerk")
    store.close()
    postgresql.stop()
    files = sorted((postgresql.directory / "data" / "base").rglob("*"))
    left = [str(file) for file in files if file.is_file() and CANARY.encode() in file.read_bytes()]
    postgresql.start()
    assert left == []
    with postgresql.connect("service", "allegiance", autocommit=True) as connection:
        assert connection.execute("select timeline, tail from found").fetchall() == [(99, "of another")]


def test_tables_in_partitions_are_rewritten_one_by_one(postgresql: Server, store: PostgreSQLStore) -> None:
    """As docs/scaling.md says they are made, with their triggers."""
    with postgresql.connect("owner", "allegiance") as connection:
        connection.execute(PARTED)
        connection.execute("insert into body select * from whole")
        with pytest.raises(psycopg.errors.IntegrityError), connection.transaction():
            connection.execute("delete from body where position = 2")
        files = connection.execute(FILES).fetchall()
        connection.execute("select remove_erased(1), rewrite('body')")
        anew = connection.execute(FILES).fetchall()
        assert [name for name, _ in anew] == ["body_0", "body_1"]
        assert not {file for _, file in files} & {file for _, file in anew}
        connection.rollback()


PARTED = """
alter table body rename to whole;
create table body (like whole including all) partition by hash (timeline);
create table body_0 partition of body for values with (modulus 2, remainder 0);
create table body_1 partition of body for values with (modulus 2, remainder 1);
create trigger body_change before update or delete on body for each row execute function keep_body();
"""
FILES = """
select relname, pg_relation_filenode(oid) from pg_class where relname in ('body_0', 'body_1') order by 1
"""


def test_a_reader_of_what_was_before_is_waited_for_and_then_told_of(
    postgresql: Server, store: PostgreSQLStore
) -> None:
    store.primary.busy_seconds = 0.2
    with psycopg.connect(postgresql.url()) as reader:
        reader.execute("set transaction isolation level repeatable read")
        reader.execute("select count(*) from timeline")
        with pytest.raises(BusyError, match="do the same again"):
            store.erase(TIMELINE, [5], WHY, author="clerk")
        assert store.erased(TIMELINE, 6).entries == 1
    assert store.erase(TIMELINE, [4, 5], WHY, author="clerk").existing == 1
    assert CANARY.encode() not in bytes_of(postgresql)


@pytest.mark.parametrize("role", ["service", "owner", "postgres"])
def test_so_is_a_writer_who_began_before(postgresql: Server, store: PostgreSQLStore, role: str) -> None:
    """What was deleted meanwhile is kept for it, though it reads nothing."""
    store.primary.busy_seconds = 0.2
    with psycopg.connect(postgresql.url(role)) as writer:
        writer.execute("select pg_current_xact_id()")
        with pytest.raises(BusyError, match="do the same again"):
            store.erase(TIMELINE, [4, 5], WHY, author="clerk")
    store.erase(TIMELINE, [4, 5], WHY, author="clerk")
    assert CANARY.encode() not in bytes_of(postgresql)


def test_what_was_hindered_is_taken_up_by_the_next(postgresql: Server, store: PostgreSQLStore) -> None:
    """Also where there is nothing more to copy. It is done once."""
    source = MemoryStore()
    for line in (*CAST, NAMED):
        source.append("copied", [draft(line)], author="desk", create=True)
    store.erase(TIMELINE, [4, 5], WHY, author="clerk")
    copy(source, store, "copied")
    source.erase("copied", [4, 5], WHY, author="clerk")
    store.primary.busy_seconds = 0.2
    with psycopg.connect(postgresql.url()) as reader:
        reader.execute("set transaction isolation level repeatable read")
        reader.execute("select count(*) from timeline")
        for _ in range(2):
            with pytest.raises(BusyError, match="do the same again"):
                copy(source, store, "copied")
            assert store.head("copied").position == 7
    assert CANARY.encode() in bytes_of(postgresql)
    assert copy(source, store, "copied").copied == 0
    assert CANARY.encode() not in bytes_of(postgresql)
    with postgresql.connect("owner", "allegiance") as connection:
        file = connection.execute("select pg_relation_filepath('body')").fetchone()
        copy(source, store, "copied")
        assert connection.execute("select pg_relation_filepath('body')").fetchone() == file


def test_what_is_erased_while_another_is_rewritten_is_still_to_be(
    postgresql: Server, store: PostgreSQLStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only of what was there before the rewriting it is known that it is gone."""
    reader = psycopg.connect(postgresql.url())
    reader.execute("set transaction isolation level repeatable read")
    reader.execute("select count(*) from timeline")

    def meanwhile(_: float) -> None:
        with postgresql.connect("service", "allegiance", autocommit=True) as connection:
            connection.execute("insert into unscrubbed values (99, 9) on conflict do nothing")
        reader.close()  # the server may take a moment to see that, and this is done again

    monkeypatch.setattr(erasing, "time", SimpleNamespace(monotonic=time.monotonic, sleep=meanwhile))
    store.erase(TIMELINE, [4, 5], WHY, author="clerk")
    with postgresql.connect("owner", "allegiance") as connection:
        assert connection.execute("select timeline, position from unscrubbed").fetchall() == [(99, 9)]


ATTACKS = [
    "delete from body where position = 2",
    "insert into erasure (timeline, position, by) values (1, 2, 7)",
    "insert into erasure (timeline, position, by) values (1, 7, 7)",
    "insert into erasure (timeline, position, by) values (1, 2, 8)",
    "update erasure set position = 2",
    "delete from erasure",
    "truncate erasure",
    "delete from entry where position = 5",
    "insert into body (timeline, position, salt, body) values (1, 5, '', '{}')",
    "update entry set op = 'erase' where position = 2",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("role", ["owner", "service"])
def test_the_database_lets_go_of_no_body_that_no_entry_erases(
    postgresql: Server, store: PostgreSQLStore, attack: str, role: str
) -> None:
    store.erase(TIMELINE, [5], WHY, author="clerk")
    with (
        psycopg.connect(postgresql.url(role), autocommit=True) as connection,
        pytest.raises((psycopg.errors.IntegrityError, psycopg.errors.InsufficientPrivilege)),
    ):
        connection.execute(attack)
    assert verify(store, TIMELINE).faults == []


def test_what_removes_bodies_removes_none_that_was_not_erased(
    postgresql: Server, store: PostgreSQLStore
) -> None:
    store.erase(TIMELINE, [5], WHY, author="clerk")
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute("select remove_erased(1)")
        connection.execute("select rewrite('body')")
    assert [entry.position for entry in store.entries(TIMELINE) if entry.body is None] == [5]
    assert verify(store, TIMELINE).faults == []


def test_no_standby_answers_that_still_has_what_was_erased(pair: Pair) -> None:
    """Not even where it has reached the position that is asked about, which is from before the erasure."""
    store = PostgreSQLStore(pair.primary.url(), [pair.standby.url()])
    store.append(TIMELINE, [*map(draft, (*CAST, NAMED))], author="desk", create=True)
    standby = PostgreSQLStore(pair.standby.url())
    soon(lambda: bool(dict(standby.timelines())))
    day = Question(parse_at("1971-06-01"))
    before = store.head(TIMELINE)
    assert "named" in state(store, TIMELINE, day, before)
    with pair.standby.connect("postgres", autocommit=True) as connection:
        connection.execute("select pg_wal_replay_pause()")
    store.erase(TIMELINE, [5], WHY, author="clerk")
    assert "named" in state(standby, TIMELINE, day, before)
    erased = store.erased(TIMELINE, before.position)
    assert erased == Erased(1, (6,))
    assert "named" not in state(store, TIMELINE, day, before, known_erased=erased)
    assert [entry.body for entry in store.history(TIMELINE, "event", "named", before.position)] == [None]
    store.close()
    standby.close()


def test_who_may_read_is_asked_of_the_primary_while_it_answers(pair: Pair) -> None:
    store = PostgreSQLStore(pair.primary.url(), [pair.standby.url()])
    store.append(TIMELINE, [draft(document())], author="desk", create=True)
    standby = PostgreSQLStore(pair.standby.url())
    soon(lambda: bool(dict(standby.timelines())))
    with pair.standby.connect("postgres", autocommit=True) as connection:
        connection.execute("select pg_wal_replay_pause()")
    store.access.set_visibility(TIMELINE, "private")
    assert standby.access.visibility(TIMELINE) == "public"
    assert store.access.visibility(TIMELINE) == "private"
    with pair.standby.connect("postgres", autocommit=True) as connection:
        connection.execute("select pg_wal_replay_resume()")
    soon(lambda: standby.access.visibility(TIMELINE) == "private")
    pair.primary.stop()
    assert store.access.visibility(TIMELINE) == "private"
    store.close()
    standby.close()
