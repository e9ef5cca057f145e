"""The index's cut of the answers, and what must not depend on how the claims came to be recorded."""

from itertools import pairwise, permutations

from hypothesis import assume, given
from hypothesis import strategies as st

from events.answer import tail
from events.days import FIRST_DAY, LAST_DAY, day_of
from events.projection import FEW, outlook, stretches
from events.readings import Reading
from events.spells import fold
from events.status import best_of, status_of
from tests.domain.builders import spells

SPAN = 60
"""Readings lie within so many days of each other, so that they meet in every way."""

FIRST = day_of(2019, 1, 1)
HORIZONS = st.sampled_from([None, 0, 1, 7, 30])


@st.composite
def _bounds(draw):
    a, b, e, f = sorted(draw(st.lists(st.integers(0, SPAN), min_size=4, max_size=4)))
    return tuple(
        FIRST + day
        for day in draw(
            st.sampled_from([(a, b, e, f), (a, e, b, f), (a, f, a, f), (a, a, a, a), (a, a, f, f)])
        )
    )


@st.composite
def _reading(draw, position):
    op = draw(st.sampled_from(["starts", "ends", "lasts", "holds"]))
    a, b, e, f = draw(_bounds())
    unknown_first = op == "ends" and draw(st.booleans())
    if unknown_first:
        a = e = FIRST_DAY
        b = f
    return Reading(op, a, b, e, f, unknown_first, position, 0, ((position, f"event-{position}"),))


@st.composite
def _readings(draw):
    return [draw(_reading(position)) for position in range(1, draw(st.integers(1, 7)) + 1)]


@st.composite
def _many_readings(draw):
    """So much evidence of one spell that an index must not look at all of it on each day."""
    random = draw(st.randoms(use_true_random=False))
    count = draw(st.integers(FEW + 1, 4 * FEW))
    found = [draw(_reading(1)), draw(_reading(2))]
    for position in range(3, count):
        first, width, certain = random.randrange(SPAN), random.randrange(24), random.randrange(3)
        a, f = FIRST + first, FIRST + first + width
        b, e = [(f, a), (a, f), (a + width // 3, f - width // 3)][certain]
        op = "starts" if random.randrange(20) == 0 else "holds"
        found.append(Reading(op, a, b, e, f, False, position, 0, ((position, f"event-{position}"),)))
    return found


_ENDS = st.lists(st.tuples(st.integers(0, SPAN), st.integers(0, 20)), max_size=2).map(
    lambda ends: [(FIRST + first, FIRST + first + width) for first, width in ends]
)
_DAYS = range(FIRST - 3, FIRST + 2 * SPAN + 3)


def answers(found, horizon, days=_DAYS):
    """The status and whether it is disputed, on each day."""
    verdicts = (best_of(found, horizon, day) for day in days)
    return [speaking and speaking[1][:2] for speaking in verdicts]


@given(_readings() | _many_readings(), _ENDS, HORIZONS)
def test_the_index_gives_on_every_day_what_the_spells_give(readings, ends, horizon):
    found = fold(readings, ends)
    kept = outlook(found, horizon)
    for day in (FIRST_DAY, *_DAYS, LAST_DAY):
        indexed = [
            (cut.tail, cut.stretch.status(day), cut.stretch.disputed)
            for cut in kept
            if cut.stretch.first <= day <= cut.stretch.last
        ]
        speaking = best_of(found, horizon, day)
        expected = [] if speaking is None else [(tail(speaking[0]), speaking[1].status, speaking[1].disputed)]
        assert indexed == expected


@given(_readings(), _ENDS, HORIZONS)
def test_stretches_follow_one_another_and_share_no_day(readings, ends, horizon):
    cut = [stretch for _, stretch in stretches(fold(readings, ends), horizon)]
    assert all(list(stretch[1:6]) == sorted(stretch[1:6]) for stretch in cut)
    assert all(stretch.lapsed_from <= stretch.last + 1 for stretch in cut)
    assert all(FIRST_DAY <= stretch.first <= stretch.last <= LAST_DAY for stretch in cut)
    assert all(before.last < after.first for before, after in pairwise(cut))


def test_what_has_one_day_to_begin_and_one_to_end_is_disputed_where_accounts_of_these_are_at_odds():
    """It ended on the 5th, or by the 3rd: the hull of these is the 5th alone."""
    found = spells("starts 2019-04-01; ends 2019-04-05; ends /2019-04-03")
    assert [(spell.a, spell.b) == (spell.e - 4, spell.f - 4) for spell in found] == [True]
    assert [(cut.stretch.disputed, cut.stretch.first) for cut in outlook(found, 365)] == [(True, found[0].a)]


def test_among_much_evidence_what_reaches_furthest_need_not_be_the_latest():
    """It held all through to 1 June, and at some time up to 10 June: it is presumed from the former."""
    precise = "; ".join(f"holds 2019-01-0{day}" for day in range(1, FEW + 2))
    found = spells(f"{precise}; holds 2019-02-28/2019-06-01; holds [2019-03-15..2019-06-10]")
    cut = [stretch for _, stretch in stretches(found, 365)]
    year = range(day_of(2019, 12, 1), day_of(2020, 12, 1))
    statuses = {day: [s.status(day) for s in cut if s.first <= day <= s.last] for day in year}
    assert statuses == {day: [status_of(found[0], 365, day).status] for day in statuses}


def test_most_relations_are_one_stretch():
    assert len(list(stretches(spells("starts 2019-04; holds 2020-02-22"), 365))) == 1


def test_a_relation_without_spells_has_no_outlook():
    assert outlook((), 365) == []


def test_a_horizon_that_reaches_past_the_supported_range_is_cut_there():
    ((_, stretch),) = stretches(spells("starts 9999-06-01"), 365)
    assert (stretch.last, stretch.lapsed_from) == (LAST_DAY, LAST_DAY + 1)


@given(_readings(), _ENDS, HORIZONS, st.data())
def test_recording_the_same_effect_again_changes_no_status(readings, ends, horizon, data):
    again = data.draw(st.sampled_from(readings))._replace(position=99, events=((99, "again"),))
    assert answers(fold(readings, ends), horizon) == answers(fold([*readings, again], ends), horizon)


@given(_readings(), _ENDS, HORIZONS, st.randoms(use_true_random=False))
def test_the_order_in_which_readings_are_given_is_irrelevant(readings, ends, horizon, random):
    """Their positions say how they were recorded, not the order in which they are handed over."""
    shuffled = random.sample(readings, len(readings))
    assert fold(shuffled, ends) == fold(readings, ends)


@given(_readings(), _ENDS, HORIZONS)
def test_the_order_of_recording_is_irrelevant_where_no_two_are_read_on_the_same_day(readings, ends, horizon):
    """Position decides only between readings of one sort that are read on the same day."""
    read = [(r.f if r.op == "ends" else r.a, r.op) for r in readings]
    assume(len(set(read)) == len(read))
    expected = answers(fold(readings, ends), horizon)
    positions = [reading.position for reading in readings]
    for order in list(permutations(positions))[:: max(1, len(positions) ** 2)][:6]:
        recorded = [
            r._replace(position=p, events=((p, r.events[0][1]),))
            for r, p in zip(readings, order, strict=True)
        ]
        assert answers(fold(recorded, ends), horizon) == expected


@given(_readings(), HORIZONS)
def test_a_spell_never_ends_before_it_begins(readings, horizon):
    for found in fold(readings):
        assert found.a <= found.b
        assert found.f is None or (found.e <= found.f and found.a <= found.f)
