"""Who stands with and who against each side. The sides are the editor's: nothing here finds any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from events.vocabulary import KINDS, STATUSES
from service.embed.shown import Camp, Row, Standing, Tag, Words


class NamedSide(NamedTuple):
    """A side to show: its place in the timeline's own list, its name, and its actors."""

    number: int
    name: Words
    actors: tuple[str, ...]


def arrange(
    sides: Sequence[NamedSide], standings: Iterable[Standing]
) -> tuple[tuple[Camp, ...], tuple[Row, ...]]:
    """The camps, each with its rows, and what touches none of them.

    The surest rows come first, and those that are as sure in the order of the answer. A relation
    between two camps stands in both; one within a camp stands there once.
    """
    standings = sorted(standings, key=lambda standing: STATUSES.index(standing.status))
    rows: list[list[Row]] = []
    for _, _, actors in sides:
        rows.append([row for standing in standings if (row := _seen_from(standing, actors)) is not None])
    where: dict[str, set[Tag]] = {}
    for place, seen in enumerate(rows):
        for row in seen:
            where.setdefault(row.other, set()).add(Tag(place, row.standing.sign))
    camps = []
    for place, (number, name, actors) in enumerate(sides):
        groups: dict[int, list[Row]] = {1: [], 0: [], -1: []}
        for row in rows[place]:
            sign = row.standing.sign
            tags = tuple(sorted(tag for tag in where[row.other] if _both_sides(tag, place, sign)))
            groups[sign].append(Row(row.standing, row.own, row.other, row.outgoing, tags))
        camps.append(Camp(number, name, actors, *(tuple(groups[sign]) for sign in (1, 0, -1))))
    inside = {actor for _, _, actors in sides for actor in actors}
    others = tuple(
        Row(standing, standing.relation.subject, standing.relation.object, True)
        for standing in standings
        if inside.isdisjoint((standing.relation.subject, standing.relation.object))
    )
    return tuple(camps), others


def _both_sides(tag: Tag, place: int, sign: int) -> bool:
    """Whether it is worth saying beside a row: the same elsewhere, or the contrary here."""
    if tag.sign == 0 or sign == 0:
        return False
    return tag.sign == sign > 0 if tag.camp != place else tag.sign == -sign


def _seen_from(standing: Standing, actors: tuple[str, ...]) -> Row | None:
    subject, object = standing.relation.subject, standing.relation.object
    if subject in actors:
        return Row(standing, subject, object, True)
    if object in actors:
        return Row(standing, object, subject, not KINDS[standing.relation.kind].directed)
    return None
