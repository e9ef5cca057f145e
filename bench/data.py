"""Synthetic timelines: the same number of relations holds on any day, whatever their size.

`exact` has closed spells with the day of both ends; `mixed` tells the same spells
partly by beginnings, sightings and ends of which only the month or year is known.
Spells of one relation never overlap. Everything follows from the size alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any, NamedTuple

from events.days import iso
from events.model import Relation
from events.vocabulary import KINDS

ACTORS = 250
DOCUMENTS = 1000
HOLDING = 150
"""How many relations hold on a day: the mean length of a spell, as there is one new spell a day."""

SPELLS_EACH = 8
SHORTEST, LONGEST = 30, 270
FIRST_DAY = 36_525
_SETTLED = SPELLS_EACH * (SHORTEST + LONGEST)
"""So many days after the first the number of relations that hold has levelled off."""


class Planned(NamedTuple):
    """One spell as it is meant: a relation, by its number, and the first and the last day."""

    first: int
    last: int
    relation: int


@dataclass(frozen=True)
class DataSet:
    """A timeline of `size` spells."""

    size: int
    mixed: bool = False

    @property
    def name(self) -> str:
        return f"{'mixed' if self.mixed else 'exact'}-{self.size}"

    @cached_property
    def relations(self) -> list[Relation]:
        """Who may stand how to whom: each at most once."""
        random = Random(f"relations {self.size}")
        kinds = list(KINDS)
        found: dict[Relation, None] = {}
        while len(found) < max(1, self.size // SPELLS_EACH):
            subject, object = random.sample(range(ACTORS), 2)
            found[Relation.canonical(actor(subject), random.choice(kinds), actor(object))] = None
        return list(found)

    @cached_property
    def spells(self) -> list[Planned]:
        """All spells by their first day: a new one begins each day, on average."""
        random = Random(f"spells {self.size}")
        planned = []
        for relation in range(len(self.relations)):
            day = FIRST_DAY + random.randrange(self.size)
            for _ in range(SPELLS_EACH):
                first = day + random.randint(SHORTEST, LONGEST)
                day = first + random.randint(SHORTEST, LONGEST)
                planned.append(Planned(first, day - 1, relation))
            # The next one begins at least a month after this one's end.
        return sorted(planned)

    def days(self, count: int, seed: str = "") -> list[int]:
        """Random days on which the usual number of relations holds; no day twice while there are enough."""
        random = Random(f"days {self.size} {seed}")
        settled = range(FIRST_DAY + _SETTLED, FIRST_DAY + self.size)
        return random.sample(settled, count) if count <= len(settled) else random.choices(settled, k=count)

    def holding(self, day: int) -> set[tuple[str, str, str]]:
        """Which relations of an `exact` set hold on a day, found by reading every spell."""
        return {
            self.relations[spell.relation][:3] for spell in self.spells if spell.first <= day <= spell.last
        }

    def lines(self) -> Iterator[dict[str, Any]]:
        """The timeline as a client would send it: actors and documents, then events in order of day."""
        for number in range(ACTORS):
            name = f"The Government of Country {number}"
            yield {"entity": "actor", "id": actor(number), "type": "government", "name": name}
        for number in range(DOCUMENTS):
            title = f"Communiqué No. {number}"
            yield {"entity": "document", "id": document(number), "title": title, "publisher": "The Gazette"}
        for number, spell in enumerate(self.spells):
            told = self._told(spell, number) if self.mixed else [("lasts", interval(spell))]
            for part, (op, date) in enumerate(told):
                yield event(self.relations[spell.relation], op, date, f"spell-{number}-{part}")

    def _told(self, spell: Planned, number: int) -> list[tuple[str, str]]:
        """A spell in words less exact: half as `lasts`, the rest by what was seen of it."""
        if number % 2:
            return [("lasts", interval(spell))]
        first, last, seen = iso(spell.first), iso(spell.last), iso((spell.first + spell.last) // 2)
        began = first[:4] if number % 8 == 0 and first[:4] == seen[:4] else first[:7]
        return [("starts", began), ("holds", seen), ("ends", last[:7])]


def actor(number: int) -> str:
    return f"country-{number:03}"


def document(number: int) -> str:
    return f"gazette-{number:04}"


def interval(spell: Planned) -> str:
    return f"{iso(spell.first)}/{iso(spell.last)}"


def event(relation: Relation, op: str, date: str, id: str) -> dict[str, Any]:
    """One event about one relation, of the usual length."""
    said = f"{relation.subject} and {relation.object}: {relation.kind}"
    return {
        "id": id,
        "type": "state_report",
        "date": date,
        "title": f"It is reported of {said}",
        "effects": [
            {"op": op, "subject": relation.subject, "kind": relation.kind, "object": relation.object}
        ],
        "sources": [{"document": document(hash_of(id) % DOCUMENTS), "quote": said, "offset": 100}],
        "date_basis": "stated",
        "confidence": "high",
    }


def hash_of(text: str) -> int:
    """A number that is the same in every process, which `hash` is not."""
    return int.from_bytes(text.encode()[-6:], "big")
