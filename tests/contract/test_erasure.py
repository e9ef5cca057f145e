"""What every store promises of erasure by law: the words are gone, at every position; the proofs stay."""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import merkle, present, prove
from events.answer import Question
from events.ask import root
from events.errors import BusyError, ConflictError, ForkedError, InvalidError, UnknownError
from events.explain import explain
from events.model import Erased, Why
from events.moments import parse_at
from events.prepared import prepare
from events.stores import Pattern
from events.stores.memory import MemoryStore
from events.tlog import tree
from events.verify import verify
from tests.contract.random_logs import FIRST, LAST, logs
from tests.contract.test_equivalence import _FILTERS, days_of_interest, replayed, told, written
from tests.contract.test_tree import kept
from tests.domain.builders import RELATION, TIMELINE, actor, correct, document, draft, effect, event, retract
from tests.tlog import textbook

WHY = Why("Court of Appeal, 12 May 2026", "the registrar")
CAST = (actor("ussr"), actor("libya"), document())
PACT = event("pact", "1970", effect("starts"), as_written="in 1970")
LATER = event("later", "1971", effect("holds"))
END = event("end", "1975", effect("ends"))
DAY = parse_at("1971-06-01")

_names = (f"erased-{number}" for number in count())


@pytest.fixture
def store(open_store):
    """A log of six: two actors, a document, and an event each for a beginning, a middle and an end."""
    store = open_store()
    for line in (*CAST, PACT, LATER, END):
        store.append(TIMELINE, [draft(line)], author="desk", create=True)
    return store


def erase(store, *positions, why=WHY):
    return store.erase(TIMELINE, positions, why, author="clerk")


def entry(store, position):
    (found,) = store.entries(TIMELINE, position - 1, position)
    return found


def state(store, known_at, day=DAY):
    return json.loads(told(store, TIMELINE, Question(day), known_at))


def proofs(store, upto):
    return [(header, leaf) for header, leaf, _ in store.proofs(TIMELINE, 0, upto)]


def test_an_entry_says_who_had_it_erased_when_and_why(store):
    receipt = erase(store, 4)
    assert (receipt.position, receipt.appended, receipt.existing) == (7, 1, 0)
    by = entry(store, 7)
    assert (by.op, by.entity, by.id, by.author) == ("erase", "event", "pact", "clerk")
    assert by.recorded_at == receipt.recorded_at == store.head(TIMELINE).recorded_at
    assert json.loads(by.body) == {"positions": [4], "reason": WHY.reason, "by": WHY.by}


def test_body_and_salt_are_gone_and_what_was_hashed_stays(store):
    before = proofs(store, 6)
    header = before[3][0]
    erase(store, 4)
    gone = entry(store, 4)
    assert (gone.body, gone.erased, gone.id) == (None, 7, "pact")
    assert [salt for *_, salt in store.proofs(TIMELINE, 3, 4)] == [None]
    assert proofs(store, 6) == before
    assert merkle.leaf(header) == before[3][1]


def test_every_root_and_every_proof_is_as_it_was(store):
    roots = [root(store, TIMELINE, size) for size in range(7)]
    before = [prove.inclusion(store, TIMELINE, position, 6) for position in range(1, 7)]
    erase(store, 4, 1 + 4)
    assert [root(store, TIMELINE, size) for size in range(7)] == roots
    for position, proof in enumerate(before, 1):
        found = prove.inclusion(store, TIMELINE, position, 6)
        assert {**found, "salt": 0, "body": 0, "erased": 0} == {**proof, "salt": 0, "body": 0, "erased": 0}
        assert found.get("erased") == {4: 7, 5: 8}.get(position)
    leaves = [leaf for _, leaf in proofs(store, 8)]
    assert tree.root(partial(store.hashes, TIMELINE), 8) == textbook.root(leaves)


@pytest.mark.parametrize("known_at", [4, 5, 6, 7])
def test_no_state_of_the_log_rests_on_it_any_more_and_each_says_so(store, known_at):
    erase(store, 4)
    found = state(store, known_at)
    assert "pact" not in json.dumps(found["relations"])
    assert found["erased"] == {"entries": 1, "by": [7]}
    explained = explain(store, TIMELINE, RELATION, DAY, store.resolve(TIMELINE, known_at))
    assert explained["erased"] == Erased(1, (7,))._asdict()
    assert "pact" not in json.dumps(explained["spells"])


def test_what_was_known_before_it_is_told_as_before(store):
    before = told(store, TIMELINE, Question(DAY), 3)
    erase(store, 4)
    assert told(store, TIMELINE, Question(DAY), 3) == before
    assert "erased" not in state(store, 3)
    assert store.erased(TIMELINE, 3) == Erased()


def test_the_event_tells_its_history_without_words(store):
    erase(store, 4)
    told = present.history(store.history(TIMELINE, "event", "pact", 7))
    assert (told["status"], told["event"]) == ("erased", None)
    assert [(line["op"], line["body"], line.get("erased")) for line in told["history"]] == [
        ("record", None, 7),
        ("erase", {"positions": [4], "reason": WHY.reason, "by": WHY.by}, None),
    ]
    assert "pact" not in [item.entry.id for item in store.listing(TIMELINE, "event", 7, None, 9)]
    assert [line.position for line in store.history(TIMELINE, "event", "pact", 6)] == [4]


def test_doing_it_again_appends_nothing(store):
    erase(store, 4)
    receipt = erase(store, 4)
    assert (receipt.position, receipt.appended, receipt.existing) == (7, 0, 1)
    assert (erase(store, 4, 5).appended, store.head(TIMELINE).position) == (1, 8)


def test_one_erasure_of_much_is_one_commit_with_an_entry_for_each_thing(store):
    store.append(TIMELINE, [correct({**PACT, "title": "Name"})], author="desk")
    receipt = erase(store, 7, 4, 5, 4)
    assert (receipt.position, receipt.appended) == (9, 2)
    assert [json.loads(entry(store, position).body)["positions"] for position in (8, 9)] == [[4, 7], [5]]
    assert entry(store, 8).recorded_at == entry(store, 9).recorded_at
    assert store.erased(TIMELINE, 9) == Erased(3, (8, 9))


def test_what_corrects_it_goes_on_standing(store):
    store.append(TIMELINE, [correct({**PACT, "title": "without the name"})], author="desk")
    before = state(store, 7)["relations"]
    erase(store, 4)
    assert state(store, 8)["relations"] == state(store, 7)["relations"] == before
    assert "pact" not in json.dumps(state(store, 6)["relations"])
    assert present.history(store.history(TIMELINE, "event", "pact", 8))["status"] == "live"


def test_a_correction_that_is_erased_lets_nothing_stand(store):
    """What it corrected was wrong, and what was right nobody may know."""
    store.append(TIMELINE, [correct({**PACT, "title": "with the name"})], author="desk")
    erase(store, 7)
    assert "pact" in json.dumps(state(store, 6)["relations"])
    assert "pact" not in json.dumps(state(store, 8)["relations"])


def test_it_can_be_recorded_no_more_but_corrected_to_what_may_be_said(store):
    erase(store, 4)
    with pytest.raises(ConflictError, match="erased by law"):
        store.append(TIMELINE, [draft(PACT)], author="desk")
    with pytest.raises(ConflictError, match="erased by law"):
        store.append(TIMELINE, [retract("event", "pact")], author="desk")
    with store.stage(TIMELINE, author="desk") as batch:
        batch.add([prepare(draft(PACT))])
        with pytest.raises(ConflictError, match="erased by law"):
            batch.check()
    store.append(TIMELINE, [correct(event("pact", "1970", effect("starts")))], author="desk")
    assert "pact" in json.dumps(state(store, 8)["relations"])
    assert verify(store, TIMELINE).faults == []


@pytest.mark.parametrize(("position", "said"), [(3, "'pact', 'later', 'end'"), (1, "'pact', 'later', 'end'")])
def test_what_others_name_is_not_erased_without_them(store, position, said):
    before = list(store.entries(TIMELINE))
    with pytest.raises(ConflictError, match=said) as refused:
        erase(store, position)
    assert refused.value.problems
    assert list(store.entries(TIMELINE)) == before
    assert verify(store, TIMELINE).faults == []
    erase(store, position, 4, 5, 6)
    assert state(store, 6)["relations"] == []
    assert verify(store, TIMELINE).faults == []


def test_the_old_name_of_an_actor_can_be_erased_once_it_has_another(store):
    store.append(TIMELINE, [correct(actor("ussr", name="A union"))], author="desk")
    erase(store, 1)
    assert state(store, 7)["actors"]["ussr"] == {"name": "A union", "type": "state"}
    assert state(store, 6)["actors"]["ussr"] == {"name": "ussr", "type": None, "erased": True}
    assert state(store, 6)["relations"] == state(store, 7)["relations"]
    assert verify(store, TIMELINE).faults == []


def test_when_an_erased_actor_ended_is_forgotten_too(store):
    store.append(TIMELINE, [correct(actor("ussr", existed="../1971-01-01"))], author="desk")
    store.append(TIMELINE, [correct(actor("ussr", existed="../1971-02-01"))], author="desk")
    ended = state(store, 7)["relations"]
    erase(store, 7)
    assert ended == []
    assert state(store, 7)["relations"] == state(store, 6)["relations"]
    assert state(store, 8)["relations"] == []
    assert store.rebuild(TIMELINE) == 9
    assert state(store, 8)["relations"] == []
    assert verify(store, TIMELINE).faults == []


def test_a_reason_that_says_too_much_can_be_erased(store):
    store.append(TIMELINE, [retract("event", "pact", "he is dead")], author="desk")
    erase(store, 7)
    assert entry(store, 7).body is None
    told = present.history(store.history(TIMELINE, "event", "pact", 8))
    assert told["status"] == "retracted"
    assert "pact" not in json.dumps(state(store, 8)["relations"])
    assert "pact" in json.dumps(state(store, 6)["relations"])


def test_an_erasure_stays(store):
    erase(store, 4)
    with pytest.raises(ConflictError, match="position 7 is an erasure, which stays"):
        erase(store, 7)


@pytest.mark.parametrize("position", [0, 7, 10**12])
def test_what_is_not_there_is_not_erased(store, position):
    with pytest.raises(UnknownError, match="position"):
        erase(store, 4, position)
    assert store.head(TIMELINE).position == 6
    with pytest.raises(UnknownError, match="timeline"):
        store.erase("nowhere", [1], WHY, author="clerk")


def test_it_needs_a_reason(store):
    with pytest.raises(InvalidError):
        erase(store, 4, why=Why(""))
    assert entry(store, 4).body is not None


def test_while_a_large_batch_goes_in_nothing_is_erased(store):
    if hasattr(store, "connections"):
        store.connections.busy_seconds = 0.2
    with store.stage(TIMELINE, author="desk") as batch:
        batch.add([prepare(draft(document("another")))])
        with pytest.raises(BusyError, match="large batch"):
            erase(store, 4)
    assert erase(store, 4).position == 7


def test_a_log_that_is_not_the_one_that_was_signed_is_not_erased_from(store, tmp_path):
    kept(store, tmp_path, 9, bytes(32))
    with pytest.raises(ForkedError):
        erase(store, 4)


def test_after_any_erasures_every_answer_is_that_of_the_replay(store):
    """On both axes, before and after the indexes are made anew; and alike in every store."""

    @settings(max_examples=max(20, settings().max_examples // 4))
    @given(logs(), st.integers(0, 2**32))
    def check(batches, seed):
        timeline, oracle, random = next(_names), MemoryStore(), Random(seed)
        for each in (store, oracle):
            written(each, timeline, batches)
        days = days_of_interest(list(store.entries(timeline)))
        for _ in range(random.randint(1, 3)):
            head = store.head(timeline).position
            positions = random.sample(range(1, head + 1), random.randint(1, min(head, 6)))
            assert tried(store, timeline, positions) == tried(oracle, timeline, positions)
        entries = list(store.entries(timeline))
        asked = [
            (
                Question.of(random.choice([*days, random.randint(FIRST, LAST)]), **random.choice(_FILTERS)),
                random.randint(0, len(entries)),
            )
            for _ in range(40)
        ]
        expected = [replayed(store, timeline, entries, *pair) for pair in asked]
        assert [told(store, timeline, *pair) for pair in asked] == expected
        for upto in {store.resolve(timeline, known_at).position for _, known_at in asked}:
            assert store.spells(timeline, Pattern(), upto) == oracle.spells(timeline, Pattern(), upto)
            assert store.spoken(timeline, FIRST, LAST, upto) == oracle.spoken(timeline, FIRST, LAST, upto)
        assert verify(store, timeline, 5).faults == []
        store.rebuild(timeline)
        assert [told(store, timeline, *pair) for pair in asked] == expected

    check()


def tried(store, timeline, positions):
    """What an erasure did, or why it was refused."""
    try:
        receipt = store.erase(timeline, positions, WHY, author="clerk")
    except ConflictError as error:
        return error.detail, error.problems
    return receipt.position, receipt.appended, receipt.existing
