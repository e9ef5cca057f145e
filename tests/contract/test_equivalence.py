"""For any log, every store's answers are those of the replay, on both axes."""

from __future__ import annotations

from itertools import count
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from events import answer
from events.answer import Question
from events.ask import root
from events.codec import thing_of
from events.days import FIRST_DAY, LAST_DAY, ymd
from events.model import Erased, Event, Relation
from events.moments import parse_at
from events.prepared import prepare
from events.replay import live, replay
from events.stores import Pattern, Store
from events.stores.memory import MemoryStore
from tests.contract.random_logs import ACTORS, FIRST, KINDS, LAST, logs
from tests.domain.builders import UNENDING, actor, document, draft, effect, event
from tests.tlog import textbook

ASKED = 110
"""How many (at, known_at) are asked of each log, which makes over 10,000 triples of 100 logs."""

_FILTERS = [
    {},
    {"lapsed": True},
    *({"actors": [id]} for id in ACTORS),
    {"actors": ACTORS[:2], "lapsed": True},
    *({"kinds": [kind], "lapsed": True} for kind in KINDS),
    {"actors": ACTORS[1:], "kinds": KINDS[:2]},
]

_names = (f"t{number}" for number in count())


def written(store: Store, timeline: str, batches) -> str:
    """Append each batch; those that only record go in, every other time, as large ones do."""
    for number, batch in enumerate(batches):
        if number % 2 and all(draft.op == "record" for draft in batch):
            staged(store, timeline, batch)
        else:
            store.append(timeline, batch, author="desk", create=True)
    return timeline


def staged(store: Store, timeline: str, batch) -> None:
    """Append a batch chunk by chunk, after it was given up once at the last moment."""
    for keep in (False, True):
        with store.stage(timeline, author="desk") as staging:
            for draft in batch:
                staging.add([prepare(draft)])
            staging.check()
            staging.finish()
            if keep:
                staging.seal()


def told(store: Store, timeline: str, question: Question, known_at: int) -> str:
    """The store's own answer."""
    commit = store.resolve(timeline, known_at)
    pieces = store.state(timeline, question, commit.position)
    at_commit = root(store, timeline, commit.position), store.erased(timeline, commit.position)
    return answer.document(timeline, question, commit, *at_commit, pieces)


def replayed(store: Store, timeline: str, entries, question: Question, known_at: int) -> str:
    """The same answer from the replay of the entries, and nothing else of the store but its commits."""
    commit = store.resolve(timeline, known_at)
    standings = [s for s in replay(entries, question.at, commit.position) if _asked_for(question, s)]
    actors = live(entries, commit.position).actors()
    named = sorted({id for s in standings for id in (s.relation.subject, s.relation.object)})
    statuses = [standing.verdict.status for standing in standings]
    pieces = answer.Pieces(
        ",".join(answer.named_member(id, actors.get(id), question.at) for id in named),
        ",".join(answer.item(*standing) for standing in standings),
        [statuses.count(status) for status in answer.COUNTED],
    )
    leaves = [leaf for _, leaf, _ in store.proofs(timeline, 0, commit.position)]
    gone = [entry.erased for entry in entries[: commit.position] if entry.erased]
    erased = Erased(len(gone), tuple(sorted(set(gone))))
    return answer.document(timeline, question, commit, textbook.root(leaves), erased, pieces)


def _asked_for(question: Question, standing) -> bool:
    relation: Relation = standing.relation
    return (
        (question.lapsed or standing.verdict.status != "lapsed")
        and (not question.actors or not {relation.subject, relation.object}.isdisjoint(question.actors))
        and (not question.kinds or relation.kind in question.kinds)
    )


def days_of_interest(entries) -> list[int]:
    """The days about every bound of every date, and a year after it, where answers change."""
    days = {FIRST_DAY, LAST_DAY, FIRST, LAST}
    for entry in entries:
        if entry.op == "retract" or entry.entity not in ("event", "actor"):
            continue
        thing = thing_of(entry.entity, entry.body)
        date = thing.date if isinstance(thing, Event) else thing.existed
        for bound in (date.a, date.b, date.e, date.f) if date else ():
            if bound is not None:
                days |= {bound + far + near for far in (0, 365) for near in (-1, 0, 1)}
    return sorted(day for day in days if FIRST_DAY <= day <= LAST_DAY)


def test_every_answer_of_a_store_is_that_of_the_replay(store):
    checked = 0

    @given(logs(), st.integers(0, 2**32))
    def check(batches, seed):
        nonlocal checked
        timeline = written(store, next(_names), batches)
        entries = list(store.entries(timeline))
        random = Random(seed)
        days = days_of_interest(entries)
        for number in range(ASKED):
            known_at = random.randint(0, len(entries))
            at = random.choice(days) if number % 4 else random.randint(FIRST, LAST)
            question = Question.of(at, **_FILTERS[0 if number % 2 else random.randrange(len(_FILTERS))])
            expected = replayed(store, timeline, entries, question, known_at)
            assert told(store, timeline, question, known_at) == expected, (ymd(at), known_at, question)
            checked += 1

    check()
    assert checked >= 100 * settings().max_examples


def test_every_store_tells_the_same_of_spells_and_stretches_and_listings(store):
    @given(logs(), st.integers(0, 2**32))
    def check(batches, seed):
        timeline = next(_names)
        oracle = MemoryStore()
        written(store, timeline, batches)
        written(oracle, timeline, batches)
        random = Random(seed)
        head = store.head(timeline).position
        commits = sorted({store.resolve(timeline, position).position for position in range(head + 1)})
        assert commits == sorted(
            {oracle.resolve(timeline, position).position for position in range(head + 1)}
        )
        for upto in random.sample(commits, min(4, len(commits))):
            for pattern in (
                Pattern(),
                Pattern(kind="fights"),
                Pattern(subject="a"),
                Pattern(object="b", under=""),
            ):
                assert store.spells(timeline, pattern, upto) == oracle.spells(timeline, pattern, upto)
            first, last = sorted((random.randint(FIRST, LAST), random.randint(FIRST, LAST)))
            assert store.spoken(timeline, first, last, upto) == oracle.spoken(timeline, first, last, upto)
            turning = {"turning": True, "limit": random.choice([None, 2])}
            assert store.spoken(timeline, first, last, upto, **turning) == oracle.spoken(
                timeline, first, last, upto, **turning
            )
            for entity in ("event", "actor", "document"):
                ours, theirs = (s.listing(timeline, entity, upto, None, 100) for s in (store, oracle))
                assert [(i.key, i.entry.position, i.entry.body) for i in ours] == [
                    (i.key, i.entry.position, i.entry.body) for i in theirs
                ]
            after = random.choice(commits)
            between = sorted((after, upto))
            assert store.relearned(timeline, *between) == oracle.relearned(timeline, *between)

    check()


def test_rebuilding_changes_no_answer_of_any_log(store):
    @settings(max_examples=max(10, settings().max_examples // 10))
    @given(logs(), st.integers(0, 2**32))
    def check(batches, seed):
        timeline = written(store, next(_names), batches)
        random = Random(seed)
        head = store.head(timeline).position
        asked = [
            (Question(random.randint(FIRST, LAST), lapsed=bool(number % 2)), random.randint(0, head))
            for number in range(40)
        ]
        before = [told(store, timeline, *pair) for pair in asked]
        assert store.rebuild(timeline) == head
        assert [told(store, timeline, *pair) for pair in asked] == before

    check()


def test_sending_a_log_again_appends_nothing_that_still_stands(store):
    """The last batch of any log can be sent again after a lost answer."""

    @settings(max_examples=max(10, settings().max_examples // 10))
    @given(logs())
    def check(batches):
        timeline = written(store, next(_names), batches)
        head = store.head(timeline)
        receipt = store.append(timeline, batches[-1], author="desk")
        assert (receipt.position, receipt.appended, receipt.existing) == (head.position, 0, len(batches[-1]))

    check()


def test_a_pinned_answer_is_the_same_bytes_after_a_thousand_later_entries(store):
    lines = [
        document(),
        *(actor(id) for id in ACTORS),
        event("war", "2001-04/..", effect("lasts", "a", "fights", "b"), effect("lasts", "a", UNENDING, "c")),
        event("old", "1999", effect("holds", "b", "supports", "c")),
    ]
    written(store, "t", [[draft(line) for line in lines]])
    asked = [
        (Question.of(parse_at(day), **options), known_at)
        for day in ("2001-04-15", "2001-06-01", "2005-01-01")
        for options in _FILTERS
        for known_at in (0, 3, 6)
    ]
    before = [told(store, "t", *pair) for pair in asked]
    random = Random(7)
    told_of = [("a", "fights", "b"), ("a", UNENDING, "c"), ("b", "supports", "c")]
    for batch in range(10):
        effects = [
            effect(random.choice(["starts", "ends", "holds"]), *random.choice(told_of)) for _ in range(100)
        ]
        later = [
            event(f"later-{batch}-{n}", f"200{random.randrange(4)}", said) for n, said in enumerate(effects)
        ]
        written(store, "t", [[draft(line) for line in later]])
    assert store.head("t").position == 1006
    assert [told(store, "t", *pair) for pair in asked] == before
    changed = [told(store, "t", question, 1006) != told(store, "t", question, 6) for question, _ in asked]
    assert all(changed)
