"""Whatever is asked or written, SQLite goes straight to the rows that are meant, through no whole table."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from events.answer import Question
from events.days import day_of
from events.model import Relation
from events.prepared import prepare
from events.search import Query
from events.stores import Pattern
from events.stores.sqlite import SQLiteStore
from tests.domain.builders import TIMELINE, actor, correct, document, draft, effect, event, retract

FIRST, DAY, LAST = day_of(1950, 1, 1), day_of(1975, 1, 1), day_of(1990, 1, 1)
PACT = event("pact", "1970", effect("starts", "ussr"), title="A pact")
WAR = event("war", "1971", effect("holds", "ussr", "opposes", "libya"))


def stage(store: SQLiteStore, *, seal: bool = True) -> None:
    with store.stage(TIMELINE, author="desk") as staging:
        staging.add(prepare(draft(line)) for line in (actor("malta"), WAR))
        staging.check()
        staging.finish()
        if seal:
            staging.seal()


def abandon(store: SQLiteStore) -> None:
    stage(store, seal=False)
    store.append(TIMELINE, [draft(WAR)], author="desk")


ACTIONS: dict[str, Callable[[SQLiteStore], object]] = {
    "the state of a day": lambda store: store.state(TIMELINE, Question(DAY, kinds=("opposes",)), 6),
    "with what has lapsed": lambda store: store.state(TIMELINE, Question(DAY, lapsed=True), 6),
    "of some actors": lambda store: store.state(TIMELINE, Question(DAY, ("libya", "ussr")), 6),
    "the spells of a pair": lambda store: store.spells(TIMELINE, Pattern("libya", None, "ussr"), 6),
    "the spells of an object": lambda store: store.spells(TIMELINE, Pattern(object="ussr"), 6, limit=5),
    "the stretches of some days": lambda store: store.spoken(TIMELINE, FIRST, LAST, 6, limit=5),
    "what turned in some days": lambda store: store.spoken(TIMELINE, FIRST, LAST, 6, turning=True),
    "what was learned": lambda store: store.relearned(TIMELINE, 2, 6),
    "what was learned, from a place on": lambda store: store.relearned(
        TIMELINE, 2, 6, Relation("a", "b", "c"), 5
    ),
    "a search": lambda store: store.search(TIMELINE, Query.of("pact"), 6, None, 5),
    "what concerns a search": lambda store: store.concerning(TIMELINE, Query.of("pact"), 7, 5),
    "a listing": lambda store: [
        store.listing(TIMELINE, entity, 6, None, 5) for entity in ("event", "actor", "document")
    ],
    "a history": lambda store: store.history(TIMELINE, "event", "pact", 6),
    "the log": lambda store: [*store.entries(TIMELINE), *store.proofs(TIMELINE, 2)],
    "commits": lambda store: [store.head(TIMELINE), store.commits(TIMELINE, 0, 6, 5)],
    "the tree": lambda store: store.hashes(TIMELINE, 0, 0, 6),
    "an append": lambda store: store.append(TIMELINE, [draft(WAR)], author="desk"),
    "a correction": lambda store: store.append(
        TIMELINE, [draft(correct({**PACT, "title": "A treaty"}))], author="desk"
    ),
    "an actor's end": lambda store: store.append(
        TIMELINE, [draft(correct(actor("ussr", existed="1922/1991")))], author="desk"
    ),
    "a retraction": lambda store: store.append(TIMELINE, [draft(retract("event", "pact"))], author="desk"),
    "a large batch": stage,
    "what an abandoned batch left": abandon,
}

_WHOLE_TABLE = re.compile(r"SCAN (\w+)(?! VIRTUAL)(?: USING .*)?$")
# A sorter's own table, `kept`, is there to be gone through.
_ABOUT_ROWS = re.compile(
    r"(?!.*\b(?:kept|sqlite_master)\b)\s*(?:with|select|insert|update|delete)\b", re.IGNORECASE | re.DOTALL
)
_MADE_ON_THE_WAY = re.compile(r"(?:MATERIALIZE|CO-ROUTINE) (\w+)")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that any connection from here on executes."""
    statements: list[str] = []
    connect = sqlite3.connect

    def listened_to(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*args, **options)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", listened_to)
    return statements


@pytest.fixture
def store(tmp_path: Path, said: list[str]) -> SQLiteStore:
    store = SQLiteStore(tmp_path / "record.db")
    store.initialise()
    lines = (
        actor("ussr"),
        actor("libya"),
        document(),
        PACT,
        correct({**PACT, "title": "Pact"}),
        document("d2"),
    )
    for line in lines:
        store.append(TIMELINE, [draft(line)], author="desk", create=True)
    said.clear()
    return store


@pytest.mark.parametrize("action", ACTIONS)
def test_no_table_is_gone_through_for(store: SQLiteStore, said: list[str], action: str) -> None:
    ACTIONS[action](store)
    plans = plans_of(store, said)
    assert plans, "something was asked of the database"
    assert {statement: scanned for statement, scanned in plans.items() if scanned} == {}


def test_a_statement_that_goes_through_a_table_would_be_found(store: SQLiteStore, said: list[str]) -> None:
    store.connections.get().execute("select * from stretch where first = 1")
    assert [*plans_of(store, said).values()] == [{"stretch"}]


def plans_of(store: SQLiteStore, said: list[str]) -> dict[str, set[str]]:
    """What reads or writes the record's tables, with the tables that it goes through."""
    connection = store.connections.get()
    found = {}
    for statement in {*filter(_ABOUT_ROWS.match, said)}:
        steps = [step for *_, step in connection.execute(f"explain query plan {statement}")]
        made = {match[1] for step in steps if (match := _MADE_ON_THE_WAY.match(step))}
        found[statement] = {match[1] for step in steps if (match := _WHOLE_TABLE.match(step))} - made
    return found
