"""GET and POST timelines, and the correction of a description."""

from __future__ import annotations

import pytest

from events.stores import Store
from tests.domain.builders import actor
from tests.service.client import BASE, Client, problem

DESCRIPTION = {"id": "libya", "title": {"en": "Libya"}, "description": {"en": "Who stood with whom."}}


def test_a_new_timeline_is_created_with_its_description(client: Client) -> None:
    made = client.post("/v1/timelines", DESCRIPTION)
    assert made.status_code == 201
    assert made.headers["Location"] == BASE
    assert made.json["position"] == made.json["appended"] == 1
    shown = client.get(BASE).json
    assert shown["title"] == {"en": "Libya"}
    assert shown["description"] == {"en": "Who stood with whom."}
    assert shown["position"] == 1
    assert shown["links"]["state"] == f"{BASE}/state"


def test_creating_a_timeline_again_changes_nothing(client: Client) -> None:
    client.post("/v1/timelines", DESCRIPTION)
    again = client.post("/v1/timelines", DESCRIPTION)
    assert again.status_code == 200
    assert again.json["appended"] == 0
    problem(client.post("/v1/timelines", {**DESCRIPTION, "title": {"en": "Another"}}), 409)
    assert client.head() == 1


def test_a_timeline_may_begin_empty_and_be_described_with_its_actors(client: Client) -> None:
    made = client.post("/v1/timelines", {"id": "libya"})
    assert (made.status_code, made.headers["Location"]) == (201, BASE)
    assert (made.json["position"], made.json["recorded_at"], made.json["appended"]) == (0, None, 0)
    assert client.post("/v1/timelines", {"id": "libya"}).status_code == 200
    sides = [{"name": {"en": "Tripoli"}, "actors": ["gna"]}]
    told = {"entity": "timeline", "title": {"en": "Libya"}, "sides": sides}
    assert client.append(told, actor("gna", type="government")).status_code == 201
    assert client.get(BASE).json["sides"] == sides


def test_a_dry_run_creates_nothing(client: Client) -> None:
    tried = client.post("/v1/timelines?dry_run=1", DESCRIPTION)
    assert tried.status_code == 200
    assert tried.json["appended"] == 1
    assert "Location" not in tried.headers
    problem(client.get(BASE), 404)


@pytest.mark.parametrize(
    "id", ["Libya", "li/bya", "", ".", "a" * 65, "libya\n", "ليبيا", 7, None, "a\u0000b"]
)
def test_a_timeline_needs_an_id_that_fits_into_an_address(client: Client, id: object) -> None:
    response = client.post("/v1/timelines", {**DESCRIPTION, "id": id})
    assert response.status_code in (400, 422)
    problem(response, response.status_code)
    assert client.get("/v1/timelines").json == {"items": [], "next": None}


def test_timelines_are_listed_by_id_in_pages(client: Client) -> None:
    for name in ("c", "a", "d", "b"):
        client.post("/v1/timelines", {"id": name, "title": {"en": name.upper()}})
    first = client.get("/v1/timelines?limit=3").json
    assert [item["id"] for item in first["items"]] == ["a", "b", "c"]
    assert first["items"][0]["title"] == {"en": "A"}
    rest = client.get(f"/v1/timelines?limit=3&cursor={first['next']}").json
    assert [item["id"] for item in rest["items"]] == ["d"]
    assert rest["next"] is None


def test_a_description_can_be_corrected_and_its_past_be_read(libya: Client) -> None:
    corrected = libya.post(f"{BASE}/correction", {"title": {"en": "Libya, 1969 to 2020"}, "reason": "scope"})
    assert corrected.status_code == 201
    assert libya.get(BASE).json["title"] == {"en": "Libya, 1969 to 2020"}
    assert libya.get(f"{BASE}?known_at=7").json["title"] == {"en": "Libya"}


def test_a_timeline_without_a_description_is_still_shown(client: Client, store: Store) -> None:
    store.append("bare", [], author="tests", create=True)
    shown = client.get("/v1/timelines/bare").json
    assert (shown["title"], shown["position"], shown["recorded_at"]) == (None, 0, None)
    assert client.get("/v1/timelines/bare/state?at=2019-05-01").json["relations"] == []
    assert client.get("/v1/timelines/bare/log").json == {"items": [], "next": None}
