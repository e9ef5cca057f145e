"""A timeline too long to be shown whole: a day of it is shown, and says the same as the whole would."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.codec import record
from events.days import iso
from events.model import Erased
from events.stores import Store
from events.stores.memory import MemoryStore
from events.strict_json import read
from service.embed import record as limit
from service.embed.excerpt import excerpt
from service.embed.options import Options
from service.embed.record import reader
from service.embed.scene import View, view_of
from service.embed.writing import Writing
from tests.cli.command import SEEDS
from tests.contract.random_logs import FIRST, LAST, Commits, logs
from tests.embed.test_page import Reader
from tests.service.client import Client, problem


def _camps(store: Store, timeline: str, day: int, *, whole: bool) -> object:
    """What the rows of a day say, their quotes and sources included."""
    commit = store.head(timeline)
    part = excerpt(store, timeline, commit, Erased(), Options(at=day), day)
    scene = view_of(reader(store)(timeline, commit, Erased()) if whole else part, View(at=day))
    say = Writing(scene)
    rows = [row for camp in scene.camps for row in camp.rows] + list(scene.others)
    return [
        (
            row.standing.relation,
            row.standing.status,
            say.when(row.standing.told),
            say.claimed(row.standing.told),
            say.bar(row.standing.told),
            (quoted := say.quoted(row.standing.told)).sources[:1],
            say.sources(row.standing.told, quoted),
        )
        for row in rows
    ]


@given(batches=logs(), days=st.lists(st.integers(FIRST, LAST), min_size=5, max_size=5))
@settings(derandomize=True, max_examples=25)
def test_a_day_of_an_excerpt_says_what_the_whole_says(batches: Commits, days: list[int]) -> None:
    store = MemoryStore()
    for batch in batches:
        store.append("long", batch, author="desk", create=True)
    for day in days:
        assert _camps(store, "long", day, whole=False) == _camps(store, "long", day, whole=True), iso(day)


def test_the_history_of_two_is_all_of_it() -> None:
    store = MemoryStore()
    lines = [read(line.encode()) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    store.append("libya", [record(line, "libya") for line in lines], author="desk", create=True)
    commit, pair = store.head("libya"), ("haftar", "gna")
    view = View(at=737_000, between=pair)
    short = view_of(excerpt(store, "libya", commit, Erased(), Options(between=pair), 737_000), view)
    whole = view_of(reader(store)("libya", commit, Erased()), view)
    assert short.told == whole.told
    assert [moment.id for moment in short.moments] == [moment.id for moment in whole.moments]


@pytest.fixture
def long(growing: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The Libya timeline, where fewer events than it has are too many."""
    monkeypatch.setattr(limit, "MOST_EVENTS", 30)
    return growing


def test_a_long_timeline_is_shown_by_the_day(long: Client) -> None:
    page = Reader(long.get("/embed/libya?at=2019-05-01").text)
    for words in (
        "too long to be shown whole",
        "2 attested · 0 presumed · 2 possible",
        "Since April, Haftar's has been the side which violated all deals",
        "The GNA halts Haftar’s militia with the help of Turkey",
    ):
        assert words in page.text
    assert {"?at=2019-04-30", "?at=2019-05-02", "?at=2020-02-22"} < set(page.links)


def test_without_a_day_a_long_timeline_shows_that_of_its_last_event(long: Client) -> None:
    assert "Who stood where on 8 December 2024" in Reader(long.get("/embed/libya").text).text


@pytest.mark.parametrize("view", ["camps", "matrix", "timeline"])
def test_every_link_of_a_long_timeline_leads_on(long: Client, view: str) -> None:
    page = Reader(long.get(f"/embed/libya?at=2019-05-01&view={view}").text)
    links = {link for link in page.links if link[0] == "?"}
    assert len(links) > 6
    for link in links:
        assert long.get(f"/embed/libya{link}").status_code == 200, link


def test_people_can_explore_a_long_timeline_too(long: Client) -> None:
    for part in ("", "/entries", "/changes", "/embed"):
        assert long.get(f"/timelines/libya{part}").status_code == 200


def test_what_would_be_all_of_a_long_timeline_is_refused(long: Client) -> None:
    assert "too many" in problem(long.get("/v1/timelines/libya/timeline.svg"), 413)["detail"]
    assert "too many" in problem(long.get("/embed/libya/words"), 413)["detail"]
    assert long.get("/v1/timelines/libya/state.svg?at=2019-05-01").status_code == 200
