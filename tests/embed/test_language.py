"""Days and words in three languages."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from events.dates import parse
from events.days import day_of
from service.embed import language
from service.embed.translations import MONTHS, WORDS
from service.pages.words import words


@pytest.mark.parametrize(
    ("date", "en", "fr", "ar"),
    [
        ("2019-04-04", "4 April 2019", "4 avril 2019", "4 أبريل 2019"),
        ("2019-04-01", "1 April 2019", "1er avril 2019", "1 أبريل 2019"),
        ("2019-04", "April 2019", "avril 2019", "أبريل 2019"),
        ("2019", "2019", "2019", "2019"),
        ("197X", "1970–1979", "1970–1979", "1970–1979"),
        ("-0043-03-15", "15 March 44 BCE", "15 mars 44 av. J.-C.", "15 مارس 44 ق.م"),
        ("[2019-04-01,2019-04-05]", "between 1 and 5 April 2019",
         "entre le 1er et le 5 avril 2019", "بين 1 و5 أبريل 2019"),
        ("[2020-02-22..2020-03]", "between 22 February and 31 March 2020",
         "entre le 22 février et le 31 mars 2020", "بين 22 فبراير و31 مارس 2020"),
        ("[2019-12-30,2020-01-02]", "between 30 December 2019 and 2 January 2020",
         "entre le 30 décembre 2019 et le 2 janvier 2020", "بين 30 ديسمبر 2019 و2 يناير 2020"),
        ("1970/1989", "from 1970 to 1989", "1970 – 1989", "من 1970 إلى 1989"),
        ("2019-04-04/..", "from 4 April 2019 on", "début\u00a0: 4 avril 2019", "ابتداءً من 4 أبريل 2019"),
        ("/2011", "by 2011", "au plus tard\u00a0: 2011", "في موعد أقصاه 2011"),
    ],
)  # fmt: skip
def test_a_date_is_written_by_its_bounds(date: str, en: str, fr: str, ar: str) -> None:
    assert [language.written(lang, parse(date)) for lang in ("en", "fr", "ar")] == [en, fr, ar]


def test_a_decade_has_no_day_in_its_middle() -> None:
    assert language.point("en", day_of(1970, 1, 1), day_of(1979, 12, 31)) == "1970–1979"


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_is_there_in_each_language_with_the_same_gaps(key: str) -> None:
    texts = WORDS[key]
    assert len(texts) == len(language.LANGUAGES)
    assert all(text.strip() for text in texts)
    gaps = [sorted(field for _, field, _, _ in Formatter().parse(text) if field) for text in texts]
    assert gaps[0] == gaps[1] == gaps[2]


def test_french_breaks_no_line_before_a_colon_or_within_its_quotation_marks() -> None:
    for text in (*language.words("fr").values(), *words("fr").values()):
        assert not re.search(r" [:;!?»]|« ", text), text


def test_numbers_with_hyphens_keep_their_order_in_arabic() -> None:
    for text in (*language.words("ar").values(), *words("ar").values()):
        assert not re.search(r"(?<!\u2066)\d{4}-\d\d-\d\d", text), text


def test_every_month_has_a_name_in_each_language() -> None:
    assert {lang: len(set(names)) for lang, names in MONTHS.items()} == dict.fromkeys(language.LANGUAGES, 12)
