"""From lines to drafts and back: ids, canonical bodies, sizes, and that no value breaks the codec."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import strict_json
from events.codec import MAX_BODY, content, correction, derived_id, record, retraction, thing_of
from events.errors import AllegianceError, InvalidError, TooLargeError
from events.model import (
    Actor,
    Document,
    Effect,
    Event,
    Participant,
    Relation,
    Side,
    Source,
    Timeline,
    references,
)
from events.schemas import SCHEMAS, EffectSchema, MediaSchema, SourceSchema
from events.strict_json import MAX_INTEGER
from tests.domain.builders import TIMELINE, actor, document, effect, event

PACT = event("pact", "1970", effect("starts"))


def recorded(line):
    return record(line, TIMELINE)


# Values


def test_an_event_is_read_in_full():
    line = event(
        "pact",
        "1970~",
        effect("starts", means=["weapons"], under="the treaty", note="as reported"),
        type="agreement",
        title="A pact",
        names={"fr": "Un pacte"},
        as_written="about 1970",
        date_basis="stated",
        confidence="low",
        participants=[{"actor": "libya", "role": "host"}, {"actor": "ussr"}],
        tags=["cold war"],
        location="Tripoli",
        media=[{"url": "https://example.org/a.jpg", "alt": "two men"}],
        sources=[{"document": "report", "quote": "a pact", "offset": 3, "attributed_to": ["ussr"]}],
    )
    assert recorded(line).thing == Event(
        date=recorded(event("e", "1970~")).thing.date,
        sources=(Source("report", "a pact", 3, ("ussr",)),),
        type="agreement",
        title="A pact",
        names={"fr": "Un pacte"},
        as_written="about 1970",
        date_basis="stated",
        confidence="low",
        effects=(
            Effect(
                "starts", Relation("ussr", "supports", "libya", "the treaty"), ("weapons",), "as reported"
            ),
        ),
        participants=(Participant("libya", "host"), Participant("ussr")),
        tags=("cold war",),
        location="Tripoli",
        media=({"url": "https://example.org/a.jpg", "alt": "two men"},),
    )


def test_an_event_needs_a_date_and_a_source_and_nothing_else():
    thing = recorded({"date": "1970", "sources": [{"document": "report"}]}).thing
    assert (thing.type, thing.effects, thing.title) == ("other", (), None)


def test_an_actor_is_read_in_full():
    line = actor(
        "gnu", name="GNU", names={"ar": "ح"}, aliases=["Unity"], codes={"cow": "620"}, succeeds=["gna"]
    )
    thing = recorded({**line, "existed": "2021-03-15/.."}).thing
    assert thing == Actor("GNU", "state", {"ar": "ح"}, ("Unity",), thing.existed, {"cow": "620"}, ("gna",))
    assert thing.end is None


@pytest.mark.parametrize(
    ("existed", "ends"),
    [("1922/1991-12-26", True), ("/1991", True), ("1991", True), ("1922/..", False), ("1922/", False)],
)
def test_an_actor_has_ended_where_its_end_is_known(existed, ends):
    assert (recorded(actor("ussr", existed=existed)).thing.end is not None) == ends


def test_a_document_is_read_in_full():
    fields = {
        "publisher": "TRT World",
        "url": "https://example.org",
        "archive_url": "http://a.example",
        "sha256": "0" * 64,
    }
    thing = recorded({**document(**fields), "published": "[2020-02-22..2020-03]"}).thing
    assert thing == Document("A report", **{**fields, "published": thing.published})


def test_a_timelines_description_is_read_in_full_and_bears_the_timelines_name():
    line = {
        "entity": "timeline",
        "title": {"en": "Libya"},
        "description": {"en": "Who\nand whom"},
        "sides": [{"name": {"en": "Tripoli"}, "actors": ["gna"]}],
    }
    draft = recorded(line)
    assert (draft.entity, draft.id) == ("timeline", TIMELINE)
    assert draft.thing == Timeline(
        {"en": "Libya"}, {"en": "Who\nand whom"}, (Side({"en": "Tripoli"}, ("gna",)),)
    )


def test_an_undirected_relation_has_its_actors_in_one_order():
    one = recorded(event("e", "1970", effect("starts", "b", "fights", "a"))).thing
    assert one.effects[0].relation == Relation("a", "fights", "b")


def test_a_thing_names_its_actors_and_documents_each_with_the_field():
    line = event(
        "e",
        "1970",
        effect("starts", "a", "supports", "b"),
        participants=[{"actor": "c"}],
        sources=[{"document": "d"}, {"document": "d", "attributed_to": ["e"]}],
    )
    assert [tuple(reference) for reference in references(recorded(line).thing)] == [
        ("actor", "a", "effects[0]"),
        ("actor", "b", "effects[0]"),
        ("actor", "c", "participants[0].actor"),
        ("document", "d", "sources[0].document"),
        ("document", "d", "sources[1].document"),
        ("actor", "e", "sources[1].attributed_to[0]"),
    ]


def test_what_is_kept_gives_the_same_thing_again():
    for line in (PACT, actor("ussr", existed="1922/1991-12-26"), document(published="2020~")):
        draft = recorded(line)
        assert thing_of(draft.entity, draft.body) == draft.thing
    corrected = correction("event", "pact", {**PACT, "reason": "a slip"})
    assert thing_of("event", corrected.body) == corrected.thing


# Bodies and ids


def test_a_body_is_what_was_sent_as_canonical_json():
    line = {"sources": [{"document": "report"}], "title": "Pacte d’amitié", "date": "1970"}
    assert recorded(line).body == (
        '{"date":"1970","sources":[{"document":"report"}],"title":"Pacte d’amitié"}'.encode()
    )


def test_nothing_is_added_to_a_body():
    assert json.loads(recorded({**PACT}).body) == PACT


def test_a_body_keeps_its_id_and_entity_and_its_content_is_the_rest():
    body = recorded({**PACT, "entity": "event"}).body
    assert json.loads(body)["entity"] == "event"
    assert content(body) == {name: member for name, member in PACT.items() if name != "id"}


def test_an_id_that_was_not_sent_is_derived_from_the_content():
    draft = recorded(event(None, "1970", effect("starts")))
    assert draft.id == derived_id(draft.body)
    assert (draft.id[:7], len(draft.id)) == ("sha256:", 47)
    assert recorded({**event(None, "1970"), "id": draft.id}).id == draft.id


def test_a_derived_id_is_the_same_for_any_order_of_keys_and_any_spacing():
    one = '{"date": "1970", "sources": [{"document": "report", "quote": "é"}], "title": "A"}'
    other = '{"title":"A","sources":[{"quote":"\\u00e9","document":"report"}],\n"date":"1970"}'
    assert recorded(strict_json.read(one)).id == recorded(strict_json.read(other)).id


def test_a_derived_id_differs_with_the_content():
    assert recorded(event(None, "1970")).id != recorded(event(None, "1971")).id


def test_a_derived_id_never_changes():
    assert recorded({"date": "1970", "sources": [{"document": "report"}]}).id == (
        "sha256:b86c7ddcf17201e133c83938718e3a911dc28c16"
    )


def test_the_id_of_a_description_is_the_timelines_name_or_left_out():
    line = {"entity": "timeline", "title": {"en": "Libya"}}
    assert recorded({**line, "id": TIMELINE}).id == TIMELINE
    with pytest.raises(InvalidError, match="leave the id out or write 'libya'"):
        recorded({**line, "id": "syria"})


@pytest.mark.parametrize("make", [correction, retraction])
def test_a_correction_or_retraction_of_one_thing_does_not_bear_the_id_of_another(make):
    body = {**PACT, "reason": "a slip"} if make is correction else {"id": "pact", "reason": "not so"}
    assert make("event", "pact", body).id == "pact"
    with pytest.raises(InvalidError) as caught:
        make("event", "treaty", body)
    assert [(p.field, p.value) for p in caught.value.problems] == [("id", "pact")]


def test_a_correction_keeps_its_reason_in_its_body():
    assert json.loads(correction("event", "pact", {**PACT, "reason": "a slip"}).body)["reason"] == "a slip"
    assert retraction("event", "pact", {"reason": "not so"}).body == b'{"reason":"not so"}'


def test_a_body_over_its_limit_is_too_large():
    line = event("pact", "1970", *[effect("starts", note="ل" * 1500)] * 100)
    with pytest.raises(TooLargeError) as caught:
        record(line, TIMELINE, line=3)
    assert str(MAX_BODY) in caught.value.detail
    assert caught.value.problems[0].line == 3


def test_a_body_may_have_all_the_bytes_of_the_limit():
    effects = [effect("starts", note="x" * 2450)] * 100
    spare = MAX_BODY - len(recorded(event("pact", "1970", *effects, as_written="x")).body)
    tags = ["x" * 97] * (spare // 100 - 1)
    body = recorded(event("pact", "1970", *effects, as_written="x", tags=tags)).body
    assert MAX_BODY - 200 < len(body) <= MAX_BODY


# Whatever is sent

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
_FIELDS = sorted({name for schema in SCHEMAS.values() for name in schema().fields})
_INNER = sorted({name for schema in (EffectSchema, SourceSchema, MediaSchema) for name in schema().fields})
_NAMES = st.sampled_from([*_FIELDS, *_INNER, "actor", "role", "reason", "en", "type", "coordinates"])
_WORDS = st.sampled_from(
    ["event", "actor", "timeline", "1970", "/1970", "starts", "ends", "lasts", "supports", "a"]
)
_NUMBERS = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False, allow_infinity=False)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXT | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES | _TEXT, inner, max_size=6),
    max_leaves=25,
)
_LINES = st.sampled_from([PACT, actor("ussr"), document(), {"entity": "timeline", "title": {"en": "Libya"}}])
_ALMOST = st.builds(lambda line, name, value: {**line, name: value}, _LINES, _NAMES | _TEXT, _ANYTHING)


def _accepted_or_refused(make, value):
    with suppress(AllegianceError):
        draft = make(value)
        assert draft.body == strict_json.canonical(strict_json.read(draft.body))
        assert draft.op == "retract" or thing_of(draft.entity, draft.body) == draft.thing


@given(_ANYTHING | _ALMOST)
def test_any_value_is_taken_or_refused(value):
    _accepted_or_refused(recorded, value)


@given(_ANYTHING | _ALMOST)
def test_any_value_is_taken_or_refused_as_a_correction(value):
    _accepted_or_refused(lambda sent: correction("event", "pact", sent), value)


@given(_ANYTHING)
def test_any_value_is_taken_or_refused_as_a_retraction(value):
    _accepted_or_refused(lambda sent: retraction("event", "pact", sent), value)


@pytest.mark.parametrize("field", ["title", "date", "id", "location", "a\ud800"])
def test_half_a_surrogate_pair_that_never_was_json_is_refused_too(field):
    with pytest.raises(InvalidError):
        recorded({**PACT, field: "\ud800"})
