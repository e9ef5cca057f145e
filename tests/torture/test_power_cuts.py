"""Power cuts at any moment, on a disk that drops, tears and reorders what was not synced."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from events.model import Entry
from events.prepared import prepare
from events.stores.sqlite import SQLiteStore, staging
from events.verify import verify
from tests.domain.builders import actor, correct, document, draft, effect, event, retract
from tests.torture.disk import Disk

pytestmark = pytest.mark.torture

SEEDS = range(4)
STEPS = 20
LONG_LOG = 500_000
"""So that there are a few checkpoints in a story."""

CAST = (document(), *(actor(f"a{n}") for n in range(4)))


class Story(NamedTuple):
    """What was done on a disk: its log at the end, and the head after each thing that was acknowledged."""

    disk: Disk
    log: list[Entry]
    heads: list[int]


def claim(random: Random, id: str) -> dict:
    subject, object = random.sample(range(4), 2)
    said = effect(random.choice(("starts", "holds", "ends")), f"a{subject}", "supports", f"a{object}")
    return event(id, str(random.choice((1990, 1995, 2000))), said, title="x" * random.choice((1, 500)))


def told(folder: Path, random: Random, synchronous: str = "full") -> Story:
    """Appends, corrections and retractions, and staged batches, some of them abandoned."""
    store = SQLiteStore(folder / "record.db")
    store.initialise()
    disk, heads, ids = Disk(store.connections.path), [], []
    with disk.recording(synchronous) as store:
        store.connections.long_log_bytes = LONG_LOG
        store.connections.get().execute(f"pragma journal_size_limit = {LONG_LOG}")
        store.append("t", [draft(line) for line in CAST], author="desk", create=True)
        for step in range(STEPS):
            disk.acknowledge()
            heads.append(store.head("t").position)
            fresh = [f"e{step}-{place}" for place in range(random.choice((1, 1, 3)))]
            what = random.choice(("record", "record", "correct", "retract", "stage", "abandon"))
            if what in ("stage", "abandon"):
                _stage(store, random, f"b{step}", sealed=what == "stage")
            elif what == "record" or not ids:
                store.append("t", [draft(claim(random, id)) for id in fresh], author="desk")
                ids += fresh
            elif what == "correct":
                store.append("t", [correct(claim(random, random.choice(ids)), f"{step}")], author="desk")
            else:
                store.append("t", [retract("event", ids.pop())], author="desk")
        disk.acknowledge()
        heads.append(store.head("t").position)
        return Story(disk, list(store.entries("t")), heads)


def _stage(store: SQLiteStore, random: Random, id: str, *, sealed: bool) -> None:
    with store.stage("t", author="desk") as batch:
        batch.add([prepare(draft(claim(random, f"{id}-{place}"))) for place in range(25)])
        batch.check()
        batch.finish()
        if sealed:
            batch.seal()


def check(story: Story, point: int, folder: Path, random: Random) -> None:
    """What must hold of what a cut left: all that was acknowledged, at most one commit more, no halves."""
    folder.mkdir()
    for name, content in story.disk.cut(point, random).items():
        (folder / name).write_bytes(content)
    heard = sum(at <= point for at in story.disk.acknowledged)
    with sqlite3.connect(folder / "record.db") as plain:
        assert plain.execute("pragma integrity_check").fetchall() == [("ok",)]
    plain.close()
    store = SQLiteStore(folder / "record.db")
    try:
        head = dict(store.timelines())["t"].position if heard or store.timelines() else 0
        at_least = story.heads[heard - 1] if heard else 0
        at_most = story.heads[heard] if heard < len(story.heads) else at_least
        assert head in (at_least, at_most), f"{head}, where {at_least} was acknowledged"
        if head:
            assert list(store.entries("t")) == story.log[:head]
            assert verify(store, "t", positions=1).faults == []
        if random.random() < 0.2:
            store.append("t", [draft({**CAST[0], "id": "next"})], author="desk", create=True)
            assert verify(store, "t", positions=1).faults == []
            assert store.head("t").position == head + 1
    finally:
        store.close()


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Staged batches go in by ten entries, so that a small one is cut in many places."""
    monkeypatch.setattr(staging, "CHUNK", 10)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_power_cut_what_was_acknowledged_is_there(
    tmp_path: Path, seed: int, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    random, points = Random(seed), size("power cuts") // len(SEEDS)
    told_to, per_story = 0, 250
    for first in range(0, points, per_story):
        (tmp_path / f"{first}").mkdir()
        story = told(tmp_path / f"{first}", random)
        synced = {operation.file for operation in story.disk.operations if operation.what == "sync"}
        assert synced == {"record.db", "record.db-wal"}, "both the log and the database are cut"
        for number in range(min(per_story, points - first)):
            point = random.randint(0, len(story.disk.operations))
            check(story, point, tmp_path / f"{first}" / f"{number}", random)
        told_to += len(story.heads)
    tell(f"{points} power cuts (seed {seed}) over {told_to} acknowledged commits: 0 lost, 0 halves")


@pytest.mark.usefixtures("small_chunks")
def test_the_disk_shows_what_a_store_that_does_not_wait_for_it_loses(tmp_path: Path) -> None:
    random, lost = Random(1), 0
    story = told(tmp_path, random, synchronous="normal")
    for number in range(50):
        point = random.randint(len(story.disk.operations) // 4, len(story.disk.operations))
        try:
            check(story, point, tmp_path / f"{number}", random)
        except AssertionError:
            lost += 1
    assert lost > 5
