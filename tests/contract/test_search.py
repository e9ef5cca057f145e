"""What is found: on every store exactly what the pure rule finds, at every state of the log."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import search
from events.codec import Draft
from events.errors import UnknownError
from events.search import Query
from events.stores.sqlite import SQLiteStore, searching
from events.verify import verify
from tests.contract.random_logs import Commits
from tests.domain.builders import actor, correct, document, draft, effect, event, retract

_names = (f"t{number}" for number in count())

WORDS = ("Haftar", "ḥaftar", "Tripoli", "طرابلس", "中国", "国", "Élysée", "1970")
ACTORS = ("a", "B", "b")
KINDS = ("supports", "fights")

_texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


@st.composite
def _line(draw: st.DrawFn, entity: str, id: str) -> dict[str, object]:
    if entity == "actor":
        return actor(id, name=draw(_texts), aliases=[draw(_texts)])
    if entity == "document":
        return document(id, title=draw(_texts), publisher=draw(_texts))
    subject, object = draw(st.sampled_from([("a", "B"), ("B", "b"), ("b", "a")]))
    source = {
        "document": "report",
        "quote": draw(_texts),
        "attributed_to": draw(st.sampled_from([[], ["a"]])),
    }
    effects = [effect("holds", subject, draw(st.sampled_from(KINDS)), object)]
    date = draw(st.sampled_from(["1970", "1971-06", "1972-01-01", "1970/..", "/1971"]))
    if date[0] == "/" or date[-1] == ".":
        effects = []
    kind = draw(st.sampled_from(["attack", "other"]))
    return event(id, date, *effects, title=draw(_texts), type=kind, sources=[source])


@st.composite
def logs(draw: st.DrawFn) -> Commits:
    """Things with few words, corrected, retracted and reinstated."""
    ids = {"event": ("e", "f", "g"), "actor": ACTORS, "document": ("report",)}
    batches = Commits([[draft(document()), *(draft(actor(id, name=draw(_texts))) for id in ACTORS)]])
    standing: dict[tuple[str, str], bool] = {("document", "report"): True}
    standing |= {("actor", id): True for id in ACTORS}
    for number in range(draw(st.integers(1, 8))):
        batch: dict[tuple[str, str], Draft] = {}
        for _ in range(draw(st.integers(1, 3))):
            entity = draw(st.sampled_from(["event", "event", "actor", "document"]))
            key = entity, draw(st.sampled_from(ids[entity]))
            if key in batch:
                continue
            if key in standing and entity == "event" and standing[key] and draw(st.booleans()):
                batch[key] = retract(*key, f"reason {number}")
            elif key in standing:
                batch[key] = correct(draw(_line(*key)), f"reason {number}")
            else:
                batch[key] = draft(draw(_line(*key)))
            standing[key] = batch[key].op != "retract"
        batches.append(list(batch.values()))
    return batches


queries = st.builds(
    Query.of,
    st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join),
    st.none() | st.sampled_from([(719163, 719163), (719000, 719600), (1, 719162)]),
    actor=st.lists(st.sampled_from(ACTORS), max_size=2),
    kind=st.lists(st.sampled_from(KINDS), max_size=1),
    type=st.lists(st.sampled_from(["attack", "other"]), max_size=1),
    entity=st.lists(st.sampled_from(search.FOUND), max_size=2),
    document=st.lists(st.just("report"), max_size=1),
    status=st.lists(st.sampled_from(search.STATUSES), max_size=2),
)


def found(store, timeline, query, upto, size=100):
    """All pages of what is found, `size` hits at a time."""
    hits, after = [], None
    while page := store.search(timeline, query, upto, after, size):
        hits += page
        after = page[-1].rank, page[-1].position
    return hits


def test_every_store_finds_what_the_rule_finds(store):
    @given(logs(), st.data())
    def check(batches, data):
        timeline = next(_names)
        for batch in batches:
            store.append(timeline, batch, author="desk", create=True)
        entries = list(store.entries(timeline))
        for _ in range(6):
            query = data.draw(queries)
            upto = data.draw(st.integers(0, len(entries)))
            (expected,) = search.find(entries[:upto], query)
            assert found(store, timeline, query, upto) == expected
            assert found(store, timeline, query, upto, size=1) == expected
            rows = [row for row in search.rows(entries[:upto]) if search.concerns(row, query)]
            concerned = [entries[row.position - 1] for row in rows]
            assert store.concerning(timeline, query, upto + 1, 100) == concerned[::-1]

    check()


def test_rebuilding_changes_nothing_that_is_found(store):
    @settings(max_examples=max(5, settings().max_examples // 20))
    @given(logs(), queries)
    def check(batches, query):
        timeline = next(_names)
        for batch in batches:
            store.append(timeline, batch, author="desk", create=True)
        head = store.head(timeline).position
        before = found(store, timeline, query, head)
        store.rebuild(timeline)
        assert found(store, timeline, query, head) == before
        assert verify(store, timeline, 1).faults == []

    check()


CAST = [document(title="A report"), actor("haftar", name="Khalifa Haftar"), actor("gna")]
ATTACK = event(
    "attack", "2019-04-04", effect("starts", "haftar", "fights", "gna"), title="Haftar attacks Tripoli"
)


@pytest.fixture
def libya(store):
    store.append("libya", [draft(line) for line in [*CAST, ATTACK]], author="desk", create=True)
    store.append("libya", [correct({**ATTACK, "title": "Haftar attacks Sirte"})], author="desk")
    store.append("libya", [retract("event", "attack")], author="desk")
    return store


def ids(store, text, upto=6, **filters):
    return [
        (hit.entry.id, hit.status) for hit in store.search("libya", Query.of(text, **filters), upto, None, 9)
    ]


def test_a_name_comes_before_a_title(libya):
    assert ids(libya, "haftar", 4) == [("haftar", "recorded"), ("attack", "recorded")]


def test_what_was_corrected_is_found_by_what_it_says_now(libya):
    assert ids(libya, "tripoli", 4) == [("attack", "recorded")]
    assert ids(libya, "tripoli", 5) == []
    assert ids(libya, "sirte", 5) == ids(libya, "sirte", 5, status=["corrected"]) == [("attack", "corrected")]


def test_what_was_retracted_is_found_when_it_is_asked_for(libya):
    assert ids(libya, "sirte") == []
    assert ids(libya, "sirte", status=["retracted"]) == [("attack", "retracted")]


def test_entries_concern_what_they_say_and_what_they_take_back(libya):
    def concerned(text):
        return [(entry.position, entry.op) for entry in libya.concerning("libya", Query.of(text), 7, 9)]

    assert concerned("tripoli") == [(5, "correct"), (4, "record")]
    assert concerned("sirte") == [(6, "retract"), (5, "correct")]


def test_a_timeline_that_is_not_there_is_unknown(store):
    with pytest.raises(UnknownError):
        store.search("none", Query.of("a"), 0, None, 1)
    with pytest.raises(UnknownError):
        store.concerning("none", Query.of("a"), 1, 1)


# SQLite's own


@pytest.fixture
def file(tmp_path: Path) -> SQLiteStore:
    store = SQLiteStore(tmp_path / "libya.db")
    store.initialise()
    store.append("libya", [draft(line) for line in [*CAST, ATTACK]], author="desk", create=True)
    return store


def test_a_database_from_before_is_filled_when_it_is_migrated(file):
    with file.connections.writing() as connection:
        connection.execute("drop table finding")
        connection.execute("drop table finding_words")
        connection.execute("delete from _sqlite_migrations where name = 'm007_search'")
    file.initialise()
    assert ids(file, "haftar", 4) == [("haftar", "recorded"), ("attack", "recorded")]


def test_verify_finds_an_index_that_lacks_a_word(file):
    with file.connections.writing() as connection:
        connection.execute("update finding_words set words = replace(words, 't_tripoli', 't_sirte')")
    assert any("search" in fault for fault in verify(file, "libya").faults)
    file.rebuild("libya")
    assert verify(file, "libya").faults == []


def test_erased_words_leave_the_file(file):
    """The body of the second account is erased; the first is still found by its own words."""
    file.append("libya", [correct({**ATTACK, "title": "Zwetschgenknödel"})], author="desk")
    path = file.connections.path
    with file.connections.writing() as connection:
        (number,) = connection.execute("select id from timeline").fetchone()
        connection.execute("pragma secure_delete = on")
        connection.execute("drop trigger body_delete")
        connection.execute("delete from body where position = 5")
        searching.forget(connection, number, ("event", "attack"))
        searching.let_go(connection)
    assert ids(file, "zwetschgenknodel", 5) == []
    assert ids(file, "tripoli", 4) == [("attack", "recorded")]
    file.close()
    sqlite3.connect(path).execute("pragma wal_checkpoint(truncate)").connection.close()
    assert b"zwetschgenknodel" not in path.read_bytes()


def test_odd_queries_find_nothing_and_raise_nothing(file):
    for text in (
        '"',
        "'",
        "a AND",
        "NEAR(",
        "*",
        "a*",
        "{names}",
        "col:",
        "NOT",
        "a OR b",
        "^a",
        "(",
        "-a",
        "a\0b",
    ):
        file.search("libya", Query.of(text), 4, None, 9)
