"""How much a run measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes in spells, smallest first; `seconds` of each of the `rounds` in which servers are asked.

    `spells` are the sizes in PostgreSQL, `batched` the events that are appended in batches.
    """

    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    workers: int = 2
    seconds: float = 4.0
    rounds: int = 5
    stories: tuple[int, ...] = (1000, 5000)
    spells: tuple[int, ...] = (100_000, 10_000_000)
    batched: int = 200_000
    ingested: tuple[int, ...] = (10_000, 100_000, 1_000_000)


SMALL = Effort(
    sizes=(4_000, 8_000),
    seconds=0.5,
    rounds=1,
    stories=(100, 200),
    spells=(10_000, 100_000),
    batched=5_000,
    ingested=(4_000, 20_000),
)
