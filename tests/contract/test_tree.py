"""What every store promises of a timeline's tree: it is that of the log, at every size, however it grew."""

from __future__ import annotations

from base64 import b64encode
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from events import merkle
from events.errors import ConflictError, ForkedError, UnknownError
from events.stores import Store
from events.stores.outside import Outside
from events.tlog import tree
from events.tlog.checkpoint import Signed
from tests.domain.builders import TIMELINE, document, draft
from tests.tlog import textbook


def grow(store: Store, *sizes: int, timeline: str = TIMELINE) -> None:
    """Append commits of these sizes."""
    for size in sizes:
        known = dict(store.timelines()).get(timeline)
        first = known.position if known else 0
        batch = [draft(document(f"d{number}")) for number in range(first, first + size)]
        store.append(timeline, batch, author="desk", create=True)


def leaves(store: Store, upto: int | None = None) -> list[bytes]:
    return [merkle.leaf(header) for header, _, _ in store.proofs(TIMELINE, 0, upto)]


@pytest.mark.parametrize("sizes", [(1, 2, 3), (255, 1, 1), (100, 500, 3, 200), (512,), (600, 600)])
def test_the_root_at_every_commit_is_that_of_the_textbook(store: Store, sizes: tuple[int, ...]) -> None:
    grow(store, *sizes)
    read = partial(store.hashes, TIMELINE)
    for size in (0, 1, *(sum(sizes[:count]) for count in range(1, len(sizes) + 1))):
        assert tree.root(read, size) == textbook.root(leaves(store, size))


def test_every_level_is_of_the_roots_over_the_one_below(store: Store) -> None:
    grow(store, 300, 300)
    these = leaves(store)
    assert list(store.hashes(TIMELINE, 0, 250, 600)) == these[250:600]
    assert list(store.hashes(TIMELINE, 1, 0, 2)) == [
        textbook.root(these[:256]),
        textbook.root(these[256:512]),
    ]
    assert list(store.hashes(TIMELINE, 1, 1, 1)) == []


def test_two_timelines_have_two_trees(store: Store) -> None:
    grow(store, 300)
    grow(store, 300, timeline="other")
    roots = {tree.root(partial(store.hashes, name), 300) for name in (TIMELINE, "other")}
    assert len(roots) == 2


def test_a_dry_run_and_a_repeated_append_leave_the_tree_as_it_is(store: Store) -> None:
    grow(store, 255)
    before = tree.root(partial(store.hashes, TIMELINE), 255)
    with store.trial(TIMELINE, [draft(document("d300"))], author="desk"):
        pass
    store.append(TIMELINE, [draft(document("d0"))], author="desk")
    grow(store, 1)
    assert tree.root(partial(store.hashes, TIMELINE), 255) == before
    assert list(store.hashes(TIMELINE, 1, 0, 1)) == [textbook.root(leaves(store))]


# Signed checkpoints


def test_checkpoints_are_kept_in_the_order_in_which_they_were_added(store: Store) -> None:
    grow(store, 3)
    assert store.checkpoints.newest(TIMELINE) is None
    signed = [Signed(1, "one", "key"), Signed(3, "three", "key"), Signed(3, "three again", "another key")]
    for one in signed:
        store.checkpoints.add(TIMELINE, one)
    assert store.checkpoints.list(TIMELINE) == signed
    assert store.checkpoints.newest(TIMELINE) == signed[-1]


def test_a_checkpoint_that_is_there_is_not_added_again(store: Store) -> None:
    grow(store, 3)
    for note in ("one", "two"):
        store.checkpoints.add(TIMELINE, Signed(3, note, "key"))
    assert store.checkpoints.list(TIMELINE) == [Signed(3, "one", "key")]


def test_no_checkpoint_follows_a_larger_one(store: Store) -> None:
    grow(store, 3)
    store.checkpoints.add(TIMELINE, Signed(3, "three", "key"))
    with pytest.raises(ConflictError):
        store.checkpoints.add(TIMELINE, Signed(2, "two", "key"))
    assert store.checkpoints.newest(TIMELINE) == Signed(3, "three", "key")


def test_a_timeline_that_is_not_there_has_no_checkpoints(store: Store) -> None:
    with pytest.raises(UnknownError):
        store.checkpoints.newest("nowhere")
    with pytest.raises(UnknownError):
        store.checkpoints.list("nowhere")


# The last checkpoint, kept outside


def entered(context: AbstractContextManager[object]) -> None:
    """Begin, and end."""
    with context:
        pass


def kept(store: Store, directory: Path, size: int, root: bytes | None = None) -> None:
    """Keep a checkpoint outside, by default the true one."""
    root = root or textbook.root(leaves(store, size))
    store.outside = Outside(directory)
    store.outside.keep(
        TIMELINE, f"example.org/log\n{size}\n{b64encode(root).decode()}\n\n— example.org/log {'A' * 8}\n"
    )


def test_a_log_that_goes_on_from_its_checkpoint_takes_writes(store: Store, tmp_path: Path) -> None:
    grow(store, 3)
    kept(store, tmp_path, 3)
    grow(store, 2, 300)
    kept(store, tmp_path, 5)
    grow(store, 1)
    assert store.head(TIMELINE).position == 306


def test_a_log_that_is_shorter_than_its_checkpoint_takes_none(store: Store, tmp_path: Path) -> None:
    grow(store, 3)
    kept(store, tmp_path, 4, bytes(32))
    for way in (store.append, lambda *batch, **how: entered(store.trial(*batch, **how))):
        with pytest.raises(ForkedError, match="it ends at position 3, and it was signed at 4"):
            way(TIMELINE, [draft(document("new"))], author="desk")
    with pytest.raises(ForkedError, match="it ends at position 3, and it was signed at 4"):
        entered(store.stage(TIMELINE, author="desk"))
    assert store.head(TIMELINE).position == 3


def test_a_log_of_other_entries_than_its_checkpoint_takes_none(store: Store, tmp_path: Path) -> None:
    grow(store, 3)
    kept(store, tmp_path, 2, bytes(32))
    with pytest.raises(ForkedError, match="what it holds up to position 2 is not what was signed"):
        grow(store, 1)
    assert len(list(store.entries(TIMELINE))) == 3


def test_a_timeline_that_was_signed_cannot_begin_anew(store: Store, tmp_path: Path) -> None:
    kept(store, tmp_path, 4, bytes(32))
    with pytest.raises(ForkedError):
        grow(store, 5)
    with pytest.raises(ForkedError):
        entered(store.stage(TIMELINE, author="desk", create=True))
    assert store.timelines() == []


def test_other_timelines_go_on(store: Store, tmp_path: Path) -> None:
    kept(store, tmp_path, 4, bytes(32))
    grow(store, 1, timeline="other")
    assert store.head("other").position == 1
