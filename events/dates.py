"""Dates as sources give them: EDTF (ISO 8601-2, levels 0 to 2), read strictly.

Every date gives four bounds: its beginning lies in [a, b] and its end in [e, f], in days
(`events.days`), inclusive. A single date that covers the days lo to hi is the interval of
itself: a = e = lo, b = f = hi. Nothing is guessed: what is impossible, ambiguous, outside the
years -9999 to 9999 or not EDTF is refused, saying what to write instead.

    2019-04-04  -0044-03-15  2019-04  2019          day, month, year
    197X  2019-XX  1560-XX-25                       unspecified digits: the hull of the days that match
    2019-24  2019-33                                seasons and other parts of a year: `SEASONS`
    2019~  2019-04?  2019-~04                       qualified: widened by `QUALIFIER_POLICY`
    [1667,1668,1670..1672]  [..1760-12-03]          one of a set: a single date, the hull of its members
    1970/1989  1970/..  /1989                       interval; `..` is open, an empty end unknown
    2019-04-04T23:30:00+03:00                       keeps its own calendar day, 4 April
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from events import date_hints
from events.date_digits import hull, years
from events.days import FIRST_DAY, LAST_DAY, day_of, months_later
from events.errors import DateError

MAX_LENGTH = 1000

# Nobody says how far "about" reaches. We widen by one whole unit on either side, the unit being the coarsest
# component qualified: 2019~ and 2019-04~ by a year, 2019-~04 by a month, 2019-04-~04 by a day, 2019-~21 by
# the length of the season. `?`, `~` and `%` widen alike. To the right of a component a qualifier holds for it
# and for all before it, to the left for it alone. The name stands in answers, so that readers can look it up.
QUALIFIER_POLICY = "one-unit-either-side"

# Code -> first month, number of months. Meteorological seasons, whole months. What runs past December belongs
# to the year it begins in: 2019-24 is 2019-12-01 to 2020-02-29.
SEASONS = {
    # spring, summer, autumn, winter where the source names no hemisphere: read as northern
    "21": (3, 3), "22": (6, 3), "23": (9, 3), "24": (12, 3),
    # the same, northern and then southern
    "25": (3, 3), "26": (6, 3), "27": (9, 3), "28": (12, 3),
    "29": (9, 3), "30": (12, 3), "31": (3, 3), "32": (6, 3),
    # quarters, quadrimesters, semesters
    "33": (1, 3), "34": (4, 3), "35": (7, 3), "36": (10, 3),
    "37": (1, 4), "38": (5, 4), "39": (9, 4),
    "40": (1, 6), "41": (7, 6),
}  # fmt: skip

_OUTSIDE = ("reaches outside the years -9999 to 9999", "a date from -9999-01-01 to 9999-12-31")

# ASCII digits only, where `\d` would take every script's. Three components, each between two qualifiers.
_POINT = re.compile(
    r"([?~%]?)(-?[0-9X]{4})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?"
)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_HOUR, _MINUTE = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_DATETIME = re.compile(
    r"(-?[0-9]{4}-[0-9]{2}-[0-9]{2})"
    rf"T{_HOUR}:{_MINUTE}:(?:{_MINUTE}|60)(?:\.[0-9]+)?"  # 60: a leap second
    rf"(?:Z|[+-]{_HOUR}(?::{_MINUTE})?)?"
)


class Missing(Enum):
    """An end that is not there: open (`..`, it goes on) or unknown (empty)."""

    OPEN = ".."
    UNKNOWN = ""


class Span(NamedTuple):
    """The days lo to hi, inclusive."""

    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Date:
    """An EDTF date, verbatim, and the spans in which its beginning and its end lie. At least one is known.

    `a`, `b`, `e` and `f` are the bounds of the two, None where the beginning or the end is missing.
    """

    text: str
    start: Span | Missing
    end: Span | Missing

    @property
    def a(self) -> int | None:
        return self.start.lo if isinstance(self.start, Span) else None

    @property
    def b(self) -> int | None:
        return self.start.hi if isinstance(self.start, Span) else None

    @property
    def e(self) -> int | None:
        return self.end.lo if isinstance(self.end, Span) else None

    @property
    def f(self) -> int | None:
        return self.end.hi if isinstance(self.end, Span) else None

    @property
    def first(self) -> int:
        """The day to sort by: a or, that missing, e."""
        known = self.start if isinstance(self.start, Span) else self.end
        assert isinstance(known, Span)
        return known.lo

    @property
    def approximate(self) -> bool:
        """Whether it leaves open on which day something began, or ended, of which it gives a date."""
        return any(isinstance(span, Span) and span.lo != span.hi for span in (self.start, self.end))


class _UnreadableError(Exception):
    """Its one argument, a date or a part of one, does not have the form of EDTF."""


def parse(text: str) -> Date:
    """The date an EDTF text means. DateError if it means none."""
    require_text(text)
    try:
        return _read(text)
    except _UnreadableError as unreadable:
        part: str = unreadable.args[0]
        raise DateError(part, *date_hints.explain(part, _reads)) from None


def require_text(value: object) -> None:
    """DateError unless `value` is a string of at most `MAX_LENGTH` characters."""
    if not isinstance(value, str):
        raise DateError(type(value).__name__, "is not text", "a string, as in 2019-04-04")
    if len(value) > MAX_LENGTH:
        raise DateError(value, f"is longer than {MAX_LENGTH} characters", "one date, as in 2019-04-04")


def _reads(text: str) -> bool:
    try:
        _read(text)
    except (DateError, _UnreadableError):
        return False
    return True


@lru_cache(maxsize=16_384)
def _read(text: str) -> Date:
    if text.startswith("{"):
        raise DateError(text, "means all of its dates at once", "one event for each date")
    if "/" in text:
        return Date(text, *_interval(text))
    if text.startswith("[") and text.endswith("]"):
        return Date(text, *_one_of(text))
    span = _moment(text)
    return Date(text, span, span)


def _interval(text: str) -> tuple[Span | Missing, Span | Missing]:
    if "[" in text or "{" in text:
        raise DateError(text, "mixes a set and an interval", "one of them, as in [1667,1668] or 1667/1668")
    first, _, last = text.partition("/")
    if "/" in last:
        raise _UnreadableError(text)
    start, end = (Missing(side) if side in ("", "..") else _moment(side) for side in (first, last))
    if isinstance(start, Missing) and isinstance(end, Missing):
        raise DateError(text, "has no date in it", "at least one, as in 2019/.. or ../2019")
    if isinstance(start, Span) and isinstance(end, Span) and end.hi < start.lo:
        raise DateError(text, "ends before it begins", f"{last}/{first}")
    return start, end


def _one_of(text: str) -> tuple[Span | Missing, Span | Missing]:
    """The hull of all members, in any order, as beginning and as end.

    A set open to one side is still a single date: the hull of what it names stands on the
    closed side, and the other is open.
    """
    spans: list[Span] = []
    open_start = open_end = False
    for member in text[1:-1].split(","):
        first, dots, last = member.partition("..")
        named = [_point(end) for end in (first, last) if end]
        if not named:
            raise DateError(text, "has a member that is no date", "dates alone, as in [1667,1668]")
        if named[-1].hi < named[0].lo:
            raise DateError(text, f"has {member}, which runs backwards", f"[{last}..{first}]")
        spans += named
        open_start |= bool(dots and not first)
        open_end |= bool(dots and not last)
    if open_start and open_end:
        raise DateError(text, "is open on both sides", "one of them, as in [..1760] or [1760..]")
    hull = Span(min(span.lo for span in spans), max(span.hi for span in spans))
    return Missing.OPEN if open_start else hull, Missing.OPEN if open_end else hull


@lru_cache(maxsize=16_384)
def _moment(text: str) -> Span:
    # Most dates are plain days, and the general way costs ten times as much.
    if plain := _DAY.fullmatch(text):
        with suppress(ValueError):
            day = day_of(*map(int, plain.groups()))
            return Span(day, day)
    datetime = _DATETIME.fullmatch(text)
    return _point(datetime[1] if datetime else text)


def _point(text: str) -> Span:
    """The days that a single date, without a time, covers."""
    match = _POINT.fullmatch(text)
    if match is None:
        raise _UnreadableError(text)
    groups = match.groups()
    before, (year, month, day), after = groups[0::3], groups[1::3], groups[2::3]
    if any(left and right for left, right in zip(before, after, strict=True)):
        raise DateError(text, "qualifies one component twice", "one qualifier, as in 2019~ or 2019-~04")
    try:
        season = SEASONS.get(month) if day is None else None
        days = _season(year, *season) if season else hull(year, month, day)
        if days is None:
            raise DateError(text, *date_hints.impossible(year, month, day))
        if not any(before) and not any(after):
            return Span(*days)
        if before[0] or any(after):
            months = 12
        elif before[1]:
            months = season[1] if season else 1
        else:
            months = 0
        return _widened(*days, months, to_month_end=day in (None, "XX"))
    except ValueError:
        raise DateError(text, *_OUTSIDE) from None


def _season(year: str, first_month: int, months: int) -> tuple[int, int] | None:
    earliest, latest = next(years(year), None), next(years(year, latest_first=True), None)
    if earliest is None or latest is None:
        return None
    last = months_later(day_of(latest, first_month, 1), months - 1, to_month_end=True)
    return day_of(earliest, first_month, 1), last


def _widened(lo: int, hi: int, months: int, *, to_month_end: bool) -> Span:
    """Longer by `months` on either side or, if 0, by a day. ValueError if that leaves the supported range."""
    if months:
        return Span(months_later(lo, -months), months_later(hi, months, to_month_end=to_month_end))
    if lo == FIRST_DAY or hi == LAST_DAY:
        raise ValueError("there is no day beyond")
    return Span(lo - 1, hi + 1)
