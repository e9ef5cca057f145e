"""The replay of a log: what is live, as known when, and what is in the answer."""

from events.days import LAST_DAY
from events.model import Relation
from events.moments import parse_at
from events.replay import live, replay
from tests.domain.builders import (
    UNENDING,
    actor,
    correct,
    document,
    draft,
    effect,
    entries,
    event,
    retract,
)

LATE = LAST_DAY


def state(log, day, known_at=LATE):
    """Each relation in the answer, with its status."""
    return {s.relation: s.verdict.status for s in replay(log, parse_at(day), known_at)}


def relations(log, day, known_at=LATE):
    return [tuple(s.relation) for s in replay(log, parse_at(day), known_at)]


# Live


def test_what_is_recorded_is_live_with_the_position_that_states_it():
    things = live(entries(actor("ussr"), document(), event("pact", "1970")), 3).things
    assert {key: position for key, (position, _) in things.items()} == {
        ("actor", "ussr"): 1,
        ("document", "report"): 2,
        ("event", "pact"): 3,
    }


def test_a_correction_stands_in_the_place_of_what_it_corrects():
    pact = event("pact", "1970-01-01", effect("starts"))
    log = entries(pact, correct({**pact, "date": "1975-01-01"}))
    assert state(log, "1970-06-01") == {}
    assert list(state(log, "1975-01-01").values()) == ["attested"]


def test_the_last_correction_stands():
    pact = event("pact", "1970-01-01", effect("starts"))
    log = entries(pact, correct({**pact, "date": "1975-01-01"}), correct({**pact, "date": "1980-01-01"}))
    assert (state(log, "1975-01-01"), list(state(log, "1980-01-01").values())) == ({}, ["attested"])


def test_what_is_retracted_is_gone():
    log = entries(event("pact", "1970-01-01", effect("starts")), retract("event", "pact"))
    assert state(log, "1970-01-01") == {}
    assert live(log, 2).things == {}


def test_correcting_what_was_retracted_reinstates_it():
    pact = event("pact", "1970-01-01", effect("starts"))
    log = entries(pact, retract("event", "pact"), correct(pact))
    assert list(state(log, "1970-01-01").values()) == ["attested"]


def test_things_of_different_sorts_may_bear_the_same_id():
    log = entries(actor("libya"), event("libya", "1970-01-01", effect("starts")), retract("actor", "libya"))
    assert list(live(log, 3).things) == [("event", "libya")]


# As known at a position


def test_each_position_answers_as_of_then_for_ever():
    pact = event("pact", "1970-01-01", effect("starts"))
    log = entries(pact, correct({**pact, "date": "1975-01-01"}), retract("event", "pact"), correct(pact))
    found = [list(state(log, "1970-01-01", known_at).values()) for known_at in range(5)]
    assert found == [[], ["attested"], [], [], ["attested"]]


def test_what_is_recorded_later_may_concern_an_earlier_day():
    log = entries(
        event("later", "1980-01-01", effect("holds")), event("earlier", "1970-01-01", effect("holds"))
    )
    assert [list(state(log, "1970-01-01", known_at).values()) for known_at in (1, 2)] == [[], ["attested"]]


def test_the_end_of_an_actor_counts_from_when_it_was_learned():
    ussr = actor("ussr")
    log = entries(
        ussr,
        event("pact", "1955-05-14", effect("starts", kind=UNENDING)),
        correct({**ussr, "existed": "1922-12-30/1991-12-26"}),
    )
    assert [list(state(log, "1992-01-01", known_at).values()) for known_at in (2, 3)] == [["presumed"], []]


def test_the_end_of_a_retracted_actor_bounds_nothing():
    log = entries(
        actor("ussr", existed="1922-12-30/1991-12-26"),
        event("pact", "1955-05-14", effect("starts", kind=UNENDING)),
        retract("actor", "ussr"),
    )
    assert list(state(log, "1992-01-01").values()) == ["presumed"]


def test_the_end_of_either_actor_bounds_their_relation():
    pact = event("pact", "1955-05-14", effect("starts", "ussr", UNENDING, "gdr"))
    for ended in ("ussr", "gdr"):
        assert state(entries(actor(ended, existed="/1990-10-03"), pact), "1990-10-04") == {}


def test_an_actor_that_still_exists_bounds_nothing():
    pact = event("pact", "1955-05-14", effect("starts", kind=UNENDING))
    assert (
        len(
            state(
                entries(actor("ussr", existed="1922/.."), actor("libya", existed="1951/"), pact), "2019-01-01"
            )
        )
        == 1
    )


# What is in the answer


def test_relations_come_in_order_of_subject_kind_object_and_treaty():
    log = entries(
        event("all", "2019-04-04",
              effect("holds", "b", "supports", "c"),
              effect("holds", "b", "opposes", "d"),
              effect("holds", "b", "supports", "a"),
              effect("holds", "a", "supports", "z", under="second"),
              effect("holds", "a", "supports", "z", under="first"),
              effect("holds", "a", "supports", "z")),
    )  # fmt: skip
    assert relations(log, "2019-04-04") == [
        ("a", "supports", "z", ""),
        ("a", "supports", "z", "first"),
        ("a", "supports", "z", "second"),
        ("b", "opposes", "d", ""),
        ("b", "supports", "a", ""),
        ("b", "supports", "c", ""),
    ]


def test_an_undirected_relation_is_one_whichever_way_it_is_told():
    log = entries(
        event("one", "2019-04-04", effect("starts", "haftar", "fights", "gna")),
        event("two", "2019-12-04", effect("holds", "gna", "fights", "haftar")),
    )
    (standing,) = replay(log, parse_at("2019-06-01"), LATE)
    assert standing.relation == Relation("gna", "fights", "haftar")
    assert standing.spell.events == ["one", "two"]


def test_a_directed_relation_is_two_when_told_both_ways():
    log = entries(
        event(
            "one", "2019-04-04", effect("holds", "a", "supports", "b"), effect("holds", "b", "supports", "a")
        )
    )
    assert len(relations(log, "2019-04-04")) == 2


def test_two_treaties_between_one_pair_begin_and_end_apart():
    log = entries(
        event("first", "1970-01-01", effect("starts", kind=UNENDING, under="first")),
        event("second", "1971-01-01", effect("starts", kind=UNENDING, under="second")),
        event("ended", "1980-01-01", effect("ends", kind=UNENDING, under="first")),
    )
    assert [relation[3] for relation in relations(log, "1990-01-01")] == ["second"]


def test_what_one_event_ends_and_starts_lasted_a_day_whichever_it_names_first():
    for effects in [(effect("starts"), effect("ends")), (effect("ends"), effect("starts"))]:
        log = entries(event("coup", "1969-09-01", *effects))
        assert [list(state(log, day).values()) for day in ("1969-09-01", "1969-09-02")] == [["attested"], []]


def test_lapsed_relations_are_in_the_replay():
    assert list(state(entries(event("pact", "1950-02-14", effect("starts"))), "1970-01-01").values()) == [
        "lapsed"
    ]


# Nothing is inferred


def test_the_enemy_of_an_enemy_is_nobodys_friend():
    log = entries(
        event("one", "2019-04-04", effect("holds", "a", "fights", "b")),
        event("two", "2019-04-04", effect("holds", "b", "fights", "c")),
    )
    assert relations(log, "2019-04-04") == [("a", "fights", "b", ""), ("b", "fights", "c", "")]


def test_support_does_not_end_a_fight_nor_one_kind_another():
    log = entries(
        event("war", "2019-04-04", effect("starts", "a", "fights", "b")),
        event("aid", "2019-05-04", effect("starts", "a", "supports", "b")),
        event("stop", "2019-06-04", effect("ends", "a", "supports", "b")),
    )
    assert relations(log, "2019-07-04") == [("a", "fights", "b", "")]


def test_participants_successors_and_sources_make_no_relation():
    log = entries(
        actor("gnu", succeeds=["gna"]),
        event("meeting", "2019-04-04", participants=[{"actor": "gna"}, {"actor": "gnu"}]),
        event(
            "said",
            "2019-04-04",
            sources=[{"document": "report", "attributed_to": ["gna"]}],
            title="gna fights gnu",
        ),
    )
    assert relations(log, "2019-04-04") == []


def test_the_successor_of_an_actor_inherits_no_relation():
    log = entries(
        actor("gna", existed="2015/2021-03-15"),
        actor("gnu", succeeds=["gna"]),
        event("recognized", "2016-01-01", effect("starts", "un", "recognizes", "gna")),
    )
    assert relations(log, "2022-01-01") == []


def test_the_replay_of_an_empty_log_is_empty():
    assert replay([], parse_at("2019-04-04"), 0) == []


def test_the_replay_reads_bodies_as_they_are_kept():
    """What the codec made of a line and what the log gives back are the same thing."""
    sent = draft(event("pact", "1970~", effect("starts", under="treaty", means=["troops"])))
    ((_, thing),) = live(entries(sent), 1).things.values()
    assert thing == sent.thing
