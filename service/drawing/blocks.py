"""What a picture of a state has to say: for each side its rows, and of each row a name and a phrase."""

from __future__ import annotations

from typing import NamedTuple

from events.vocabulary import KINDS
from service.drawing import words
from service.drawing.svg import isolated
from service.embed.shown import Camp, Row, Scene

MOST_CAMPS = 8

SIGNS = (1, -1, 0)
"""With, against, neutral: in the order in which they stand."""


class Block(NamedTuple):
    """A heading and the rows below it by sign; without a camp they are seen from no side."""

    heading: str
    groups: tuple[tuple[int, tuple[Row, ...]], ...]
    camp: Camp | None


def blocks(scene: Scene) -> list[Block]:
    """The camps of a scene, and what touches none of them."""
    found = []
    for camp in scene.camps[:MOST_CAMPS]:
        groups = ((1, camp.friends), (-1, camp.foes), *(((0, camp.neutrals),) if camp.neutrals else ()))
        found.append(Block(isolated(camp.name.text), groups, camp))
    if scene.others:
        rows = {sign: tuple(row for row in scene.others if row.standing.sign == sign) for sign in SIGNS}
        heading = words.said("others" if found else "relations", scene.language)
        found.append(Block(heading, tuple((sign, rows[sign]) for sign in SIGNS if rows[sign]), None))
    return found


def named(scene: Scene, row: Row, camp: Camp | None) -> tuple[str, str]:
    """Who stands how: a name, and what is said of it.

    The kinds have no passive in the vocabulary: what a side does to another is said in full.
    """
    relation = row.standing.relation
    kind = KINDS[relation.kind]
    label = kind.label[scene.language]
    own, other = name_of(scene, row.own), name_of(scene, row.other)
    under = f" ({isolated(relation.under)})" if relation.under else ""
    if camp is None:
        return own, f"{label} {other}{under}"
    if row.outgoing and kind.directed:
        return other, f"{own} {label} {other}{under}"
    return other, (f"{label} {own}" if len(camp.actors) > 1 else label) + under


def name_of(scene: Scene, id: str) -> str:
    """An actor's name in the language of the scene, to stand in a sentence of ours; its id if that is all."""
    return isolated(scene.parties[id].name.text if id in scene.parties else id)
