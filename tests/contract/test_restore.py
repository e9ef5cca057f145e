"""What every store promises of entries that another store hands it verbatim."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from events import merkle
from events.ask import root
from events.copying import copy
from events.errors import BusyError, ConflictError, InvalidError
from events.model import Erased, Why
from events.sealed import Sealed
from events.search import Query
from events.stores import Pattern
from events.stores.memory import MemoryStore
from events.verify import verify
from tests.contract.random_logs import logs
from tests.domain.builders import actor, correct, document, draft, effect, event, retract

CAST = [document(), actor("ussr"), actor("libya")]
PACT = event("pact", "1970-01-01", effect("starts"))
BATCHES = [
    CAST,
    [PACT],
    [correct(event("pact", "1971", effect("starts")))],
    [retract("event", "pact"), event("aid", "1975", effect("holds"))],
]


def source():
    """A store with a timeline of four commits."""
    store = MemoryStore()
    for batch in BATCHES:
        store.append("t", [draft(line) for line in batch], author="desk", create=True)
    return store


def sealed(store, after=0, upto=None):
    pairs = zip(store.entries("t", after, upto), store.proofs("t", after, upto), strict=True)
    return [Sealed(entry, *proof) for entry, proof in pairs]


def test_what_is_restored_is_the_same_to_the_byte(store):
    origin = source()
    assert store.restore("t", sealed(origin)) == origin.head("t")
    assert sealed(store) == sealed(origin)
    assert [store.resolve("t", at) for at in range(8)] == [origin.resolve("t", at) for at in range(8)]
    assert verify(store, "t").faults == []


def test_the_tree_grows_as_that_of_its_origin(store):
    origin = MemoryStore()
    for first in range(0, 900, 150):
        batch = [draft(document(f"d{number}")) for number in range(first, first + 150)]
        origin.append("t", batch, author="desk", create=True)
    for after, upto in ((0, 300), (300, 900)):
        store.restore("t", sealed(origin, after, upto))
        assert root(store, "t", upto) == root(origin, "t", upto)
    assert store.hashes("t", 1, 0, 3) == origin.hashes("t", 1, 0, 3)
    assert verify(store, "t", positions=1).faults == []


def test_it_goes_on_from_the_head(store):
    origin = source()
    assert store.restore("t", sealed(origin, 0, 3)).position == 3
    assert store.restore("t", sealed(origin, 3)).position == 7
    assert sealed(store) == sealed(origin)


def test_appending_goes_on_after_it(store):
    store.restore("t", sealed(source()))
    assert store.append("t", [draft(PACT)], author="desk").existing == 1
    assert store.append("t", [draft(actor("gdr"))], author="desk").position == 8


def test_a_timeline_without_entries_is_restored_too(store):
    assert store.restore("t", []).position == 0
    assert dict(store.timelines()).keys() == {"t"}


def test_what_does_not_follow_the_head_is_a_conflict(store):
    origin = source()
    with pytest.raises(ConflictError, match="Position 4"):
        store.restore("t", sealed(origin, 3))
    store.restore("t", sealed(origin))
    with pytest.raises(ConflictError):
        store.restore("t", sealed(origin))
    assert store.head("t").position == 7


def test_what_was_recorded_before_the_head_is_a_conflict(store):
    origin = source()
    one, *others = sealed(origin)
    late = replace(others[-1].entry, recorded_at=one.entry.recorded_at)
    with pytest.raises(ConflictError):
        store.restore("t", [one, *others[:-1], others[-1]._replace(entry=late)])


@pytest.mark.parametrize(
    "forge",
    [
        lambda item: item._replace(entry=replace(item.entry, author="somebody")),
        lambda item: item._replace(entry=replace(item.entry, body=b"{}")),
        lambda item: item._replace(salt=bytes(16)),
        lambda item: item._replace(leaf=bytes(32)),
        lambda item: item._replace(header=b"{}", leaf=merkle.leaf(b"{}")),
        lambda item: item._replace(header=b"?", leaf=merkle.leaf(b"?"), salt=None),
    ],
)
def test_what_is_not_as_its_proof_says_is_refused_with_all_that_came_with_it(store, forge):
    items = sealed(source())
    with pytest.raises(InvalidError, match="position 7"):
        store.restore("t", [*items[:-1], forge(items[-1])])
    assert "t" not in dict(store.timelines())


def test_an_entry_whose_body_was_erased_is_restored_without_it(store):
    items = sealed(source())
    erased = items[-1]._replace(entry=replace(items[-1].entry, body=None), salt=None)
    assert store.restore("t", [*items[:-1], erased]).position == 7
    assert list(store.entries("t"))[-1].body is None
    assert list(store.proofs("t"))[-1] == (erased.header, erased.leaf, None)
    assert [item.entry.id for item in store.listing("t", "event", 7, None, 10)] == []


def test_any_log_is_copied_from_any_store_into_any_other(store):
    names = iter(range(10**6))

    @settings(max_examples=max(10, settings().max_examples // 10))
    @given(logs())
    def check(batches):
        timeline = f"t{next(names)}"
        origin = MemoryStore()
        for batch in batches[:-1]:
            origin.append(timeline, batch, author="desk", create=True)
        first = copy(origin, store, timeline)
        origin.append(timeline, batches[-1], author="desk", create=True)
        second = copy(origin, store, timeline)
        assert first.copied + second.copied == origin.head(timeline).position
        assert verify(store, timeline, 2).faults == []
        back = MemoryStore()
        assert copy(store, back, timeline)._replace(copied=second.copied) == second

    check()


def test_a_copy_of_another_log_is_refused(store):
    store.append("t", [draft(line) for line in CAST], author="desk", create=True)
    with pytest.raises(ConflictError, match="not the same"):
        copy(source(), store, "t")
    longer = MemoryStore()
    longer.append("t", [draft(document())], author="desk", create=True)
    with pytest.raises(ConflictError, match="stands at position 3"):
        copy(longer, store, "t")


def test_the_head_is_told_only_where_it_has_reached_what_is_asked(store):
    store.append("t", [draft(line) for line in CAST], author="desk", create=True)
    assert store.head("t", 3).position == 3
    with pytest.raises(BusyError, match="position 4"):
        store.head("t", 4)


WHY = Why("Order of a court")


def test_what_was_erased_is_restored_without_its_words(store):
    origin = source()
    origin.erase("t", [4, 5], WHY, author="clerk")
    store.restore("t", sealed(origin))
    assert sealed(store) == sealed(origin)
    assert store.erased("t", 8) == origin.erased("t", 8) == Erased(2, (8,))
    assert verify(store, "t").faults == []


def test_an_erasure_that_follows_destroys_what_was_restored_before(store):
    origin = source()
    copy(origin, store, "t")
    assert store.search("t", Query.of(entity=["event"]), 5, None, 9)
    origin.erase("t", [4, 5, 6], WHY, author="clerk")
    copy(origin, store, "t")
    assert sealed(store) == sealed(origin)
    assert store.search("t", Query.of(entity=["event"]), 5, None, 9) == []
    assert store.spells("t", Pattern(), 5) == origin.spells("t", Pattern(), 5) == []
    assert verify(store, "t").faults == []


def test_a_private_timeline_is_copied_as_one(store):
    origin = source()
    origin.access.set_visibility("t", "private")
    copy(origin, store, "t")
    assert store.access.visibility("t") == "private"


def test_what_could_be_erased_at_its_origin_can_be_erased_in_a_copy(store):
    """Where the correction went too, later, the copy never had what stood between the two erasures."""
    origin = MemoryStore()
    origin.append("t", [draft(line) for line in CAST], author="desk", create=True)
    origin.append("t", [draft(correct(actor("ussr", name="A union")))], author="desk")
    origin.append("t", [draft(PACT)], author="desk")
    origin.erase("t", [2], WHY, author="clerk")
    origin.append("t", [draft(retract("event", "pact"))], author="desk")
    origin.erase("t", [4], WHY, author="clerk")
    store.restore("t", sealed(origin))
    assert sealed(store) == sealed(origin)
    assert verify(store, "t").faults == []
