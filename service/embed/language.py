"""The interface in three languages: its words, and how days are written in each.

Numbers are in Western digits in all three, as in most of the Arabic press; the table of words
stands in `service.embed.translations`. The page's script writes days by the same rules
(`static/embed/page.js`), from the same tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from events.dates import Date
from events.days import month_length, ymd
from service.embed.translations import MONTHS, WORDS

LANGUAGES = ("en", "fr", "ar")
RIGHT_TO_LEFT = ("ar",)


@cache
def words(language: str) -> Mapping[str, str]:
    """Every word of the interface, by its key."""
    return chosen(WORDS, language)


def chosen(table: Mapping[str, tuple[str, ...]], language: str) -> Mapping[str, str]:
    """A table of words, each in all `LANGUAGES`, in one of them, spaced as that is set."""
    place = LANGUAGES.index(language)
    return {key: _spaced(texts[place], language) for key, texts in table.items()}


def _spaced(text: str, language: str) -> str:
    """French parts its colons, semicolons and the like from the word before, but breaks no line there."""
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\u00a0", text) if language == "fr" else text


def direction(language: str) -> str:
    """``rtl`` or ``ltr``; of a language that is not ours, ``auto``."""
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0] in (*RIGHT_TO_LEFT, "fa", "he", "ur") else "ltr"


def months(language: str) -> tuple[str, ...]:
    """The names of the months."""
    return MONTHS[language]


def day(language: str, number: int) -> str:
    """A day in full: 4 April 2019, 1er avril 2019, 15 March 44 BCE."""
    year, month, of_month = ymd(number)
    return f"{_ordinal(language, of_month)} {months(language)[month - 1]} {written_year(language, year)}"


def written_year(language: str, year: int) -> str:
    """A year; year 0 and before as BCE."""
    return str(year) if year > 0 else words(language)["bce"].format(year=1 - year)


def point(language: str, first: int, last: int) -> str:
    """Some day between two: the unit if they are exactly one, as in April 2019, else both."""
    if first == last:
        return day(language, first)
    units = _units(language, first, last)
    if units is not None:
        return units
    (year, month, of_month), (end_year, end_month, _) = ymd(first), ymd(last)
    begin = day(language, first)
    if year == end_year:
        begin = _ordinal(language, of_month)
        if month != end_month:
            begin += f" {months(language)[month - 1]}"
    return words(language)["between"].format(first=begin, last=day(language, last))


def written(language: str, date: Date) -> str:
    """A date of the record: what its bounds mean."""
    said = words(language)
    start = None if date.a is None or date.b is None else point(language, date.a, date.b)
    end = None if date.e is None or date.f is None else point(language, date.e, date.f)
    if start is None:
        return said["by"].format(last=end)
    if end is None:
        return said["from"].format(first=start)
    if (date.a, date.b) == (date.e, date.f):
        return start
    return said["from_to"].format(first=start, last=end)


def _units(language: str, first: int, last: int) -> str | None:
    """Whole years or whole months that two days enclose."""
    (year, month, begin), (end_year, end_month, end) = ymd(first), ymd(last)
    if begin != 1 or end != month_length(end_year, end_month):
        return None
    if (month, end_month) == (1, 12):
        one, other = written_year(language, year), written_year(language, end_year)
        return one if year == end_year else f"{one}–{other}"
    names = months(language)
    if (year, month) == (end_year, end_month):
        return f"{names[month - 1]} {written_year(language, year)}"
    return None


def _ordinal(language: str, of_month: int) -> str:
    return "1er" if language == "fr" and of_month == 1 else str(of_month)
