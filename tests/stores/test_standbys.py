"""Reading from standbys: every answer says its position, and nobody misses what they wrote."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from events import codec
from events.answer import Question
from events.ask import root, state
from events.days import day_of
from events.errors import BusyError, UnknownError
from events.forks import forks
from events.model import Why
from events.search import Query
from events.stores.outside import Outside
from events.stores.postgres import PostgreSQLStore, servers
from events.stores.postgres.connection import MOST_CONNECTIONS
from events.tlog.checkpoint import Signed
from service import create_app
from service.settings import Settings
from tests.domain.builders import actor
from tests.service.client import LIBYA, Client, problem
from tests.stores.conftest import Pair

DAY = day_of(2019, 6, 1)
_ids = count(1)


def write(store: PostgreSQLStore, create: bool = False) -> int:
    """Append one entry to the timeline `t`; gives its position."""
    drafts = [codec.record(actor(f"a{next(_ids)}"), "t")]
    return store.append("t", drafts, author="desk", create=create).position


def soon(holds: Callable[[], bool]) -> None:
    """Wait for what a standby will have in a moment."""
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def held(pair: Pair) -> Pair:
    """The pair, with a timeline at position 1 that the standby knows, and no more of what follows."""
    store = PostgreSQLStore(pair.primary.url())
    standby = PostgreSQLStore(pair.standby.url())
    assert write(store, create=True) == 1
    soon(lambda: dict(standby.timelines()).keys() == {"t"} and standby.head("t").position == 1)
    with pair.standby.connect("postgres", autocommit=True) as connection:
        connection.execute("select pg_wal_replay_pause()")
    store.close()
    standby.close()
    return pair


def test_a_question_is_answered_by_a_standby_that_has_reached_it_else_by_the_primary(held: Pair) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    assert write(store) == 2
    assert store.head("t").position == 1  # from the standby, which says where it stands
    assert store.head("t", 2).position == 2
    assert len(store.listing("t", "actor", 2, None, 10)) == 2
    assert [entry.position for entry in store.entries("t", 0, 1)] == [1]
    assert [entry.position for entry in store.entries("t", 0, 2)] == [1, 2]
    assert len(list(store.proofs("t", 0, 3))) == 2
    assert len({root(store, "t", position) for position in (1, 2)}) == 2
    assert [len(store.search("t", Query.of(), position, None, 9)) for position in (1, 2)] == [1, 2]
    assert [entry.position for entry in store.concerning("t", Query.of(entity=["actor"]), 3, 9)] == [2, 1]
    assert store.resolve("t", 2).position == 2
    for position in (1, 2):
        assert state(store, "t", Question(DAY), store.resolve("t", position))
    with pytest.raises(BusyError, match="not reached position 3"):
        store.head("t", 3)
    with pytest.raises(UnknownError):
        store.resolve("t", 3)
    store.close()


def test_what_was_known_at_an_instant_is_not_asked_of_a_standby_that_may_not_know_it_yet(held: Pair) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    assert write(store) == 2
    assert store.resolve("t", datetime.now(UTC) + timedelta(seconds=1)).position == 2
    store.close()


def test_a_timeline_that_a_standby_has_not_heard_of_is_found(held: Pair) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    store.append("new", [codec.record(actor("a"), "new")], author="desk", create=True)
    assert store.head("new").position == 1
    with pytest.raises(UnknownError):
        store.head("none")
    store.close()


def test_a_standby_that_is_behind_does_not_hide_what_was_signed(held: Pair, tmp_path: Path) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    store.outside = Outside(tmp_path)
    assert write(store) == 2
    root_of_two = root(store, "t", 2)
    note = f"example.org/log\n2\n{b64encode(root_of_two).decode()}\n\n— example.org/log {'A' * 8}\n"
    store.checkpoints.add("t", Signed(2, note, "vkey"))
    store.outside.keep("t", note)
    client = create_app(Settings(), store).test_client()
    assert list(forks(store)) == []
    assert client.get("/log/t/checkpoint").text == note
    assert len(client.get("/log/t/tile/0/000.p/2").data) == 64
    assert client.get("/log/t/tile/entries/000.p/2").data.count(b"recorded_at") == 2
    assert client.get("/log/t/tile/0/000.p/3").status_code == 404
    proof = client.get("/v1/timelines/t/log/consistency?from=1&to=2").json
    assert b64decode(proof["to_root"]) == root_of_two
    store.close()


def test_without_the_primary_a_standby_answers_what_it_has_and_says_not_now_to_the_rest(held: Pair) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    assert store.head("t").position == 1
    held.primary.stop()
    assert store.head("t").position == 1
    assert store.state("t", Question(DAY), 1).relations == ""
    with pytest.raises(BusyError):
        store.head("t", 2)
    with pytest.raises(BusyError):
        write(store)
    store.close()


def test_without_its_standbys_the_primary_answers_everything(pair: Pair) -> None:
    store = PostgreSQLStore(pair.primary.url(), [pair.standby.url()])
    assert write(store, create=True) == 1
    pair.standby.stop()
    assert store.head("t", 1).position == 1
    assert store.head("t", 1).position == 1
    store.close()


def test_how_far_a_standby_is_behind_is_told(held: Pair) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url(), held.primary.url()])
    write(store)
    found = {finding.name: finding for finding in store.examine()}
    assert found["standby 1"].detail == "follows the primary, 1 entry behind"
    assert found["standby 2"].verdict == "problem"  # which names the primary itself
    held.standby.stop()
    assert {finding.name: finding.verdict for finding in store.examine()}["standby 1"] == "problem"
    store.close()


def test_over_http_a_client_reads_its_own_writes_on_every_host(pair: Pair) -> None:
    """Each host reads from the standby; the client hands on the position that its append gave."""
    settings = Settings(database=pair.primary.url(), database_replicas=(pair.standby.url(),))
    writer = PostgreSQLStore(pair.primary.url())
    secret = writer.tokens.create(("append",), None, "")[1]
    hosts = [Client(create_app(settings), secret) for _ in range(2)]
    assert hosts[0].post("/v1/timelines", {"id": "libya", "title": {"en": "Libya"}}).status_code == 201
    position = hosts[0].append(*LIBYA).json["position"]
    with pair.standby.connect("postgres", autocommit=True) as connection:
        connection.execute("select pg_wal_replay_pause()")
    position = hosts[0].append(actor("egypt")).json["position"]
    state = "/v1/timelines/libya/state?at=2019-05-01"
    for host in hosts:
        answer = host.get(f"{state}&min_position={position}").json
        assert answer["position"] == position
        assert [item["kind"] for item in answer["relations"]] == ["fights"]
        assert host.get(f"{state}&known_at={position}").json == answer
        for path in ("/actors/egypt", "/actors?limit=9", "/log?limit=9", "/feed.json"):
            said = f"/v1/timelines/libya{path}{'&' if '?' in path else '?'}min_position={position}"
            assert "egypt" in host.get(said).text
    refused = hosts[1].get(f"{state}&min_position={position + 1}")
    problem(refused, 503)
    assert refused.headers["Retry-After"] == "1"
    writer.close()
    for host in hosts:
        host.app.extensions["allegiance"].store.close()


def test_who_may_read_is_not_asked_of_a_standby_because_we_ask_much(held: Pair) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    store.access.set_visibility("t", "private")
    assert store.access.visibility("t") == "private"
    with ExitStack() as others:
        for _ in range(MOST_CONNECTIONS):
            others.enter_context(store.primary.get())
        with pytest.raises(BusyError):
            store.access.visibility("t")
    assert store.access.visibility("t") == "private"
    with held.primary.connect("postgres", "allegiance") as connection:
        connection.execute("lock private_timeline")
        with pytest.raises(BusyError):
            store.access.visibility("t")
    assert store.access.visibility("t") == "private"
    store.close()


def test_nor_because_the_primary_has_no_room_for_us(held: Pair) -> None:
    writer = PostgreSQLStore(held.primary.url())
    writer.access.set_visibility("t", "private")
    writer.close()
    with held.primary.connect("postgres", autocommit=True) as connection:
        connection.execute("alter role service connection limit 0")
        store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
        with pytest.raises(BusyError):
            store.access.visibility("t")
        connection.execute("alter role service connection limit -1")
        assert store.access.visibility("t") == "private"
    held.primary.stop()
    assert store.access.visibility("t") == "public"  # as the standby knows it, which alone answers
    store.close()


def test_while_the_primary_hangs_its_standby_answers(held: Pair) -> None:
    settings = Settings(
        database=held.primary.url(), database_replicas=(held.standby.url(),), read_limit=100_000
    )
    app = create_app(settings)
    address = "/v1/timelines/t/state?at=2019-06-01"
    assert app.test_client().get(address).status_code == 200
    began = time.monotonic()
    with held.primary.hanging(), ThreadPoolExecutor(4) as readers:
        answers = list(readers.map(lambda _: app.test_client().get(address).status_code, range(8)))
        assert answers == [200] * 8
        assert app.test_client().get(f"{address}&min_position=2").status_code == 503
        assert create_app(settings).test_client().get(address).status_code == 200
    assert time.monotonic() - began < 60
    store = app.extensions["allegiance"].store
    soon(lambda: _answers(lambda: store.access.set_visibility("t", "private")))
    soon(lambda: app.test_client().get(address).status_code == 404)
    store.close()


def test_while_a_standby_hangs_the_primary_answers(held: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "STANDBY_SECONDS", 1)
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    asked: list[str] = []
    ask = store.primary.ask

    def noted(*question: Any) -> Any:
        asked.append("primary")
        return ask(*question)

    monkeypatch.setattr(store.primary, "ask", noted)
    assert (store.head("t").position, asked) == (1, [])
    with held.standby.hanging():
        assert (store.head("t").position, asked) == (1, ["primary"])
        assert (store.head("t").position, asked) == (1, ["primary"] * 2)
    store.close()


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except BusyError:
        return False
    return True


def test_no_standby_gives_words_that_were_erased_whoever_asks_first(held: Pair) -> None:
    """Nor to what has never asked what was erased, and by no address."""
    words, secret = {"id": "t", "title": {"en": "Unmentionable"}}, "Unmentionable"
    with held.standby.connect("postgres", autocommit=True) as connection:
        connection.execute("select pg_wal_replay_resume()")
    writer, standby = PostgreSQLStore(held.primary.url()), PostgreSQLStore(held.standby.url())
    drafts = [codec.record({"entity": "timeline", **words}, "t"), codec.record(actor("x", name=secret), "t")]
    writer.append("t", drafts, author="desk")
    soon(lambda: standby.head("t").position == 3)
    standby.close()
    with held.standby.connect("postgres", autocommit=True) as connection:
        connection.execute("select pg_wal_replay_pause()")
    writer.erase("t", [2, 3], Why("a court"), author="clerk")
    writer.close()
    pages = ("/v1/timelines", "/", "/v1/timelines/t", "/v1/timelines/t/log/proof?position=3&size=3")
    reads: tuple[Callable[[PostgreSQLStore], object], ...] = (
        lambda store: store.history("t", "actor", "x", 3),
        lambda store: store.listing("t", "actor", 3, None, 9),
        lambda store: [*store.entries("t", 0, 3)],
        lambda store: [salt for *_, salt in store.proofs("t", 1, 3) if salt],
        lambda store: store.search("t", Query.of(secret), 3, None, 9),
        lambda store: store.concerning("t", Query.of(secret), 4, 9),
    )
    for page in pages:
        store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
        answer = create_app(Settings(), store).test_client().get(page)
        assert (answer.status_code, secret in answer.text) == (200, False), page
        store.close()
    for read in reads:
        store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
        assert store.head("t").position == 3  # a standby that is behind
        found = read(store)
        assert secret not in str(found), found
        store.close()


def test_an_older_answer_does_not_undo_what_is_known_of_erasures() -> None:
    store = PostgreSQLStore("postgresql://nobody@/none")
    assert [store._note_erased("t", by) for by in (3, 7, 5)] == [3, 7, 7]
    assert store._note_erased("other", 0) == 0


def test_beginning_a_timeline_that_is_there_is_told_of_behind_a_standby_too(held: Pair) -> None:
    store = PostgreSQLStore(held.primary.url(), [held.standby.url()])
    client = Client(create_app(Settings(), store), store.tokens.create(("append",), None, "")[1])
    made, again = (client.post("/v1/timelines", {"id": "fresh"}) for _ in range(2))
    assert (made.status_code, again.status_code) == (201, 200)
    assert "Location" not in again.headers
    store.close()
