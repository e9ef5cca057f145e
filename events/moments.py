"""The points in time a query names: a day in the world, and a point on the recorded axis.

A query must say exactly one of either. What could mean several days is refused, naming
them, and nothing is ever completed from today's date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product

from dateutil import parser

from events import date_hints
from events.date_hints import WEEKDAYS
from events.dates import Date, parse, require_text
from events.days import iso
from events.errors import DateError

# Two backgrounds that share no year, month or week, so that whatever the text leaves out comes out different.
_BACKGROUNDS = (datetime(1904, 1, 1, tzinfo=UTC), datetime(2003, 11, 15, tzinfo=UTC))

# What dateutil reads otherwise than its writer meant it.
_MISREAD = re.compile(
    r"^\s*-?[0-9]{4}[-/. ][0-9]"  # 2019-04-05, taken for perhaps 4 May: EDTF or nothing
    r"|(?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])"  # "4.5 April 2019", taken for the 4th
    r"|\bB\.? ?C",  # "10:00 BC", taken for a time zone
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile("(?<![0-9])[0-9]{4}(?![0-9])")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})", re.IGNORECASE)
_MAX_WORDS_LENGTH = 100

_MAX_POSITION_DIGITS = 18  # any such number fits into the 64 bits of a database
_RFC_3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]((?:[01][0-9]|2[0-3]):[0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[-+ ](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)
_KNOWN_AT = "a position, as in 41, or a time and its offset, as in 2026-11-22T18:00:00Z"


def parse_at(text: str) -> int:
    """The one day meant by an ISO day or datetime, or by a date in words that has one reading.

    A time of day or a zone does not move the day. DateError, naming the first and the last day
    or the readings, where it could be several.
    """
    require_text(text)
    try:
        date = parse(text)
    except DateError as error:
        day = _day_in_words(text)
        if day is None:
            raise _refusal(text, error) from None
        return day
    if date.a is None or date.a != date.f:
        raise DateError(text, _several(date), "the day you mean")
    return date.a


def parse_known_at(text: str) -> int | datetime:
    """A position, or an RFC 3339 time as an aware datetime in UTC. DateError if it is neither.

    What is finer than a microsecond is cut off. Nothing is ever recorded in a leap second, so that
    it stands for the microsecond before.
    """
    require_text(text)
    if text.isascii() and text.isdecimal():
        if len(text) > _MAX_POSITION_DIGITS:
            raise DateError(text, "is beyond any position", _KNOWN_AT)
        return int(text)
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise DateError(text, "is neither a position nor a time", _KNOWN_AT)
    day, minute, second, fraction, offset = match.groups(default="")
    leap = second == "60"
    clock = f"{minute}:59.999999" if leap else f"{minute}:{second}{fraction[:7]}"
    zone = offset.upper().replace(" ", "+") or "Z"
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise DateError(text, "is a time that does not exist", _KNOWN_AT) from None
    if leap and (moment.hour, moment.minute) != (23, 59):
        raise DateError(text, "has a leap second before the end of a day in UTC", _KNOWN_AT)
    if not offset:
        raise DateError(text, "has no offset from UTC", f"{text}Z")
    if offset.startswith(" "):
        raise DateError(text, "has a space where a + stood", f"the + as %2B: {text.replace(' ', '%2B')}")
    return moment


def _day_in_words(text: str) -> int | None:
    """The day python-dateutil reads, None unless every way of reading gives the same, from the text alone."""
    if len(text) > _MAX_WORDS_LENGTH or not text.isascii() or _MISREAD.search(text):
        return None
    try:
        readings = {
            parser.parse(text, default=day, dayfirst=day_first, yearfirst=year_first, ignoretz=True).date()
            for day, day_first, year_first in product(_BACKGROUNDS, (False, True), (False, True))
        }
    except Exception:
        return None  # not only ParserError: odd input makes it raise OverflowError, TypeError and others
    read = readings.pop()
    # It takes "Friday 4 April 2019" for the 4th, which was a Thursday.
    weekdays_agree = all(name.lower() == WEEKDAYS[read.weekday()] for name in _WEEKDAY.findall(text))
    year_stands = _FOUR_DIGITS.findall(text) == [f"{read.year:04}"]
    return read.toordinal() if not readings and year_stands and weekdays_agree else None


def _refusal(text: str, error: DateError) -> DateError:
    """Why a text that is not EDTF is no day: the EDTF to write instead may be no day either."""
    try:
        meant = parse(error.instead)
    except DateError:
        if error.instead == date_hints.ANY_DATE:
            return DateError(text, "is no day", "one as in 2019-04-04 or 4 April 2019")
        return error
    if meant.a is not None and meant.a == meant.f:
        return error
    return DateError(text, f"{error.problem} and, as {error.instead}, {_several(meant)}", "the day you mean")


def _several(date: Date) -> str:
    if date.a is None or date.f is None:
        return "has an end that is open or unknown"
    return f"could be any day from {iso(date.a)} to {iso(date.f)}"
