"""What pictures say beyond the words of the page (`service.embed.language`): legends, and short dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from events.days import iso, ymd
from events.model import Commit, Erased
from service.drawing.scale import Tick
from service.embed import language as page

_SHORT_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}

_KEPT = "\u00a0"  # a space at which no line is broken

_PHRASES = {
    "over time": (
        "Who stood where, over time",
        "Qui était dans quel camp, au fil du temps",
        "مواقف الأطراف عبر الزمن",
    ),
    "lines": (
        "Relations: {count}; evidence from {first} to {last}",
        "Relations : {count} ; attestations : {first} – {last}",
        "العلاقات: {count}؛ الأدلة من {first} إلى {last}",
    ),
    "some lines": (
        "The {shown} relations with the most evidence, of {count}; evidence from {first} to {last}",
        "Les {shown} relations les mieux documentées, sur {count} ; attestations : {first} – {last}",
        "العلاقات الـ{shown} الأكثر أدلة من أصل {count}؛ الأدلة من {first} إلى {last}",
    ),
    "day": (
        "{day}; the bars run from {first} to {last}",
        "{day} ; barres : {first} – {last}",
        "{day}؛ الأشرطة من {first} إلى {last}",
    ),
    "dot": ("evidence of one day", "attestation datée d’un jour précis", "دليل مؤرخ بيوم"),
    "bracket": (
        "evidence from some day between",
        "attestation datée d’un jour entre ces bornes",
        "دليل من يوم ما بين الحدين",
    ),
    "known": (
        "As known at position {position}, recorded {when}",
        "État du registre à la position {position}, consigné le {when}",
        "بحسب السجل عند الموضع {position}، المسجَّل في {when}",
    ),
    "erased": (
        " – {count} of its entries erased by law",
        " – dont {count} entrées effacées par la loi",
        " – مُحي من قيوده {count} بحكم القانون",
    ),
    "known empty": (
        "As known at position {position}",
        "État du registre à la position {position}",
        "بحسب السجل عند الموضع {position}",
    ),
}


@cache
def _phrases(language: str) -> Mapping[str, str]:
    return page.chosen(_PHRASES, language)


def phrase(key: str, language: str, **values: object) -> str:
    """A phrase of pictures, with its values put in."""
    return _phrases(language)[key].format(**values)


def said(key: str, language: str, **values: object) -> str:
    """A phrase of the page, with its values put in."""
    return page.words(language)[key].format(**values)


def meaning(status: str, language: str) -> str:
    """What a status means, after its name."""
    return said("colon", language).join((said(status, language), said(f"{status}_means", language)))


def day(number: int, language: str) -> str:
    """A day in full, and before the year 1 as ISO 8601 writes it too."""
    written = page.day(language, number).replace(" ", _KEPT)
    return written if number > 0 else f"{written} ({iso(number)})"


def year(number: int, language: str) -> str:
    """The year of a day."""
    return page.written_year(language, ymd(number)[0])


def point(first: int, last: int, language: str) -> str:
    """Some day between two, shorter than the page writes it: 4 Apr 2019, between 22 Feb and 31 Mar 2020."""
    if first == last:
        return short(first, language)
    written = page.point(language, first, last)
    if page.day(language, last) not in written:
        return written  # whole months or years
    begun = short(first, language)
    if ymd(first)[0] == ymd(last)[0]:
        begun = begun.removesuffix(_KEPT + page.written_year(language, ymd(first)[0]))
    return said("between", language, first=begun, last=short(last, language))


def short(number: int, language: str) -> str:
    """A day: 4 Apr 2019."""
    which, month, of_month = ymd(number)
    ordinal = "er" if language == "fr" and of_month == 1 else ""
    return _KEPT.join((f"{of_month}{ordinal}", _month(month, language), page.written_year(language, which)))


def from_to(first: int, last: int, language: str) -> str:
    """From one day to another, both included."""
    return said("from_to", language, first=page.day(language, first), last=page.day(language, last))


def tick(mark: Tick, language: str) -> str:
    """How a mark of an axis is named."""
    which, month, _ = ymd(mark.day)
    if mark.unit == "day":
        return short(mark.day, language)
    named = page.written_year(language, which)
    return named if mark.unit == "year" else f"{_month(month, language)}{_KEPT}{named}"


def _month(number: int, language: str) -> str:
    return _SHORT_MONTHS.get(language, page.months(language))[number - 1]


def known(commit: Commit, erased: Erased, language: str) -> str:
    """Which state of the log a picture is from, since when the log knows that, and what was erased of it."""
    position, recorded_at = commit
    if recorded_at is None:
        return phrase("known empty", language, position=position)
    moment = datetime.fromisoformat(recorded_at)
    when = said("comma", language).join((page.day(language, moment.toordinal()), f"{moment:%H:%M} UTC"))
    less = phrase("erased", language, count=erased.entries) if erased.entries else ""
    return phrase("known", language, position=position, when=when) + less
