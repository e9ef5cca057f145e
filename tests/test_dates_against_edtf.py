"""Our reading of EDTF against two others': edtf 5.0.2 from PyPI and edtf.js 4.11.1, where those are right.

Where they are wrong is listed here with the reason, so that every difference is a decision. Qualifiers
are left out, since the standard does not say how far they reach; with edtf.js seasons are too, since it
has spring begin in January.

`data/edtf_js.json` holds what edtf.js answered: for each text the UTC days of `edtf(text).min` and `.max`,
null where that is infinite or unknown, or "refused" where it threw.
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.dates import parse
from events.days import iso
from events.errors import DateError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its grammar uses pyparsing in ways that newer ones warn of
    from edtf import parse_edtf

EDTF_JS = json.loads(Path(__file__).with_name("data").joinpath("edtf_js.json").read_text())

Answer = tuple[str | None, ...]
REFUSED: Answer = ("refused",)


def ours(text: str) -> Answer:
    """The first and the last day that a date may touch, or `REFUSED`."""
    try:
        date = parse(text)
    except DateError:
        return REFUSED
    return tuple(None if day is None else iso(day) for day in (date.a, date.f))


def pypi(text: str) -> Answer:
    """The same from PyPI's edtf, whose every exception is taken for a refusal."""
    try:
        parsed = parse_edtf(text)
        bounds = parsed.lower_strict(), parsed.upper_strict()
        return tuple(f"{'-' if y < 0 else ''}{abs(y):04}-{m:02}-{d:02}" for y, m, d, *_ in bounds)
    except Exception:
        return REFUSED


Texts = st.SearchStrategy[str]


def dates(year: Texts, month: Texts, day: Texts) -> Texts:
    """Without days that months do not have, which PyPI's edtf does not always notice."""
    dated = st.one_of(year, st.tuples(year, month).map("-".join), st.tuples(year, month, day).map("-".join))
    return dated.filter(lambda text: not re.search("-(02-29|02-30|(02|04|06|09|11)-31)$", text))


unspecified = st.just("XX")
month, day = st.integers(1, 12).map("{:02}".format), st.integers(1, 31).map("{:02}".format)
year = st.one_of(
    st.integers(0, 9999).map("{:04}".format),
    st.integers(0, 999).map("{:03}X".format),
    st.integers(0, 99).map("{:02}XX".format),
    st.just("XXXX"),
)
# Its negative years run backwards where digits are unspecified.
point = dates(year, month | unspecified, day | unspecified) | dates(
    st.integers(1, 9999).map("-{:04}".format), month, day
)


@settings(deadline=None)  # it needs milliseconds for each
@given(point)
def test_single_dates_have_the_bounds_that_edtf_gives_them(text: str) -> None:
    assert ours(text) == pypi(text)


@settings(deadline=None)
@given(point, point)
def test_intervals_have_the_bounds_that_edtf_gives_them(first: str, last: str) -> None:
    """Of those we read, since it lets an interval end before it begins; it breaks on 2019-XX as an end."""
    text = f"{first}/{last}"
    assume(ours(text) != REFUSED and not re.search("[0-9X]{4}-XX(/|$)", text))
    assert ours(text) == pypi(text)


@pytest.mark.parametrize("text", ["[1667,1668,1670..1672]", "[1670..1672,1667]", "[2020-02-22,2020-03]"])
def test_sets_have_the_bounds_that_edtf_gives_them(text: str) -> None:
    assert ours(text) == pypi(text)


@pytest.mark.parametrize("code", [code for code in range(21, 42) if code not in (24, 28, 30)])
def test_seasons_have_the_bounds_that_edtf_gives_them(code: int) -> None:
    assert ours(f"2019-{code}") == pypi(f"2019-{code}")


@pytest.mark.parametrize(
    ("text", "theirs", "right"),
    [
        # It has 29 February in every year.
        ("2021-02-29", ("2021-02-29", "2021-02-29"), REFUSED),
        ("1900-02-29", ("1900-02-29", "1900-02-29"), REFUSED),
        ("19XX-02-29", ("1900-02-29", "1999-02-29"), ("1904-02-29", "1996-02-29")),
        # It has as many days as written in the months of years with digits unspecified.
        ("19XX-04-31", ("1900-04-31", "1999-04-31"), REFUSED),
        # It ends the season of December in December.
        ("2019-24", ("2019-12-01", "2019-12-31"), ("2019-12-01", "2020-02-29")),
        # It invents ten years for an end that is unknown.
        ("2014/", ("2014-01-01", "2024-01-01"), ("2014-01-01", None)),
        ("/2014", ("2004-12-31", "2014-12-31"), (None, "2014-12-31")),
        # It parses an open end, whose infinity then has no day.
        ("1970/..", REFUSED, ("1970-01-01", None)),
        ("[1760-12..]", REFUSED, ("1760-12-01", None)),
        # It counts year 0 as the last negative one.
        ("-00XX", ("-0099-01-01", "0000-12-31"), ("-0099-01-01", "-0001-12-31")),
        # Its negative years run backwards where digits are unspecified.
        ("-1950-XX", ("-1950-12-01", "-1950-01-31"), ("-1950-01-01", "-1950-12-31")),
        ("-1950-04-XX", ("-1950-04-30", "-1950-04-01"), ("-1950-04-01", "-1950-04-30")),
        # It refuses these, for no reason the standard gives.
        ("-195X-04", REFUSED, ("-1959-04-01", "-1950-04-30")),
        ("1990-XX/2000", REFUSED, ("1990-01-01", "2000-12-31")),
        ("[2020-02-22..2020-03]", REFUSED, ("2020-02-22", "2020-03-31")),
        # It knows no digits unspecified on one side only.
        ("2019-0X", REFUSED, ("2019-01-01", "2019-09-30")),
        ("2019-04-1X", REFUSED, ("2019-04-10", "2019-04-19")),
        # It lets these pass.
        ("1989/1970", ("1989-01-01", "1970-12-31"), REFUSED),
        ("2019-04-04T24:00:00", ("2019-04-04", "2019-04-04"), REFUSED),
        ("2019\n", ("2019-01-01", "2019-12-31"), REFUSED),
        # We refuse on purpose: all of a set is several events, and significant digits are written with X.
        ("{1667,1668}", ("1667-01-01", "1668-12-31"), REFUSED),
        ("1950S2", ("1950-01-01", "1950-12-31"), REFUSED),
    ],
)
def test_where_edtf_differs_it_is_on_purpose(text: str, theirs: Answer, right: Answer) -> None:
    assert pypi(text) == theirs
    assert ours(text) == right


EDTF_JS_IS_WRONG = {
    "it takes a negative year's last month and day for its first": "-[0-9X]{4}-.*X.*",
    "it reads these as positive": "-00XX|-XXXX",
    "it refuses a day 3X that only the 30th matches": "[0-9X]{4}-(04|06|09|11)-3X.*",
    "it has 31 days in months of 30 where a digit of the month is unspecified": ".*-X1-31",
    "it moves 29 February to March where there is none": "(2021|19XX)-02-29",
    "it takes a set's first and last member for its bounds, and lets spaces pass": r"\[.+\]",
    "it moves a time to UTC, and 24:00 to the next day": ".*T01:30:00[+]03:00|.*T24:00:00",
    "it lets an interval have no date": "/|[.][.]/[.][.]",
    "it takes a number for milliseconds": "20190404",
    "it lets seconds be left out": ".*T23:30",
}


@pytest.mark.parametrize(("text", "answer"), [(text, tuple(answer)) for text, *answer in EDTF_JS["answers"]])
def test_dates_have_the_bounds_that_edtf_js_gives_them(text: str, answer: Answer) -> None:
    known = any(re.fullmatch(pattern, text) for pattern in EDTF_JS_IS_WRONG.values())
    assert ours(text) == answer or known


@pytest.mark.parametrize("pattern", EDTF_JS_IS_WRONG.values(), ids=EDTF_JS_IS_WRONG)
def test_each_fault_of_edtf_js_is_one(pattern: str) -> None:
    """No entry outlives the difference it explains."""
    assert any(
        ours(text) != tuple(answer) for text, *answer in EDTF_JS["answers"] if re.fullmatch(pattern, text)
    )
