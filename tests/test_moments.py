"""What a query's `at` and `known_at` mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import unquote, unquote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.days import FIRST_DAY, LAST_DAY, iso
from events.errors import DateError
from events.moments import parse_at, parse_known_at


def refusal(read: Callable[[str], object], text: str) -> DateError:
    with pytest.raises(DateError) as caught:
        read(text)
    return caught.value


@given(st.integers(FIRST_DAY, LAST_DAY))
def test_an_iso_day_of_any_supported_year_is_that_day(day: int) -> None:
    assert parse_at(iso(day)) == day


@pytest.mark.parametrize(
    "text",
    [
        "2019-04-04",
        "2019-04-04T00:00:00",
        "2019-04-04T23:59:59-11:00",
        "2019-04-04T00:00:00.5+14:00",
        "4 April 2019",
        "April 4, 2019",
        "4th of April 2019",
        "Thursday, 4 April 2019",
        "Thu 4 Apr 2019",
        "4-Apr-2019",
        "2019 April 4",
        "4/4/2019",
        "4 April 2019 23:59 -11:00",
        "4 April 2019 10:00 EST",
        "Thu, 04 Apr 2019 00:30:00 +14:00",
    ],
)
def test_a_date_with_one_reading_is_that_day_whatever_the_time_and_zone(text: str) -> None:
    assert iso(parse_at(text)) == "2019-04-04"


@pytest.mark.parametrize("text", ["4/25/2019", "25/4/2019", "25.4.2019", "4-25-2019"])
def test_numbers_are_read_if_only_one_of_them_can_be_the_month(text: str) -> None:
    assert iso(parse_at(text)) == "2019-04-25"


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%A %d %b %Y", "%Y %B %d"]))
def test_a_day_in_words_is_read_exactly(day: date, form: str) -> None:
    assert parse_at(day.strftime(form)) == day.toordinal()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-04", "2019-04-01", "2019-04-30"),
        ("197X", "1970-01-01", "1979-12-31"),
        ("2019-21", "2019-03-01", "2019-05-31"),
        ("2019~", "2018-01-01", "2020-12-31"),
        ("2019-04-04~", "2018-04-04", "2020-04-04"),
        ("2019-04-~04", "2019-04-03", "2019-04-05"),
        ("1970/1989", "1970-01-01", "1989-12-31"),
        ("[1970,1989]", "1970-01-01", "1989-12-31"),
        ("April 2019", "2019-04-01", "2019-04-30"),
        ("Thursday April 2019", "2019-04-01", "2019-04-30"),
        ("1970s", "1970-01-01", "1979-12-31"),
        ("c. 1970", "1969-01-01", "1971-12-31"),
    ],
)
def test_a_partial_date_is_refused_naming_the_first_and_last_day_it_could_be(
    text: str, first: str, last: str
) -> None:
    assert f"could be any day from {first} to {last}" in refusal(parse_at, text).problem


@pytest.mark.parametrize("text", ["2019/..", "../2019", "2019/", "/2019", "[2019..]"])
def test_a_date_without_an_end_is_refused(text: str) -> None:
    assert "open or unknown" in refusal(parse_at, text).problem


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("1/2/2019", "2019-02-01 or 2019-01-02"),
        ("01.02.2019", "2019-02-01 or 2019-01-02"),
        ("1-2-2019", "2019-02-01 or 2019-01-02"),
        ("2019-4-5", "2019-04-05"),
        ("2019/4/5", "2019-04-05"),
        ("2019-25-04", "2019-04-25"),
        ("2019-04-04 10:00", "2019-04-04"),
        ("2021-02-29", "2021-02-28 or 2021-02"),
        ("Friday, 4 April 2019", "2019-04-04"),
    ],
)
def test_what_is_ambiguous_or_wrong_is_refused_with_what_to_write(text: str, instead: str) -> None:
    assert refusal(parse_at, text).instead == instead


@pytest.mark.parametrize(
    "text", ["", " ", "April 4", "4 April", "Thursday", "10:00", "April", "4", "4 April 19", "today", "now"]
)
def test_nothing_is_completed_from_todays_date(text: str) -> None:
    refusal(parse_at, text)


@pytest.mark.parametrize(
    "text",
    [
        "٤ April 2019",
        "4 April ２０１９",
        "2019-04-0٤",
        "4.5 April 2019",
        "4 and 6 April 2019",
        "4-6 April 2019",
        "4 April 2019 - 6 April 2019",
        "4 April 19 2019",
        "4 April 2019 2018",
        "4 April 2019 BC",
        "4 April 2019 10:00 BC",
        "15 March 44 BC",
        "31 April 2019",
        "4 April 12019",
        "4 April 0000",
        "2020-W53-7",
        "2020-123",
        "9999-12-31T24:00:00",
        "4 April 2019" + " " * 100,
    ],
)
def test_what_would_have_to_be_guessed_is_refused(text: str) -> None:
    refusal(parse_at, text)


@given(st.from_regex("[0-9]{1,18}", fullmatch=True).filter(str.isascii))
def test_digits_are_a_position(text: str) -> None:
    assert parse_known_at(text) == int(text)


@given(st.datetimes(), st.integers(-23 * 60 - 59, 23 * 60 + 59))
@example(datetime(1, 1, 1), 1)  # noqa: DTZ001
@example(datetime(9999, 12, 31, 23, 59), -1)  # noqa: DTZ001
def test_a_time_with_its_offset_is_that_time_in_utc(local: datetime, offset: int) -> None:
    text = local.replace(tzinfo=timezone(timedelta(minutes=offset))).isoformat()
    try:
        expected = (local - timedelta(minutes=offset)).replace(tzinfo=UTC)
    except OverflowError:
        assert "does not exist" in refusal(parse_known_at, text).problem
        return
    assert parse_known_at(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T18:00:00Z", "2026-11-22T18:00:00+00:00"),
        ("2026-11-22t18:00:00z", "2026-11-22T18:00:00+00:00"),
        ("2026-11-22T18:00:00-00:00", "2026-11-22T18:00:00+00:00"),
        ("2026-11-22T01:00:00+02:30", "2026-11-21T22:30:00+00:00"),
        ("2026-11-22T18:00:00.1Z", "2026-11-22T18:00:00.100000+00:00"),
        ("2026-11-22T18:00:00.9999999999999Z", "2026-11-22T18:00:00.999999+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999+00:00"),
        ("2017-01-01T02:59:60.5+03:00", "2016-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_time_is_read_as_rfc_3339_has_it(text: str, expected: str) -> None:
    moment = parse_known_at(text)
    assert isinstance(moment, datetime)
    assert moment.isoformat() == expected


def test_the_fraction_of_a_second_may_have_any_length() -> None:
    moment = parse_known_at(f"2026-11-22T18:00:00.{'9' * 900}Z")
    assert moment == datetime(2026, 11, 22, 18, 0, 0, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1" * 19, "beyond any position"),
        ("٤١", "neither"),
        ("41\n", "neither"),
        ("-1", "neither"),
        ("+1", "neither"),
        ("", "neither"),
        ("now", "neither"),
        ("2026-11-22", "neither"),
        ("2026-11-22T18:00Z", "neither"),
        ("2026-11-22 18:00:00Z", "neither"),
        ("2026-11-22T18:00:00.Z", "neither"),
        ("2026-11-22T18:00:00+0200", "neither"),
        ("2026-11-22T18:00:00Z\n", "neither"),
        ("2026-11-22T24:00:00Z", "neither"),
        ("2026-11-22T18:00:00+24:00", "neither"),
        ("2026-W47-7T18:00:00Z", "neither"),
        ("-0044-03-15T18:00:00Z", "neither"),
        ("2026-11-31T18:00:00Z", "does not exist"),
        ("2026-11-22T18:60:00Z", "does not exist"),
        ("2026-11-22T18:00:61Z", "does not exist"),
        ("0000-01-01T00:00:00Z", "does not exist"),
        ("2026-11-22T18:00:60Z", "leap second before the end of a day"),
    ],
)
def test_anything_else_is_no_point_on_the_recorded_axis(text: str, problem: str) -> None:
    assert problem in refusal(parse_known_at, text).problem


def test_a_time_without_an_offset_is_refused_and_never_taken_for_utc() -> None:
    error = refusal(parse_known_at, "2026-11-22T18:00:00")
    assert error.problem == "has no offset from UTC"
    assert parse_known_at(error.instead)


def test_a_plus_that_a_url_turned_into_a_space_is_recognised() -> None:
    """In a query string `+` means a space, so the offset's must be written %2B."""
    written = "2026-11-22T18:00:00+02:00"
    error = refusal(parse_known_at, unquote_plus(written))
    advised = error.instead.rpartition(" ")[2]
    assert advised == "2026-11-22T18:00:00%2B02:00"
    assert unquote(advised) == written


@pytest.mark.parametrize("read", [parse_at, parse_known_at])
@pytest.mark.parametrize("value", [None, 41, ["41"], b"41", "4" * 1001])
def test_what_is_no_text_or_too_long_is_refused(read: Callable[[object], object], value: object) -> None:
    with pytest.raises(DateError):
        read(value)


WORDS = [
    *(
        "April",
        "Thursday",
        "4",
        "04",
        "2019",
        "10:00",
        "24:00",
        "am",
        "of",
        "th",
        "T",
        "Z",
        "UTC+3",
        "EST",
        "m",
    ),
    *(
        "h",
        "and",
        "+",
        "-",
        "/",
        ".",
        "'",
        ",",
        "1e9",
        "99999999999",
        "inf",
        "nan",
        "04.5",
        "\0",
        "\N{SNOWMAN}",
    ),
]
anything = (
    st.text(max_size=40)
    | st.text("0123456789-/.:+ TZapm,", max_size=30)
    | st.lists(st.sampled_from(WORDS), max_size=8).map("".join)
    | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
)


@given(anything)
def test_any_text_is_a_day_or_a_date_error(text: str) -> None:
    try:
        day = parse_at(text)
    except DateError:
        return
    assert FIRST_DAY <= day <= LAST_DAY
    assert iso(day).lstrip("-")[:4] in text, "the year comes from the text"


@given(anything)
def test_any_text_is_a_point_on_the_recorded_axis_or_a_date_error(text: str) -> None:
    try:
        known_at = parse_known_at(text)
    except DateError:
        return
    assert isinstance(known_at, int) or known_at.tzinfo is UTC


@pytest.mark.parametrize("escaping", [OverflowError, TypeError, IndexError, AttributeError, RecursionError])
def test_whatever_dateutil_raises_is_a_date_error(
    escaping: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(*_: object, **__: object) -> None:
        raise escaping

    monkeypatch.setattr("events.moments.parser.parse", parse)
    refusal(parse_at, "4 April 2019")
