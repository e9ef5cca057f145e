"""What every store promises of an append: positions, instants, all or nothing, and safety to repeat."""

import threading
from itertools import pairwise

import pytest

from events import log
from events.answer import Question
from events.errors import ConflictError, InvalidError, PositionConflictError, UnknownError
from events.model import Commit
from events.moments import parse_at
from events.stores import Pattern, Receipt
from tests.contract.conftest import Clock
from tests.domain.builders import TIMELINE, actor, correct, document, draft, effect, event, retract

CAST = [document(), actor("ussr"), actor("libya")]
PACT = event("pact", "1970-01-01", effect("starts"))


def append(store, *lines, timeline=TIMELINE, author="desk", **options):
    options.setdefault("create", True)
    return store.append(timeline, [draft(line) for line in lines], author=author, **options)


def trial(store, *lines):
    return store.trial(TIMELINE, [draft(line) for line in lines], author="desk", create=True)


def positions(store):
    return [entry.position for entry in store.entries(TIMELINE)]


def everything(store):
    """All that a store tells of the timeline."""
    head = store.head(TIMELINE)
    return (
        head,
        list(store.entries(TIMELINE)),
        list(store.proofs(TIMELINE)),
        store.spells(TIMELINE, Pattern(), head.position),
        store.state(TIMELINE, Question(parse_at("1970-01-01")), head.position),
        [
            store.listing(TIMELINE, entity, head.position, None, 100)
            for entity in ("event", "actor", "document")
        ],
    )


def test_a_store_begins_without_timelines(store):
    assert store.timelines() == []


def test_an_append_tells_the_head_and_what_was_new(store):
    receipt = append(store, *CAST)
    assert receipt == Receipt(3, store.head(TIMELINE).recorded_at, 3, 0)
    assert store.head(TIMELINE) == Commit(3, receipt.recorded_at)


def test_positions_have_no_gaps_across_commits(store):
    append(store, *CAST)
    append(store, PACT, *CAST)
    append(store, retract("event", "pact"))
    assert positions(store) == [1, 2, 3, 4, 5]


def test_entries_are_kept_in_the_order_of_the_batch_with_their_author(store):
    append(store, PACT, *CAST, author="t0123")
    found = [(e.op, e.entity, e.id, e.author, e.body) for e in store.entries(TIMELINE)]
    assert found == [("record", d.entity, d.id, "t0123", d.body) for d in map(draft, [PACT, *CAST])]


def test_the_entries_of_a_commit_share_one_instant(store):
    append(store, *CAST)
    append(store, PACT)
    instants = [entry.recorded_at for entry in store.entries(TIMELINE)]
    assert len(set(instants[:3])) == 1
    assert instants[3] > instants[0]


def test_an_instant_is_utc_to_the_microsecond(open_store):
    assert append(open_store(Clock()), *CAST).recorded_at == "2026-11-22T18:00:00.000000Z"


@pytest.mark.parametrize("seconds", [0, -1, -86_400])
def test_instants_increase_though_the_clock_stands_or_goes_back(open_store, seconds):
    clock = Clock()
    store = open_store(clock)
    instants = []
    for number in range(4):
        instants.append(append(store, document(f"d{number}")).recorded_at)
        clock.move(seconds)
    assert all(before < after for before, after in pairwise(instants))
    assert instants[-1] == "2026-11-22T18:00:00.000003Z"


def test_what_is_there_already_appends_nothing_and_keeps_the_head(store):
    first = append(store, *CAST, PACT)
    again = append(store, *CAST, PACT)
    assert again == Receipt(4, first.recorded_at, 0, 4)
    assert store.head(TIMELINE) == Commit(4, first.recorded_at)


def test_an_empty_append_to_an_empty_timeline_has_no_instant(store):
    assert append(store) == Receipt(0, None, 0, 0)
    assert store.head(TIMELINE) == Commit(0, None)
    assert store.timelines() == [(TIMELINE, Commit(0, None))]


@pytest.mark.parametrize(
    ("batch", "error"),
    [
        ([document("new"), event("e", "1970", effect("starts", "nobody"))], InvalidError),
        ([document("new"), document(title="Another title")], ConflictError),
        ([document("new"), retract("actor", "ussr")], ConflictError),
        ([document("new"), retract("event", "nothing")], UnknownError),
        ([document("new"), correct(event("nothing", "1970"))], UnknownError),
    ],
)
def test_a_batch_that_cannot_stand_changes_nothing(store, batch, error):
    append(store, *CAST, PACT)
    before = everything(store)
    with pytest.raises(error):
        append(store, *batch)
    assert everything(store) == before


def test_a_batch_that_cannot_stand_makes_no_timeline(store):
    with pytest.raises(InvalidError):
        append(store, PACT)
    assert store.timelines() == []


def test_retracting_what_is_in_use_names_its_users_until_they_are_gone(store):
    append(store, *CAST, PACT)
    for entity, id in [("actor", "ussr"), ("document", "report")]:
        with pytest.raises(ConflictError, match="it is named by 'pact'"):
            append(store, retract(entity, id))
    append(store, retract("event", "pact"))
    assert append(store, retract("actor", "ussr"), retract("document", "report")).appended == 2


def test_what_a_correction_no_longer_names_is_not_in_use(store):
    append(store, *CAST, actor("gdr"), PACT)
    append(store, correct(event("pact", "1970-01-01", effect("starts", "gdr"))))
    assert append(store, retract("actor", "ussr")).appended == 1
    with pytest.raises(ConflictError, match="it is named by 'pact'"):
        append(store, retract("actor", "gdr"))


def test_the_users_of_an_actor_are_events_actors_and_descriptions(store):
    description = {
        "entity": "timeline",
        "title": {"en": "x"},
        "sides": [{"name": {"en": "x"}, "actors": ["ussr"]}],
    }
    append(store, *CAST, PACT, actor("russia", succeeds=["ussr"]), description)
    with pytest.raises(ConflictError, match="it is named by 'pact', 'russia', 'libya': "):
        append(store, retract("actor", "ussr"))


def test_only_a_few_users_are_named(store):
    append(store, *CAST, *(event(f"e{number}", "1970", effect("starts")) for number in range(9)))
    with pytest.raises(ConflictError, match="it is named by 'e0', 'e1', 'e2', 'e3', 'e4': "):
        append(store, retract("actor", "ussr"))


def test_every_rule_of_the_log_holds_against_what_is_kept(store):
    """Sending again is safe whatever was corrected, retracted and reinstated since."""
    slip, gone = correct({**PACT, "date": "1971"}), retract("event", "pact")
    append(store, *CAST)
    for lines in ([PACT], [slip, PACT], [gone, PACT], [slip, PACT]):
        assert append(store, *CAST, lines[0]).appended == 1
        assert [append(store, *CAST, line).appended for line in lines] == [0] * len(lines)


def test_a_retracted_actor_cannot_be_named_until_it_is_reinstated(store):
    append(store, *CAST)
    append(store, retract("actor", "ussr"))
    with pytest.raises(InvalidError, match="There is no actor 'ussr'"):
        append(store, PACT)
    assert append(store, PACT, correct(actor("ussr"))).appended == 2


# Conditional on a position


def test_an_append_that_expects_the_head_is_taken(store):
    assert append(store, *CAST, expected_position=0).position == 3
    assert append(store, PACT, expected_position=3).position == 4


@pytest.mark.parametrize("expected", [0, 1, 5, 999])
def test_an_append_that_expects_another_position_is_refused_with_what_was_missed(store, expected):
    append(store, *CAST)
    append(store, PACT)
    with pytest.raises(PositionConflictError) as caught:
        append(store, document("new"), expected_position=expected)
    error = caught.value
    assert (error.expected, error.position) == (expected, 4)
    assert error.missed == tuple(
        (e.position, e.op, e.entity, e.id) for e in store.entries(TIMELINE, expected)
    )
    assert positions(store) == [1, 2, 3, 4]


def test_a_long_list_of_what_was_missed_is_cut(store):
    append(store, *(document(f"d{number}") for number in range(150)))
    with pytest.raises(PositionConflictError) as caught:
        append(store, document("new"), expected_position=20)
    assert [position for position, *_ in caught.value.missed] == list(range(21, 121))


def test_a_position_is_checked_before_what_the_batch_says(store):
    append(store, *CAST)
    with pytest.raises(PositionConflictError):
        append(store, PACT, retract("event", "nothing"), expected_position=1)


# Trying out


def test_a_trial_decides_everything_and_keeps_nothing(store):
    append(store, *CAST)
    before = everything(store)
    with trial(store, *CAST, PACT) as receipt:
        assert (receipt.position, receipt.appended, receipt.existing) == (4, 1, 3)
    assert everything(store) == before
    with pytest.raises(InvalidError), trial(store, event("e", "1970", effect("starts", "nobody"))):
        pass
    assert append(store, PACT).position == 4


def test_within_a_trial_the_store_can_be_asked_what_would_be(store):
    append(store, *CAST)
    with trial(store, PACT) as receipt:
        assert store.head(TIMELINE).position == receipt.position == 4
        assert [relation for relation, _ in store.spells(TIMELINE, Pattern(), 4)]
        assert [entry.id for entry in store.entries(TIMELINE, 3)] == [PACT["id"]]
    assert store.spells(TIMELINE, Pattern(), store.head(TIMELINE).position) == []


def test_a_trial_that_fails_keeps_nothing_and_hinders_nobody(store):
    append(store, *CAST)
    with pytest.raises(ZeroDivisionError), trial(store, PACT):
        raise ZeroDivisionError
    assert append(store, PACT).position == 4


def test_a_trial_makes_no_timeline(store):
    with trial(store, *CAST) as receipt:
        assert receipt.appended == 3
    assert store.timelines() == []


# Timelines


def test_a_timeline_is_made_only_when_asked_for(store):
    with pytest.raises(UnknownError, match="timeline"):
        append(store, *CAST, create=False)
    assert store.timelines() == []
    append(store, *CAST)
    assert append(store, PACT, create=False).position == 4


def test_timelines_come_by_name_each_with_its_head(store):
    for timeline, lines in [("syria", CAST), ("libya", CAST[:1]), ("l-1", [])]:
        append(store, *lines, timeline=timeline)
    assert [(name, commit.position) for name, commit in store.timelines()] == [
        ("l-1", 0),
        ("libya", 1),
        ("syria", 3),
    ]
    assert all(commit == store.head(name) for name, commit in store.timelines())


def test_timelines_know_nothing_of_each_other(store):
    append(store, *CAST, PACT)
    before = everything(store)
    with pytest.raises(InvalidError):
        append(store, PACT, timeline="syria")
    append(store, *CAST, {**PACT, "date": "1980-01-01"}, timeline="syria")
    append(store, correct(actor("ussr", existed="/1975")), timeline="syria")
    assert everything(store) == before
    assert [e.position for e in store.entries("syria")] == [1, 2, 3, 4, 5]
    assert store.relearned(TIMELINE, 0, 4) == [(*("ussr", "supports", "libya"), "")]
    assert store.state("syria", Question(parse_at("1970-01-01")), 5).relations == ""


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.head("none"),
        lambda store: store.resolve("none", 0),
        lambda store: store.append("none", [], author="desk"),
        lambda store: list(store.entries("none")),
        lambda store: list(store.proofs("none")),
        lambda store: store.history("none", "event", "pact", 0),
        lambda store: store.listing("none", "event", 0, None, 10),
        lambda store: store.state("none", Question(0), 0),
        lambda store: store.spells("none", Pattern(), 0),
        lambda store: store.spoken("none", 0, 1, 0),
        lambda store: store.relearned("none", 0, 0),
        lambda store: store.rebuild("none"),
    ],
)
def test_an_unknown_timeline_is_an_error_of_every_method(store, ask):
    append(store, *CAST)
    with pytest.raises(UnknownError) as caught:
        ask(store)
    assert (caught.value.what, caught.value.name) == ("timeline", "none")


# Many hands


def test_threads_that_append_at_once_lose_double_and_skip_nothing(open_store):
    store = open_store(Clock())
    append(store, *CAST)
    ready = threading.Barrier(4)
    failures = []

    def write(worker):
        try:
            ready.wait()
            for number in range(10):
                append(
                    store, event(f"e-{worker}-{number}", "1970", effect("starts")), event("shared", "1971")
                )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = list(store.entries(TIMELINE))
    assert [entry.position for entry in found] == list(range(1, 3 + 41 + 1))
    assert len({entry.id for entry in found}) == len(found)
    commits = sorted({entry.recorded_at for entry in found})
    assert [entry.recorded_at for entry in found] == sorted(entry.recorded_at for entry in found)
    assert len(commits) == 41


def test_initialising_again_changes_nothing(store):
    append(store, *CAST, PACT)
    before = everything(store)
    store.initialise()
    assert everything(store) == before


def test_a_decision_is_the_logs(store):
    """A store decides nothing of itself: what `decide` says of a batch is what happens."""
    batch = [draft(line) for line in (*CAST, PACT, PACT)]
    decision = log.decide(batch, {})
    receipt = store.append(TIMELINE, batch, author="desk", create=True)
    assert (receipt.appended, receipt.existing) == (len(decision.append), decision.existing)
