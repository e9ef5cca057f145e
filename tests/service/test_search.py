"""GET search: things found by their words, at any state of the log."""

from __future__ import annotations

import pytest

from service.cursors import Place, write
from tests.service.client import BASE, ENDORSED, OFFENSIVE, Client, problem

SEARCH = f"{BASE}/search"


def found(client: Client, query: str) -> list[str]:
    answer = client.get(f"{SEARCH}?{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def test_a_hit_says_what_was_found_where_and_in_whose_words(libya: Client) -> None:
    libya.append({**ENDORSED, "sources": [{"document": "report", "quote": "It was Häftar, they said."}]})
    actor, event = libya.get(f"{SEARCH}?q=HAFTAR").json["items"]
    assert (actor["entity"], actor["id"], actor["actor"]["name"]) == ("actor", "haftar", "Khalifa Haftar")
    assert actor["found"] == [{"field": "name", "snippet": "Khalifa Haftar"}]
    assert (event["id"], event["position"], event["status"]) == ("endorsed", 8, "recorded")
    assert event["found"] == [{"field": "sources[0].quote", "snippet": "It was Häftar, they said."}]


@pytest.mark.parametrize("q", ["خليفة", "خَليفَة حفتر", "khalifa", "Khalifa   HAFTAR!"])
def test_a_name_is_found_in_any_script(libya: Client, q: str) -> None:
    answer = libya.flask.get(SEARCH, query_string={"q": q})
    assert [item["id"] for item in answer.json["items"]] == ["haftar"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=april", ["offensive"]),
        ("q=offensive", ["offensive"]),
        ("q=april+offensive", ["offensive"]),
        ("q=april+russia", []),
        ("actor=russia", ["endorsed", "russia"]),
        ("actor=russia&entity=event", ["endorsed"]),
        ("actor=russia&actor=gna&entity=event", ["endorsed", "siege", "offensive"]),
        ("kind=endorses&kind=supports", ["endorsed"]),
        ("document=report&kind=fights", ["siege", "offensive"]),
        ("entity=document", ["report"]),
        ("entity=document&entity=actor&q=russia", ["russia"]),
        ("from=2019-04-30&to=2019-05-10", ["offensive"]),
        ("from=2020-01-01", ["siege"]),
        ("to=2018-12-31", ["endorsed"]),
        ("type=other&actor=gna", ["siege", "offensive"]),
        ("type=attack", []),
        ("status=corrected", []),
        ("status=retracted", []),
    ],
)
def test_filters_narrow_and_their_values_widen(libya: Client, query: str, expected: list[str]) -> None:
    libya.append(ENDORSED)
    assert found(libya, query) == expected


def test_what_is_found_is_what_stood_then(libya: Client) -> None:
    correction = {**OFFENSIVE, "title": "The advance", "reason": "a slip"}
    libya.post(f"{BASE}/events/offensive/correction", correction)
    libya.post(f"{BASE}/events/siege/retraction", {"reason": "not so"})
    assert found(libya, "q=offensive") == []
    assert found(libya, "q=offensive&known_at=7") == ["offensive"]
    assert found(libya, "q=advance&status=corrected") == ["offensive"]
    assert found(libya, "actor=gna&status=retracted") == ["siege"]
    assert found(libya, "actor=gna&entity=event") == ["offensive"]
    assert found(libya, "actor=gna&entity=event&known_at=8") == ["offensive", "siege"]
    pinned = libya.get(f"{SEARCH}?q=offensive&known_at=7")
    assert "immutable" in pinned.headers["Cache-Control"]


def test_pages_fit_together_whatever_is_appended_meanwhile(libya: Client) -> None:
    libya.append(*({**ENDORSED, "id": f"e{number}", "title": "Haftar again"} for number in range(5)))
    whole = found(libya, "q=haftar")
    assert whole == ["haftar", "e4", "e3", "e2", "e1", "e0"]
    seen, cursor = [], ""
    while True:
        page = libya.get(f"{SEARCH}?q=haftar&limit=2{cursor}").json
        seen += [item["id"] for item in page["items"]]
        libya.append({**ENDORSED, "id": f"later-{len(seen)}", "title": "Haftar once more"})
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == whole


def test_a_place_beyond_the_state_that_is_asked_for_is_its_end(libya: Client) -> None:
    libya.append({**ENDORSED, "title": "Haftar again"})
    for path, key in ((SEARCH, (0, 9)), (f"{BASE}/feed.json", (9,))):
        first = libya.get(f"{path}?q=haftar&known_at=7")
        beyond = libya.get(f"{path}?q=haftar&cursor={write(Place(7, key))}")
        assert beyond.status_code == 200
        if path == SEARCH:
            assert beyond.json["items"] == first.json["items"]
        else:
            assert "endorsed" not in beyond.text


@pytest.mark.parametrize(
    "q",
    [
        *('"', "'", "*", "haftar*", "a AND", "OR", "NOT x", "NEAR(a b)", "(", "{names} : x", "^a", "a:b"),
        *("-a", "\\", "%", "a" * 500, " ".join("ab" for _ in range(160))),
        *("\u202e", "😀", "مرحبا\u200f", "a\tb\nc"),
    ],
)
def test_an_odd_query_is_answered_or_refused_in_words(libya: Client, q: str) -> None:
    answer = libya.flask.get(SEARCH, query_string={"q": q})
    if answer.status_code != 200:
        assert problem(answer, 422)["errors"][0]["field"] == "q"


@pytest.mark.parametrize(
    "query",
    [
        "q=",
        "q=...",
        f"q={'a' * 501}",
        "q=a&q=b",
        "kind=loves",
        "type=state",
        "entity=timeline",
        "status=true",
        "from=2019",
        "from=2020-01-01&to=2019-01-01",
        "actor=not+an+id",
        "limit=0",
        "cursor=abc",
    ],
)
def test_what_cannot_be_looked_for_is_refused(untouched: Client, query: str) -> None:
    problem(untouched.get(f"{SEARCH}?{query}"), 422)


def test_a_timeline_that_is_not_there_is_not_searched(untouched: Client) -> None:
    problem(untouched.get("/v1/timelines/nowhere/search?q=a"), 404)
