"""GET relations, changes and log."""

from __future__ import annotations

import pytest

from tests.service.client import BASE, ENDORSED, OFFENSIVE, Client, problem


def pages(client: Client, path: str) -> list[dict[str, object]]:
    """Every item of a collection, read one at a time."""
    found, cursor = [], ""
    while True:
        page = client.get(f"{path}&limit=1{cursor}").json
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_relations_are_shown_with_their_spells_and_evidence(libya: Client) -> None:
    libya.append(ENDORSED)
    items = libya.get(f"{BASE}/relations").json["items"]
    assert [item["kind"] for item in items] == ["fights", "endorses"]
    (spell,) = items[0]["spells"]
    assert [piece["shows"] for piece in spell["evidence"]] == ["begins", "holds"]
    assert pages(libya, f"{BASE}/relations?known_at=8") == items


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=russia", 1),
        ("kind=fights", 1),
        ("object=haftar", 2),
        ("subject=haftar", 1),
        ("subject=haftar&kind=fights", 1),
        ("subject=haftar&kind=endorses", 0),
        ("subject=haftar&kind=fights&object=gna", 1),
        ("subject=gna&kind=fights&object=haftar", 1),
        ("subject=russia&kind=supports", 0),
        ("under=a+treaty", 0),
    ],
)
def test_relations_are_found_by_any_part(libya: Client, query: str, found: int) -> None:
    libya.append(ENDORSED)
    assert len(libya.get(f"{BASE}/relations?{query}").json["items"]) == found


def test_changes_in_the_world_come_by_day(libya: Client) -> None:
    libya.append(ENDORSED)
    path = f"{BASE}/changes?from=2018-01-01&to=2022-01-01"
    items = libya.get(path).json["items"]
    days = [item["date"] for item in items]
    assert days == sorted(days)
    began = next(item for item in items if item["kind"] == "fights")
    assert (began["date"], began["before"], began["after"]) == ("2019-04-01", None, "possible")
    assert pages(libya, path) == items
    assert libya.get(f"{path}&known_at=1").json["items"] == []


def test_changes_in_what_is_known_name_the_entries_behind_them(libya: Client) -> None:
    correction = {**OFFENSIVE, "date": "2019-04-04", "reason": "the day"}
    libya.post(f"{BASE}/events/offensive/correction", correction)
    (change,) = libya.get(f"{BASE}/changes?axis=known&from=7").json["items"]
    (entry,) = change["entries"]
    assert [entry[name] for name in ("position", "op", "id")] == [8, "correct", "offensive"]
    assert (entry["reason"], change["was_wrong"]) == ("the day", True)
    on_a_day = libya.get(f"{BASE}/changes?axis=known&from=7&to=8&at=2019-04-02")
    (change,) = on_a_day.json["items"]
    assert (change["before"]["status"], change["after"]) == ("possible", None)
    assert "immutable" in on_a_day.headers["Cache-Control"]
    assert libya.get(f"{BASE}/changes?axis=known&from=7&at=2020-01-01").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "from=2019-01-01",
        "to=2019-01-01",
        "from=2020-01-01&to=2019-01-01",
        "from=2019&to=2020-01-01",
        "from=2019-01-01&to=2020-01-01&at=2019-05-01",
        "axis=known",
        "axis=known&from=2019-01-01",
        "axis=known&from=7&to=1",
        "axis=known&from=1&known_at=3",
        "axis=both&from=1&to=2",
    ],
)
def test_ends_that_fit_no_axis_are_refused(libya: Client, query: str) -> None:
    problem(libya.get(f"{BASE}/changes?{query}"), 422)


def test_the_log_is_read_line_by_line(libya: Client) -> None:
    first = libya.get(f"{BASE}/log?limit=4").json
    assert [item["position"] for item in first["items"]] == [1, 2, 3, 4]
    assert first["items"][0]["entity"] == "timeline"
    rest = libya.get(f"{BASE}/log?limit=4&after={first['next']}").json
    assert [item["id"] for item in rest["items"]] == ["russia", "offensive", "siege"]
    assert rest["next"] is None
    assert libya.get(f"{BASE}/log?after=7").json == {"items": [], "next": None}
    assert libya.get(f"{BASE}/log?after=800").json == {"items": [], "next": None}
