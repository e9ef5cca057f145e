"""The table of stories: what a few dated claims come to on a day, in whatever order they were recorded."""

from itertools import islice, permutations

import pytest

from tests.domain.builders import UNENDING, YEARLY, status_on, told

STORIES = [
    ("starts 2019-04; holds 2020-02-22",
     "2019-03-31 none · 2019-04-10 possible · 2019-05-01 attested · 2020-06-01 presumed · 2021-06-01 lapsed"),
    ("lasts 1970/1989",
     "1969 none · 1970-06-01 possible · 1975-06-01 attested · 1989-07-01 possible · 1990 none"),
    ("holds 1975-06-01; holds 2019-06-01",
     "1975-05-31 none · 1975-06-01 attested · 1976-01-01 presumed · 1990 lapsed · 2019-06-01 attested"),
    ("starts 2019-04; starts 2019-04-04",
     "2019-04-03 none · 2019-04-04 attested · 2019-04-10 presumed"),
    ("starts 2019; holds 2019-04-04",
     "2019-04-03 possible · 2019-04-04 attested · 2019-04-05 presumed"),
    ("holds 1960-01-01; starts 1970-01-01; ends 1980-01-01",
     "1960-01-01 attested · 1965 lapsed · 1975 attested · 1981 none"),
    ("starts 1970-07-01; starts 1974-12-01; ends 1980-01-01",
     "1972 possible, disputed · 1976 attested, disputed · 1981 none"),
    ("starts 1970; ends 1990-01-01; starts 1990-01-01",
     "1980 attested · 1990-06-01 presumed"),
    ("ends 2011-02-17",
     "2011-02-16 none · 2011-02-17 attested · 2011-02-18 none"),
]  # fmt: skip

UNENDING_STORIES = [
    ("lasts 1955/1991; holds 1980-06-01", "1980 attested · 2024 none"),
    ("lasts 1949-04-04/..", "1949-04-03 none · 1949-04-04 attested · 2012 presumed"),
    ("lasts 1949-04-04/..; holds 2012-12-31", "2000 attested · 2012 attested · 2013 presumed"),
    ("lasts 1955-05-14/..; ends 1991-07-01", "1980 attested · 1992 none"),
]


def _told_in_every_order(stories):
    return [
        pytest.param(tale, *answer.split(" ", 1), id=f"{tale} · {answer}")
        for story, answers in stories
        for answer in answers.split(" · ")
        for tale in islice(permutations(told(story)), 6)
    ]


@pytest.mark.parametrize(("tale", "day", "status"), _told_in_every_order(STORIES))
def test_a_story_of_a_kind_presumed_for_a_year(tale, day, status):
    assert status_on(tale, day, kind=YEARLY) == status


@pytest.mark.parametrize(("tale", "day", "status"), _told_in_every_order(UNENDING_STORIES))
def test_a_story_of_a_kind_presumed_until_ended(tale, day, status):
    assert status_on(tale, day, kind=UNENDING) == status


@pytest.mark.parametrize(
    ("day", "status"), [("1950-12-01", "presumed"), ("1970", "lapsed"), ("1992", "none")]
)
def test_a_story_that_ends_with_an_actor(day, status):
    assert status_on("starts 1950-02-14", day, actor_end="1991-12-26") == status
