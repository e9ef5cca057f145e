"""Common membership is what any pair of standing memberships comes to, in every store."""

from __future__ import annotations

from itertools import combinations, count, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from events import membership
from events.days import iso
from events.replay import Standing, replay
from events.stores import Store
from tests.contract.random_logs import FIRST, LAST, ops_of
from tests.domain.builders import actor, document, draft, effect, event

MEMBERS = ("a", "b", "c", "d")
ALLIANCES = {"pact": "alliance", "union": "igo"}
DATES = ("2000", "2001-06-15", "2000/2002", "2001/..", "2002-03~", "../2001-06", "/2003", "2000-06/2003-06")
CAST = 1 + len(MEMBERS) + len(ALLIANCES)
RANKS = ("attested", "presumed", "possible")

_names = (f"t{number}" for number in count())


@st.composite
def rosters(draw: st.DrawFn) -> list[dict]:
    """The lines of a timeline of few members and two alliances; every date is uncertain in its own way."""
    lines = [document(), *map(actor, MEMBERS), *(actor(id, type=type) for id, type in ALLIANCES.items())]
    for number in range(draw(st.integers(4, 14))):
        date = draw(st.sampled_from(DATES))
        op = draw(st.sampled_from(ops_of(date)))
        said = draw(st.sampled_from([{}, {"under": "protocol"}]))
        told = effect(op, draw(st.sampled_from(MEMBERS)), "member_of", draw(st.sampled_from([*ALLIANCES])))
        fields = draw(st.sampled_from([{}, {"sources": [{"document": "report", "attributed_to": ["a"]}]}]))
        lines.append(event(f"e{number}", date, told | said, **fields))
    return lines


def brute(standings: list[Standing]) -> dict[tuple[str, str, str], dict]:
    """Every pair of members of the same, from the replay alone."""
    best: dict[tuple[str, str], Standing] = {}
    for standing in standings:
        relation, _, verdict = standing
        if relation.kind == "member_of" and verdict.status in RANKS:
            key = (relation.object, relation.subject)
            if key not in best or rank(standing) < rank(best[key]):
                best[key] = standing
    found = {}
    for (through, one), (other_through, other) in combinations(sorted(best), 2):
        if through == other_through:
            found[through, one, other] = pair(best[through, one], best[through, other])
    return found


def rank(standing: Standing) -> int:
    return RANKS.index(standing.verdict.status)


def pair(one: Standing, other: Standing) -> dict:
    """The pair's bounds from each way in which the two may have begun, and ended, within theirs."""
    spells = (one.spell, other.spell)
    begun = [(s.a, s.b) if not s.or_earlier else (None, s.b) for s in spells]
    starts = [
        max(day for day in days if day is not None)
        for days in product(*begun)
        if any(day is not None for day in days)
    ]
    if all(spell.or_earlier for spell in spells):
        starts = [max(spell.a for spell in spells), max(spell.b for spell in spells)]
    ends = [(s.e, s.f) for s in spells if s.f is not None]
    stops = [min(days) for days in product(*ends)] if ends else []
    return {
        "status": max(one.verdict.status, other.verdict.status, key=RANKS.index),
        "disputed": any(standing.verdict.disputed for standing in (one, other)),
        "attributed_only": any(spell.attributed_only for spell in spells),
        "since": (iso(min(starts)), iso(max(starts)), all(spell.or_earlier for spell in spells)),
        "until": (iso(min(stops)), iso(max(stops))) if stops else None,
        "evidence": [spell.events for spell in spells],
    }


def shown(item: dict) -> dict:
    since, until = item["since"], item["until"]
    return {
        **{name: item[name] for name in ("status", "disputed", "attributed_only")},
        "since": (since["earliest"], since["latest"], since["or_earlier"]),
        "until": until and (until["earliest"], until["latest"]),
        "evidence": [one["evidence"] for one in item["memberships"]],
    }


def paged(store: Store, timeline: str, at: int, upto: int, limit: int, **narrowed) -> list[membership.Pair]:
    """Every pair, page by page."""
    found = membership.memberships(store, timeline, at, upto, **narrowed)
    pairs, after, more = [], None, True
    while more:
        page, more = membership.page(found, narrowed.get("actors", ()), after, limit)
        assert len(page) <= limit
        pairs += page
        after = page[-1].key if page else None
    return pairs


def test_the_pairs_are_those_of_brute_force_over_the_replay(store: Store) -> None:
    checked = 0

    @settings(max_examples=max(50, settings().max_examples // 2))
    @given(rosters(), st.integers(0, 2**32))
    def check(lines, seed):
        nonlocal checked
        timeline = next(_names)
        for batch in (lines[:CAST], *([line] for line in lines[CAST:])):
            store.append(timeline, [draft(line) for line in batch], author="desk", create=True)
        entries = list(store.entries(timeline))
        random = Random(seed)
        for _ in range(12):
            at = random.randint(FIRST, LAST)
            upto = store.resolve(
                timeline, random.choice([random.randint(0, len(entries)), len(entries)])
            ).position
            expected = brute(replay(entries, at, upto))
            pairs = paged(store, timeline, at, upto, random.randint(1, 4))
            assert [pair.key for pair in pairs] == sorted(expected)
            for found in pairs:
                assert shown(membership.present(found)) == expected[found.key]
            for actors in (("a",), ("a", "c")):
                narrowed = paged(store, timeline, at, upto, 2, actors=actors)
                assert [p.key for p in narrowed] == [
                    key for key in sorted(expected) if {*actors} & {*key[1:]}
                ]
            typed = paged(store, timeline, at, upto, 3, types=("alliance",))
            assert [p.key for p in typed] == [key for key in sorted(expected) if key[0] == "pact"]
            checked += len(pairs)

    check()
    assert checked > 100


def test_a_membership_by_several_treaties_is_one_and_the_best_of_them_speaks(store: Store) -> None:
    lines = [
        document(),
        *map(actor, "ab"),
        actor("pact", type="alliance"),
        event("first", "2000", effect("starts", "a", "member_of", "pact", under="charter")),
        event("again", "1999-05-01", effect("holds", "a", "member_of", "pact", under="protocol")),
        event("other", "1998-05-01", effect("starts", "b", "member_of", "pact")),
    ]
    store.append("t", [draft(line) for line in lines], author="desk", create=True)
    found = membership.memberships(store, "t", draft(event(None, "2000-06-01")).thing.date.a, 7)
    (item,) = [membership.present(pair) for pair in membership.pairs(found.memberships)]
    assert [(m["actor"], m.get("under"), m["status"]) for m in item["memberships"]] == [
        ("a", "protocol", "presumed"),
        ("b", None, "presumed"),
    ]


def test_common_membership_is_no_relation(store: Store) -> None:
    lines = [
        document(),
        *map(actor, "ab"),
        actor("pact", type="alliance"),
        *(event(id, "2000-05-01", effect("starts", id, "member_of", "pact")) for id in "ab"),
    ]
    store.append("t", [draft(line) for line in lines], author="desk", create=True)
    at = draft(event(None, "2000-06-01")).thing.date.a
    assert len(list(membership.pairs(membership.memberships(store, "t", at, 6).memberships))) == 1
    assert [s.relation.kind for s in replay(store.entries("t"), at, 6)] == ["member_of", "member_of"]


def test_a_late_page_does_not_go_through_what_came_before() -> None:
    """A pact of 3,000 has 4.5 million pairs; the last ones are found at once."""
    ids = [f"m{number:04}" for number in range(3000)]
    members = [
        membership.Membership("pact", id, "attested", "", False, False, (1, 1), False, None, ()) for id in ids
    ]
    asked = 0

    class Counted(list):
        def __getitem__(self, place):
            nonlocal asked
            asked += isinstance(place, int)
            return super().__getitem__(place)

    found = {"pact": Counted(members)}
    after = ("pact", ids[-3], ids[-2])
    assert [pair.key[1:] for pair in membership.pairs(found, after=after)] == [
        (ids[-3], ids[-1]),
        (ids[-2], ids[-1]),
    ]
    assert asked < 10
