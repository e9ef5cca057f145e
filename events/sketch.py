"""A spell while it is being read: the accounts of its beginning and end, and what shows that it held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from events.days import FIRST_DAY, LAST_DAY
from events.evidence import Evidence, Spell
from events.readings import Reading


class _Account(NamedTuple):
    """One source's bounds for a beginning or an end."""

    first: int
    last: int
    reading: Reading


def share_a_day(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches of days, inclusive, overlap."""
    return one[0] <= other[1] and other[0] <= one[1]


class _Accounts(list[_Account]):
    """Accounts of one beginning or end. What they come to is asked after each, and so it is kept."""

    def __init__(self, accounts: Iterable[_Account] = ()) -> None:
        super().__init__()
        self._first, self._latest_first = LAST_DAY + 1, FIRST_DAY - 1
        self._earliest_last, self._last = LAST_DAY + 1, FIRST_DAY - 1
        for account in accounts:
            self.append(account)

    def append(self, account: _Account) -> None:
        super().append(account)
        first, last, reading = account
        self._latest_first = max(self._latest_first, first)
        self._earliest_last = min(self._earliest_last, last)
        self._last = max(self._last, last)
        if not reading.unknown_first:
            self._first = min(self._first, first)

    def agreed(self) -> tuple[int, int, bool]:
        """What the accounts come to, and whether they are at odds: their intersection, else their hull.

        An account whose first day is unknown cannot widen the hull at its first day.
        """
        if self._latest_first <= self._earliest_last:
            return self._latest_first, self._earliest_last, False
        return self._first, self._last, True


def _narrowest_words(accounts: Sequence[_Account]) -> str | None:
    return min(accounts, key=lambda account: account.last - account.first).reading.as_written


class Sketch:
    """A spell while it is being read."""

    def __init__(self, own: Reading | None = None) -> None:
        self.own = own
        self.beginnings = _Accounts()
        self.holds: list[Evidence] = []
        self.ends = _Accounts()
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
        return share_a_day((reading.a, reading.f), bounds)

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
            return self.beginnings.agreed()
        if self.holds:
            opening = self.holds[0].reading
            return opening.a, opening.b, False
        first, last, disputed = self.ends.agreed()
        if disputed:
            first, last, _ = self.ends[0]
        return first, last, False

    def end(self) -> tuple[int, int, bool]:
        """The first and last day it may have ended, and whether accounts of that are at odds."""
        return self.ends.agreed()

    def seen_to_hold_by(self) -> int:
        """The last day it may have begun, for a spell that opened with a `holds`."""
        return min(evidence.reading.b for evidence in self.holds if not evidence.starts)

    def spell(self, actor_ends: Sequence[tuple[int, int]]) -> Spell:
        """The finished spell."""
        a, b, begin_disputed = self.beginning()
        e, f, end_disputed = self.end() if self.ends else (None, None, False)
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
        if self.beginnings.agreed()[0] > self.ends.agreed()[1]:
            self.set_aside = [account.reading for account in (*self.beginnings[1:], *self.ends[1:])]
            self.beginnings, self.ends = _Accounts(self.beginnings[:1]), _Accounts(self.ends[:1])

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
