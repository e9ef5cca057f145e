"""The day as an integer, over the whole supported range."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.days import FIRST_DAY, LAST_DAY, day_of, iso, month_length, months_later, ymd

days = st.integers(FIRST_DAY, LAST_DAY)


@given(st.dates())
def test_from_year_one_on_a_day_is_the_ordinal_of_the_standard_library(day: date) -> None:
    assert day_of(day.year, day.month, day.day) == day.toordinal()
    assert ymd(day.toordinal()) == (day.year, day.month, day.day)
    assert iso(day.toordinal()) == day.isoformat()


@given(days)
def test_every_day_survives_the_way_to_the_calendar_and_back(day: int) -> None:
    assert day_of(*ymd(day)) == day


@given(st.integers(FIRST_DAY, LAST_DAY - 1))
def test_the_calendar_has_neither_gaps_nor_repeats(day: int) -> None:
    """The day after is the next of its month, or the first of the next month or year."""
    year, month, day_of_month = ymd(day)
    if day_of_month < month_length(year, month):
        following = (year, month, day_of_month + 1)
    elif month < 12:
        following = (year, month + 1, 1)
    else:
        following = (year + 1, 1, 1)
    assert ymd(day + 1) == following


@given(st.integers(-9999, 9599), st.integers(1, 12))
def test_the_calendar_repeats_after_400_years(year: int, month: int) -> None:
    assert month_length(year, month) == month_length(year + 400, month)
    assert day_of(year + 400, month, 1) - day_of(year, month, 1) == 146_097


@pytest.mark.parametrize(
    ("text", "calendar", "day"),
    [
        ("0001-01-01", (1, 1, 1), 1),
        ("0000-12-31", (0, 12, 31), 0),
        ("0000-02-29", (0, 2, 29), -306),
        ("0000-01-01", (0, 1, 1), -365),
        ("-0001-12-31", (-1, 12, 31), -366),
        ("-0044-03-15", (-44, 3, 15), -16362),
        ("2019-04-04", (2019, 4, 4), 737153),
        ("-9999-01-01", (-9999, 1, 1), FIRST_DAY),
        ("9999-12-31", (9999, 12, 31), LAST_DAY),
    ],
)
def test_known_days_have_known_numbers(text: str, calendar: tuple[int, int, int], day: int) -> None:
    assert day_of(*calendar) == day
    assert ymd(day) == calendar
    assert iso(day) == text


@pytest.mark.parametrize(
    "calendar",
    [(2021, 2, 29), (1900, 2, 29), (-1, 2, 29), (2019, 4, 31), (2019, 13, 1), (2019, 0, 1), (2019, 1, 0),
     (10_000, 1, 1), (-10_000, 12, 31)],
)  # fmt: skip
def test_what_the_calendar_does_not_have_is_an_error(calendar: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        day_of(*calendar)


@pytest.mark.parametrize("day", [FIRST_DAY - 1, LAST_DAY + 1])
def test_a_day_outside_the_range_has_no_calendar(day: int) -> None:
    with pytest.raises(ValueError, match="not in"):
        ymd(day)
    with pytest.raises(ValueError, match="not in"):
        iso(day)


@pytest.mark.parametrize("month", [0, 13])
def test_a_month_outside_the_year_has_no_length(month: int) -> None:
    with pytest.raises(ValueError, match="not in"):
        month_length(2019, month)


@given(st.integers(-9998, 9998), st.integers(1, 12), st.integers(1, 28), st.integers(-12, 12))
def test_months_later_keeps_the_day_where_every_month_has_it(
    year: int, month: int, day: int, months: int
) -> None:
    moved = months_later(day_of(year, month, day), months)
    moved_year, moved_month, moved_day = ymd(moved)
    assert (12 * moved_year + moved_month) - (12 * year + month) == months
    assert moved_day == day


@pytest.mark.parametrize(
    ("start", "months", "to_month_end", "end"),
    [
        ((2019, 3, 31), -1, False, (2019, 2, 28)),
        ((2020, 2, 29), 12, False, (2021, 2, 28)),
        ((2019, 2, 28), 12, False, (2020, 2, 28)),
        ((2019, 2, 28), 12, True, (2020, 2, 29)),
        ((1, 1, 15), -1, False, (0, 12, 15)),
    ],
)
def test_months_later_stays_inside_the_month_it_reaches(
    start: tuple[int, int, int], months: int, to_month_end: bool, end: tuple[int, int, int]
) -> None:
    assert months_later(day_of(*start), months, to_month_end=to_month_end) == day_of(*end)


def test_months_later_does_not_leave_the_range() -> None:
    with pytest.raises(ValueError, match="not in"):
        months_later(LAST_DAY, 1)
    with pytest.raises(ValueError, match="not in"):
        months_later(FIRST_DAY, -1)
