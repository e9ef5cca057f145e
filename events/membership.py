"""Common membership: which pairs are members of the same alliance on a day. Derived, and never a relation.

`common-membership/1` reads the recorded relations of kind `member_of` that stand on the day, lapsed ones
left out, and nothing else: two actors are members together of what both are a member of, whatever its type.
Of an actor's memberships of one and the same (`under` several treaties, say) the best speaks: by status,
then in the order of relations. Of a pair the status is the weaker of the two: attested, presumed, possible.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from events import strict_json
from events.answer import Question
from events.dates import parse
from events.days import iso
from events.stores import Store
from events.vocabulary import STATUSES

RULE = "common-membership/1"
KIND = "member_of"

Bounds = tuple[int, int]


class Membership(NamedTuple):
    """How an actor is a member of an alliance on a day, as the state has it.

    `since` and `until` are days; `until` is None where no end is reported.
    """

    through: str
    actor: str
    status: str
    under: str
    disputed: bool
    attributed_only: bool
    since: Bounds
    or_earlier: bool
    until: Bounds | None
    evidence: Sequence[str]


class Pair(NamedTuple):
    """Two memberships of one alliance, in the order of their actors."""

    one: Membership
    other: Membership

    @property
    def key(self) -> tuple[str, str, str]:
        """What pairs are ordered by: the alliance, then the two actors."""
        return self.one.through, self.one.actor, self.other.actor


class Found(NamedTuple):
    """The memberships of a day by alliance, each list by actor, and the names of everybody in them."""

    memberships: Mapping[str, list[Membership]]
    names: Mapping[str, Mapping[str, str]]


def memberships(
    store: Store, timeline: str, at: int, upto: int, actors: Sequence[str] = (), types: Sequence[str] = ()
) -> Found:
    """The memberships that stand on day `at`, as known at position `upto`.

    With `actors` those of the alliances of which at least one of these is a member; with `types` those
    of alliances that are actors of such a type.
    """
    items, names = _standing(store, timeline, at, upto, actors)
    if actors:
        alliances = {item["object"] for item in items if item["subject"] in actors}
        items, names = _standing(store, timeline, at, upto, sorted(alliances)) if alliances else ([], {})
        items = [item for item in items if item["object"] in alliances]
    found: dict[str, dict[str, Membership]] = {}
    for item in items:
        if not types or names[item["object"]]["type"] in types:
            ours = _membership(item)
            theirs = found.setdefault(ours.through, {}).setdefault(ours.actor, ours)
            if STATUSES.index(ours.status) < STATUSES.index(theirs.status):
                found[ours.through][ours.actor] = ours
    listed = {through: [among[id] for id in sorted(among)] for through, among in sorted(found.items())}
    return Found(listed, names)


def pairs(
    found: Mapping[str, list[Membership]],
    actors: Sequence[str] = (),
    after: tuple[str, str, str] | None = None,
) -> Iterator[Pair]:
    """The pairs among memberships, by their keys, from after one on; with `actors` those with one of these.

    What comes before is not gone through: there may be a great many.
    """
    for through, among in found.items():
        if after is not None and through < after[0]:
            continue
        begin = after[1:] if after is not None and through == after[0] else None
        ids = [membership.actor for membership in among]
        asked = [place for place, id in enumerate(ids) if id in actors]
        first = 0 if begin is None else bisect_left(ids, begin[0])
        for place in range(first, len(ids)):
            least = place + 1
            if begin is not None and ids[place] == begin[0]:
                least = max(least, bisect_right(ids, begin[1]))
            others = range(least, len(ids))
            if actors and ids[place] not in actors:
                others = asked[bisect_left(asked, least) :]  # type: ignore[assignment]
            for other in others:
                yield Pair(among[place], among[other])


def page(
    found: Found, actors: Sequence[str], after: tuple[str, str, str] | None, limit: int
) -> tuple[list[Pair], bool]:
    """The first `limit` pairs from after a key on, and whether there are more."""
    some = list(islice(pairs(found.memberships, actors, after), limit + 1))
    return some[:limit], len(some) > limit


def present(pair: Pair) -> dict[str, Any]:
    """A pair as an answer shows it, with what it rests on.

    It began when the later of the two did, and ended when the earlier reported end came. Where nobody
    reported the beginning of one, that one may have been before any day; so the other alone says from
    when at the earliest.
    """
    one, other = pair
    reported = [membership for membership in pair if not membership.or_earlier] or pair
    ends = [membership.until for membership in pair if membership.until is not None]
    return {
        "actors": [one.actor, other.actor],
        "through": one.through,
        "status": max(one.status, other.status, key=STATUSES.index),
        "disputed": one.disputed or other.disputed,
        "attributed_only": one.attributed_only or other.attributed_only,
        "since": {
            "earliest": iso(max(membership.since[0] for membership in reported)),
            "latest": iso(max(one.since[1], other.since[1])),
            "or_earlier": one.or_earlier and other.or_earlier,
        },
        "until": None
        if not ends
        else {"earliest": iso(min(end[0] for end in ends)), "latest": iso(min(end[1] for end in ends))},
        "memberships": [_shown(membership) for membership in pair],
    }


def _shown(membership: Membership) -> dict[str, Any]:
    under = {"under": membership.under} if membership.under else {}
    return {
        "actor": membership.actor,
        **under,
        "status": membership.status,
        "evidence": list(membership.evidence),
    }


def _standing(
    store: Store, timeline: str, at: int, upto: int, actors: Sequence[str]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    pieces = store.state(timeline, Question.of(at, actors, [KIND]), upto)
    return strict_json.read(f"[{pieces.relations}]"), strict_json.read(f"{{{pieces.actors}}}")


def _membership(item: Mapping[str, Any]) -> Membership:
    return Membership(
        item["object"],
        item["subject"],
        item["status"],
        item.get("under", ""),
        item["disputed"],
        item["attributed_only"],
        _bounds(item["since"]),
        item["since"]["or_earlier"],
        None if item["until"] is None else _bounds(item["until"]),
        item["evidence"],
    )


def _bounds(shown: Mapping[str, str]) -> Bounds:
    first, last = (parse(shown[name]).a for name in ("earliest", "latest"))
    assert first is not None
    assert last is not None
    return first, last
