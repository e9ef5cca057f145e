"""Events, actors and documents: recorded, listed, shown, corrected, retracted."""

from __future__ import annotations

import json

import pytest

from tests.domain.builders import actor, document, event
from tests.service.client import BASE, ENDORSED, LIBYA, OFFENSIVE, Client, problem


def test_one_thing_is_recorded_and_named(libya: Client) -> None:
    made = libya.post(f"{BASE}/events", ENDORSED)
    assert made.status_code == 201
    assert made.headers["Location"] == f"{BASE}/events/endorsed"
    assert made.json["position"] == 8
    assert (made.json["appended"], made.json["existing"]) == (1, 0)
    assert libya.get(made.headers["Location"]).json["recorded_at"] == made.json["recorded_at"]
    assert libya.post(f"{BASE}/events", actor("un", type="igo")).headers["Location"] == f"{BASE}/actors/un"
    assert libya.post(f"{BASE}/events", document("other")).headers["Location"] == f"{BASE}/documents/other"


def test_a_thing_without_an_id_gets_one_from_its_content(libya: Client) -> None:
    made = libya.post(f"{BASE}/events", event(None, "2020-01-01"))
    shown = libya.get(made.headers["Location"]).json
    assert shown["id"].startswith("sha256:")
    again = libya.post(f"{BASE}/events", event(None, "2020-01-01"))
    assert (again.status_code, again.json["existing"]) == (200, 1)


def test_sending_a_batch_again_appends_nothing(libya: Client) -> None:
    again = libya.append(*LIBYA)
    assert again.status_code == 200
    assert again.json["appended"] == 0
    assert again.json["existing"] == len(LIBYA)
    assert again.json["position"] == 7


def test_a_batch_stands_or_falls_as_a_whole(libya: Client) -> None:
    content = problem(
        libya.append(ENDORSED, {**OFFENSIVE, "title": "Another"}, actor("un", type="club")), 422
    )
    assert [item["line"] for item in content["errors"]] == [2, 3]
    content = problem(libya.append(ENDORSED, {**OFFENSIVE, "title": "Another"}), 409)
    assert content["errors"][0] == {
        "detail": content["errors"][0]["detail"],
        "line": 2,
        "field": "id",
        "value": "offensive",
    }
    assert libya.head() == 7


def test_a_dry_run_says_what_would_be_and_keeps_nothing(libya: Client) -> None:
    tried = libya.append(ENDORSED, query="?dry_run=1")
    assert (tried.status_code, tried.json["appended"]) == (200, 1)
    assert libya.head() == 7


def test_a_conditional_append_tells_what_was_missed(libya: Client) -> None:
    stale = libya.append(ENDORSED, query="?expected_position=5")
    content = problem(stale, 409)
    assert content["type"] == "/docs/errors#position-conflict"
    assert (content["position"], content["expected_position"]) == (7, 5)
    assert content["missed"] == [
        {"position": 6, "op": "record", "entity": "event", "id": "offensive"},
        {"position": 7, "op": "record", "entity": "event", "id": "siege"},
    ]
    assert libya.append(ENDORSED, query="?expected_position=7").status_code == 201


def test_events_are_listed_by_day_in_pages_that_later_entries_do_not_shift(libya: Client) -> None:
    libya.append(ENDORSED)
    first = libya.get(f"{BASE}/events?limit=2").json
    assert [item["id"] for item in first["items"]] == ["endorsed", "offensive"]
    assert first["items"][1]["event"]["title"] == "The offensive"
    libya.append(event("early", "1969-09-01"), event("late", "2021-01-01"))
    second = libya.get(f"{BASE}/events?limit=2&cursor={first['next']}")
    assert [item["id"] for item in second.json["items"]] == ["siege"]
    assert second.json["next"] is None
    assert "immutable" in second.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("collection", "ids"), [("actors", ["gna", "haftar", "russia"]), ("documents", ["report"])]
)
def test_the_others_are_listed_by_id(libya: Client, collection: str, ids: list[str]) -> None:
    found, path = [], f"{BASE}/{collection}?limit=1"
    while path:
        page = libya.get(path).json
        found += [item["id"] for item in page["items"]]
        path = f"{BASE}/{collection}?limit=1&cursor={page['next']}" if page["next"] else ""
    assert found == ids
    assert libya.get(f"{BASE}/{collection}?known_at=1").json["items"] == []


def test_a_thing_is_shown_with_all_that_was_said_of_it(libya: Client) -> None:
    libya.post(
        f"{BASE}/events/offensive/correction", {**OFFENSIVE, "date": "2019-04-04", "reason": "the day"}
    )
    shown = libya.get(f"{BASE}/events/offensive").json
    assert shown["status"] == "live"
    assert shown["event"]["date"] == "2019-04-04"
    assert [entry["op"] for entry in shown["history"]] == ["record", "correct"]
    assert shown["history"][1]["body"]["reason"] == "the day"
    assert libya.get(f"{BASE}/events/offensive?known_at=7").json["event"]["date"] == "2019-04"
    assert libya.get(f"{BASE}/actors/haftar").json["actor"]["names"] == {"ar": "خليفة حفتر"}
    assert libya.get(f"{BASE}/documents/report").json["document"]["publisher"] == "A newspaper"


def test_a_thing_is_not_there_before_it_was_recorded(libya: Client) -> None:
    assert libya.get(f"{BASE}/actors/gna?known_at=7").status_code == 200
    problem(libya.get(f"{BASE}/actors/gna?known_at=1"), 404)


def test_a_retracted_event_leaves_the_list_but_not_its_address(libya: Client) -> None:
    done = libya.post(f"{BASE}/events/siege/retraction", {"reason": "not so"})
    assert (done.status_code, done.json["position"]) == (201, 8)
    shown = libya.get(f"{BASE}/events/siege").json
    assert (shown["status"], shown["event"]) == ("retracted", None)
    assert [item["id"] for item in libya.get(f"{BASE}/events").json["items"]] == ["offensive"]
    again = libya.post(f"{BASE}/events/siege/retraction", {"reason": "not so"})
    assert (again.status_code, again.json["existing"]) == (200, 1)


def test_a_correction_reinstates_what_was_retracted(libya: Client) -> None:
    libya.post(f"{BASE}/events/offensive/retraction", {"reason": "not so"})
    done = libya.post(f"{BASE}/events/offensive/correction", {**OFFENSIVE, "reason": "it was so"})
    assert done.status_code == 201
    assert libya.get(f"{BASE}/events/offensive").json["status"] == "live"


def test_what_is_in_use_cannot_be_retracted(libya: Client) -> None:
    for address in ("actors/haftar", "documents/report"):
        content = problem(libya.post(f"{BASE}/{address}/retraction", {"reason": "tidying"}), 409)
        assert "offensive" in content["detail"]
    assert libya.head() == 7


@pytest.mark.parametrize("collection", ["events", "actors", "documents"])
def test_what_was_never_recorded_can_be_neither_corrected_nor_retracted(
    libya: Client, collection: str
) -> None:
    problem(libya.get(f"{BASE}/{collection}/nobody"), 404)
    problem(libya.post(f"{BASE}/{collection}/nobody/retraction", {"reason": "why"}), 404)
    bodies = {
        "events": OFFENSIVE | {"id": "nobody"},
        "actors": {"type": "person", "name": "Nobody"},
        "documents": {"title": "Nothing"},
    }
    problem(
        libya.post(f"{BASE}/{collection}/nobody/correction", {**bodies[collection], "reason": "why"}), 404
    )


def test_a_correction_is_about_the_thing_in_its_address(libya: Client) -> None:
    content = problem(
        libya.post(f"{BASE}/events/siege/correction", {**OFFENSIVE, "reason": "the wrong address"}), 422
    )
    assert content["errors"][0]["field"] == "id"


def test_an_actor_is_found_among_the_actors_only(libya: Client) -> None:
    problem(libya.get(f"{BASE}/events/haftar"), 404)
    problem(libya.get(f"{BASE}/documents/haftar"), 404)


def test_what_is_kept_is_what_was_sent(libya: Client) -> None:
    line = {**ENDORSED, "title": "Россия 🇷🇺 and Saif", "tags": ["b", "a"]}
    libya.post(f"{BASE}/events", line)
    (entry,) = libya.get(f"{BASE}/events/endorsed").json["history"]
    assert json.dumps(entry["body"], sort_keys=True) == json.dumps(line, sort_keys=True)
