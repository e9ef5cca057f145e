"""A large batch goes in chunk by chunk, and is seen all at once or never: alike for every store."""

from __future__ import annotations

import threading

import pytest

from events.answer import Question
from events.ask import root
from events.days import day_of
from events.errors import BusyError, ConflictError, InvalidError, PositionConflictError, UnknownError
from events.prepared import prepare
from events.search import STATUSES, Query
from events.stores import Pattern
from events.verify import verify
from tests.domain.builders import TIMELINE, actor, correct, document, draft, effect, event, retract
from tests.tlog import textbook

CAST = (actor("ussr"), actor("libya"), document())
PACT = event("pact", "1970", effect("starts", "ussr"))
TREATY = event("treaty", "1971", effect("starts", "libya", object="ussr"))


ANYTHING = Query.of(status=STATUSES)


def append(store, *lines):
    return store.append(TIMELINE, [draft(line) for line in lines], author="desk", create=True)


def stage(store, **options):
    return store.stage(TIMELINE, author="desk", create=True, **options)


def prepared(*lines):
    return [prepare(draft(line)) for line in lines]


def staged(store, *lines, **options):
    """Append lines as a large batch does."""
    with stage(store, **options) as batch:
        for line in lines:
            batch.add(prepared(line))
        batch.check()
        batch.finish()
        return batch.seal()


def checked(store, drafts, size):
    """Let a large batch come in chunks of some size, and check it."""
    with stage(store) as batch:
        for start in range(0, len(drafts), size):
            batch.add([prepare(one) for one in drafts[start : start + size]])
        batch.check()


def broken_off(store, *lines):
    """Let something else fail while a large batch comes in."""
    with stage(store) as batch:
        batch.add(prepared(*lines))
        raise ZeroDivisionError


def everything(store):
    """All that readers can see of the timeline."""
    head = store.head(TIMELINE)
    return (
        head,
        list(store.entries(TIMELINE)),
        list(store.proofs(TIMELINE)),
        root(store, TIMELINE, head.position),
        store.spells(TIMELINE, Pattern(), head.position),
        store.listing(TIMELINE, "event", head.position, None, 100),
        store.listing(TIMELINE, "actor", head.position, None, 100),
        found(store, head.position),
        store.concerning(TIMELINE, ANYTHING, head.position + 1, 100),
    )


def found(store, upto, query=None):
    """The ids of what is found, by default of all that there is."""
    return [hit.entry.id for hit in store.search(TIMELINE, query or ANYTHING, upto, None, 100)]


def test_a_staged_batch_is_one_commit(store):
    append(store, *CAST)
    receipt = staged(store, PACT, TREATY)
    assert (receipt.position, receipt.appended, receipt.existing) == (5, 2, 0)
    assert store.head(TIMELINE) == (5, receipt.recorded_at)
    assert {entry.recorded_at for entry in store.entries(TIMELINE, 3)} == {receipt.recorded_at}
    assert store.resolve(TIMELINE, 4).position == 3
    assert verify(store, TIMELINE).faults == []


def test_it_may_declare_and_use_in_any_order(store):
    assert staged(store, PACT, *CAST).position == 4
    assert [relation.subject for relation, _ in store.spells(TIMELINE, Pattern(), 4)] == ["ussr"]


def test_nothing_of_it_is_seen_before_it_is_sealed(store):
    append(store, *CAST)
    before = everything(store)
    seen = []
    with stage(store) as batch:
        for line in (PACT, TREATY):
            batch.add(prepared(line))
            reader = threading.Thread(target=lambda: seen.append(everything(store)))
            reader.start()
            reader.join()
        batch.check()
        batch.finish()
        reader = threading.Thread(target=lambda: seen.append(everything(store)))
        reader.start()
        reader.join()
        batch.seal()
    assert seen == [before] * 3
    assert everything(store) != before


def test_a_timeline_that_it_begins_is_not_there_before_it_is_sealed(store):
    with stage(store) as batch:
        batch.add(prepared(*CAST))
        names = []
        reader = threading.Thread(target=lambda: names.append(store.timelines()))
        reader.start()
        reader.join()
        assert names == [[]]
        batch.check()
        batch.finish()
        batch.seal()
    assert [name for name, _ in store.timelines()] == [TIMELINE]


def test_one_that_is_not_sealed_leaves_nothing(store):
    append(store, *CAST, PACT)
    before = everything(store)
    with stage(store) as batch:
        batch.add(prepared(TREATY, event("end", "1975", effect("ends", "ussr"))))
        batch.check()
        batch.finish()
    with pytest.raises(ZeroDivisionError):
        broken_off(store, TREATY)
    assert everything(store) == before
    assert verify(store, TIMELINE).faults == []
    assert append(store, TREATY).position == 5


def test_once_finished_it_can_be_asked_what_would_be(store):
    append(store, *CAST)
    with stage(store) as batch:
        batch.add(prepared(PACT))
        batch.check()
        receipt = batch.finish()
        assert batch.commit == (receipt.position, receipt.recorded_at)
        assert [relation.subject for relation, _ in store.spells(TIMELINE, Pattern(), receipt.position)] == [
            "ussr"
        ]
        assert len(store.relearned(TIMELINE, 3, receipt.position)) == 1


def test_what_it_states_is_found_once_it_is_sealed_as_if_appended(store):
    append(store, *CAST)
    treaty = {**TREATY, "title": "A treaty of friendship"}
    with stage(store) as batch:
        batch.add(prepared(PACT))
        batch.add(prepared(treaty, actor("cuba", name="Cuba")))
        batch.check()
        batch.finish()
        assert found(store, batch.commit.position, Query.of("friendship")) == ["treaty"]
        batch.seal()
    assert found(store, 6, Query.of("friendship")) == ["treaty"]
    assert found(store, 6, Query.of("cuba")) == ["cuba"]
    assert found(store, 6, Query.of(actor=["ussr"], entity=["event"])) == ["treaty", "pact"]
    append(store, correct({**treaty, "title": "A treaty of trade"}))
    assert found(store, 7, Query.of("friendship")) == []
    assert found(store, 7, Query.of("trade", status=["corrected"])) == ["treaty"]
    assert verify(store, TIMELINE).faults == []


def test_what_it_says_of_names_of_a_time_is_told_of_that_time(store):
    burma = actor("burma", name="Myanmar", known_as=[{"name": "Burma", "during": "../1989-06-18"}])
    staged(store, *CAST, burma, event("pact", "1970", effect("starts", "burma")))
    for day, name in ((day_of(1975, 1, 1), "Burma"), (day_of(1995, 1, 1), "Myanmar")):
        assert f'"name":"{name}"' in store.state(TIMELINE, Question(day, lapsed=True), 5).actors


@pytest.mark.parametrize("sizes", [(1, 255), (200, 300, 300), (700,), (256, 256), (1000, 30)])
def test_its_tree_is_that_of_the_textbook_however_it_came_in(store, sizes):
    """Also after another one of other sizes was given up, at the last moment."""
    append(store, *CAST)
    for sizes_of_this, keep in ((sizes[::-1], False), (sizes, True)):
        with stage(store) as batch:
            for part, size in enumerate(sizes_of_this):
                batch.add(prepared(*(document(f"{keep}-{part}-{n}") for n in range(size))))
            batch.check()
            batch.finish()
            if keep:
                batch.seal()
    append(store, *(actor(f"a{n}") for n in range(300)))
    leaves = [leaf for _, leaf, _ in store.proofs(TIMELINE)]
    assert len(leaves) == 303 + sum(sizes)
    for size in (3, 256, 3 + sum(sizes), len(leaves)):
        assert root(store, TIMELINE, size) == textbook.root(leaves[:size])
    assert verify(store, TIMELINE).faults == []


def test_sending_it_again_appends_nothing(store):
    staged(store, *CAST, PACT)
    before = everything(store)
    receipt = staged(store, *CAST, PACT, TREATY, TREATY)
    assert (receipt.appended, receipt.existing) == (1, 5)
    receipt = staged(store, *CAST, PACT, TREATY)
    assert (receipt.position, receipt.appended, receipt.existing) == (5, 0, 5)
    assert everything(store)[1][:4] == before[1]


def test_others_may_append_elsewhere_but_not_here_while_it_goes_in(store):
    append(store, *CAST)
    if hasattr(store, "connections"):
        store.connections.busy_seconds = 0.2
    with stage(store) as batch:
        batch.add(prepared(PACT))
        store.append("elsewhere", [draft(line) for line in CAST], author="desk", create=True)
        with pytest.raises(BusyError, match="large batch"):
            append(store, TREATY)
        batch.check()
        batch.finish()
        batch.seal()
    assert append(store, TREATY).position == 5
    assert store.head("elsewhere").position == 3


@pytest.mark.parametrize(
    ("lines", "error", "said"),
    [
        ([event("e", "1970", effect("starts", "nobody"))], InvalidError, "There is no actor 'nobody'"),
        ([event("e", "1970", sources=[{"document": "lost"}])], InvalidError, "There is no document 'lost'"),
        ([actor("ussr", name="The Soviet Union")], ConflictError, "it is in the log with other content"),
        ([actor("cuba"), actor("cuba", name="Cuba")], ConflictError, "another one in this batch, number 1"),
        ([actor("cuba", succeeds=["cuba"])], InvalidError, "An actor cannot succeed itself"),
        ([actor("gone", name="Gone")], ConflictError, "it was retracted"),
    ],
)
def test_it_is_refused_as_any_batch_is(store, lines, error, said):
    append(store, *CAST, actor("gone"))
    append(store, retract("actor", "gone"))
    drafts = [draft(line) for line in lines]
    numbered = [type(d)(d.op, d.entity, d.id, d.thing, d.body, at) for at, d in enumerate(drafts, 1)]
    with pytest.raises(error, match=said) as once:
        store.append(TIMELINE, numbered, author="desk")
    for size in (1, len(numbered)):
        with pytest.raises(error, match=said) as caught:
            checked(store, numbered, size)
        assert caught.value.problems == once.value.problems
    assert store.head(TIMELINE).position == 5


def test_it_goes_to_a_timeline_that_is_there_and_stands_where_it_should(store):
    with pytest.raises(UnknownError, match="timeline"), store.stage(TIMELINE, author="desk"):
        pass
    append(store, *CAST)
    with pytest.raises(PositionConflictError), stage(store, expected_position=2):
        pass
    assert staged(store, PACT, expected_position=3).position == 4
