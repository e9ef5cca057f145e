"""GET state and explain."""

from __future__ import annotations

import pytest

from events.answer import Question
from tests.service.client import BASE, ENDORSED, OFFENSIVE, Client, problem

STATE = f"{BASE}/state"


def test_a_state_says_who_stood_against_whom_and_on_whose_word(libya: Client) -> None:
    answer = libya.get(f"{STATE}?at=2019-05-01").json
    assert answer["position"] == 7
    assert answer["permalink"] == f"{STATE}?at=2019-05-01&known_at=7"
    assert answer["actors"]["haftar"] == {"name": "Khalifa Haftar", "type": "person"}
    (relation,) = answer["relations"]
    assert (relation["subject"], relation["kind"], relation["object"]) == ("gna", "fights", "haftar")
    assert relation["status"] == "attested"
    assert relation["since"]["as_written"] == "Since April"
    assert relation["evidence"] == ["offensive", "siege"]
    assert answer["counts"] == {"attested": 1, "possible": 0, "presumed": 0}


@pytest.mark.parametrize("at", ["2019-05-01", "1 May 2019", "2019-05-01T23:30:00-05:00"])
def test_a_day_may_be_written_in_every_way_that_has_one_reading(libya: Client, at: str) -> None:
    answer = libya.flask.get(STATE, query_string={"at": at})
    assert answer.json["at"] == "2019-05-01"


@pytest.mark.parametrize("at", ["-9999-01-01", "-0044-03-15", "0000-02-29", "9999-12-31"])
def test_every_year_can_be_asked_for(libya: Client, at: str) -> None:
    answer = libya.get(f"{STATE}?at={at}")
    assert answer.json["at"] == at
    assert libya.get(answer.json["permalink"]).data == answer.data


def test_a_partial_date_is_refused_with_the_days_it_could_mean(libya: Client) -> None:
    content = problem(libya.get(f"{STATE}?at=2019-04"), 422)
    assert "2019-04-01" in content["detail"]
    assert "2019-04-30" in content["detail"]
    assert content["errors"][0]["field"] == "at"


def test_filters_repeat_and_their_order_does_not_matter(libya: Client) -> None:
    libya.append(ENDORSED)
    both = libya.get(f"{STATE}?at=2019-05-01&kind=fights&kind=endorses&actor=haftar")
    assert [item["kind"] for item in both.json["relations"]] == ["fights", "endorses"]
    again = libya.get(f"{STATE}?actor=haftar&kind=endorses&kind=fights&kind=fights&at=2019-05-01")
    assert again.data == both.data
    assert again.headers["ETag"] == both.headers["ETag"]
    assert len(libya.get(f"{STATE}?at=2019-05-01&actor=russia").json["relations"]) == 1
    assert len(libya.get(f"{STATE}?at=2019-05-01&kind=supports").json["relations"]) == 0


def test_lapsed_relations_are_shown_and_counted_only_when_asked_for(libya: Client) -> None:
    assert libya.get(f"{STATE}?at=2025-01-01").json["relations"] == []
    answer = libya.get(f"{STATE}?at=2025-01-01&include=lapsed").json
    assert answer["counts"]["lapsed"] == 1
    assert answer["relations"][0]["status"] == "lapsed"


def test_known_at_goes_back_to_what_the_log_said_then(libya: Client) -> None:
    first = libya.get(f"{STATE}?at=2019-05-01").json
    libya.post(f"{BASE}/events/offensive/retraction", {"reason": "not so"})
    libya.post(f"{BASE}/events/siege/retraction", {"reason": "not so"})
    assert libya.get(f"{STATE}?at=2019-05-01").json["relations"] == []
    by_position = libya.get(f"{STATE}?at=2019-05-01&known_at=7")
    by_time = libya.get(f"{STATE}?at=2019-05-01&known_at={first['recorded_at']}")
    assert by_position.json["relations"] == by_time.json["relations"] == first["relations"]
    inside_a_commit = libya.get(f"{STATE}?at=2019-05-01&known_at=4")
    assert inside_a_commit.json["position"] == 1
    assert libya.get(f"{STATE}?at=2019-05-01&known_at=0").json["recorded_at"] is None


def test_a_pinned_answer_is_the_same_bytes_after_later_entries(libya: Client) -> None:
    pinned = libya.get(f"{STATE}?at=2019-05-01").json["permalink"]
    before = libya.get(pinned)
    libya.append(ENDORSED)
    libya.post(
        f"{BASE}/events/offensive/correction", {**OFFENSIVE, "date": "2019-04-04", "reason": "the day"}
    )
    after = libya.get(pinned)
    assert after.data == before.data
    assert after.headers["ETag"] == before.headers["ETag"]
    assert "immutable" in after.headers["Cache-Control"]


def test_a_live_answer_is_revalidated(libya: Client) -> None:
    live = libya.get(f"{STATE}?at=2019-05-01")
    assert live.headers["Cache-Control"] == "public, no-cache"
    known = live.headers["ETag"]
    assert not known.startswith("W/")
    unchanged = libya.get(f"{STATE}?at=2019-05-01", If_None_Match=known)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == known
    assert unchanged.headers["Access-Control-Allow-Origin"] == "*"
    libya.append(ENDORSED)
    changed = libya.get(f"{STATE}?at=2019-05-01", If_None_Match=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != known


def test_a_position_beyond_the_head_is_not_found_and_not_kept(libya: Client) -> None:
    content = problem(libya.get(f"{STATE}?at=2019-05-01&known_at=8"), 404)
    assert "7" in content["detail"]
    assert libya.get(f"{STATE}?at=2019-05-01&known_at=999999999999999999").status_code == 404


def test_a_finished_answer_is_not_made_again(libya: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []
    store = libya.app.extensions["allegiance"].store
    make = type(store).state

    def counting(self: object, timeline: str, question: Question, upto: int) -> object:
        asked.append(question)
        return make(self, timeline, question, upto)

    monkeypatch.setattr(type(store), "state", counting)
    answers = {libya.get(f"{STATE}?at=2019-05-01{known}").data for known in ("", "", "&known_at=7")}
    assert len(answers) == 1
    assert len(asked) == 1
    libya.append(ENDORSED)
    libya.get(f"{STATE}?at=2019-05-01")
    assert len(asked) == 2


def test_an_explanation_names_the_rule_the_evidence_and_the_sources(libya: Client) -> None:
    ends = "subject=haftar&kind=fights&object=gna"
    answer = libya.get(f"{BASE}/explain?{ends}&at=2019-05-01").json
    assert answer["status"] == "attested"
    assert answer["relation"]["subject"] == "gna"
    (spell,) = answer["spells"]
    assert spell["speaks"]
    assert spell["because"] == answer["because"]
    assert spell["evidence"][0]["events"][0]["sources"][0]["quote"] == "Since April"
    assert libya.get(f"{BASE}/explain?{ends}&at=2018-01-01").json["status"] is None


def test_an_explanation_of_what_was_never_said_says_that(libya: Client) -> None:
    answer = libya.get(f"{BASE}/explain?subject=gna&kind=supports&object=russia&at=2019-05-01")
    assert answer.status_code == 200
    assert answer.json["spells"] == []
    assert "nothing" in answer.json["because"]
