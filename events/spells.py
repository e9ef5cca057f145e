"""Spells: the stretches of one relation, read from what the events say of it.

`fold` is step 3 of the replay. It is pure, and depends on the effects on one
relation and the ends of its actors alone, so that an append re-folds only what
it touches. docs/replay.md tells the same rules in words, with pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from events.readings import Reading
from events.vocabulary import MEANS


class Evidence(NamedTuple):
    """A reading that shows something of a spell: that it held, or when it began or ended.

    `role` is begins, holds or ends. [p, q] is where the evidence lies; with a
    `core` the relation held on each of its days, without one at some moment in
    it. `starts` marks the beginning of something, also where it is read like a
    `holds`.
    """

    role: str
    p: int
    q: int
    core: bool
    starts: bool
    reading: Reading


class Spell(NamedTuple):
    """One stretch of a relation, with uncertain ends, all in days.

    It begins in [a, b] ("or earlier" where nobody reported a beginning) and ends
    in [e, f] where an end is reported. `cap` is the least end of its actors.
    Evidence moves the bounds inward: it had begun by `latest_beginning`, still
    held on `earliest_end`, and on `earliest_cap` where there is a cap.
    `set_aside` are accounts that would end it before it begins.
    """

    a: int
    b: int
    or_earlier: bool
    e: int | None
    f: int | None
    cap: tuple[int, int] | None
    disputed: bool
    latest_beginning: int
    earliest_end: int | None
    earliest_cap: int | None
    evidence: tuple[Evidence, ...]
    set_aside: tuple[Reading, ...]
    since_as_written: str | None
    until_as_written: str | None

    @property
    def events(self) -> list[str]:
        """The ids of the events behind it, in order of position."""
        found = {event for evidence in self.evidence for event in evidence.reading.events}
        return [id for _, id in sorted(found)]

    @property
    def means(self) -> list[str]:
        """With what it was done, by any account, in the order of the vocabulary."""
        named = {means for evidence in self.evidence for means in evidence.reading.means}
        return [means for means in MEANS if means in named]

    @property
    def attributed_only(self) -> bool:
        """Whether every source of it is somebody's statement."""
        return all(evidence.reading.attributed for evidence in self.evidence)

    @property
    def last_evidence(self) -> tuple[int, int]:
        """Where its latest evidence lies; for a core, its last day."""
        q, p = max((item.q, item.q if item.core else item.p) for item in self.evidence)
        return p, q


def fold(readings: Iterable[Reading], actor_ends: Sequence[tuple[int, int]] = ()) -> tuple[Spell, ...]:
    """The spells of one relation, by their beginning.

    `readings` are all that the live events say of it, in any order; `actor_ends`
    are the first and the last day on which each of its actors may have ended.
    """
    drafts, _ = _read(readings)
    spells = [draft.spell(actor_ends) for draft in drafts]
    return tuple(sorted(spells, key=lambda spell: (spell.a, spell.b)))


def questionable(readings: Iterable[Reading]) -> Iterator[tuple[Reading, str]]:
    """The readings that an editor should look at, each with the reason."""
    drafts, ignored = _read(readings)
    for reading in ignored:
        yield reading, "ends by some day what nothing says ever began: it changes nothing"
    for draft in drafts:
        for evidence in draft.holds:
            if evidence.starts:
                yield evidence.reading, "starts what was seen to hold before: read as evidence that it held"
        for reading in draft.set_aside:
            yield reading, "would end the spell before it begins: set aside, and the spell is disputed"


def _read(readings: Iterable[Reading]) -> tuple[list[_Draft], list[Reading]]:
    """The spells in draft, those of a `lasts` first, and the readings that change nothing."""
    distinct = _read_once(readings)
    lasting = [_Draft(own=reading) for reading in distinct if reading.op == "lasts"]
    rest: list[Reading] = []
    for reading in distinct:
        if reading.op == "lasts":
            continue
        owners = [draft for draft in lasting if draft.owns(reading)]
        for draft in owners:
            draft.add(reading)
        if not owners:
            rest.append(reading)
    for draft in lasting:
        draft.set_aside_impossible_accounts()
    reader = _Reader(rest)
    return lasting + reader.drafts, reader.ignored


def _read_once(readings: Iterable[Reading]) -> list[Reading]:
    """Readings alike in op and bounds as one, the first, with the events of all of them."""
    alike: dict[tuple[str, int, int, int, int, bool], Reading] = {}
    for reading in sorted(readings, key=lambda r: (r.position, r.place)):
        known = alike.setdefault(reading[:6], reading)
        if known is not reading:
            alike[reading[:6]] = known._replace(
                events=known.events + reading.events,
                as_written=known.as_written or reading.as_written,
                attributed=known.attributed and reading.attributed,
                means=known.means + reading.means,
            )
    return list(alike.values())


_ORDER = {"starts": 0, "holds": 1, "ends": 2}


def _reading_order(reading: Reading) -> tuple[int, int, int, int]:
    day = reading.f if reading.op == "ends" else reading.a
    return day, _ORDER[reading.op], reading.position, reading.place


class _Account(NamedTuple):
    """One source's bounds for a beginning or an end."""

    first: int
    last: int
    reading: Reading


def _share_a_day(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _agree(accounts: Sequence[_Account]) -> tuple[int, int, bool]:
    """What the accounts come to, and whether they are at odds: their intersection, else their hull.

    An account whose first day is unknown cannot widen the hull at its first day.
    """
    first = max(account.first for account in accounts)
    last = min(account.last for account in accounts)
    if first <= last:
        return first, last, False
    first = min(account.first for account in accounts if not account.reading.unknown_first)
    return first, max(account.last for account in accounts), True


def _narrowest_words(accounts: Sequence[_Account]) -> str | None:
    return min(accounts, key=lambda account: account.last - account.first).reading.as_written


class _Draft:
    """A spell while it is being read."""

    def __init__(self, own: Reading | None = None) -> None:
        self.own = own
        self.beginnings: list[_Account] = []
        self.holds: list[Evidence] = []
        self.ends: list[_Account] = []
        self.set_aside: list[Reading] = []
        if own is not None:
            self.beginnings.append(_Account(own.a, own.b, own))
            self.ends.append(_Account(own.e, own.f, own))

    def owns(self, reading: Reading) -> bool:
        """Whether a `lasts` takes this reading as its own evidence or as another account of an end of it."""
        own = self.own
        assert own is not None
        if reading.op == "holds":
            return own.a <= reading.a and reading.f <= own.f
        bounds = (own.a, own.b) if reading.op == "starts" else (own.e, own.f)
        return _share_a_day((reading.a, reading.f), bounds)

    def add(self, reading: Reading) -> None:
        """Take in another account of the beginning or the end, or evidence that it held."""
        if reading.op == "starts":
            self.beginnings.append(_Account(reading.a, reading.f, reading))
        elif reading.op == "ends":
            self.ends.append(_Account(reading.a, reading.f, reading))
        else:
            p, q = sorted((reading.b, reading.e))
            core = reading.b <= reading.e
            self.holds.append(Evidence("holds", p, q, core, False, reading))

    def add_late_start(self, reading: Reading) -> None:
        """Take a `starts` that comes after the spell was seen to hold as evidence that it held."""
        precise = reading.a == reading.f
        self.holds.append(Evidence("holds", reading.a, reading.f, precise, True, reading))

    def beginning(self) -> tuple[int, int, bool]:
        """The first and last day it may have begun, and whether accounts of that are at odds."""
        if self.beginnings:
            return _agree(self.beginnings)
        if self.holds:
            opening = self.holds[0].reading
            return opening.a, opening.b, False
        first, last, disputed = _agree(self.ends)
        if disputed:
            first, last, _ = self.ends[0]
        return first, last, False

    def seen_to_hold_by(self) -> int:
        """The last day it may have begun, for a spell that opened with a `holds`."""
        return min(evidence.reading.b for evidence in self.holds if not evidence.starts)

    def spell(self, actor_ends: Sequence[tuple[int, int]]) -> Spell:
        """The finished spell."""
        a, b, begin_disputed = self.beginning()
        e, f, end_disputed = _agree(self.ends) if self.ends else (None, None, False)
        ends = [end for end in actor_ends if a <= end[1]]
        cap = (min(end[0] for end in ends), min(end[1] for end in ends)) if ends else None
        begun_by = [b, *(_shown_to_have_begun(item) for item in self.holds if item.p >= a)]
        if f is not None and not end_disputed:
            begun_by.append(f)
        evidence = tuple(self._evidence())
        opening = self.beginnings or ([] if self.holds else self.ends)
        return Spell(
            a=a,
            b=b,
            or_earlier=not self.beginnings,
            e=e,
            f=f,
            cap=cap,
            disputed=begin_disputed or end_disputed or bool(self.set_aside),
            latest_beginning=min(begun_by),
            earliest_end=None if e is None or f is None else _shown_to_hold_until(evidence, e, f),
            earliest_cap=None if cap is None else _shown_to_hold_until(evidence, *cap),
            evidence=evidence,
            set_aside=tuple(self.set_aside),
            since_as_written=_narrowest_words(opening) if opening else self.holds[0].reading.as_written,
            until_as_written=_narrowest_words(self.ends) if self.ends else None,
        )

    def set_aside_impossible_accounts(self) -> None:
        """Drop from a `lasts` the accounts of others that would end it before it begins."""
        if _agree(self.beginnings)[0] > _agree(self.ends)[1]:
            self.set_aside = [account.reading for account in (*self.beginnings[1:], *self.ends[1:])]
            del self.beginnings[1:], self.ends[1:]

    def _evidence(self) -> Iterable[Evidence]:
        for first, last, reading in self.beginnings:
            yield Evidence("begins", first, last, False, True, reading)
        yield from self.holds
        for first, last, reading in self.ends:
            yield Evidence("ends", first, last, False, False, reading)


def _shown_to_have_begun(evidence: Evidence) -> int:
    return evidence.p if evidence.core else evidence.q


def _shown_to_hold_until(evidence: Iterable[Evidence], first: int, last: int) -> int:
    """An end's first possible day, or the later day until which what begins by its last day shows it held."""
    days = [first]
    for item in evidence:
        if item.role != "ends" and item.p <= last:
            days.append(min(item.q, last) if item.core else item.p)
    return max(days)


class _Reader:
    """Reads starts, holds and ends in order of day into spells that follow one another."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.drafts: list[_Draft] = []
        self.open: _Draft | None = None
        self.previous: _Draft | None = None
        self.ignored: list[Reading] = []
        queue = sorted(readings, key=_reading_order)
        # Keyed by place in the record: the earliest first, each removed as it is read.
        self.unread_ends = {(r.position, r.place): r for r in queue if r.op == "ends"}
        for reading in queue:
            if reading.op == "starts":
                self.read_start(reading)
            elif reading.op == "holds":
                self.read_hold(reading)
            elif (reading.position, reading.place) in self.unread_ends:
                self.read_end(reading)

    def read_start(self, reading: Reading) -> None:
        if self.open is not None and reading.a > self.open.beginning()[1]:
            # Before a second beginning the first spell may have ended.
            preceding = (end for end in self.unread_ends.values() if end.a <= reading.f)
            end = next(preceding, None)
            if end is not None:
                self.read_end(end)
        if self.open is None:
            self.begin(reading)
        elif self.open.beginnings or reading.a <= self.open.seen_to_hold_by():
            self.open.add(reading)
        else:
            self.open.add_late_start(reading)

    def read_hold(self, reading: Reading) -> None:
        if self.open is None:
            self.begin(reading)
        else:
            self.open.add(reading)

    def read_end(self, reading: Reading) -> None:
        del self.unread_ends[reading.position, reading.place]
        if self.previous is not None and self.is_of_previous(reading):
            self.previous.add(reading)
        elif self.open is not None:
            self.open.add(reading)
            self.open, self.previous = None, self.open
        elif reading.unknown_first:
            self.ignored.append(reading)
        else:
            self.begin(reading)
            self.open, self.previous = None, self.open

    def is_of_previous(self, reading: Reading) -> bool:
        """Whether an `ends` is another account of the previous spell's end."""
        assert self.previous is not None
        if self.open is None:
            return True
        first, last, _ = _agree(self.previous.ends)
        begun_by = self.open.beginning()[1]
        return _share_a_day((reading.a, reading.f), (first, last)) and reading.a <= begun_by

    def begin(self, reading: Reading) -> None:
        self.open = _Draft()
        self.open.add(reading)
        self.drafts.append(self.open)
