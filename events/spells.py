"""Spells: the stretches of one relation, read from what the events say of it.

`fold` is step 3 of the replay. It is pure, and depends on the effects on one
relation and the ends of its actors alone, so that an append re-folds only what
it touches. docs/replay.md tells the same rules in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from events.evidence import Evidence, Spell
from events.readings import Reading
from events.sketch import Sketch, share_a_day

__all__ = ["Evidence", "Spell", "fold", "questionable"]


def fold(readings: Iterable[Reading], actor_ends: Sequence[tuple[int, int]] = ()) -> tuple[Spell, ...]:
    """The spells of one relation, by their beginning.

    `readings` are all that the live events say of it, in any order; `actor_ends`
    are the first and the last day on which each of its actors may have ended.
    """
    sketches, _ = _read(readings)
    spells = [sketch.spell(actor_ends) for sketch in sketches]
    return tuple(sorted(spells, key=lambda spell: (spell.a, spell.b)))


def questionable(readings: Iterable[Reading]) -> Iterator[tuple[Reading, str]]:
    """The readings that an editor should look at, each with the reason."""
    sketches, ignored = _read(readings)
    for reading in ignored:
        yield reading, "ends by some day what nothing says ever began: it changes nothing"
    for sketch in sketches:
        for evidence in sketch.holds:
            if evidence.starts:
                yield evidence.reading, "starts what was seen to hold before: read as evidence that it held"
        for reading in sketch.set_aside:
            yield reading, "would end the spell before it begins: set aside, and the spell is disputed"


def _read(readings: Iterable[Reading]) -> tuple[list[Sketch], list[Reading]]:
    """The spells as sketches, those of a `lasts` first, and the readings that change nothing."""
    distinct = _read_once(readings)
    lasting = [Sketch(own=reading) for reading in distinct if reading.op == "lasts"]
    rest: list[Reading] = []
    for reading in distinct:
        if reading.op == "lasts":
            continue
        owners = [sketch for sketch in lasting if sketch.owns(reading)]
        for sketch in owners:
            sketch.add(reading)
        if not owners:
            rest.append(reading)
    for sketch in lasting:
        sketch.set_aside_impossible_accounts()
    reader = _Reader(rest)
    return lasting + reader.sketches, reader.ignored


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


class _Reader:
    """Reads starts, holds and ends in order of day into spells that follow one another."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.sketches: list[Sketch] = []
        self.open: Sketch | None = None
        self.previous: Sketch | None = None
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
        first, last, _ = self.previous.end()
        begun_by = self.open.beginning()[1]
        return share_a_day((reading.a, reading.f), (first, last)) and reading.a <= begun_by

    def begin(self, reading: Reading) -> None:
        self.open = Sketch()
        self.open.add(reading)
        self.sketches.append(self.open)
