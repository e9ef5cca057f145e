"""What is erased from PostgreSQL is gone from its tables' files, and the database lets nothing else go."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from events.answer import Question
from events.ask import state
from events.errors import BusyError
from events.model import Erased, Why
from events.moments import parse_at
from events.stores.postgres import PostgreSQLStore
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


def test_no_byte_of_it_is_left_in_any_table(postgresql: Server, store: PostgreSQLStore) -> None:
    store.append(TIMELINE, [correct({**NAMED, "date": "1971"}, f"about {CANARY}")], author="desk")
    store.append(TIMELINE, [correct(event("named", "1971", effect("starts")))], author="desk")
    store.append(TIMELINE, [correct(actor("witness", name="A witness"))], author="desk")
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
