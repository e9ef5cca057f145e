"""How much a run measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes in spells, smallest first; `seconds` of each of the `rounds` in which servers are asked."""

    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    workers: int = 2
    seconds: float = 4.0
    rounds: int = 5
    stories: tuple[int, ...] = (1000, 5000)
    ingested: tuple[int, ...] = (10_000, 100_000, 1_000_000)


SMALL = Effort(sizes=(4_000, 8_000), seconds=0.5, rounds=1, stories=(100, 200), ingested=(4_000, 20_000))
