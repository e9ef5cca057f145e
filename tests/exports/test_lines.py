"""Lines of JSON: what is live can be ingested elsewhere, and the log can be read."""

from __future__ import annotations

import json
from itertools import count

from hypothesis import given, settings

from events import ask, exports, present
from events.answer import Question
from events.codec import Draft, record
from events.days import day_of
from events.replay import live
from events.stores import Store
from events.strict_json import read
from tests.contract.random_logs import logs
from tests.exports.record import T, exported

_names = (f"t{number}" for number in count())


def export(store: Store, timeline: str, name: str) -> list[dict]:
    wanted = exports.Wanted(timeline, store.head(timeline))
    return [read(line) for line in b"".join(exports.parts(store, exports.FORMATS[name], wanted)).splitlines()]


def told(store: Store, timeline: str, year: int) -> dict:
    """The answer for a day, without what depends on the timeline's own log."""
    asked = Question.of(day_of(year, 6, 16), lapsed=True)
    answer = read(ask.state(store, timeline, asked, store.head(timeline)))
    return {name: answer[name] for name in ("actors", "relations", "counts")}


def test_what_is_live_gives_the_same_answers_wherever_it_is_ingested(store: Store) -> None:
    @settings(max_examples=max(15, settings().max_examples // 6))
    @given(logs())
    def check(batches: list[list[Draft]]) -> None:
        timeline, copy = next(_names), next(_names)
        for batch in batches:
            store.append(timeline, batch, author="desk", create=True)
        lines = export(store, timeline, "ndjson")
        store.append(copy, [record(line, copy) for line in lines], author="other", create=True)
        assert export(store, copy, "ndjson") == lines
        for year in range(1999, 2007):
            assert told(store, copy, year) == told(store, timeline, year)

    check()


def test_it_is_what_stands_and_in_the_order_of_the_log(record: Store) -> None:
    head = record.head(T).position
    standing = live(record.entries(T), head).things
    lines = export(record, T, "ndjson")
    named = [(line.get("entity", "event"), line.get("id", T)) for line in lines]
    assert named == [key for key, _ in sorted(standing.items(), key=lambda item: item[1][0])]
    assert "wrong" not in {id for _, id in named}
    assert not any("reason" in line for line in lines)
    assert next(line for line in lines if line.get("id") == "aid")["date"] == "2018-06-02"


def test_an_earlier_state_of_the_log_has_what_was_live_then(record: Store) -> None:
    lines = [json.loads(line) for line in exported(record, "ndjson", known_at=17).splitlines()]
    assert {"wrong", "aid"} <= {line.get("id") for line in lines}
    assert next(line for line in lines if line.get("id") == "aid")["date"] == "2018-06-01"


def test_the_log_has_every_entry_as_it_is_shown_elsewhere(record: Store) -> None:
    assert export(record, T, "log.ndjson") == [present.entry(entry) for entry in record.entries(T)]
    assert len(exported(record, "log.ndjson", known_at=12).splitlines()) == 11
