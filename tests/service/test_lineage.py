"""Lineage: a predecessor's relations, told apart from the actor's own."""

from __future__ import annotations

from typing import Any

import pytest

from events.lineage import MOST_PREDECESSORS
from tests.domain.builders import actor, correct, document, effect, event
from tests.service.client import BASE, Client, problem

LINES = (
    document("archive"),
    actor("empire", name="Russian Empire", existed="/1917-03-15"),
    actor("ussr", name="Soviet Union", existed="1922-12-30/1991-12-26", succeeds=["empire"]),
    actor("russia", name="Russia", succeeds=["ussr"]),
    actor("cuba", name="Cuba"),
    actor("france", name="France"),
    event("entente", "1894-01-04/1917-03-01", effect("lasts", "empire", "allied_with", "france")),
    event("aid", "1962/1991", effect("lasts", "ussr", "supports", "cuba"), sources=[{"document": "archive"}]),
    event("treaty", "1970-01-01/..", effect("lasts", "ussr", "allied_with", "cuba")),
    event("visit", "2000-12-13", effect("holds", "russia", "endorses", "cuba")),
    event("dealt", "1980-01-01/..", effect("lasts", "russia", "party_to_deal_with", "ussr")),
)


@pytest.fixture
def told(client: Client) -> Client:
    """A client of a timeline of empires."""
    client.post("/v1/timelines", {"id": "libya", "title": {"en": "Empires"}})
    assert client.append(document(), *LINES).status_code == 201
    return client


def state(client: Client, query: str) -> dict[str, Any]:
    content = client.get(f"{BASE}/state?{query}").json
    assert content is not None
    return dict(content)


def named(relations: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(item["subject"], item["kind"], item["object"]) for item in relations]


def test_a_predecessors_relations_of_the_day_stand_apart_and_never_among_the_actors_own(told: Client) -> None:
    content = state(told, "at=1975-06-01&actor=russia&lineage=1")
    assert content["relations"] == []
    assert content["counts"] == {"attested": 0, "possible": 0, "presumed": 0}
    assert [(entry["actor"], entry["of"]) for entry in content["lineage"]] == [
        ("ussr", "russia"),
        ("empire", "ussr"),
    ]
    ussr, empire = (entry["relations"] for entry in content["lineage"])
    assert named(ussr) == [("cuba", "allied_with", "ussr"), ("ussr", "supports", "cuba")]
    assert empire == []
    assert sorted(content["actors"]) == ["cuba", "ussr"]
    assert ussr == state(told, "at=1975-06-01&actor=ussr")["relations"]


def test_nothing_is_handed_on_when_the_predecessor_has_ended(told: Client) -> None:
    content = state(told, "at=2000-12-13&actor=russia&lineage=1")
    assert named(content["relations"]) == [("russia", "endorses", "cuba")]
    assert [entry["relations"] for entry in content["lineage"]] == [[], []]


def test_a_relation_with_the_actor_itself_is_its_own_and_not_told_twice(told: Client) -> None:
    content = state(told, "at=1980-06-01&actor=russia&lineage=1")
    assert named(content["relations"]) == [("russia", "party_to_deal_with", "ussr")]
    assert ("russia", "party_to_deal_with", "ussr") not in named(content["lineage"][0]["relations"])


def test_without_it_the_answer_is_what_it_always_was(told: Client) -> None:
    assert "lineage" not in state(told, "at=1975-06-01&actor=russia")
    assert "lineage" not in state(told, "at=1975-06-01&actor=russia&lineage=0")["permalink"]


def test_the_permalink_has_it_and_gives_the_same_bytes(told: Client) -> None:
    live = told.get(f"{BASE}/state?at=1975-06-01&actor=russia&lineage=1&kind=supports")
    assert live.json is not None
    pinned = told.get(live.json["permalink"])
    assert pinned.data == live.data
    assert "immutable" in pinned.headers["Cache-Control"]
    assert named(live.json["lineage"][0]["relations"]) == [("ussr", "supports", "cuba")]


def test_it_is_that_of_an_actor(told: Client) -> None:
    for query in ("state?at=1975-06-01&lineage=1", "relations?lineage=1"):
        content = problem(told.get(f"{BASE}/{query}"), 422)
        assert content["errors"][0]["field"] == "lineage"
    problem(told.get(f"{BASE}/relations?subject=russia&object=cuba&lineage=1"), 422)


def test_a_circle_of_successors_does_no_harm(told: Client) -> None:
    empire = {"type": "state", "name": "Russian Empire", "succeeds": ["russia"], "reason": "a test"}
    assert told.post(f"{BASE}/actors/empire/correction", empire).status_code == 201
    told_of = {
        id: [entry["actor"] for entry in state(told, f"at=1975-06-01&actor={id}&lineage=1")["lineage"]]
        for id in ("russia", "ussr", "empire")
    }
    assert told_of == {
        "russia": ["ussr", "empire"],
        "ussr": ["empire", "russia"],
        "empire": ["russia", "ussr"],
    }


def test_an_actor_that_two_succeed_is_told_once(told: Client) -> None:
    told.append(actor("ukraine", succeeds=["ussr"]), actor("union", succeeds=["ukraine", "russia"]))
    lineage = state(told, "at=1975-06-01&actor=union&lineage=1")["lineage"]
    assert [(entry["actor"], entry["of"]) for entry in lineage] == [
        ("ukraine", "union"),
        ("russia", "union"),
        ("ussr", "ukraine"),
        ("empire", "ussr"),
    ]


def test_it_is_as_known_at_a_position(told: Client) -> None:
    told.append(actor("rome"))
    told.post(
        f"{BASE}/actors/empire/correction",
        {"type": "state", "name": "Russian Empire", "succeeds": ["rome"], "reason": "a claim"},
    )
    head = told.head()
    then, now = (
        state(told, f"at=1900-01-01&actor=russia&lineage=1&known_at={at}") for at in (head - 1, head)
    )
    assert [entry["actor"] for entry in now["lineage"]] == ["ussr", "empire", "rome"]
    assert [entry["actor"] for entry in then["lineage"]] == ["ussr", "empire"]


def test_a_lineage_has_its_limit(client: Client) -> None:
    client.post("/v1/timelines", {"id": "libya", "title": {"en": "Heirs"}})
    before = [actor(f"a{number}") for number in range(MOST_PREDECESSORS + 1)]
    heir = actor("heir", succeeds=[line["id"] for line in before])
    client.append(*before, heir, actor("luckier", succeeds=[line["id"] for line in before[1:]]))
    problem(client.get(f"{BASE}/state?at=1975-06-01&actor=heir&lineage=1"), 422)
    assert len(state(client, "at=1975-06-01&actor=luckier&lineage=1")["lineage"]) == MOST_PREDECESSORS


def test_the_relations_of_predecessors_come_with_the_first_page_and_say_where_the_rest_is(
    told: Client,
) -> None:
    first = told.get(f"{BASE}/relations?subject=russia&lineage=1&limit=1").json
    assert first is not None
    assert len(first["items"]) == 1
    ussr, empire = first["lineage"]
    assert (ussr["actor"], ussr["of"], len(ussr["relations"])) == ("ussr", "russia", 1)
    rest = told.get(ussr["next"]).json
    assert rest is not None
    assert (empire["next"], rest["items"] != ussr["relations"]) == (None, True)
    second = told.get(f"{BASE}/relations?subject=russia&lineage=1&limit=1&cursor={first['next']}").json
    assert second is not None
    assert "lineage" not in second
    everything = told.get(f"{BASE}/relations?subject=ussr").json
    assert everything is not None
    mine = [item for item in everything["items"] if "russia" not in (item["subject"], item["object"])]
    whole = told.get(f"{BASE}/relations?object=russia&lineage=1").json
    assert whole is not None
    assert whole["lineage"][0]["relations"] == [
        item
        for item in told.get(f"{BASE}/relations?object=ussr").json["items"]  # type: ignore[index]
        if "russia" not in (item["subject"], item["object"])
    ]
    assert whole["lineage"][0]["next"] is None
    assert len(mine) == 2


def test_a_state_has_the_names_of_its_day(told: Client) -> None:
    told.append(
        actor(
            "spb",
            name="Saint Petersburg Soviet",
            known_as=[{"name": "Petrograd Soviet", "during": "1917-03-12/1924-01-26"}],
        ),
        event("founded", "1917-03-12/..", effect("lasts", "spb", "opposes", "empire")),
        event("later", "1925-01-01/..", effect("lasts", "spb", "opposes", "cuba")),
    )
    names = {
        at: state(told, f"at={at}&actor=spb&include=lapsed")["actors"]["spb"]["name"]
        for at in ("1917-03-12", "1925-01-01")
    }
    assert names == {"1917-03-12": "Petrograd Soviet", "1925-01-01": "Saint Petersburg Soviet"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("code=cow:365", ["rus"]),
        ("code=cow:364", ["rus"]),
        ("code=cow:366", []),
        ("name=muscovy", ["rus"]),
        ("name=MOSKAU&code=cow:365", ["rus"]),
        ("name=Musc", []),
    ],
)
def test_an_actor_is_found_by_any_code_or_name_that_it_has_or_had(
    told: Client, query: str, ids: list[str]
) -> None:
    told.append(
        actor(
            "rus",
            codes={"cow": "365"},
            coded_as=[{"scheme": "cow", "code": "364", "during": "1500/1721"}],
            known_as=[{"name": "Muscovy", "names": {"de": "Moskau"}, "during": "../1721"}],
        )
    )
    content = told.get(f"{BASE}/actors?{query}").json
    assert content is not None
    assert [item["id"] for item in content["items"]] == ids


@pytest.mark.parametrize("code", ["cow", "cow:", "cow:x", "COW:365", ":365", "wikidata:365"])
def test_a_code_to_look_up_has_its_scheme_and_its_form(told: Client, code: str) -> None:
    assert problem(told.get(f"{BASE}/actors?code={code}"), 422)["errors"][0]["field"] == "code"


def test_a_correction_of_dated_names_is_a_correction_like_any_other(told: Client) -> None:
    line = {**actor("cuba", name="Cuba"), "known_as": [{"name": "Isla de Cuba", "during": "../1902"}]}
    assert correct(line).thing is not None
    told.post(f"{BASE}/actors/cuba/correction", {**line, "reason": "its name"})
    shown = told.get(f"{BASE}/actors/cuba").json
    assert shown is not None
    assert shown["actor"]["known_as"] == line["known_as"]
