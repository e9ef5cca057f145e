"""What a picture of a timeline has to say: each relation with all its stretches, and its evidence in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from events.days import FIRST_DAY, LAST_DAY
from events.model import Relation
from events.readings import bounds_of
from events.vocabulary import KINDS
from service.drawing.blocks import name_of
from service.drawing.svg import isolated
from service.embed.record import Told
from service.embed.shown import Moment, Scene

MOST_LINES = 60
"""The most relations of one picture: those with the most evidence. How many there are is said."""


UNKNOWN = FIRST_DAY - 1
"""Stands for the first day of evidence of which only the last day is known."""


@dataclass(frozen=True, slots=True)
class Line:
    """One relation: its stretches in order of day, and the days between which each of its evidence lies."""

    relation: Relation
    told: tuple[Told, ...]
    evidence: tuple[tuple[int, int], ...]

    @property
    def sign(self) -> int:
        """With, against or neutral."""
        return KINDS[self.relation.kind].sign


def lines(scene: Scene, first: int = FIRST_DAY, last: int = LAST_DAY) -> tuple[list[Line], int]:
    """The relations that stood on any day from `first` to `last`, and how many there are of them.

    No more than can be drawn; by their beginning, each with all of its stretches.
    """
    told: dict[Relation, list[Told]] = {}
    for item in scene.told:
        told.setdefault(item.relation, []).append(item)
    standing = [relation for relation in told if any(_stands(item, first, last) for item in told[relation])]
    chosen = sorted(standing, key=lambda relation: (-_events(told[relation]), relation))[:MOST_LINES]
    moments = {moment.id: moment for moment in scene.moments}
    found = [
        Line(
            relation, tuple(told[relation]), tuple(sorted(set(_evidence(relation, told[relation], moments))))
        )
        for relation in chosen
    ]
    return sorted(found, key=lambda line: (line.told[0].stretch.first, line.relation)), len(standing)


def _stands(told: Told, first: int, last: int) -> bool:
    return told.stretch.first <= last and told.stretch.lapsed_from > first


def label(scene: Scene, relation: Relation) -> str:
    """A relation in words."""
    subject, object = name_of(scene, relation.subject), name_of(scene, relation.object)
    under = f" ({isolated(relation.under)})" if relation.under else ""
    return f"{subject} {KINDS[relation.kind].label[scene.language]} {object}{under}"


def _events(told: Sequence[Told]) -> int:
    return len({id for item in told for id in item.evidence})


def _evidence(
    relation: Relation, told: Sequence[Told], moments: Mapping[str, Moment]
) -> Iterator[tuple[int, int]]:
    """Where in time what each event says of the relation lies; a stretch is told by its two ends."""
    for id in dict.fromkeys(id for item in told for id in item.evidence):
        moment = moments[id]
        for op, said_of in moment.effects:
            if said_of != relation:
                continue
            read, a, b, e, f, unknown = bounds_of(op, moment.date)
            if read in ("starts", "ends"):
                yield UNKNOWN if unknown else a, f
            elif read == "holds" and b > e:
                yield e, b
            else:
                yield from ((a, b), (e, f))
