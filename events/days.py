"""The day as an integer: `date.toordinal()`, continued below 1 for year 0 (1 BCE) and earlier.

Proleptic Gregorian, from -9999-01-01 to 9999-12-31. Day 1 is 0001-01-01; two days are
as far apart as their numbers. No time zone enters here.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date

FIRST_YEAR, LAST_YEAR = -9999, 9999

# The Gregorian calendar repeats after 400 years, which lets `datetime.date` (years 1 to 9999) do all years.
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097

_LAST_OF_DATE = date.max.toordinal()

_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_of(year: int, month: int, day: int) -> int:
    """The number of a calendar day. ValueError if there is no such day or it lies outside the range."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} is not in {FIRST_YEAR}..{LAST_YEAR}")
    cycle, year_of_cycle = divmod(year - 1, _CYCLE_YEARS)
    return date(year_of_cycle + 1, month, day).toordinal() + cycle * _CYCLE_DAYS


def ymd(day: int) -> tuple[int, int, int]:
    """The year, month and day of the month of a day's number. ValueError if it lies outside the range."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"day {day} is not in {FIRST_DAY}..{LAST_DAY}")
    cycle, day_of_cycle = divmod(day - 1, _CYCLE_DAYS)
    found = date.fromordinal(day_of_cycle + 1)
    return found.year + cycle * _CYCLE_YEARS, found.month, found.day


def month_length(year: int, month: int) -> int:
    """The number of days in a month, of any year. ValueError if there is no such month."""
    if not 1 <= month <= 12:
        raise ValueError(f"month {month} is not in 1..12")
    return 29 if month == 2 and isleap(year) else _MONTH_LENGTHS[month - 1]


def months_later(day: int, months: int, *, to_month_end: bool = False) -> int:
    """The same day of another month, or its last day where that month is shorter or `to_month_end`.

    `months` may be negative. ValueError if it leaves the range.
    """
    year, month, day_of_month = ymd(day)
    year, month_index = divmod(12 * year + month - 1 + months, 12)
    length = month_length(year, month_index + 1)
    return day_of(year, month_index + 1, length if to_month_end else min(day_of_month, length))


def iso(day: int) -> str:
    """The day as ISO 8601 writes it: ``2019-04-04``, ``0000-01-01``, ``-0044-03-15``."""
    if 1 <= day <= _LAST_OF_DATE:  # nearly all, and many are written
        return date.fromordinal(day).isoformat()
    year, month, day_of_month = ymd(day)
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day_of_month:02}"


FIRST_DAY, LAST_DAY = day_of(FIRST_YEAR, 1, 1), day_of(LAST_YEAR, 12, 31)
