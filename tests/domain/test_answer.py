"""The finished answer: its fields, its address, its counts, and that equal questions have equal bytes."""

import json
from base64 import b64encode

import pytest

from events import answer
from events.answer import Pieces, Question
from events.model import Commit, Erased
from events.moments import parse_at
from events.stores import Store
from events.stores.memory import MemoryStore
from tests.domain.builders import TIMELINE, actor, document, draft, effect, entries, event
from tests.tlog import textbook

OFFENSIVE = event(
    "haftar-april-offensive",
    "2019-04",
    effect("starts", "haftar", "fights", "gna"),
    type="attack",
    as_written="Since April",
)
BESIEGED = event("tripoli-besieged", "[2020-02-22..2020-03]", effect("holds", "gna", "fights", "haftar"))
LINES = [
    document(),
    actor("haftar", type="person", name="Khalifa Haftar"),
    actor("gna", type="government", name="Government of National Accord"),
    OFFENSIVE,
    BESIEGED,
]


def store_of(*lines) -> Store:
    store = MemoryStore()
    store.append(TIMELINE, [draft(line) for line in lines], author="desk", create=True)
    return store


def ask(store: Store, question: Question) -> str:
    commit = store.head(TIMELINE)
    root = textbook.root([leaf for _, leaf, _ in store.proofs(TIMELINE)])
    pieces = store.state(TIMELINE, question, commit.position)
    return answer.document(TIMELINE, question, commit, root, Erased(), pieces)


def asked(*lines, at="2019-05-01", **options):
    return json.loads(ask(store_of(*lines), Question.of(parse_at(at), **options)))


def test_the_answer_has_exactly_these_fields():
    store = store_of(*LINES)
    found = json.loads(ask(store, Question.of(parse_at("2019-05-01"))))
    assert found == {
        "timeline": "libya",
        "at": "2019-05-01",
        "position": 5,
        "recorded_at": store.head(TIMELINE).recorded_at,
        "root": b64encode(textbook.root([leaf for _, leaf, _ in store.proofs(TIMELINE)])).decode(),
        "rules": 1,
        "permalink": "/v1/timelines/libya/state?at=2019-05-01&known_at=5",
        "actors": {
            "haftar": {"name": "Khalifa Haftar", "type": "person"},
            "gna": {"name": "Government of National Accord", "type": "government"},
        },
        "relations": [
            {
                "subject": "gna",
                "kind": "fights",
                "object": "haftar",
                "sign": -1,
                "status": "attested",
                "since": {
                    "earliest": "2019-04-01",
                    "latest": "2019-04-30",
                    "as_written": "Since April",
                    "or_earlier": False,
                },
                "until": None,
                "last_evidence": {"earliest": "2020-02-22", "latest": "2020-03-31"},
                "disputed": False,
                "attributed_only": False,
                "evidence": ["haftar-april-offensive", "tripoli-besieged"],
            }
        ],
        "counts": {"attested": 1, "possible": 0, "presumed": 0},
    }


def test_a_reported_end_has_its_bounds_and_its_words():
    ended = event(
        "ceasefire", "2020-10-23", effect("ends", "gna", "fights", "haftar"), as_written="on Friday"
    )
    (relation,) = asked(*LINES, ended)["relations"]
    assert relation["until"] == {"earliest": "2020-10-23", "latest": "2020-10-23", "as_written": "on Friday"}


def test_a_beginning_nobody_reported_is_marked_or_earlier():
    (relation,) = asked(*LINES[:3], BESIEGED, at="2020-03-31")["relations"]
    assert relation["since"] == {
        "earliest": "2020-02-22",
        "latest": "2020-03-31",
        "as_written": None,
        "or_earlier": True,
    }


def test_means_and_treaty_stand_where_they_apply():
    aid = effect("holds", "gna", "supports", "haftar", under="the deal", means=["weapons", "troops"])
    (relation,) = asked(*LINES[:3], event("aid", "2019-05-01", aid))["relations"]
    assert (relation["under"], relation["means"]) == ("the deal", ["troops", "weapons"])
    (relation,) = asked(*LINES)["relations"]
    assert {"under", "means"}.isdisjoint(relation)


def test_what_somebody_said_is_attributed_only_until_another_source_says_so():
    said = {"document": "report", "attributed_to": ["gna"]}
    claim = effect("holds", "gna", "fights", "haftar")
    statement = event("statement", "2019-05-01", claim, sources=[said])
    (relation,) = asked(*LINES[:3], statement)["relations"]
    assert relation["attributed_only"] is True
    (relation,) = asked(*LINES[:3], statement, event("seen", "2019-05-02", claim))["relations"]
    assert relation["attributed_only"] is False
    confirmed = event("statement", "2019-05-01", claim, sources=[said, {"document": "report"}])
    (relation,) = asked(*LINES[:3], confirmed)["relations"]
    assert relation["attributed_only"] is False


def test_evidence_is_in_order_of_position_not_of_day():
    (relation,) = asked(*LINES[:3], BESIEGED, OFFENSIVE)["relations"]
    assert relation["evidence"] == ["tripoli-besieged", "haftar-april-offensive"]


def test_only_actors_of_the_relations_shown_are_named():
    assert list(asked(*LINES, actor("bystander"))["actors"]) == ["gna", "haftar"]
    assert asked(*LINES, at="2018-01-01")["actors"] == {}


def test_lapsed_relations_are_shown_and_counted_only_when_asked_for():
    found = asked(*LINES, at="2025-01-01")
    assert (found["relations"], found["counts"]) == ([], {"attested": 0, "possible": 0, "presumed": 0})
    found = asked(*LINES, at="2025-01-01", lapsed=True)
    assert [relation["status"] for relation in found["relations"]] == ["lapsed"]
    assert found["counts"] == {"attested": 0, "possible": 0, "presumed": 0, "lapsed": 1}


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({}, "/v1/timelines/libya/state?at=2019-05-01&known_at=5"),
        (
            {"actors": ["haftar", "gna", "haftar"], "kinds": ["opposes", "fights"], "lapsed": True},
            "/v1/timelines/libya/state?at=2019-05-01&known_at=5"
            "&actor=gna&actor=haftar&kind=fights&kind=opposes&include=lapsed",
        ),
        (
            {"actors": ["ucdp:1.2_3-4"]},
            "/v1/timelines/libya/state?at=2019-05-01&known_at=5&actor=ucdp:1.2_3-4",
        ),
    ],
)
def test_a_permalink_has_one_normal_form(options, address):
    assert answer.permalink("libya", Question.of(parse_at("2019-05-01"), **options), 5) == address


def test_a_permalink_names_a_day_before_the_year_1():
    assert answer.permalink("rome", Question.of(parse_at("-0043-03-15")), 1) == (
        "/v1/timelines/rome/state?at=-0043-03-15&known_at=1"
    )


def test_the_bytes_are_independent_of_the_order_of_the_filters():
    store = store_of(*LINES)
    at = parse_at("2019-05-01")
    one = Question.of(at, ["gna", "haftar"], ["fights", "opposes"])
    other = Question.of(at, ["haftar", "gna", "gna"], ["opposes", "fights"])
    assert ask(store, one) == ask(store, other)


def test_an_empty_answer_is_whole():
    pieces = Pieces("", "", [0, 0, 0, 0])
    question = Question.of(parse_at("2019-05-01"))
    found = json.loads(
        answer.document("libya", question, Commit(0, None), textbook.root([]), Erased(), pieces)
    )
    assert (found["position"], found["recorded_at"], found["relations"]) == (0, None, [])


def test_quotation_marks_and_scripts_in_names_come_through():
    lines = [document(), actor("haftar", name='Khalifa "خليفة" \\ Haftar'), LINES[2], OFFENSIVE]
    assert asked(*lines)["actors"]["haftar"]["name"] == 'Khalifa "خليفة" \\ Haftar'


def test_an_answer_counts_what_it_shows():
    found = asked(
        *LINES,
        event("aid", "2018-12-01", effect("starts", "gna", "supports", "haftar")),
        event("threat", "2019", effect("starts", "gna", "threatens", "haftar")),
    )
    assert found["counts"] == {"attested": 1, "possible": 1, "presumed": 1}
    assert [r["kind"] for r in found["relations"]] == ["fights", "supports", "threatens"]


def test_the_builders_log_gives_the_same_relations_as_a_store():
    """What the domain's own tests read is what a store keeps."""
    kept = list(store_of(*LINES).entries(TIMELINE))
    assert [(e.op, e.id, e.body) for e in kept] == [(e.op, e.id, e.body) for e in entries(*LINES)]
