"""What to write instead of what is not EDTF: the helpful half of `events.dates`.

A text that people really write ("April 4, 2019", "1970s", "c. 1970") has one reading or
several. Each rule below proposes readings; only those that parse are ever shown, and
nothing here is accepted in place of what was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from events.days import month_length

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ANY_DATE = "one as in 2019-04-04, 2019-04, 2019, 197X, 2019~ or 1970/1989"


def explain(text: str, reads: Callable[[str], bool]) -> tuple[str, str]:
    """What is wrong with a text that is not EDTF, and what to write instead.

    `reads` tells whether a proposal is good EDTF.
    """
    for problem, propose in _RULES:
        readings = [reading for reading in dict.fromkeys(propose(text)) if reading != text and reads(reading)]
        if readings:
            return problem if len(readings) == 1 else "is ambiguous", " or ".join(readings)
    for pattern, problem, instead in _REFUSALS:
        if pattern.match(text):
            return problem, instead
    return "is not an EDTF date", ANY_DATE


def impossible(year: str, month: str | None, day: str | None) -> tuple[str, str]:
    """Why no day matches components that have the form of EDTF, and what to write instead."""
    if year == "-0000":
        return "names a year that does not exist, 0000 being 1 BCE", "0000"
    if month is None or day is None:
        return f"has no month {month}", year
    if "X" in year + month + day:
        return "matches no day of the calendar", year
    y, m, d = int(year), int(month), int(day)
    if 21 <= m <= 41 and d > 12:
        return "names a day of a season", "a season alone, as in 2019-21"
    if not 1 <= m <= 12:
        swapped = 1 <= d <= 12 and 1 <= m <= month_length(y, d)
        return f"has no month {month}", f"{year}-{day}-{month}" if swapped else year
    length = month_length(y, m)
    reason = f"{year} being no leap year" if (m, d) == (2, 29) else f"the month having {length} days"
    last = f"{year}-{month}-{length} or " if d else ""
    return f"does not exist, {reason}", f"{last}{year}-{month}"


def _without_space(text: str) -> Iterator[str]:
    yield "".join(text.split())


def _plain_characters(text: str) -> Iterator[str]:
    """Other scripts' digits, typographic dashes and lower-case letters, each as the one EDTF uses."""
    dashed = re.sub("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]", "-", text)
    yield "".join(str(unicodedata.decimal(c, c)) for c in dashed).upper()


def _old_unspecified(text: str) -> Iterator[str]:
    """``19uu`` and ``197u``, as drafts of EDTF had it, ``19??`` and ``197?``."""
    if re.match("[0-9]{2}([0-9][uU?]|[uU?]{2})", text):
        yield re.sub("[uU?]", "X", text[:4]) + text[4:].upper().replace("U", "X")


def _one_qualifier(text: str) -> Iterator[str]:
    """``2019??`` and ``2019?~``: uncertain and approximate at once is ``%``."""
    yield re.sub("[?~%]{2,}", lambda marks: marks[0][0] if len(set(marks[0])) == 1 else "%", text)


def _numeric(text: str) -> Iterator[str]:
    """Year first, whatever is between; or year last, where day and month may be either way round."""
    if m := re.fullmatch(r"(-?[0-9]{4})([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?", text):
        yield "-".join([m[1], m[3].zfill(2)] + ([m[4].zfill(2)] if m[4] else []))
    elif m := re.fullmatch("([0-9]{4})([0-9]{2})([0-9]{2})", text):
        yield f"{m[1]}-{m[2]}-{m[3]}"
    elif m := re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", text):
        yield f"{m[4]}-{m[3]:0>2}-{m[1]:0>2}"
        yield f"{m[4]}-{m[1]:0>2}-{m[3]:0>2}"
    elif m := re.fullmatch("([0-9]{1,2})[-/.]([0-9]{4})", text):
        yield f"{m[2]}-{m[1]:0>2}"


def _with_time(text: str) -> Iterator[str]:
    # 24:00 is left out: it belongs to the next day.
    if m := re.match("(-?[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?!24)[0-9]{2}", text):
        yield m[1]


def _named_month(text: str) -> Iterator[str]:
    """``4 April 2019``, ``Thursday, April 4th, 2019``, ``Apr. 2019``."""
    months: list[int] = []
    days: list[str] = []
    years: list[str] = []
    for token in re.findall("[a-z]+|[0-9]+|[^ ,./-]", text.lower()):
        if token.isdecimal():
            (years if len(token) == 4 else days).append(token)
        elif found := [n for n, name in enumerate(MONTHS, 1) if len(token) > 2 and name.startswith(token)]:
            months += found
        elif token not in ("of", "the", "st", "nd", "rd", "th") and not token.startswith(WEEKDAYS):
            return
    if len(months) == len(years) == 1 and len(days) <= 1:
        yield "-".join([years[0], f"{months[0]:02}"] + [day.zfill(2) for day in days])


def _decade_or_century(text: str) -> Iterator[str]:
    if m := re.fullmatch("(?:the )?([0-9]{2})([0-9])0'?s", text, re.IGNORECASE):
        yield f"{m[1]}{m[2]}X"
        if m[2] == "0":
            yield f"{m[1]}XX"
    elif m := re.fullmatch("(?:the )?([0-9]{1,2})(?:st|nd|rd|th) c(?:entury|[.])?", text, re.IGNORECASE):
        yield f"{int(m[1]) - 1:02}XX"


def _before_our_era(text: str) -> Iterator[str]:
    if (m := re.fullmatch(r"([0-9]{1,4}) ?B\.?C\.?(?:E\.?)?", text, re.IGNORECASE)) and int(m[1]):
        year = int(m[1]) - 1
        yield f"-{year:04}" if year else "0000"


def _significant_digits(text: str) -> Iterator[str]:
    """``1950S2``, of which two digits count; ``Y2019`` and ``Y2E3``, which need no prefix."""
    m = re.fullmatch("(Y?)(-?)([0-9]{1,4})(?:E([0-3]))?(?:S([1-4]))?", text)
    if m and (m[1] or len(m[3]) == 4):
        digits = (m[3] + "0" * int(m[4] or 0)).zfill(4)
        counting = int(m[5] or 4)
        yield m[2] + digits[:counting] + "X" * (len(digits) - counting)


def _about(text: str) -> Iterator[str]:
    if m := re.fullmatch(r"(?:c|ca|circa|about|around|approx)(?:\.| ) *(.+)", text, re.IGNORECASE):
        yield from (f"{reading}~" for reading in _simple(m[1]))


def _range(text: str) -> Iterator[str]:
    sides = re.split(r" ?[\N{EN DASH}\N{EM DASH}] ?| (?:-|to|until) |(?<=[0-9]{4})-(?=[0-9]{4})", text)
    if len(sides) == 2:
        yield from (f"{first}/{last}" for first in _simple(sides[0]) for last in _simple(sides[1]))


def _simple(text: str) -> Iterator[str]:
    """The readings of one date in a longer text."""
    yield text
    for propose in (_numeric, _named_month, _decade_or_century, _before_our_era):
        yield from propose(text)


_RULES: tuple[tuple[str, Callable[[str], Iterator[str]]], ...] = (
    ("has white space in it", _without_space),
    ("has characters that EDTF does not use", _plain_characters),
    ("marks what is unspecified by something other than X", _old_unspecified),
    ("has more than one qualifier in one place", _one_qualifier),
    ("is not written as EDTF, YYYY-MM-DD", _numeric),
    ("has a time not written as in T23:30:00", _with_time),
    ("is in words", _named_month),
    ("is in words", _decade_or_century),
    ("is not written as EDTF, in which 0000 is 1 BCE", _before_our_era),
    ("has a year with a prefix, an exponent or significant digits", _significant_digits),
    ("is in words", _about),
    ("is a range that is not written as an interval", _range),
)

# What has no reading, but a known fault.
_REFUSALS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), problem, instead)
    for pattern, problem, instead in (
        ("Y-?[0-9]|-?[0-9]{5}", "has a year of more than four digits", "one from -9999 to 9999"),
        ("[0-9]{4}-?(W[0-9]|[0-9]{3}$)", "counts weeks or days of a year", "month and day, as in 2021-01-03"),
        ("[0-9-]{10,11}[T ]24", "has an hour 24", "the day meant without the time, as in 2019-04-04"),
        (
            f"(?!.*[0-9X]{{4}}).*([0-9]|{'|'.join((*WEEKDAYS, *(name[:3] for name in MONTHS)))})",
            "names no year in four digits",
            "the year too, as in 2019-04-04 or 2019-04",
        ),
    )
)
