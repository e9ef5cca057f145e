"""What an actor was called, and under which codes it was known, at a date."""

from __future__ import annotations

from typing import Any

import pytest

from events.actors import certain_days, codes_of, codes_on, name_on, named_days, names_of
from events.codec import record
from events.dates import parse
from events.days import FIRST_DAY, LAST_DAY, iso
from events.errors import InvalidError
from events.model import Actor
from events.moments import parse_at
from events.vocabulary import CODE_SCHEMES
from tests.domain.builders import actor


def known(**fields: Any) -> Actor:
    """The actor that a line states."""
    thing = record(actor("a", **fields), "libya").thing
    assert isinstance(thing, Actor)
    return thing


BURMA = known(
    name="Myanmar",
    names={"fr": "Birmanie"},
    known_as=[
        {"name": "Union of Burma", "during": "1948-01-04/1974-01-03", "aliases": ["Burma"]},
        {"name": "Burma", "during": "1948/1989-06-18", "names": {"de": "Burma (alt)"}},
    ],
    codes={"wikidata": "Q836"},
    coded_as=[
        {"scheme": "iso", "code": "BUR", "during": "../1989-06-18"},
        {"scheme": "iso", "code": "MMR", "during": "1989-06-18/.."},
        {"scheme": "cow", "code": "775", "during": "1948"},
    ],
)


@pytest.mark.parametrize(
    ("during", "first", "last"),
    [
        ("1955-05-14/1991-07-01", "1955-05-14", "1991-07-01"),
        ("1955/1991", "1955-12-31", "1991-01-01"),
        ("2019-04-04", "2019-04-04", "2019-04-04"),
        ("1955~/1991", "1956-12-31", "1991-01-01"),
        ("../1955-02-01", iso(FIRST_DAY), "1955-02-01"),
        ("1955-02-01/..", "1955-02-01", iso(LAST_DAY)),
    ],
)
def test_a_name_is_certain_wherever_in_their_bounds_its_ends_lie(during: str, first: str, last: str) -> None:
    days = certain_days(parse(during))
    assert days is not None
    assert [iso(day) for day in days] == [first, last]


@pytest.mark.parametrize("during", ["1955", "1955/1955-06", "1955/", "/1955", "197X"])
def test_of_some_dates_no_day_is_certain(during: str) -> None:
    assert certain_days(parse(during)) is None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("1947-12-31", "Myanmar"),
        ("1948-01-04", "Union of Burma"),
        ("1974-01-03", "Union of Burma"),
        ("1974-01-04", "Burma"),
        ("1989-06-18", "Burma"),
        ("1989-06-19", "Myanmar"),
    ],
)
def test_the_first_dated_name_that_is_certain_speaks_and_else_the_undated_one(day: str, name: str) -> None:
    assert name_on(BURMA, parse_at(day)) == name


def test_the_runs_of_dated_names_are_what_is_called_on_every_day_of_them() -> None:
    runs = list(named_days(BURMA))
    assert [(iso(first), iso(last), name) for first, last, name in runs] == [
        ("1948-01-04", "1974-01-03", "Union of Burma"),
        ("1974-01-04", "1989-06-18", "Burma"),
    ]
    for first, last, name in runs:
        assert {name_on(BURMA, day) for day in (first, (first + last) // 2, last)} == {name}


def test_codes_are_those_of_the_day() -> None:
    assert codes_on(BURMA, parse_at("1980-01-01")) == {"wikidata": "Q836", "iso": "BUR"}
    assert codes_on(BURMA, parse_at("2000-01-01")) == {"wikidata": "Q836", "iso": "MMR"}
    assert ("cow", "775") in codes_of(BURMA)
    assert names_of(BURMA) == {"Myanmar", "Birmanie", "Union of Burma", "Burma", "Burma (alt)"}


@pytest.mark.parametrize("scheme", CODE_SCHEMES)
def test_the_example_of_a_scheme_has_its_form(scheme: str) -> None:
    assert known(codes={scheme: CODE_SCHEMES[scheme].example}).codes


@pytest.mark.parametrize(
    ("scheme", "code"),
    [("iso", "lby"), ("iso", "LIBYA"), ("cow", "LBY"), ("cow", "0"), ("cow", "٦٢٠"), ("gw", "620.0"),
     ("wikidata", "1016"), ("wikidata", "q1016"), ("wikidata", "Q0"), ("wikidata", "Q1016\n")],
)  # fmt: skip
@pytest.mark.parametrize("dated", [False, True])
def test_a_code_without_the_form_of_its_scheme_is_refused_with_an_example(
    scheme: str, code: str, dated: bool
) -> None:
    said = {"coded_as": [{"scheme": scheme, "code": code, "during": "1950/.."}]} if dated else {}
    with pytest.raises(InvalidError) as error:
        known(**(said or {"codes": {scheme: code}}))
    (problem,) = error.value.problems
    assert problem.field == ("coded_as[0].code" if dated else f"codes.{scheme}")


def test_a_scheme_that_is_not_known_here_may_have_any_code() -> None:
    assert known(codes={"ucdp": "x-1"}).codes == {"ucdp": "x-1"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"known_as": [{"name": "x"}]}, "known_as[0].during"),
        ({"known_as": [{"during": "1950"}]}, "known_as[0].name"),
        ({"known_as": [{"name": "x", "during": "about 1950"}]}, "known_as[0].during"),
        ({"known_as": [{"name": "x", "during": "1950", "since": "1950"}]}, "known_as[0].since"),
        ({"known_as": {"name": "x", "during": "1950"}}, "known_as"),
        ({"known_as": [{"name": "x", "during": "1950"}] * 101}, "known_as"),
        ({"coded_as": [{"scheme": "COW", "code": "1", "during": "1950"}]}, "coded_as[0].scheme"),
        ({"coded_as": [{"scheme": "cow", "during": "1950"}]}, "coded_as[0].code"),
    ],
)
def test_what_holds_for_a_time_says_what_and_when(said: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as error:
        known(**said)
    assert [problem.field for problem in error.value.problems] == [field]
