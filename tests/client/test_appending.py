"""The client writes: whole, once, and on the word of its token."""

from __future__ import annotations

import pytest

from service.client import Client, ProblemError
from tests.client.conftest import Service
from tests.domain.builders import actor, document, effect, event

LINES = [
    document("unsmil"),
    event(
        "ceasefire",
        "2020-10-23",
        effect("ends", "haftar", "fights", "gna"),
        sources=[{"document": "unsmil", "quote": "an immediate ceasefire — وقف"}],
    ),
]


@pytest.fixture
def client(service: Service):
    with service.client() as client:
        yield client


def test_lines_are_appended_once_however_often_they_are_sent(client: Client) -> None:
    done = client.append("libya", LINES)
    assert (done["position"], done["appended"], done["existing"]) == (76, 2, 0)
    again = client.append("libya", iter(LINES))
    assert (again["position"], again["appended"], again["existing"]) == (76, 0, 2)
    assert client.event("libya", "ceasefire")["event"]["sources"][0]["quote"].endswith("وقف")


def test_a_dry_run_keeps_nothing(client: Client) -> None:
    assert client.append("libya", LINES, dry_run=True)["position"] == 76
    assert client.timeline("libya")["position"] == 74


def test_an_append_on_a_condition_says_what_was_missed(client: Client) -> None:
    client.append("libya", LINES, expected_position=74)
    with pytest.raises(ProblemError) as caught:
        client.append("libya", [actor("later")], expected_position=74)
    assert caught.value.slug == "position-conflict"
    assert caught.value.problem["position"] == 76
    assert [entry["id"] for entry in caught.value.problem["missed"]] == ["unsmil", "ceasefire"]


def test_what_is_wrong_is_told_by_line(client: Client) -> None:
    with pytest.raises(ProblemError) as caught:
        client.append("libya", [*LINES, {"date": "2019-13", "sources": [{"document": "unsmil"}]}])
    (fault,) = caught.value.problem["errors"]
    assert (fault["line"], fault["field"]) == (3, "date")
    assert client.timeline("libya")["position"] == 74


def test_correcting_retracting_and_their_history(client: Client) -> None:
    client.append("libya", LINES)
    body = {name: value for name, value in LINES[1].items() if name != "id"}
    client.correct("libya", "event", "ceasefire", {**body, "title": "A ceasefire"}, "It had no title.")
    client.retract("libya", "event", "ceasefire", "This was an example.", expected_position=77)
    history = client.event("libya", "ceasefire")
    assert history["event"] is None
    assert [entry["op"] for entry in history["history"]] == ["record", "correct", "retract"]
    assert [entry["id"] for entry in client.log("libya", ops=("correct", "retract"))] == ["ceasefire"] * 2


def test_a_timeline_is_begun_once_and_described(client: Client) -> None:
    client.begin("suez", {"title": {"en": "Suez"}})
    client.begin("suez", {"title": {"en": "Suez"}})
    client.correct_timeline("suez", {"title": {"en": "The Suez crisis"}}, "Its full name.")
    assert client.timeline("suez")["title"] == {"en": "The Suez crisis"}
    assert client.timeline("suez")["position"] == 2
    client.begin("empty")
    assert client.timeline("empty")["position"] == 0


def test_without_a_token_nothing_is_written(service: Service) -> None:
    with Client(service.url) as client, pytest.raises(ProblemError) as caught:
        client.append("libya", LINES)
    assert (caught.value.status, caught.value.slug) == (401, "unauthorised")


def test_what_is_no_json_is_not_sent(client: Client) -> None:
    with pytest.raises(ValueError, match="JSON"):
        client.append("libya", [{"date": float("nan")}])
