"""EDTF, read strictly: which bounds a date gives, and what is said where there is none."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.dates import MAX_LENGTH, SEASONS, Missing, Span, parse
from events.days import day_of, iso, ymd
from events.errors import DateError


def bounds(text: str) -> str:
    """The days a date covers as ``lo..hi``, or its two ends as ``a..b e..f``; a missing end by its name."""
    date = parse(text)
    start, end = (
        side.name.lower() if isinstance(side, Missing) else f"{iso(side.lo)}..{iso(side.hi)}"
        for side in (date.start, date.end)
    )
    return start if date.start == date.end else f"{start} {end}"


def refusal(text: str) -> DateError:
    with pytest.raises(DateError) as caught:
        parse(text)
    return caught.value


def dates_in(instead: str) -> list[str]:
    """The dates that a piece of advice shows."""
    words = (word.rstrip(",") for word in instead.split())
    return [word for word in words if re.search("[0-9]", word)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-04-04", "2019-04-04..2019-04-04"),
        ("2020-02-29", "2020-02-29..2020-02-29"),
        ("2019-04", "2019-04-01..2019-04-30"),
        ("2020-02", "2020-02-01..2020-02-29"),
        ("2019", "2019-01-01..2019-12-31"),
        ("0000", "0000-01-01..0000-12-31"),
        ("-0044-03-15", "-0044-03-15..-0044-03-15"),
        ("-9999", "-9999-01-01..-9999-12-31"),
        ("9999-12-31", "9999-12-31..9999-12-31"),
    ],
)
def test_a_date_covers_its_days(text: str, expected: str) -> None:
    assert bounds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("197X", "1970-01-01..1979-12-31"),
        ("19XX", "1900-01-01..1999-12-31"),
        ("XXXX", "0000-01-01..9999-12-31"),
        ("-197X", "-1979-01-01..-1970-12-31"),
        ("-00XX", "-0099-01-01..-0001-12-31"),
        ("-000X-02", "-0009-02-01..-0001-02-28"),
        ("2019-XX", "2019-01-01..2019-12-31"),
        ("2019-0X", "2019-01-01..2019-09-30"),
        ("2019-X1", "2019-01-01..2019-11-30"),
        ("2019-04-XX", "2019-04-01..2019-04-30"),
        ("2019-04-1X", "2019-04-10..2019-04-19"),
        ("2019-04-3X", "2019-04-30..2019-04-30"),
        ("1560-XX-25", "1560-01-25..1560-12-25"),
        ("1XXX-12", "1000-12-01..1999-12-31"),
        ("15XX-12-XX", "1500-12-01..1599-12-31"),
        ("XXXX-04-04", "0000-04-04..9999-04-04"),
        ("2019-XX-31", "2019-01-31..2019-12-31"),
        ("19XX-02-29", "1904-02-29..1996-02-29"),
        ("-000X-02-29", "-0008-02-29..-0004-02-29"),
        ("197X-24", "1970-12-01..1980-02-29"),
    ],
)
def test_unspecified_digits_cover_the_hull_of_the_days_that_match(text: str, expected: str) -> None:
    assert bounds(text) == expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("21", "25", "31"), "2019-03-01..2019-05-31"),
        (("22", "26", "32"), "2019-06-01..2019-08-31"),
        (("23", "27", "29"), "2019-09-01..2019-11-30"),
        (("24", "28", "30"), "2019-12-01..2020-02-29"),
        (("33",), "2019-01-01..2019-03-31"),
        (("34",), "2019-04-01..2019-06-30"),
        (("35",), "2019-07-01..2019-09-30"),
        (("36",), "2019-10-01..2019-12-31"),
        (("37",), "2019-01-01..2019-04-30"),
        (("38",), "2019-05-01..2019-08-31"),
        (("39",), "2019-09-01..2019-12-31"),
        (("40",), "2019-01-01..2019-06-30"),
        (("41",), "2019-07-01..2019-12-31"),
    ],
)
def test_a_season_covers_whole_months_and_belongs_to_the_year_it_begins_in(
    codes: tuple[str, ...], expected: str
) -> None:
    assert {bounds(f"2019-{code}") for code in codes} == {expected}


def test_the_season_codes_are_those_of_iso_8601_2() -> None:
    assert list(SEASONS) == [str(code) for code in range(21, 42)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019~", "2018-01-01..2020-12-31"),
        ("2019?", "2018-01-01..2020-12-31"),
        ("2019%", "2018-01-01..2020-12-31"),
        ("~2019", "2018-01-01..2020-12-31"),
        ("197X~", "1969-01-01..1980-12-31"),
        ("-0001~", "-0002-01-01..0000-12-31"),
        ("2019-04~", "2018-04-01..2020-04-30"),
        ("2019-02~", "2018-02-01..2020-02-29"),
        ("2020-02-29~", "2019-02-28..2021-02-28"),
        ("2019-02-28~", "2018-02-28..2020-02-28"),
        ("2019-02-XX~", "2018-02-01..2020-02-29"),
        ("2019-21~", "2018-03-01..2020-05-31"),
        ("2004-06~-11", "2003-06-11..2005-06-11"),
        ("2004?-06-11", "2003-06-11..2005-06-11"),
        ("?2004-06-~11", "2003-06-11..2005-06-11"),
    ],
)
def test_a_qualified_year_widens_by_a_year(text: str, expected: str) -> None:
    """A qualifier to the right of a component holds for all before it too, so for the year."""
    assert bounds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-~04", "2019-03-01..2019-05-31"),
        ("2019-~01", "2018-12-01..2019-02-28"),
        ("2004-~06-11", "2004-05-11..2004-07-11"),
        ("2019-~03-31", "2019-02-28..2019-04-30"),
        ("2019-?04-~11", "2019-03-11..2019-05-11"),
        ("2019-~21", "2018-12-01..2019-08-31"),
        ("2019-?37", "2018-09-01..2019-08-31"),
        ("2019-04-~04", "2019-04-03..2019-04-05"),
        ("2019-04-%30", "2019-04-29..2019-05-01"),
        ("-0001-12-?31", "-0001-12-30..0000-01-01"),
    ],
)
def test_a_qualifier_to_the_left_of_a_component_widens_by_that_component(text: str, expected: str) -> None:
    assert bounds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1667,1668,1670..1672]", "1667-01-01..1672-12-31"),
        ("[1670..1672,1667]", "1667-01-01..1672-12-31"),
        ("[2020-02-22..2020-03]", "2020-02-22..2020-03-31"),
        ("[1667]", "1667-01-01..1667-12-31"),
        ("[1667~,1668]", "1666-01-01..1668-12-31"),
        ("[..1760-12-03]", "open 1760-12-03..1760-12-03"),
        ("[..1760,1765]", "open 1760-01-01..1765-12-31"),
        ("[1760-12..]", "1760-12-01..1760-12-31 open"),
        ("[1667,1760-12..]", "1667-01-01..1760-12-31 open"),
    ],
)
def test_one_of_a_set_covers_the_hull_of_its_members(text: str, expected: str) -> None:
    """A set open to one side keeps what it names on the other."""
    assert bounds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970/1989", "1970-01-01..1970-12-31 1989-01-01..1989-12-31"),
        ("2019-04-04/2019-04", "2019-04-04..2019-04-04 2019-04-01..2019-04-30"),
        ("2019-04-30/2019-04", "2019-04-30..2019-04-30 2019-04-01..2019-04-30"),
        ("1984~/2004-06", "1983-01-01..1985-12-31 2004-06-01..2004-06-30"),
        ("2019/2019", "2019-01-01..2019-12-31"),
        ("1970/..", "1970-01-01..1970-12-31 open"),
        ("../1989", "open 1989-01-01..1989-12-31"),
        ("1970/", "1970-01-01..1970-12-31 unknown"),
        ("/1989", "unknown 1989-01-01..1989-12-31"),
        ("2019-04-04T23:30:00Z/2019-04-05T01:00:00Z", "2019-04-04..2019-04-04 2019-04-05..2019-04-05"),
    ],
)
def test_an_interval_has_a_span_for_either_end(text: str, expected: str) -> None:
    assert bounds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2019-04-04T23:30:00",
        "2019-04-04T23:30:00Z",
        "2019-04-04T23:30:00-11:00",
        "2019-04-04T00:30:00+14",
        "2019-04-04T23:59:60.123456789Z",
    ],
)
def test_a_datetime_keeps_its_own_calendar_day(text: str) -> None:
    assert bounds(text) == "2019-04-04..2019-04-04"


@pytest.mark.parametrize(
    "time",
    ["T24:00:00", "T23:60:00", "T23:30:61", "T23:30", "T23", "t23:30:00", " 23:30:00", "T23:30:00+24:00",
     "T23:30:00.", "T23:30:00,5", "T23:30:00z", "T23:30:00+0200"],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(time: str) -> None:
    refusal(f"2019-04-04{time}")


def test_a_time_goes_with_a_full_day_only() -> None:
    for text in ("2019-04T23:30:00", "2019-04-XXT23:30:00", "2019-04-04~T23:30:00", "[2019-04-04T23:30:00]"):
        refusal(text)


def test_a_date_has_four_bounds_and_a_day_to_sort_by() -> None:
    date = parse("1970/1989-04")
    assert (date.a, date.b) == (day_of(1970, 1, 1), day_of(1970, 12, 31))
    assert (date.e, date.f) == (day_of(1989, 4, 1), day_of(1989, 4, 30))
    assert date.first == date.a


@pytest.mark.parametrize("missing", [Missing.OPEN, Missing.UNKNOWN])
def test_a_missing_end_has_no_bounds(missing: Missing) -> None:
    since, until = parse(f"1970/{missing.value}"), parse(f"{missing.value}/1989")
    assert (since.e, since.f, since.end) == (None, None, missing)
    assert (until.a, until.b, until.start) == (None, None, missing)
    assert (since.first, until.first) == (day_of(1970, 1, 1), day_of(1989, 1, 1))


def test_a_date_is_kept_verbatim() -> None:
    assert parse("2019-04-04T23:30:00+03:00").text == "2019-04-04T23:30:00+03:00"


def test_dates_are_equal_if_their_texts_are() -> None:
    assert parse("2019") == parse("2019")
    assert parse("2019") != parse("2019-XX")


@pytest.mark.parametrize(
    ("text", "problem", "instead"),
    [
        ("2021-02-29", "2021 being no leap year", "2021-02-28 or 2021-02"),
        ("1900-02-29", "1900 being no leap year", "1900-02-28 or 1900-02"),
        ("2020-02-30", "the month having 29 days", "2020-02-29 or 2020-02"),
        ("2019-04-31", "the month having 30 days", "2019-04-30 or 2019-04"),
        ("2019-04-00", "the month having 30 days", "2019-04"),
        ("2019-02-3X", "matches no day", "2019"),
        ("XXX1-02-29", "matches no day", "XXX1"),
        ("2019-00", "no month 00", "2019"),
        ("2019-13", "no month 13", "2019"),
        ("2019-42", "no month 42", "2019"),
        ("2019-2X", "no month 2X", "2019"),
        ("2019-25-04", "no month 25", "2019-04-25"),
        ("2019-21-31", "a day of a season", "a season alone, as in 2019-21"),
        ("-0000", "0000 being 1 BCE", "0000"),
        ("-0000-21", "0000 being 1 BCE", "0000"),
    ],
)
def test_an_impossible_date_is_refused_with_the_possible_ones(text: str, problem: str, instead: str) -> None:
    error = refusal(text)
    assert problem in error.problem
    assert error.instead == instead


@pytest.mark.parametrize(
    "text",
    ["9999~", "-9999?", "9999-12~", "9999-~12", "9999-12-~31", "-9999-01-?01", "9999-24", "9999-30", "999X~",
     "9999-~36", "2019/9999~", "[9998,9999~]"],
)  # fmt: skip
def test_what_reaches_outside_the_years_is_refused(text: str) -> None:
    assert refusal(text).problem == "reaches outside the years -9999 to 9999"


def test_the_last_season_that_stays_inside_is_taken() -> None:
    assert bounds("9999-36") == "9999-10-01..9999-12-31"


@pytest.mark.parametrize(
    ("text", "problem", "instead"),
    [
        ("1989/1970", "ends before it begins", "1970/1989"),
        ("/", "no date in it", "at least one, as in 2019/.. or ../2019"),
        ("../..", "no date in it", "at least one, as in 2019/.. or ../2019"),
        ("../", "no date in it", "at least one, as in 2019/.. or ../2019"),
        ("/..", "no date in it", "at least one, as in 2019/.. or ../2019"),
        ("[1672..1670]", "1672..1670, which runs backwards", "[1670..1672]"),
        ("[]", "a member that is no date", "dates alone, as in [1667,1668]"),
        ("[1667,]", "a member that is no date", "dates alone, as in [1667,1668]"),
        ("[..]", "a member that is no date", "dates alone, as in [1667,1668]"),
        ("[..1760,1770..]", "open on both sides", "one of them, as in [..1760] or [1760..]"),
        ("[1667,1668]/1670", "mixes a set and an interval", "one of them, as in [1667,1668] or 1667/1668"),
        ("[1667/1668,1670]", "mixes a set and an interval", "one of them, as in [1667,1668] or 1667/1668"),
        ("{1667,1668}", "all of its dates", "one event for each date"),
        ("{1667..1668}", "all of its dates", "one event for each date"),
        ("?2019?", "qualifies one component twice", "one qualifier, as in 2019~ or 2019-~04"),
        ("2019-~04?", "qualifies one component twice", "one qualifier, as in 2019~ or 2019-~04"),
        ("2019??", "more than one qualifier", "2019?"),
        ("2019?~", "more than one qualifier", "2019%"),
    ],
)
def test_what_contradicts_itself_is_refused_with_what_to_write(text: str, problem: str, instead: str) -> None:
    error = refusal(text)
    assert problem in error.problem
    assert error.instead == instead


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("2019-4-4", "2019-04-04"),
        ("2019-4", "2019-04"),
        ("2019/04/04", "2019-04-04"),
        ("2019.04.04", "2019-04-04"),
        ("20190404", "2019-04-04"),
        ("4/25/2019", "2019-04-25"),
        ("25.4.2019", "2019-04-25"),
        ("4/4/2019", "2019-04-04"),
        ("04-2019", "2019-04"),
        ("2019-04-04T10:00", "2019-04-04"),
        ("2019-04-04 10:00:00", "2019-04-04"),
        ("4 April 2019", "2019-04-04"),
        ("4th of April 2019", "2019-04-04"),
        ("April 4, 2019", "2019-04-04"),
        ("Thursday, 4 April 2019", "2019-04-04"),
        ("4-Apr-2019", "2019-04-04"),
        ("2019 April 4", "2019-04-04"),
        ("April 2019", "2019-04"),
        ("Sept. 2019", "2019-09"),
        ("1970s", "197X"),
        ("the 1970's", "197X"),
        ("19th century", "18XX"),
        ("the 1st century", "00XX"),
        ("44 BC", "-0043"),
        ("1 BCE", "0000"),
        ("c. 1970", "1970~"),
        ("circa 1970", "1970~"),
        ("ca 1970", "1970~"),
        ("c. April 2019", "2019-04~"),
        ("about 1970s", "197X~"),
        ("1970-1989", "1970/1989"),
        ("1970–1989", "1970/1989"),
        ("1970 to 1989", "1970/1989"),
        ("1970s – 1980s", "197X/198X"),
        ("4 April 2019 - 5 May 2019", "2019-04-04/2019-05-05"),
        ("1950S2", "19XX"),
        ("-1950S3", "-195X"),
        ("Y2019", "2019"),
        ("Y2E3", "2000"),
        ("Y17E2S2", "17XX"),
        ("197x", "197X"),
        ("19uu", "19XX"),
        ("197?", "197X"),
        ("2019–04–04", "2019-04-04"),
        ("−0044", "-0044"),
        ("٢٠١٩-٠٤-٠٤", "2019-04-04"),
        ("２０１９", "2019"),
        ("2019-04-04\n", "2019-04-04"),
        (" 2019", "2019"),
        ("2019 ~", "2019~"),
        ("2019-04-04t10:00:00z", "2019-04-04T10:00:00Z"),
    ],
)
def test_what_people_write_is_refused_with_the_edtf_for_it(text: str, instead: str) -> None:
    assert refusal(text).instead == instead


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("1/2/2019", "2019-02-01 or 2019-01-02"),
        ("01.02.2019", "2019-02-01 or 2019-01-02"),
        ("1900s", "190X or 19XX"),
    ],
)
def test_what_is_ambiguous_is_refused_with_every_reading(text: str, instead: str) -> None:
    error = refusal(text)
    assert (error.problem, error.instead) == ("is ambiguous", instead)


@pytest.mark.parametrize(
    "text",
    ["April", "4 April", "April 4", "Thursday", "4/4", "04-04", "XX-04-04", "--04-04", "1/2/19", "10:00"],
)
def test_a_date_without_a_year_is_refused_as_such(text: str) -> None:
    assert refusal(text).problem == "names no year in four digits"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2020-W53-7", "counts weeks"),
        ("2020-W53", "counts weeks"),
        ("2020-123", "days of a year"),
        ("Y17000", "more than four digits"),
        ("Y-17E7", "more than four digits"),
        ("10000", "more than four digits"),
        ("2019-04-04T24:00:00", "hour 24"),
        ("[1667, 1668]", "white space"),
        ("today", "not an EDTF date"),
        ("", "not an EDTF date"),
        ("31 April 2019", "not an EDTF date"),
        ("2019-04-04-04", "not an EDTF date"),
        ("[1667", "not an EDTF date"),
        ("[[1667]]", "not an EDTF date"),
        ("1760...", "not an EDTF date"),
        ("(2019)-04", "not an EDTF date"),
        ("2019\0", "not an EDTF date"),
        ("x" * (MAX_LENGTH + 1), f"longer than {MAX_LENGTH}"),
    ],
)
def test_the_rest_is_refused_for_its_own_reason(text: str, problem: str) -> None:
    assert problem in refusal(text).problem


@pytest.mark.parametrize("value", [None, 2019, 2019.0, True, ["2019"], {"date": "2019"}, b"2019"])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(DateError, match="is not text"):
        parse(value)  # type: ignore[arg-type]


def test_an_error_names_the_part_that_is_wrong() -> None:
    assert refusal("2019-02-30/2020").value == "2019-02-30"
    assert refusal("[1667,1970s]").value == "1970s"


CENTURIES = ("-00", "00", "19", "20")


@cache
def days_of_century(century: str) -> str:
    """Every day of the hundred years whose texts begin so, one to a line, in order."""
    first = {"-00": -99}.get(century, 100 * int(century))
    last = {"-00": -1}.get(century, first + 99)
    return "\n".join(iso(day) for day in range(day_of(first, 1, 1), day_of(last, 12, 31) + 1))


def two_digits(first: str) -> st.SearchStrategy[str]:
    return st.builds("".join, st.tuples(st.sampled_from(first), st.sampled_from("0123456789X")))


@given(
    st.sampled_from(CENTURIES),
    two_digits("0123456789X"),
    st.none() | two_digits("01X"),
    st.none() | two_digits("0123X"),
)
@example("19", "XX", "02", "29")
@example("20", "X1", "02", "29")
@example("-00", "XX", "X2", "29")
@example("-00", "00", None, None)
def test_bounds_are_the_first_and_last_of_all_days_that_match(
    century: str, years: str, month: str | None, day: str | None
) -> None:
    """Against every day of the century, matched as text."""
    components = [century + years, *([month] if month else []), *([day] if month and day else [])]
    text = "-".join(components)
    pattern = text.replace("X", "[0-9]") + "-[0-9]{2}" * (3 - len(components))
    matching = re.findall(f"^{pattern}$", days_of_century(century), re.MULTILINE)
    if matching:
        assert bounds(text) == f"{matching[0]}..{matching[-1]}"
    else:
        refusal(text)


plain = st.integers(day_of(-9990, 1, 1), day_of(9990, 1, 1)).flatmap(
    lambda day: st.sampled_from([iso(day), iso(day)[:-3], iso(day)[:-6]])
)


@given(plain, st.sampled_from("?~%"))
def test_a_qualified_date_reaches_as_far_to_either_side_as_one_unit(text: str, qualifier: str) -> None:
    """To the right a year, to the left of the last component one of that component; always less than two."""
    lo, hi = parse(text).start  # type: ignore[misc]
    for qualified, unit in (
        (f"{text}{qualifier}", 366),
        (re.sub(r"(?<=[0-9]-)([0-9]+)$", rf"{qualifier}\1", text), (366, 31, 1)[text.lstrip("-").count("-")]),
    ):
        if qualified != text:
            wider = parse(qualified).start
            assert isinstance(wider, Span)
            assert unit - 3 <= lo - wider.lo <= unit
            assert unit - 3 <= wider.hi - hi <= unit


@given(plain, plain)
def test_an_interval_is_refused_only_if_it_must_end_before_it_begins(first: str, last: str) -> None:
    start, end = parse(first).start, parse(last).end
    assert isinstance(start, Span)
    assert isinstance(end, Span)
    if end.hi < start.lo:
        assert refusal(f"{first}/{last}").instead == f"{last}/{first}"
    else:
        date = parse(f"{first}/{last}")
        assert (date.start, date.end) == (start, end)


@given(st.lists(plain, min_size=1, max_size=5))
def test_a_set_is_the_hull_of_its_members_in_any_order(members: list[str]) -> None:
    spans = [parse(member).start for member in members]
    hull = parse(f"[{','.join(members)}]")
    assert hull.start == hull.end == (min(span[0] for span in spans), max(span[1] for span in spans))  # type: ignore[index]


ALPHABET = "0123456789X-?~%/.,[]{}TZ:+ YESsuwW–٤\n"


@given(st.text(max_size=40) | st.text(ALPHABET, max_size=24) | st.text("0123456789X-~/", max_size=12))
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    """What is read has bounds inside the range and in order."""
    try:
        date = parse(text)
    except DateError:
        return
    assert date.text == text
    for side in (date.start, date.end):
        assert isinstance(side, Missing) or (ymd(side.lo) and ymd(side.hi) and side.lo <= side.hi)
    assert date.a is not None or date.e is not None


MONTHS = ("January", "Feb", "march", "Apr.", "MAY", "June", "jul", "Aug", "Sept", "Octo", "November", "Dec")
number, year = st.integers(0, 40), st.integers(0, 9999).map("{:04}".format)
separator = st.sampled_from("/.-")
ending = st.sampled_from(["s", "'s", "??", "?~", " BC", "T10:00", "S1", "S2", "S3"])
as_people_write = st.one_of(
    st.builds("{}{}{}{}{}".format, number, separator, number, separator, year),
    st.builds("{}{}{}{}{}".format, year, separator, number, separator, number),
    st.builds("{}{:02}{:02}".format, year, number, number),
    st.builds("{} {} {}".format, number, st.sampled_from(MONTHS), year),
    st.builds("{} {}, {}".format, st.sampled_from(MONTHS), number, year),
    st.builds("{} {}".format, st.sampled_from(MONTHS), year),
    st.builds("{}{}".format, year, ending),
    st.builds("{}th century".format, number),
    st.builds("{} BCE".format, st.integers(0, 20_000)),
    st.builds("Y{}E{}".format, st.integers(-9999, 9999), st.integers(0, 9)),
    st.builds("{}-{:02}-{:02}{}".format, year, number, number, st.sampled_from(["", " 10:00", "?", "\n"])),
)


dashes = st.sampled_from([" - ", "–", " to ", "-", "/"])


@given(
    as_people_write
    | st.builds("{} {}".format, st.sampled_from(["c.", "ca", "circa", "about"]), as_people_write)
    | st.builds("{}{}{}".format, as_people_write, dashes, as_people_write)
    | st.text(ALPHABET, max_size=24)
)
def test_every_date_shown_in_an_error_can_be_written(text: str) -> None:
    try:
        parse(text)
    except DateError as error:
        for shown in dates_in(error.instead):
            parse(shown)
