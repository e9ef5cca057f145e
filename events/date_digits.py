"""The calendar days that match components some of whose digits are unspecified: the X of ``1560-XX-25``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from events.days import day_of, month_length


def hull(year: str, month: str | None, day: str | None) -> tuple[int, int] | None:
    """The first and the last day that match, None if none does. A component not given matches all.

    The texts are those of an EDTF date: a year of four digits, perhaps negative, and months and days of two.
    """
    months, days = _numbers(month or "XX", 12), _numbers(day or "XX", 31)
    # Without a month that ever has such a day every year would be searched in vain. Odd years are never leap.
    longest = 2000 if year[-1] in "02468X" else 2001
    if not any(first <= month_length(longest, m) for m in months for first in days[:1]):
        return None
    lo = _first_valid(years(year), months, days)
    hi = _first_valid(years(year, latest_first=True), months[::-1], days[::-1])
    return None if lo is None or hi is None else (lo, hi)


def years(pattern: str, *, latest_first: bool = False) -> Iterator[int]:
    """The years that match, in order. There is no -0000, so -00XX is -0099 to -0001."""
    negative = pattern.startswith("-")
    digits = "9876543210" if latest_first != negative else "0123456789"
    for chosen in product(*(digits if digit == "X" else digit for digit in pattern[-4:])):
        year = int("".join(chosen))
        if not negative:
            yield year
        elif year:
            yield -year


@lru_cache(maxsize=256)
def _numbers(pattern: str, most: int) -> tuple[int, ...]:
    """The numbers 1 to `most` that match two digits."""
    tens, ones = pattern[0], pattern[1]
    return tuple(n for n in range(1, most + 1) if tens in ("X", str(n // 10)) and ones in ("X", str(n % 10)))


def _first_valid(years: Iterator[int], months: tuple[int, ...], days: tuple[int, ...]) -> int | None:
    valid = (day_of(y, m, d) for y in years for m in months for d in days if d <= month_length(y, m))
    return next(valid, None)
