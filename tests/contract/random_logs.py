"""Random logs: uncertain dates, late arrivals, corrections, retractions, actors that end or are renamed."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from events.codec import Draft
from events.dates import parse
from events.days import day_of
from events.errors import DateError
from events.readings import bounds_of
from events.vocabulary import EFFECT_OPS
from tests.domain.builders import actor, correct, document, draft, effect, event, retract

FIRST, LAST = day_of(1998, 1, 1), day_of(2006, 12, 31)
"""The days asked for lie here; all that happens, happens in 2000 to 2003, so that it meets."""

ACTORS = ("a", "b", "c")
KINDS = ("supports", "fights", "allied_with", "opposes")

RELATIONS = (
    *[("a", "supports", "b")] * 4,
    *[("a", "fights", "b"), ("b", "fights", "a")] * 2,
    *[("a", "allied_with", "c"), ("c", "allied_with", "a")] * 2,
    ("b", "supports", "a"),
    ("b", "opposes", "c"),
)
"""Few, some of them told both ways, so that a log says much of each."""

_PARTS = ("", "-01", "-06-15", "-06-16", "-06", "-12-31", "-06~", "-24", "?")
_SIDES = st.sampled_from([f"{year}{part}" for year in range(2000, 2004) for part in _PARTS])
_MOMENTS = _SIDES | st.sampled_from(["200X", "[2000-06-15,2001-06]", "[2001..2002-06-15]", "2001-XX-15"])


def _ordered(one: str, other: str) -> str:
    try:
        parse(f"{one}/{other}")
    except DateError:
        return f"{other}/{one}"
    return f"{one}/{other}"


_DATES = st.one_of(
    _MOMENTS,
    st.builds(_ordered, _SIDES, _SIDES),
    _SIDES.map(lambda side: f"{side}/.."),
    _SIDES.map(lambda side: f"../{side}"),
    _SIDES.map(lambda side: f"/{side}"),
    _SIDES.map(lambda side: f"{side}/"),
)
_ENDS = st.one_of(
    st.none(),
    st.none(),
    st.just("1990/.."),
    _SIDES.map(lambda side: f"1990/{side}"),
    st.just("[2002,2003-06]"),
)


_NAMES = st.lists(
    st.builds(
        lambda name, during: {"name": name, "during": during}, st.sampled_from(("Old", "Older")), _DATES
    ),
    max_size=3,
)


def ops_of(date: str) -> list[str]:
    """The ops that can be said with a date."""
    found = []
    for op in EFFECT_OPS:
        try:
            bounds_of(op, parse(date))
        except DateError:
            continue
        found.append(op)
    return found


class Commits(list[list[Draft]]):
    """The commits of a log, each a batch to append; it shows itself as the lines that were sent."""

    def __repr__(self) -> str:
        shown = [
            "\n".join(f"{sent.op} {sent.entity} {sent.id} {sent.body.decode()}" for sent in batch)
            for batch in self
        ]
        return "\n" + "\n--\n".join(shown)


@dataclass
class Log:
    """The commits of a log in the making, and what stands in it."""

    commits: Commits = field(default_factory=Commits)
    events: dict[str, dict] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)


@st.composite
def _event(draw: st.DrawFn, id: str) -> dict:
    date = draw(_DATES)
    effects = []
    for _ in range(draw(st.integers(1, 2))):
        subject, kind, object = draw(st.sampled_from(RELATIONS))
        op = draw(st.sampled_from(ops_of(date)))
        fields = {"under": "treaty"} if draw(st.integers(0, 9)) == 0 else {}
        if draw(st.integers(0, 9)) == 0:
            fields["means"] = ["weapons"]
        effects.append(effect(op, subject, kind, object, **fields))
    said = {"sources": [{"document": "report", "attributed_to": ["a"]}]} if draw(st.booleans()) else {}
    return event(id, date, *effects, **said, as_written=f"as of {date}")


@st.composite
def _actor(draw: st.DrawFn, id: str) -> dict:
    existed, known_as = draw(_ENDS), draw(_NAMES)
    return actor(
        id, **({"existed": existed} if existed else {}), **({"known_as": known_as} if known_as else {})
    )


@st.composite
def _changes(draw: st.DrawFn, log: Log, number: int) -> list[Draft]:
    """A commit's drafts, none of them about the same thing."""
    found: dict[tuple[str, str], Draft] = {}
    for place in range(draw(st.integers(2, 5))):
        what = draw(st.sampled_from(["record"] * 8 + ["correct"] * 2 + ["retract", "end"]))
        id = draw(st.sampled_from(sorted(log.events))) if log.events else ""
        if what == "end":
            ended = draw(st.sampled_from(ACTORS))
            found["actor", ended] = correct(draw(_actor(ended)), f"commit {number}, {place}")
        elif what == "record" or not id or ("event", id) in found:
            id = f"e{number}-{place}"
            line = draw(_event(id))
            log.events[id] = line
            log.live.add(id)
            found["event", id] = draft(line)
        elif what == "correct":
            line = draw(_event(id))
            log.live.add(id)
            found["event", id] = correct(line, f"commit {number}, {place}")
        elif id in log.live:
            log.live.discard(id)
            found["event", id] = retract("event", id)
    return list(found.values())


@st.composite
def logs(draw: st.DrawFn) -> Commits:
    """The commits of a log; the first declares who and what is spoken of."""
    log = Log()
    cast = []
    for id in ACTORS:
        cast.append(draft(draw(_actor(id))))
    log.commits.append([draft(document()), *cast])
    for number in range(1, draw(st.integers(2, 6)) + 1):
        changes = draw(_changes(log, number))
        if changes:
            log.commits.append(changes)
    return log.commits
