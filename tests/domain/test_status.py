"""Step 4 of the replay: what a spell comes to on a day, by the first rule that applies."""

import pytest

from events.days import iso
from events.moments import parse_at
from events.status import best_of, status_of
from tests.domain.builders import days, spell, spells, status_on

H = 365


def verdict(story, day, *actor_ends, horizon=H):
    """The status, whether it is disputed, and the rule that decided, of the one spell of a story."""
    return tuple(status_of(spell(story, *actor_ends), horizon, parse_at(day)))


# Rule 1: attested in a core


def test_every_day_of_a_core_is_attested():
    assert verdict("holds 2019-04-04", "2019-04-04") == ("attested", False, 1)
    assert verdict("holds 2018/2021", "2019-06-01") == ("attested", False, 1)


def test_a_core_outside_the_bounds_is_attested_and_disputed():
    assert verdict("lasts 1970/1989; ends 1989-03-01; holds 1989-06-01", "1989-06-01") == (
        "attested",
        True,
        1,
    )


def test_a_core_after_the_end_of_an_actor_is_attested_and_disputed():
    assert verdict("starts 1990; holds 1993-01-01", "1993-01-01", "1991") == ("attested", True, 1)


def test_a_core_of_a_disputed_spell_is_disputed():
    assert verdict("starts 1970; starts 1972; holds 1980-01-01", "1980-01-01") == ("attested", True, 1)


def test_a_precise_starts_read_as_evidence_is_a_core():
    assert verdict("holds 1960-01-01; starts 1970-01-01", "1970-01-01") == ("attested", False, 1)


# Rule 2: outside the bounds


@pytest.mark.parametrize("day", ["1969-12-31", "1990-01-01"])
def test_a_day_outside_the_bounds_is_not_in_the_answer(day):
    assert verdict("lasts 1970/1989", day) == (None, False, 2)


def test_a_day_after_the_last_day_of_an_actor_is_not_in_the_answer():
    assert verdict("starts 1990", "1992-01-01", "1991", horizon=None) == (None, False, 2)


def test_a_day_in_evidence_wholly_outside_the_bounds_is_possible_and_disputed():
    assert verdict("lasts 1970/1989; ends 1989-03-01; holds 1989-06", "1989-06-15") == ("possible", True, 2)


def test_a_day_in_evidence_wholly_before_the_bounds_is_possible_and_disputed():
    assert verdict("lasts 1970/1989; starts 1970-06; holds 1970-03", "1970-03-15") == ("possible", True, 2)


def test_a_day_in_evidence_that_ends_with_the_first_of_the_bounds_is_not_in_the_answer():
    assert verdict("holds [2018-12-30..2019-06]; starts 2019-06-30", "2019-06-29") == (None, False, 2)


def test_a_day_in_evidence_partly_outside_the_bounds_is_not_in_the_answer():
    assert verdict("lasts 1970/1989; ends 1989-06-10; holds 1989-06", "1989-06-15") == (None, False, 2)


def test_a_day_in_evidence_wholly_after_the_end_of_an_actor_is_possible_and_disputed():
    assert verdict("starts 1990; holds 1993", "1993-06-01", "1991") == ("possible", True, 2)


# Rule 3: between the bounds


def test_a_day_before_the_latest_beginning_is_possible():
    assert verdict("starts 2019-04", "2019-04-29") == ("possible", False, 3)
    assert verdict("starts 2019-04", "2019-04-30")[0] == "presumed"


def test_a_day_after_the_earliest_end_is_possible():
    assert verdict("lasts 1970/1989", "1989-01-01")[0] == "attested"
    assert verdict("lasts 1970/1989", "1989-01-02") == ("possible", False, 3)


def test_a_day_after_the_first_possible_end_of_an_actor_is_possible_where_it_would_be_presumed():
    assert verdict("starts 1990", "1991-01-01", "1991", horizon=None) == ("presumed", False, 5)
    assert verdict("starts 1990", "1991-01-02", "1991", horizon=None) == ("possible", False, 3)


def test_a_day_after_the_first_possible_end_of_an_actor_is_possible_where_it_would_be_attested():
    assert verdict("starts 1990; ends 1995", "1991-06-01", "1991") == ("possible", False, 3)


def test_a_day_after_the_first_possible_end_of_an_actor_stays_lapsed():
    assert verdict("starts 1980", "1991-06-01", "1991") == ("lapsed", False, 5)


# What evidence shows moves the bounds inward


def test_a_core_shows_by_its_first_day_that_it_had_begun():
    assert iso(spell("starts 2019; holds 2019-04-04").latest_beginning) == "2019-04-04"
    assert iso(spell("starts 2019; holds 2019-03/2019-06").latest_beginning) == "2019-03-31"


def test_evidence_without_a_core_shows_by_its_last_day_that_it_had_begun():
    assert iso(spell("starts 2019; holds 2019-04").latest_beginning) == "2019-04-30"


def test_evidence_from_before_the_first_possible_beginning_moves_nothing():
    found = spell("holds [2018-12-30..2019-06]; starts 2019")
    assert (iso(found.a), iso(found.latest_beginning)) == ("2019-01-01", "2019-12-31")


def test_an_undisputed_end_shows_by_its_last_day_that_it_had_begun():
    assert iso(spell("starts 2019; ends 2019-04").latest_beginning) == "2019-04-30"


def test_a_disputed_end_shows_nothing_of_the_beginning():
    assert iso(spell("starts 2019; ends 2019-04; ends 2019-06").latest_beginning) == "2019-12-31"


def test_no_evidence_makes_the_latest_beginning_later():
    assert iso(spell("starts 2019-04; holds 2020-02-22").latest_beginning) == "2019-04-30"


def test_a_core_shows_until_its_last_day_that_it_had_not_ended():
    assert iso(spell("starts 1970; ends 1980; holds 1980-03/1980-06").earliest_end) == "1980-06-01"


def test_a_core_that_outlasts_the_end_shows_until_the_last_day_of_the_end():
    assert iso(spell("starts 1970; ends 1980; holds 1980-03/1981-06").earliest_end) == "1980-12-31"


def test_evidence_without_a_core_shows_until_its_first_day_that_it_had_not_ended():
    assert iso(spell("starts 1970; ends 1980; holds 1980-03").earliest_end) == "1980-03-01"


def test_a_beginning_shows_until_its_first_day_that_it_had_not_ended():
    assert iso(spell("starts 1980-03; ends 1980").earliest_end) == "1980-03-01"
    assert iso(spell("lasts 1980-03/1980").earliest_end) == "1980-03-01"


def test_what_begins_after_the_last_day_of_the_end_moves_nothing():
    found = spell("lasts 1970/1989; ends 1989-03; holds 1989-06-01")
    assert iso(found.earliest_end) == "1989-03-01"


def test_the_first_possible_end_of_an_actor_is_moved_like_that_of_the_spell():
    found = spell("starts 1990; holds 1991-03-01; holds 1991-06", "1991")
    assert (found.cap, iso(found.earliest_cap)) == (days("1991"), "1991-06-01")


# Rule 4: the end is reported


def test_between_a_beginning_and_a_reported_end_it_is_attested_however_far_apart():
    assert verdict("starts 1970; ends 1989", "1980-06-01") == ("attested", False, 4)


def test_a_holds_and_a_reported_end_attest_nothing_farther_apart_than_the_horizon():
    assert verdict("holds 1970-01-01; ends 1989-01-01", "1980-06-01") == ("lapsed", False, 5)


def test_a_starts_read_as_evidence_counts_as_a_beginning_before_a_reported_end():
    assert verdict("holds 1960-01-01; starts 1970-01-01; ends 1980-01-01", "1975-06-01") == (
        "attested",
        False,
        4,
    )


# Rule 5: by distance from evidence


def test_between_evidence_no_farther_apart_than_the_horizon_it_is_attested():
    assert verdict("holds 2019-01-01; holds 2020-01-01", "2019-07-01") == ("attested", False, 5)


def test_between_evidence_farther_apart_than_the_horizon_it_is_only_presumed():
    assert verdict("holds 2019-01-01; holds 2020-01-02", "2019-07-01") == ("presumed", False, 5)


def test_between_evidence_it_is_always_attested_without_a_horizon():
    assert verdict("holds 1919-01-01; holds 2020-01-02", "1950-01-01", horizon=None) == ("attested", False, 5)


def test_the_distance_is_from_the_last_day_of_the_one_to_the_first_day_of_the_other():
    assert verdict("starts 2018; holds 2019-12", "2019-06-01") == ("attested", False, 5)
    assert verdict("starts 2018-12-01/2018-12-30; holds 2020-01", "2019-12-15") == ("possible", False, 5)


def test_a_precise_beginning_is_evidence_before_and_after_its_own_day():
    assert verdict("starts 2019-04-04", "2019-04-04") == ("attested", False, 5)


@pytest.mark.parametrize(("day", "status"), [("2020-04-03", "presumed"), ("2020-04-04", "lapsed")])
def test_precise_evidence_is_presumed_to_last_for_the_horizon_and_no_day_more(day, status):
    assert verdict("holds 2019-04-04", day) == (status, False, 5)


def test_after_uncertain_evidence_it_is_presumed_from_its_first_day_and_possible_from_its_last():
    assert verdict("holds 2019", "2020-01-01") == ("presumed", False, 5)
    assert verdict("holds 2019", "2020-01-02") == ("possible", False, 5)
    assert verdict("holds 2019", "2020-12-30") == ("possible", False, 5)
    assert verdict("holds 2019", "2020-12-31") == ("lapsed", False, 5)


def test_after_a_core_it_is_presumed_from_its_last_day():
    assert verdict("holds 2018/2019", "2019-12-31")[0] == "presumed"
    assert verdict("holds 2018/2019", "2020-01-01")[0] == "presumed"
    assert verdict("holds 2018/2019", "2020-01-02")[0] == "lapsed"


def test_without_a_horizon_it_is_presumed_for_ever():
    assert verdict("holds 1919-04-04", "9999-12-31", horizon=None) == ("presumed", False, 5)


def test_within_uncertain_evidence_it_is_possible_where_it_would_have_lapsed():
    for day in ("2015-01-01", "2015-06-01", "2016-12-30"):
        assert verdict("starts 2010-01-01; holds [2015,2016]", day) == ("possible", False, 5)
    assert verdict("starts 2010-01-01; holds [2015,2016]", "2014-06-01") == ("lapsed", False, 5)


# Who speaks for a relation


def speaker(story, day, horizon=H):
    """The first possible day of the spell that speaks, with its status."""
    found = best_of(spells(story), horizon, parse_at(day))
    return found and (iso(found[0].a), found[1].status)


def test_a_better_status_speaks_before_a_later_beginning():
    assert speaker("lasts 1970/1989; starts 1980", "1980-06-01") == ("1970-01-01", "attested")


def test_presumed_speaks_before_possible_and_possible_before_lapsed():
    assert speaker("lasts 1979-12-01/1985; starts 1985-06-01", "1985-07-01") == ("1985-06-01", "presumed")
    assert speaker("holds 1970-01-01; lasts 1980/1990", "1980-06-01") == ("1980-01-01", "possible")
    assert speaker("holds 1970-01-01; lasts 1980/1990", "1975-06-01") == ("1970-01-01", "lapsed")


def test_of_equal_statuses_the_spell_that_begins_latest_speaks():
    assert speaker("lasts 1970/1989; lasts 1975/1985", "1980-06-01") == ("1975-01-01", "attested")


def test_of_equal_first_days_the_spell_that_may_begin_latest_speaks():
    found, _ = best_of(spells("lasts 1970/1989; lasts 1970-01/1985"), H, parse_at("1980-06-01"))
    assert iso(found.b) == "1970-12-31"
    found, _ = best_of(reversed(spells("lasts 1970/1989; lasts 1970-01/1985")), H, parse_at("1980-06-01"))
    assert iso(found.b) == "1970-12-31"


def test_none_speaks_on_a_day_outside_all_bounds():
    assert speaker("lasts 1970/1979; lasts 1985/1989", "1982-01-01") is None


def test_no_spells_say_nothing():
    assert best_of((), H, parse_at("1982-01-01")) is None


def test_a_lapsed_relation_is_a_relation_of_which_nothing_is_known_any_more():
    assert status_on("starts 1950-02-14", "1970") == "lapsed"


def test_the_supported_range_ends_without_an_error():
    assert status_on("starts 9999-12-31", "9999-12-31") == "attested"
    assert status_on("starts -9999-01-01", "-9999-01-01") == "attested"
