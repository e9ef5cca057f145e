"""Step 3 of the replay, clause by clause: which spells the readings of one relation make."""

import pytest

from events.days import FIRST_DAY, iso
from events.spells import fold, questionable
from tests.domain.builders import days, reading, readings, spell, spells


def beginning(found):
    return iso(found.a), iso(found.b)


def end(found):
    return None if found.e is None else (iso(found.e), iso(found.f))


def stretches_of(story, *actor_ends):
    """Each spell of a story from its first possible day to its last."""
    return [(iso(s.a), None if s.f is None else iso(s.f)) for s in spells(story, *actor_ends)]


# Reading once


def test_effects_alike_in_op_and_bounds_are_read_once_with_the_events_of_all():
    found = spell("starts 2019-04; starts 2019-04")
    assert (len(found.evidence), found.events) == (1, ["event-1", "event-2"])


def test_a_moment_in_a_month_and_a_moment_between_its_days_are_read_once():
    assert len(spell("starts 2019-04; starts 2019-04-01/2019-04-30").evidence) == 1


def test_a_holds_at_some_time_in_a_month_and_one_all_through_it_are_read_apart():
    assert [evidence.core for evidence in spell("holds 2019-04; holds 2019-04-01/2019-04-30").evidence] == [
        False,
        True,
    ]


def test_what_is_read_once_keeps_the_first_words_and_is_attributed_only_if_all_of_it_is():
    first = reading("starts", "2019-04", 1)._replace(as_written=None, attributed=True, means=("weapons",))
    second = reading("starts", "2019-04", 2)._replace(as_written="since April", means=("troops",))
    (found,) = fold([second, first])
    assert (found.since_as_written, found.attributed_only, found.means) == (
        "since April",
        False,
        ["troops", "weapons"],
    )


def test_no_readings_make_no_spell():
    assert fold([]) == ()


# starts


def test_starts_with_none_open_opens_a_spell_with_a_reported_beginning():
    found = spell("starts 2019-04")
    assert (beginning(found), end(found), found.or_earlier) == (("2019-04-01", "2019-04-30"), None, False)


def test_starts_of_an_interval_began_at_some_moment_of_the_whole_of_it():
    assert beginning(spell("starts 2018-11/2019-02")) == ("2018-11-01", "2019-02-28")


def test_a_second_starts_is_another_account_of_a_reported_beginning():
    found = spell("starts 2019-04; starts 2019-04-04")
    assert (beginning(found), found.disputed) == (("2019-04-04", "2019-04-04"), False)


def test_a_later_starts_first_reads_the_ends_that_may_precede_it():
    assert stretches_of("starts 1970; ends 1990-01-01; starts 1990-01-01") == [
        ("1970-01-01", "1990-01-01"),
        ("1990-01-01", None),
    ]


def test_an_end_that_may_be_later_than_a_second_starts_is_still_read_before_it():
    assert stretches_of("starts 1970; starts 1980-06; ends 1980") == [
        ("1970-01-01", "1980-12-31"),
        ("1980-06-01", None),
    ]


def test_an_end_wholly_after_a_second_starts_does_not_precede_it():
    found = spell("starts 1970; starts 1974; ends 1980")
    assert (beginning(found), end(found)) == (("1970-01-01", "1974-12-31"), ("1980-01-01", "1980-12-31"))


def test_a_starts_that_may_be_the_same_beginning_reads_no_end_before_it():
    found = spell("starts 1970; starts 1970-06-01; ends 1970-03/1971")
    assert (beginning(found), end(found)) == (("1970-06-01", "1970-06-01"), ("1970-03-01", "1971-12-31"))


def test_only_the_earliest_of_the_ends_that_may_precede_a_starts_is_read_before_it():
    found = spells("starts 1970-01-01; starts 1980; ends 1980-03-01; ends 1980-09-01")
    assert [(beginning(s), end(s)) for s in found] == [
        (("1970-01-01", "1970-01-01"), ("1980-03-01", "1980-03-01")),
        (("1980-01-01", "1980-12-31"), ("1980-09-01", "1980-09-01")),
    ]


def test_a_starts_on_the_last_day_of_an_open_beginning_is_not_later_than_it():
    found = spell("starts 1970; starts 1970-12-31; ends 1970-06/1971")
    assert (beginning(found), end(found)) == (("1970-12-31", "1970-12-31"), ("1970-06-01", "1971-12-31"))


def test_of_what_is_read_on_the_same_day_a_starts_comes_before_a_holds():
    """The beginning first lets the end be read, so that what held is of the new spell."""
    found = spells("starts 1970; holds 1980; starts 1980-01-01; ends 1980")
    assert [s.events for s in found] == [["event-1", "event-4"], ["event-2", "event-3"]]


def test_of_what_is_read_on_the_same_day_an_end_comes_last():
    found = spell("ends 1980-01-01; holds 1980-01-01; starts 1980-01-01")
    assert found.events == ["event-1", "event-2", "event-3"]


def test_an_end_by_some_day_may_precede_any_later_starts():
    assert stretches_of("starts 1970; ends /1990; starts 1980-01-01") == [
        ("1970-01-01", "1990-12-31"),
        ("1980-01-01", None),
    ]


def test_a_starts_by_the_latest_beginning_of_what_was_seen_to_hold_becomes_its_reported_beginning():
    found = spell("holds 2019; starts 2019-04-04")
    assert (beginning(found), found.or_earlier) == (("2019-04-04", "2019-04-04"), False)


def test_a_starts_on_the_latest_beginning_of_what_was_seen_to_hold_becomes_its_reported_beginning():
    assert beginning(spell("holds 2019; starts 2019-12-31")) == ("2019-12-31", "2019-12-31")


def test_evidence_that_it_held_makes_the_latest_beginning_earlier_for_a_starts():
    """Seen some time in 2019 and on 1 February: what starts in April did not begin it."""
    found = spell("holds 2019; holds 2019-02-01; starts 2019-04-04")
    assert (beginning(found), found.or_earlier) == (("2019-01-01", "2019-12-31"), True)


def test_a_starts_after_what_was_seen_to_hold_is_evidence_and_an_editor_should_look_at_it():
    found = spell("holds 1960-01-01; starts 1970-01-01")
    assert (beginning(found), found.or_earlier) == (("1960-01-01", "1960-01-01"), True)
    late = found.evidence[-1]
    assert (late.role, late.p, late.q, late.core, late.starts) == ("holds", *days("1970-01-01"), True, True)
    assert [
        (r.events, "read as evidence" in why)
        for r, why in questionable(readings("holds 1960-01-01; starts 1970-01-01"))
    ] == [(((2, "event-2"),), True)]


def test_a_late_starts_has_a_core_only_if_it_is_precise():
    assert [e.core for e in spell("holds 1960-01-01; starts 1970").evidence] == [True, False]


# holds


def test_holds_with_none_open_opens_a_spell_that_began_then_or_earlier():
    found = spell("holds 2019-04")
    assert (beginning(found), end(found), found.or_earlier) == (("2019-04-01", "2019-04-30"), None, True)


def test_holds_in_an_open_spell_is_evidence():
    found = spell("starts 2019-04; holds 2020-02-22")
    assert (beginning(found), found.events) == (("2019-04-01", "2019-04-30"), ["event-1", "event-2"])


def test_holds_after_a_closed_spell_opens_another():
    assert stretches_of("starts 1970; ends 1980; holds 1990") == [
        ("1970-01-01", "1980-12-31"),
        ("1990-01-01", None),
    ]


def test_an_interval_that_certainly_covers_days_is_the_core_of_a_holds():
    (evidence,) = spell("holds 2018/2019").evidence
    assert (evidence.p, evidence.q, evidence.core) == (days("2018-12-31")[0], days("2019-01-01")[0], True)


def test_an_uncertain_day_gives_a_holds_no_core():
    (evidence,) = spell("holds 2019").evidence
    assert (evidence.p, evidence.q, evidence.core) == (*days("2019"), False)


# ends


def test_an_end_closes_the_open_spell():
    assert stretches_of("starts 1970; ends 1980") == [("1970-01-01", "1980-12-31")]


def test_an_end_with_no_spell_at_all_makes_one_that_began_then_or_earlier():
    found = spell("ends 2011-02")
    assert (beginning(found), end(found), found.or_earlier) == (("2011-02-01", "2011-02-28"),) * 2 + (True,)


def test_an_end_by_some_day_with_no_spell_at_all_changes_nothing_and_an_editor_should_look_at_it():
    assert spells("ends /2011") == ()
    assert [why for _, why in questionable(readings("ends /2011"))] == [
        "ends by some day what nothing says ever began: it changes nothing"
    ]


def test_an_end_that_shares_a_day_with_the_previous_end_is_another_account_of_it():
    found = spells("starts 1970; ends 1980; starts 1980-06; ends 1980-05-01/1981-02-01")
    assert [(beginning(s), end(s)) for s in found] == [
        (("1970-01-01", "1970-12-31"), ("1980-05-01", "1980-12-31")),
        (("1980-06-01", "1980-06-30"), None),
    ]


def test_an_end_that_begins_later_than_the_open_spell_does_is_its_own_end():
    found = spells("starts 1970; ends 1980; starts 1980-06-01; ends 1980-07-01/1981-02-01")
    assert [(iso(s.a), end(s)) for s in found] == [
        ("1970-01-01", ("1980-01-01", "1980-12-31")),
        ("1980-06-01", ("1980-07-01", "1981-02-01")),
    ]


def test_an_end_that_begins_with_the_open_spell_is_another_account_of_the_previous_end():
    found = spells("starts 1970; ends 1980; starts 1980-06-01; ends 1980-06-01/1981-02-01")
    assert [end(s) for s in found] == [("1980-06-01", "1980-12-31"), None]


def test_an_end_that_shares_no_day_with_the_previous_end_closes_the_open_spell():
    assert stretches_of("starts 1970; ends 1980; starts 1982-01-01; ends 1984") == [
        ("1970-01-01", "1980-12-31"),
        ("1982-01-01", "1984-12-31"),
    ]


def test_an_end_after_a_closed_spell_with_nothing_begun_since_is_another_account_of_its_end():
    found = spell("starts 1970; ends 1980; ends 1985")
    assert (end(found), found.disputed) == (("1980-01-01", "1985-12-31"), True)


def test_a_spell_known_by_its_ends_alone_begins_in_what_they_share():
    assert beginning(spell("ends 2011; ends 2011-02")) == ("2011-02-01", "2011-02-28")


def test_a_spell_known_by_disputed_ends_alone_begins_in_its_first_account():
    found = spell("ends 2011; ends 2015")
    assert (beginning(found), end(found), found.disputed) == (
        ("2011-01-01", "2011-12-31"),
        ("2011-01-01", "2015-12-31"),
        True,
    )


# Several accounts


def test_accounts_that_all_share_a_day_give_their_intersection():
    found = spell("starts 2019; starts 2019-03/2019-05; starts 2019-04/2020")
    assert (beginning(found), found.disputed) == (("2019-04-01", "2019-05-31"), False)


def test_accounts_that_do_not_all_share_a_day_give_their_hull_disputed():
    found = spell("starts 2019-01/2019-04; starts 2019-04/2019-06; starts 2019-06/2019-09")
    assert (beginning(found), found.disputed) == (("2019-01-01", "2019-09-30"), True)


def test_an_unknown_first_day_widens_nothing():
    found = spell("starts 1970; ends 1990; ends 1995; ends /1996")
    assert (end(found), found.disputed) == (("1990-01-01", "1996-12-31"), True)


def test_an_unknown_first_day_narrows_what_it_shares_a_day_with():
    found = spell("starts 1970; ends 1990; ends /1990-06")
    assert (end(found), found.disputed) == (("1990-01-01", "1990-06-30"), False)


def test_an_end_by_some_day_may_be_any_day_until_then_on_which_nothing_shows_it_held():
    found = spell("starts 1970; ends /1990; holds 1975-06-01")
    assert (found.e, iso(found.f), iso(found.earliest_end)) == (FIRST_DAY, "1990-12-31", "1975-06-01")


def test_the_words_are_those_of_the_narrowest_account():
    found = spell("starts 2019; starts 2019-04-04; starts 2019-04; ends 2020; ends 2020-02")
    assert (found.since_as_written, found.until_as_written) == ("2019-04-04", "2020-02")


# lasts


def test_lasts_is_a_closed_spell_of_its_own():
    found = spell("lasts 1970/1989")
    assert (beginning(found), end(found)) == (("1970-01-01", "1970-12-31"), ("1989-01-01", "1989-12-31"))


@pytest.mark.parametrize("date", ["1970/..", "1970/"])
def test_lasts_without_a_known_end_is_read_as_starts(date):
    assert (reading("lasts", date).op, beginning(spell(f"lasts {date}"))) == (
        "starts",
        ("1970-01-01", "1970-12-31"),
    )


@pytest.mark.parametrize("date", ["../1989", "/1989"])
def test_lasts_without_a_known_beginning_is_read_as_ends(date):
    assert (reading("lasts", date).op, end(spell(f"lasts {date}"))) == ("ends", ("1989-01-01", "1989-12-31"))


def test_a_holds_inside_a_lasts_is_its_evidence_and_opens_no_spell():
    assert spell("lasts 1970/1989; holds 1989-12-31").events == ["event-1", "event-2"]
    assert spell("lasts 1970/1989; holds 1970-01-01").events == ["event-1", "event-2"]


def test_a_holds_that_reaches_beyond_a_lasts_is_not_of_it():
    assert stretches_of("lasts 1970/1989; holds 1989-12/1990-01") == [
        ("1970-01-01", "1989-12-31"),
        ("1989-12-01", None),
    ]


def test_a_starts_that_shares_a_day_with_the_beginning_of_a_lasts_is_another_account_of_it():
    assert beginning(spell("lasts 1970/1989; starts 1970-06")) == ("1970-06-01", "1970-06-30")


def test_an_ends_that_shares_a_day_with_the_end_of_a_lasts_is_another_account_of_it():
    assert end(spell("lasts 1970/1989; ends 1989-11/1990")) == ("1989-11-01", "1989-12-31")


def test_a_starts_in_the_midst_of_a_lasts_opens_a_spell_of_its_own():
    assert stretches_of("lasts 1970/1989; starts 1975") == [
        ("1970-01-01", "1989-12-31"),
        ("1975-01-01", None),
    ]


def test_what_belongs_to_several_lasts_belongs_to_each_of_them_and_to_no_other_spell():
    found = spells("lasts 1970/1979; lasts 1975/1989; holds 1976-01-01; starts 1960")
    assert [s.events for s in found] == [["event-4"], ["event-1", "event-3"], ["event-2", "event-3"]]


def test_accounts_that_would_end_a_lasts_before_it_begins_are_set_aside_and_it_is_disputed():
    found = spell("lasts 2000/2000; starts 2000-09; ends 2000-03")
    assert (beginning(found), end(found), found.disputed) == (("2000-01-01", "2000-12-31"),) * 2 + (True,)
    assert found.events == ["event-1"]
    assert [
        r.events for r, why in questionable(readings("lasts 2000/2000; starts 2000-09; ends 2000-03"))
    ] == [
        ((2, "event-2"),),
        ((3, "event-3"),),
    ]


def test_evidence_that_a_lasts_held_stands_when_accounts_of_its_ends_are_set_aside():
    found = spell("lasts 2000/2000; starts 2000-09; ends 2000-03; holds 2000-06-01")
    assert found.events == ["event-1", "event-4"]


def test_a_lasts_is_no_previous_spell():
    """The end shares no day with that of the `lasts`, and nothing is open: it makes a spell."""
    assert stretches_of("lasts 1970/1979; ends 1985") == [
        ("1970-01-01", "1979-12-31"),
        ("1985-01-01", "1985-12-31"),
    ]


def test_an_end_by_some_day_belongs_to_each_lasts_that_may_end_by_then():
    assert end(spell("lasts 1970/1989; ends /1989-06")) == ("1989-01-01", "1989-06-30")


# The ends of actors


def test_an_actors_end_is_the_cap_of_a_spell_and_no_reported_end_and_no_evidence():
    found = spell("starts 1950", "1991-12")
    assert (found.cap, found.e, found.events) == (days("1991-12"), None, ["event-1"])


def test_of_several_actors_ends_the_cap_takes_the_least_first_and_the_least_last_day():
    assert spell("starts 1950", "[1990,1995]", "1992").cap == (days("1990")[0], days("1992")[1])


def test_an_actors_end_does_not_bound_a_spell_that_begins_after_it():
    assert [s.cap for s in spells("starts 1950; ends 1960; starts 1992", "1991")] == [days("1991"), None]


def test_a_spell_that_may_begin_on_the_last_day_of_an_actor_is_bounded_by_it():
    assert spell("starts 1991-12-31", "1991").cap == days("1991")


# What a spell tells


def test_spells_come_in_order_of_their_beginning():
    found = spells("starts 1990; ends 1995; lasts 1970/1979; holds 1980")
    assert [iso(s.a) for s in found] == sorted(iso(s.a) for s in found)


def test_the_last_evidence_is_that_with_the_greatest_last_day():
    assert spell("starts 2019-04; holds 2020-02-22/2020-03; holds 2020-02").last_evidence == days(
        "2020-03-01"
    )
    assert spell("starts 2019-04; holds [2020-02-22..2020-03]").last_evidence == days("[2020-02-22..2020-03]")


def test_the_last_evidence_of_a_core_is_its_last_day():
    assert spell("holds 2018/2019").last_evidence == days("2019-01-01")
