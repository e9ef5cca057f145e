"""Axes from days to millennia."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.days import FIRST_DAY, LAST_DAY, day_of, ymd
from service.drawing import words
from service.drawing.measure import width
from service.drawing.scale import Scale, Tick, ticks

DAYS = st.integers(FIRST_DAY, LAST_DAY)


def named(
    first: tuple[int, int, int], last: tuple[int, int, int], room: int, language: str = "en"
) -> list[str]:
    scale = Scale(day_of(*first), day_of(*last), 0, room)
    return [words.tick(tick, language).replace("\u00a0", " ") for tick in ticks(scale, of(language))]


def of(language: str):
    return lambda tick: width(words.tick(tick, language), 12)


@pytest.mark.parametrize(
    ("first", "last", "room", "shown"),
    [
        ((2019, 4, 1), (2019, 4, 6), 900, [f"{day} Apr 2019" for day in range(2, 7)]),
        ((2018, 12, 1), (2020, 3, 31), 300, ["Jan 2019", "July 2019", "Jan 2020"]),
        ((1969, 1, 1), (2021, 1, 1), 300, ["1970", "1980", "1990", "2000", "2010", "2020"]),
        ((-500, 1, 1), (1500, 1, 1), 300, ["1", "500", "1000"]),
        ((-44, 3, 15), (14, 8, 19), 300, ["40 BCE", "20 BCE", "1"]),
        ((-9999, 1, 1), (9999, 12, 31), 300, ["5000 BCE", "1", "5000"]),
    ],
)
def test_an_axis_is_marked_at_round_dates(first, last, room: int, shown: list[str]) -> None:
    assert named(first, last, room) == shown


@given(DAYS, DAYS, st.integers(200, 1200), st.sampled_from(["en", "fr", "ar"]), st.booleans())
def test_names_on_an_axis_never_touch(
    one: int, other: int, room: int, language: str, leftwards: bool
) -> None:
    scale = Scale(min(one, other), max(one, other), 40, 40 + room, leftwards)
    found = sorted(ticks(scale, of(language)), key=lambda tick: scale.x(tick.day))
    edges = [(scale.x(tick.day), of(language)(tick) / 2) for tick in found]
    assert all(x - half > before + reach for (before, reach), (x, half) in pairwise(edges))
    assert all(x - half >= 20 and x + half <= room + 60 for x, half in edges)
    assert len(found) < 60


@given(DAYS, DAYS)
def test_there_is_a_mark_wherever_there_is_room_for_one(one: int, other: int) -> None:
    scale = Scale(min(one, other), max(one, other), 0, 1000)
    if scale.last - scale.first > 2:
        assert ticks(scale, of("en"))


@given(DAYS, DAYS, DAYS, st.booleans())
def test_a_day_has_its_own_place(one: int, other: int, day: int, leftwards: bool) -> None:
    scale = Scale(min(one, other), max(one, other), 100, 900, leftwards)
    left, right = scale.between(day, day)
    assert 100 <= left <= right <= 900
    if scale.shows(day, day):
        assert right - left == pytest.approx(800 / (scale.last - scale.first + 1), abs=1e-6)


def test_a_mirrored_axis_is_the_mirror_image() -> None:
    plain, mirrored = (Scale(1, 1000, 100, 900, leftwards) for leftwards in (False, True))
    for day in (1, 17, 500, 1000):
        left, right = plain.between(day, day)
        assert mirrored.between(day, day) == pytest.approx((1000 - right, 1000 - left))


def test_a_year_is_counted_as_people_do() -> None:
    assert words.tick(Tick(day_of(0, 1, 1), "year"), "en") == "1 BCE"
    assert ymd(day_of(-43, 1, 1))[0] == -43
    assert words.tick(Tick(day_of(-43, 1, 1), "year"), "fr") == "44 av. J.-C."
