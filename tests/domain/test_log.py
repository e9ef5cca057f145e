"""What a batch does to the log: what is appended, what is there already, and what cannot stand."""

import pytest

from events.codec import correction
from events.errors import ConflictError, InvalidError, UnknownError
from events.log import MOST_PROBLEMS, Held, decide, touched
from events.model import Entry
from tests.domain.builders import TIMELINE, actor, correct, document, draft, effect, event, record, retract

PACT = event("pact", "1970", effect("starts"))
DESCRIPTION = {
    "entity": "timeline",
    "title": {"en": "The cold war"},
    "sides": [{"name": {"en": "East"}, "actors": ["gdr"]}],
}
CAST = [document(), actor("ussr"), actor("libya")]


def known(*lines, users=None):
    """What a log of these lines holds of each thing, as a store would look it up."""
    found = {}
    for line in map(draft, lines):
        key = (line.entity, line.id)
        recorded = found[key].recorded if key in found else line.body
        found[key] = Held(line.op, line.body, recorded, (users or {}).get(key, ()))
    return found


def outcome(batch, log):
    """What is appended, as (op, id), and how many drafts were there already."""
    decision = decide([draft(line) for line in batch], log)
    return [(sent.op, sent.id) for sent in decision.append], decision.existing


def refusal(kind, batch, log):
    with pytest.raises(kind) as caught:
        decide([draft(line) for line in batch], log)
    return caught.value


# Recording


def test_what_is_new_is_appended_in_the_order_of_the_batch():
    assert outcome([PACT, *CAST], {}) == (
        [("record", "pact"), ("record", "report"), ("record", "ussr"), ("record", "libya")],
        0,
    )


def test_the_same_content_again_appends_nothing():
    assert outcome([PACT, *CAST], known(*CAST, PACT)) == ([], 4)


def test_the_same_content_in_another_order_of_keys_or_with_its_entity_named_appends_nothing():
    same = {"entity": "event", **dict(reversed(PACT.items()))}
    assert outcome([same], known(*CAST, PACT)) == ([], 1)


def test_the_same_content_under_a_derived_id_appends_nothing():
    bare = event(None, "1970", effect("starts"))
    assert outcome([bare], known(*CAST, bare)) == ([], 1)
    assert outcome([{**bare, "id": draft(bare).id}], known(*CAST, bare)) == ([], 1)


def test_an_empty_batch_appends_nothing():
    assert outcome([], {}) == ([], 0)


def test_other_content_under_the_same_id_conflicts():
    error = refusal(ConflictError, [{**PACT, "date": "1971"}], known(*CAST, PACT))
    assert error.detail == (
        "The event 'pact': it is in the log with other content: correct it, or choose another id."
    )
    assert [(p.field, p.value) for p in error.problems] == [("id", "pact")]


def test_things_of_different_sorts_may_bear_the_same_id():
    assert outcome([document("ussr")], known(actor("ussr"))) == ([("record", "ussr")], 0)


def test_sending_the_recorded_line_again_after_a_correction_appends_nothing():
    log = known(*CAST, PACT, correct({**PACT, "date": "1971"}))
    assert outcome([PACT], log) == ([], 1)


def test_sending_what_a_retraction_took_back_again_appends_nothing():
    log = known(*CAST, PACT, retract("event", "pact"))
    assert outcome([PACT], log) == ([], 1)


def test_other_content_under_the_id_of_what_was_retracted_conflicts():
    error = refusal(ConflictError, [{**PACT, "date": "1971"}], known(*CAST, PACT, retract("event", "pact")))
    assert "it was retracted: correct it to reinstate it, or choose another id" in error.detail


def test_the_same_line_twice_in_a_batch_is_appended_once():
    assert outcome([PACT, PACT], known(*CAST)) == ([("record", "pact")], 1)


def test_two_lines_of_one_id_and_other_content_in_a_batch_conflict():
    batch = [record(PACT, TIMELINE, line=3), record({**PACT, "date": "1971"}, TIMELINE, line=9)]
    error = refusal(ConflictError, batch, known(*CAST))
    assert "number 3, has the same id with other content" in error.detail
    assert error.problems[0].line == 9


# References


def test_a_batch_may_use_what_it_declares_later():
    assert outcome([PACT, *CAST], {})[0][0] == ("record", "pact")


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (event("e", "1970", effect("starts", "gdr")), "effects[0]", "gdr"),
        (event("e", "1970", effect("starts", object="gdr")), "effects[0]", "gdr"),
        (
            event("e", "1970", participants=[{"actor": "ussr"}, {"actor": "gdr"}]),
            "participants[1].actor",
            "gdr",
        ),
        (event("e", "1970", sources=[{"document": "book"}]), "sources[0].document", "book"),
        (
            event("e", "1970", sources=[{"document": "report", "attributed_to": ["gdr"]}]),
            "sources[0].attributed_to[0]",
            "gdr",
        ),
        (actor("frg", succeeds=["gdr"]), "succeeds[0]", "gdr"),
        (DESCRIPTION, "sides[0].actors[0]", "gdr"),
    ],
)
def test_an_unknown_actor_or_document_is_refused_with_its_field(line, field, value):
    error = refusal(InvalidError, [record(line, TIMELINE, line=5)], known(*CAST))
    assert [(p.line, p.field, p.value) for p in error.problems] == [(5, field, value)]
    assert error.detail.endswith(f"{value!r}; record it, in this batch or before.")


def test_an_actor_is_no_document():
    error = refusal(InvalidError, [event("e", "1970", sources=[{"document": "ussr"}])], known(*CAST))
    assert error.detail.startswith("There is no document 'ussr'")


def test_a_retracted_actor_is_not_there_to_be_named():
    assert refusal(InvalidError, [PACT], known(*CAST, retract("actor", "ussr")))


def test_an_actor_retracted_in_the_same_batch_is_not_there_to_be_named():
    assert refusal(InvalidError, [retract("actor", "ussr"), PACT], known(*CAST))
    assert refusal(InvalidError, [PACT, retract("actor", "ussr")], known(*CAST))


def test_a_reinstated_actor_is_there_to_be_named():
    log = known(*CAST, retract("actor", "ussr"))
    assert outcome([PACT, correct(actor("ussr"))], log)[0] == [("record", "pact"), ("correct", "ussr")]


def test_a_correction_names_only_what_is_there():
    error = refusal(InvalidError, [correct({**PACT, "sources": [{"document": "book"}]})], known(*CAST, PACT))
    assert error.problems[0].field == "sources[0].document"


def test_reinstating_an_event_whose_actor_is_gone_is_refused():
    log = known(*CAST, PACT, retract("event", "pact"), retract("actor", "ussr"))
    assert refusal(InvalidError, [correct(PACT)], log)


def test_an_actor_does_not_succeed_itself():
    assert "An actor cannot succeed itself" in refusal(InvalidError, [actor("a", succeeds=["a"])], {}).detail


def test_what_is_there_already_is_not_checked_again():
    """An event stays where it is though its actor was renamed away since: sending it again is safe."""
    assert outcome([PACT], known(*CAST, PACT, retract("event", "pact"), retract("actor", "ussr"))) == ([], 1)


# Corrections


def test_a_correction_is_appended():
    assert outcome([correct({**PACT, "date": "1971"})], known(*CAST, PACT)) == ([("correct", "pact")], 0)


def test_the_current_correction_again_appends_nothing():
    slip = correct({**PACT, "date": "1971"})
    assert outcome([slip], known(*CAST, PACT, slip)) == ([], 1)


def test_the_current_correction_with_its_id_or_without_is_the_same():
    bare = {name: member for name, member in PACT.items() if name != "id"}
    log = known(*CAST, PACT, correct(PACT))
    assert outcome([correction("event", "pact", {**bare, "reason": "a slip"})], log) == ([], 1)


def test_another_reason_is_another_correction():
    assert outcome([correct(PACT, "typing")], known(*CAST, PACT, correct(PACT)))[0] == [("correct", "pact")]


def test_a_correction_that_is_no_longer_current_is_appended_again():
    first, second = correct({**PACT, "date": "1971"}), correct({**PACT, "date": "1972"})
    assert outcome([first], known(*CAST, PACT, first, second)) == ([("correct", "pact")], 0)


@pytest.mark.parametrize("line", [correct(PACT), retract("event", "pact"), retract("actor", "pact")])
def test_correcting_or_retracting_what_is_not_there_is_an_error(line):
    error = refusal(UnknownError, [line], known(*CAST))
    assert (error.what, error.name) == (line.entity, "pact")
    assert f"record it before you {line.op} it" in error.detail


def test_correcting_what_was_retracted_reinstates_it():
    log = known(*CAST, PACT, retract("event", "pact"))
    assert outcome([correct(PACT)], log) == ([("correct", "pact")], 0)


def test_what_was_reinstated_can_be_retracted_again():
    log = known(*CAST, PACT, retract("event", "pact"), correct(PACT))
    assert outcome([retract("event", "pact")], log) == ([("retract", "pact")], 0)


# Retractions


def test_a_retraction_is_appended():
    assert outcome([retract("event", "pact")], known(*CAST, PACT)) == ([("retract", "pact")], 0)


def test_the_current_retraction_again_appends_nothing():
    assert outcome([retract("event", "pact")], known(*CAST, PACT, retract("event", "pact"))) == ([], 1)


def test_retracting_with_another_reason_conflicts():
    error = refusal(
        ConflictError, [retract("event", "pact", "a hoax")], known(*CAST, PACT, retract("event", "pact"))
    )
    assert "it is retracted already, with another reason" in error.detail


@pytest.mark.parametrize("entity", ["actor", "document"])
def test_retracting_what_is_in_use_conflicts_naming_the_users(entity):
    id = "ussr" if entity == "actor" else "report"
    log = known(*CAST, PACT, users={(entity, id): ("pact", "treaty")})
    error = refusal(ConflictError, [retract(entity, id)], log)
    assert (
        error.detail
        == f"The {entity} '{id}': it is named by 'pact', 'treaty': retract or correct those first."
    )


def test_retracting_what_nothing_names_is_fine():
    assert outcome([retract("actor", "ussr")], known(*CAST)) == ([("retract", "ussr")], 0)


# All of it at once


def test_every_problem_of_a_batch_is_told_and_nothing_is_appended():
    batch = [event(f"e{i}", "1970", effect("starts", f"unknown-{i}")) for i in range(3)] + [
        {**PACT, "date": "1971"}
    ]
    error = refusal(InvalidError, batch, known(*CAST, PACT))
    assert error.detail.startswith(
        "4 problems, nothing was appended; the first: There is no actor 'unknown-0'"
    )
    assert len(error.problems) == 4


def test_an_endless_list_of_problems_is_cut_and_counted():
    batch = [event(f"e{i}", "1970", effect("starts", "nobody")) for i in range(MOST_PROBLEMS + 7)]
    error = refusal(InvalidError, batch, known(*CAST))
    assert (len(error.problems), error.detail.split()[0]) == (MOST_PROBLEMS, str(MOST_PROBLEMS + 7))


def test_a_decision_depends_on_what_a_batch_is_about_and_what_it_names():
    assert touched([draft(PACT), retract("actor", "gdr")]) == {
        ("event", "pact"),
        ("actor", "ussr"),
        ("actor", "libya"),
        ("document", "report"),
        ("actor", "gdr"),
    }


def test_what_was_erased_is_neither_alike_nor_live():
    erased = Entry(1, "2026-11-22T18:00:00.000000Z", "erase", "event", "pact", "desk", None)
    log = {**known(*CAST), ("event", "pact"): Held(erased.op, erased.body, None)}
    assert refusal(ConflictError, [PACT], log)
