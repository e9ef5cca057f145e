"""Wikidata's way of writing a date, in EDTF."""

from __future__ import annotations

import re

from events.dates import parse
from events.errors import DateError

OPEN = ".."
_UNKNOWN = frozenset({"", "unknown", "unknown value", "somevalue", "na", "nan", "null", "none"})
_OPEN = frozenset({"..", "novalue", "no value", "present", "ongoing"})
_TIME = re.compile(r"([+-]?)([0-9]{4,})-([0-9]{2})-([0-9]{2})T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z?")
_DAY, _MONTH, _YEAR, _DECADE = 11, 10, 9, 8


def endpoint(text: str, precision: str = "") -> str:
    """One end of an interval in EDTF: a date, empty if unknown, `OPEN`. Raises DateError."""
    if text.lower() in _UNKNOWN or text.startswith("_:") or "/.well-known/genid/" in text:
        return ""
    if text.lower() in _OPEN:
        return OPEN
    match = _TIME.fullmatch(text)
    read = _of_time(text, match, precision) if match else text
    if "/" in read or read.startswith(("[", "{")):
        raise DateError(read, "is not one date", "one date for each end, as in 1949-04-04")
    parse(read)
    return read


def _of_time(text: str, match: re.Match[str], precision: str) -> str:
    sign, year, month, day = match.groups()
    if sign == "-" or int(year) == 0:
        raise DateError(text, "may be counted in two ways", "EDTF, as in -0043 for 44 before Christ")
    year = year.lstrip("0").zfill(4)
    unknown = _YEAR if month == "00" or (month, day) == ("01", "01") else _MONTH if day == "00" else _DAY
    try:
        known = int(float(precision)) if precision else unknown
    except (ValueError, OverflowError):
        raise DateError(precision, "is not a precision", "11 day, 10 month, 9 year or 8 decade") from None
    if known < _DECADE:
        raise DateError(text, "is less precise than a decade", "an EDTF interval or set of years by hand")
    if known == _DECADE:
        return f"{year[:-1]}X"
    if known == _YEAR or month == "00":
        return year
    return f"{year}-{month}" if known == _MONTH or day == "00" else f"{year}-{month}-{day}"
