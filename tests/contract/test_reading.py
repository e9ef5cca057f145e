"""What every store promises of reading: the log, what is in it as of a commit, and its proofs."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from events.answer import Question
from events.days import iso
from events.errors import UnknownError
from events.model import Commit, Relation
from events.moments import parse_at
from events.replay import replay
from events.stores import Pattern
from events.stores.clock import read_instant
from tests.contract.test_append import append
from tests.domain.builders import TIMELINE, actor, correct, document, effect, event, retract

CAST = [document(), actor("ussr"), actor("libya"), actor("gdr")]
PACT = event("pact", "1970-01-01", effect("starts"))
AID = event("aid", "1975", effect("holds", "gdr", object="libya"))


@pytest.fixture
def filled(store):
    """Commits at 4, 6, 7, 8 and 9: the cast, two events, a correction, a retraction, a reinstatement."""
    append(store, *CAST)
    append(store, PACT, AID)
    append(store, correct({**PACT, "date": "1972-01-01"}))
    append(store, retract("event", "aid"))
    append(store, correct({**AID, "date": "1980"}))
    return store


# Points on the recorded axis


@pytest.mark.parametrize(
    ("known_at", "position"), [(0, 0), (1, 0), (3, 0), (4, 4), (5, 4), (6, 6), (7, 7), (8, 8), (9, 9)]
)
def test_a_position_within_a_commit_resolves_to_the_commit_before(filled, known_at, position):
    assert filled.resolve(TIMELINE, known_at).position == position


@pytest.mark.parametrize("known_at", [10, 11, 10**17])
def test_a_position_beyond_the_head_is_unknown(filled, known_at):
    with pytest.raises(UnknownError, match="the log stands at 9") as caught:
        filled.resolve(TIMELINE, known_at)
    assert (caught.value.what, caught.value.name) == ("position", known_at)


def test_a_position_of_an_empty_timeline(store):
    append(store)
    assert store.resolve(TIMELINE, 0) == Commit(0, None)
    with pytest.raises(UnknownError):
        store.resolve(TIMELINE, 1)


def test_an_instant_resolves_to_the_last_commit_by_then(filled):
    commits = [filled.resolve(TIMELINE, position) for position in (4, 6, 7, 8, 9)]
    microsecond = timedelta(microseconds=1)
    for before, commit in zip([Commit(0, None), *commits], commits, strict=False):
        instant = read_instant(commit.recorded_at)
        assert filled.resolve(TIMELINE, instant) == commit
        assert filled.resolve(TIMELINE, instant + microsecond) == commit
        assert filled.resolve(TIMELINE, instant - microsecond) == before


@pytest.mark.parametrize("year", [1, 999, 1000, 2025])
def test_an_instant_before_the_first_commit_resolves_to_the_empty_log(filled, year):
    assert filled.resolve(TIMELINE, datetime(year, 6, 1, tzinfo=UTC)) == Commit(0, None)


def test_an_instant_in_the_future_resolves_to_the_head(filled):
    assert filled.resolve(TIMELINE, datetime(9999, 12, 31, tzinfo=UTC)) == filled.head(TIMELINE)


def test_commits_are_listed_from_after_a_position_on(filled):
    assert [commit.position for commit in filled.commits(TIMELINE, 0, 9, 100)] == [4, 6, 7, 8, 9]
    assert filled.commits(TIMELINE, 4, 8, 2) == [filled.resolve(TIMELINE, 6), filled.resolve(TIMELINE, 7)]
    assert [commit.position for commit in filled.commits(TIMELINE, 5, 8, 100)] == [6, 7, 8]
    assert filled.commits(TIMELINE, 9, 9, 100) == []


# The log


@pytest.mark.parametrize(
    ("after", "upto", "expected"),
    [
        (0, None, range(1, 10)),
        (0, 4, range(1, 5)),
        (4, None, range(5, 10)),
        (4, 7, [5, 6, 7]),
        (5, 5, []),
        (9, None, []),
        (3, 99, range(4, 10)),
        (99, None, []),
    ],
)
def test_the_log_is_read_by_ranges(filled, after, upto, expected):
    assert [entry.position for entry in filled.entries(TIMELINE, after, upto)] == list(expected)
    headers = [json.loads(header)["position"] for header, _, _ in filled.proofs(TIMELINE, after, upto)]
    assert headers == list(expected)


def test_the_log_is_streamed(filled):
    entries = filled.entries(TIMELINE)
    assert next(entries).position == 1
    assert next(entries).position == 2
    assert filled.head(TIMELINE).position == 9


def test_reading_the_log_goes_on_undisturbed_by_an_append(filled):
    entries = filled.entries(TIMELINE, upto=9)
    first = next(entries)
    append(filled, document("later"))
    assert [first.position, *(entry.position for entry in entries)] == list(range(1, 10))


def test_bodies_come_back_as_they_were_sent(filled):
    bodies = {entry.position: json.loads(entry.body) for entry in filled.entries(TIMELINE)}
    assert bodies[5] == PACT
    assert bodies[7] == {**PACT, "date": "1972-01-01", "reason": "a slip"}
    assert bodies[8] == {"reason": "not so"}


def test_bodies_keep_every_script(store):
    append(store, actor("haftar", name="Khalifa Haftar", names={"ar": "خليفة حفتر"}, aliases=["😀"]))
    (entry,) = store.entries(TIMELINE)
    assert json.loads(entry.body)["names"] == {"ar": "خليفة حفتر"}


def test_a_thing_has_its_whole_history_as_of_a_position(filled):
    assert [(e.position, e.op) for e in filled.history(TIMELINE, "event", "aid", 9)] == [
        (6, "record"),
        (8, "retract"),
        (9, "correct"),
    ]
    assert [e.position for e in filled.history(TIMELINE, "event", "aid", 8)] == [6, 8]
    assert filled.history(TIMELINE, "event", "aid", 4) == []
    assert filled.history(TIMELINE, "actor", "aid", 9) == []
    assert filled.history(TIMELINE, "event", "none", 9) == []


# Proofs


def test_a_header_is_canonical_json_of_exactly_these_keys(filled):
    for entry, (header, _, salt) in zip(filled.entries(TIMELINE), filled.proofs(TIMELINE), strict=True):
        told = json.loads(header)
        assert told == {
            "v": 1,
            "timeline": TIMELINE,
            "position": entry.position,
            "recorded_at": entry.recorded_at,
            "op": entry.op,
            "entity": entry.entity,
            "id": entry.id,
            "author": "desk",
            "body": hashlib.sha256(salt + entry.body).hexdigest(),
        }
        assert header == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_leaf_is_the_hash_of_its_header(filled):
    for header, leaf, _ in filled.proofs(TIMELINE):
        assert leaf == hashlib.sha256(b"\x00" + header).digest()


def test_each_entry_has_a_salt_of_its_own(filled):
    salts = [salt for _, _, salt in filled.proofs(TIMELINE)]
    assert {len(salt) for salt in salts} == {16}
    assert len(set(salts)) == len(salts)


def test_proofs_never_change(filled):
    before = list(filled.proofs(TIMELINE))
    append(filled, document("later"), retract("event", "aid"))
    assert list(filled.proofs(TIMELINE, 0, 9)) == before


# Listings


def listed(store, entity, upto, after=None, limit=100):
    return [(item.key, item.entry.position) for item in store.listing(TIMELINE, entity, upto, after, limit)]


def test_events_are_listed_by_first_day_and_position(filled):
    first, second = parse_at("1972-01-01"), parse_at("1980-01-01")
    assert listed(filled, "event", 9) == [((first, 7), 7), ((second, 9), 9)]


def test_a_listing_shows_what_was_live_at_a_position(filled):
    assert [position for _, position in listed(filled, "event", 6)] == [5, 6]
    assert [position for _, position in listed(filled, "event", 7)] == [7, 6]
    assert [position for _, position in listed(filled, "event", 8)] == [7]
    assert listed(filled, "event", 4) == []


def test_other_things_are_listed_by_id(filled):
    assert listed(filled, "actor", 9) == [("gdr", 4), ("libya", 3), ("ussr", 2)]
    assert listed(filled, "document", 9) == [("report", 1)]
    assert listed(filled, "timeline", 9) == []


def test_a_corrected_thing_is_listed_once_with_its_last_entry(filled):
    append(filled, correct(actor("gdr", name="East Germany")))
    (found, *_) = filled.listing(TIMELINE, "actor", 10, None, 1)
    assert json.loads(found.entry.body)["name"] == "East Germany"
    assert listed(filled, "actor", 9)[0] == ("gdr", 4)


def test_the_timelines_description_is_listed_with_the_entry_that_states_it(filled):
    append(filled, {"entity": "timeline", "title": {"en": "Libya"}})
    assert listed(filled, "timeline", 10) == [(TIMELINE, 10)]


@pytest.mark.parametrize("entity", ["event", "actor"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_a_listing_at_one_position_miss_and_double_nothing_while_the_log_grows(store, entity, limit):
    append(store, *CAST)
    days = ["1975", "1970-01-01", "-0043-03-15", "1975", "/1980", "1970", "1975-06~"]
    append(store, *(event(f"e{number}", day) for number, day in enumerate(days)))
    append(store, *(actor(id) for id in ("B", "a", "a.b", "a-b", "_")))
    upto = store.head(TIMELINE).position
    whole = store.listing(TIMELINE, entity, upto, None, 100)
    assert [item.key for item in whole] == sorted(item.key for item in whole)
    paged, after = [], None
    while page := store.listing(TIMELINE, entity, upto, after, limit):
        assert len(page) <= limit
        paged += page
        after = page[-1].key
        number = store.head(TIMELINE).position
        append(store, event(f"late-{number}", "1970-06-01"), actor(f"late-{number}"))
    assert paged == whole


# States


STATES = [
    event("war", "2019-04-04", effect("starts", "ussr", "fights", "gdr")),
    event(
        "help",
        "2019-04-04",
        effect("starts", "libya", "supports", "gdr"),
        effect("starts", "ussr", "supports", "libya"),
    ),
    event("old", "2000-01-01", effect("starts", "gdr", "opposes", "libya")),
]


def relations(store, **options):
    """The (subject, kind, object) that a state of 1 June 2019 shows, with its counts."""
    question = Question.of(parse_at("2019-06-01"), **options)
    pieces = store.state(TIMELINE, question, store.head(TIMELINE).position)
    found = [(r["subject"], r["kind"], r["object"]) for r in json.loads(f"[{pieces.relations}]")]
    named = {id for subject, _, object in found for id in (subject, object)}
    assert list(json.loads("{" + pieces.actors + "}")) == sorted(named)
    shown = pieces.counts if question.lapsed else pieces.counts[:3]
    assert sum(shown) == len(found)
    return found


WAR, HELP, MORE_HELP = ("gdr", "fights", "ussr"), ("libya", "supports", "gdr"), ("ussr", "supports", "libya")
OLD = ("gdr", "opposes", "libya")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [WAR, HELP, MORE_HELP]),
        ({"lapsed": True}, [WAR, OLD, HELP, MORE_HELP]),
        ({"actors": ["gdr"]}, [WAR, HELP]),
        ({"actors": ["gdr"], "lapsed": True}, [WAR, OLD, HELP]),
        ({"actors": ["ussr", "gdr"]}, [WAR, HELP, MORE_HELP]),
        ({"kinds": ["fights"]}, [WAR]),
        ({"kinds": ["fights", "opposes"], "lapsed": True}, [WAR, OLD]),
        ({"actors": ["ussr"], "kinds": ["supports"]}, [MORE_HELP]),
        ({"actors": ["nobody"]}, []),
        ({"kinds": ["endorses"]}, []),
    ],
)
def test_a_state_is_narrowed_to_actors_and_kinds(store, options, expected):
    append(store, *CAST, *STATES)
    assert relations(store, **options) == expected


def test_a_state_names_actors_as_they_were_called_then(store):
    append(store, *CAST, *STATES)
    append(store, correct(actor("gdr", name="East Germany")))
    names = []
    for upto in (7, 8):
        pieces = store.state(TIMELINE, Question(parse_at("2019-06-01")), upto)
        names.append(json.loads("{" + pieces.actors + "}")["gdr"]["name"])
    assert names == ["gdr", "East Germany"]


@pytest.mark.parametrize("day", ["-9999-01-01", "0000-01-01", "2019-06-01", "9999-12-31"])
def test_a_state_of_any_supported_day_is_that_of_the_replay(store, day):
    append(store, *CAST, event("ever", "-9999-01-01/9999-12-31", effect("lasts")))
    entries = list(store.entries(TIMELINE))
    pieces = store.state(TIMELINE, Question(parse_at(day)), 5)
    (standing,) = replay(entries, parse_at(day), 5)
    assert json.loads(pieces.relations)["status"] == standing.verdict.status == "attested"


def test_the_state_of_an_empty_timeline_is_empty(store):
    append(store)
    pieces = store.state(TIMELINE, Question(parse_at("2019-06-01"), lapsed=True), 0)
    assert (pieces.actors, pieces.relations, list(pieces.counts)) == ("", "", [0, 0, 0, 0])


# Relations


def found(store, pattern=Pattern(), upto=None, **options):  # noqa: B008  # immutable
    upto = store.head(TIMELINE).position if upto is None else upto
    return [tuple(relation)[:3] for relation, _ in store.spells(TIMELINE, pattern, upto, **options)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (Pattern(), [WAR, OLD, HELP, MORE_HELP]),
        (Pattern(subject="gdr"), [WAR, OLD]),
        (Pattern(kind="supports"), [HELP, MORE_HELP]),
        (Pattern(object="libya"), [OLD, MORE_HELP]),
        (Pattern("gdr", "fights", "ussr"), [WAR]),
        (Pattern("gdr", "fights", "ussr", ""), [WAR]),
        (Pattern(under="treaty"), []),
        (Pattern(subject="nobody"), []),
    ],
)
def test_spells_are_found_by_the_parts_of_a_relation(store, pattern, expected):
    append(store, *CAST, *STATES)
    assert found(store, pattern) == expected


def test_relations_that_differ_in_their_treaty_are_two(store):
    append(
        store,
        *CAST,
        event("e", "1970", effect("starts"), effect("starts", under="treaty"), effect("ends", under="لا")),
    )
    assert [relation.under for relation, _ in store.spells(TIMELINE, Pattern(), 5)] == ["", "treaty", "لا"]
    assert len(found(store, Pattern(under=""))) == 1


def test_spells_come_in_pages(store):
    append(store, *CAST, *STATES)
    assert found(store, limit=2) == [WAR, OLD]
    assert found(store, limit=2, after=Relation(*OLD)) == [HELP, MORE_HELP]
    assert found(store, after=Relation(*MORE_HELP)) == []
    assert found(store, after=Relation("a", "fights", "b"), limit=1) == [WAR]


def test_spells_are_those_of_a_position(filled):
    (_, (spell,)) = filled.spells(TIMELINE, Pattern("ussr"), 6)[0]
    assert iso(spell.a) == "1970-01-01"
    (_, (spell,)) = filled.spells(TIMELINE, Pattern("ussr"), 9)[0]
    assert iso(spell.a) == "1972-01-01"
    assert filled.spells(TIMELINE, Pattern("gdr"), 8) == []


# Stretches and what was relearned


def test_stretches_that_share_a_day_with_a_span_are_spoken(filled):
    first, last = parse_at("1972-01-01"), parse_at("1972-12-31")
    (spoken,) = filled.spoken(TIMELINE, first, last, 9)
    assert spoken.relation == Relation("ussr", "supports", "libya")
    assert [spoken.stretch.status(day) for day in (first, first + 1)] == ["attested", "presumed"]
    assert json.loads("{" + spoken.tail)["evidence"] == ["pact"]
    assert filled.spoken(TIMELINE, parse_at("1970-01-01"), first - 1, 9) == []
    assert len(filled.spoken(TIMELINE, first - 1, first, 9)) == 1


def test_a_relation_that_is_lapsed_on_every_day_of_a_span_is_not_spoken(filled):
    lapsed_from = parse_at("1973-01-01")
    assert filled.spoken(TIMELINE, lapsed_from, lapsed_from + 99, 9) == []
    (spoken,) = filled.spoken(TIMELINE, lapsed_from - 1, lapsed_from + 99, 9)
    assert spoken.stretch.status(lapsed_from) == "lapsed"


def test_only_stretches_that_turn_within_a_span_are_asked_for(filled):
    began, lapsed_from = parse_at("1972-01-01"), parse_at("1973-01-01")
    for first, last, turning in (
        (began, began, 1),
        (began + 2, began + 9, 0),
        (began + 2, lapsed_from, 1),
        (began - 9, began - 1, 0),
    ):
        assert len(filled.spoken(TIMELINE, first, last, 9, turning=True)) == turning, (first, last)
    assert len(filled.spoken(TIMELINE, began + 2, began + 9, 9)) == 1
    both = filled.spoken(TIMELINE, began, parse_at("1990-01-01"), 9, turning=True)
    assert len(both) == 2
    assert filled.spoken(TIMELINE, began, parse_at("1990-01-01"), 9, turning=True, limit=1) == both[:1]


def test_an_end_of_what_never_began_is_not_relearned(store):
    append(store, *CAST)
    append(store, event("gone", "/1980", effect("ends")))
    assert store.relearned(TIMELINE, 4, 5) == []


def test_relearned_are_the_relations_whose_answers_differ(filled):
    pact, aid = Relation("ussr", "supports", "libya"), Relation("gdr", "supports", "libya")
    assert filled.relearned(TIMELINE, 0, 4) == []
    assert filled.relearned(TIMELINE, 4, 6) == [aid, pact]
    assert filled.relearned(TIMELINE, 6, 7) == [pact]
    assert filled.relearned(TIMELINE, 7, 8) == [aid]
    assert filled.relearned(TIMELINE, 4, 8) == [pact]
    assert filled.relearned(TIMELINE, 6, 9) == [aid, pact]
    assert filled.relearned(TIMELINE, 9, 9) == []


def test_what_is_undone_is_not_relearned(store):
    append(store, *CAST, PACT)
    append(store, retract("event", "pact"))
    append(store, correct(PACT))
    assert store.relearned(TIMELINE, 5, 6) == [Relation("ussr", "supports", "libya")]
    assert store.relearned(TIMELINE, 5, 5) == []


def test_the_end_of_an_actor_makes_its_relations_relearned(store):
    append(store, *CAST, *STATES)
    append(store, correct(actor("gdr", existed="/2019-05-01")))
    assert [tuple(relation)[:3] for relation in store.relearned(TIMELINE, 7, 8)] == [WAR, OLD, HELP]


def test_rebuilding_reads_every_entry_and_changes_no_answer(filled):
    question = Question(parse_at("1972-06-01"), lapsed=True)
    before = [filled.state(TIMELINE, question, position) for position in (0, 4, 6, 7, 8, 9)]
    assert filled.rebuild(TIMELINE) == 9
    assert [filled.state(TIMELINE, question, position) for position in (0, 4, 6, 7, 8, 9)] == before
    assert append(filled, document("later")).position == 10
