"""What a spell is, and what it rests on."""

from __future__ import annotations

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
    def ongoing(self) -> bool:
        """Whether no end of it is known: none is reported, and none of its actors has ended."""
        return self.f is None and self.cap is None

    @property
    def attributed_only(self) -> bool:
        """Whether every source of it is somebody's statement."""
        return all(evidence.reading.attributed for evidence in self.evidence)

    @property
    def last_evidence(self) -> tuple[int, int]:
        """Where its latest evidence lies; for a core, its last day."""
        q, p = max((item.q, item.q if item.core else item.p) for item in self.evidence)
        return p, q
