"""The strip of all events over time, for the page: of few elements, however many events there are.

It is as wide as its box, so that it has no words; its colours are the page's variables. An event of
one day is a dot, stacked where there are several; one of some day between two is a bracket; one that
lasted is a line, dashed where its ends are uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.drawing.svg import element, number
from service.embed.shown import Moment, Scene

WIDE, TALL = 1000, 40
"""What the strip measures in its own units, of which those across are stretched to its box."""

_COLUMN, _MOST_DOTS = 8, 4  # units; in one column
_DOT_FOOT, _DOT_STEP = 22, 5
_LANE_TOP, _LANE_STEP, _LANES, _APART = 29, 4, 3, 4


def draw_band(scene: Scene, leftwards: bool) -> str:
    """The events of a scene between its first and its last day, and a mark at its day."""
    scale = _Scale(scene.first, scene.end, leftwards)
    exact = [moment.first for moment in scene.moments if moment.first == moment.last]
    lasting = [moment for moment in scene.moments if moment.first != moment.last]
    solid, dashed, brackets = _ranges(lasting, scale)
    day = f"M{number(scale.x(scene.at))} 0V{TALL}"
    return (
        f'<svg class="strip" viewBox="0 0 {WIDE} {TALL}" preserveAspectRatio="none" '
        'overflow="visible" aria-hidden="true">'
        + _path("brackets", brackets, stroke="var(--unknown)")
        + _path("dashed", dashed, stroke="var(--unknown)", stroke_dasharray="2 2")
        + _path("solid", solid, stroke="var(--muted)", stroke_width=2)
        + _path("dots", _dots(exact, scale), stroke="var(--muted)", stroke_width=4, stroke_linecap="round")
        + _path("day", [day], stroke="var(--ink)", stroke_width=2)
        + "</svg>"
    )


class _Scale:
    """A slider's own: its first day is at one end and its last at the other."""

    def __init__(self, first: int, last: int, leftwards: bool) -> None:
        self.first, self.days, self.leftwards = first, max(last - first, 1), leftwards

    def x(self, day: int) -> float:
        share = min(max((day - self.first) / self.days, 0.0), 1.0)
        return (1 - share if self.leftwards else share) * WIDE


def _path(name: str, data: Iterable[str], **attributes: object) -> str:
    joined = "".join(data)
    if not joined:
        return ""
    return element(
        "path", **{"class": name}, d=joined, fill="none", vector_effect="non-scaling-stroke", **attributes
    )


def _dots(days: Iterable[int], scale: _Scale) -> list[str]:
    stacked: dict[int, int] = {}
    found = []
    for day in days:
        x = scale.x(day)
        column = int(x // _COLUMN)
        stacked[column] = stacked.get(column, 0) + 1
        if stacked[column] <= _MOST_DOTS:
            found.append(f"M{x:.0f} {_DOT_FOOT - _DOT_STEP * (stacked[column] - 1)}h0")
    return found


def _ranges(moments: Iterable[Moment], scale: _Scale) -> tuple[list[str], list[str], list[str]]:
    """The certain and the uncertain parts of lines, and the brackets; each once."""
    lanes = [-float("inf")] * _LANES
    marks: tuple[dict[str, None], ...] = ({}, {}, {})
    for moment in moments:
        left, right = sorted((scale.x(moment.first), scale.x(moment.last)))
        lane = next((place for place, taken in enumerate(lanes) if taken + _APART <= left), _LANES - 1)
        lanes[lane] = max(lanes[lane], right)
        y = _LANE_TOP + _LANE_STEP * lane
        date = moment.date
        if date.start == date.end:
            marks[2][f"M{left:.0f} {y - 2}v3H{right:.0f}v-3"] = None
            continue
        parts = ((date.b, date.e, 0), (date.a, date.b, 1), (date.e, date.f, 1))
        for begin, end, look in parts:
            if begin is not None and end is not None and begin < end:
                marks[look][f"M{scale.x(begin):.0f} {y}H{scale.x(end):.0f}"] = None
    solid, dashed, brackets = (list(mark) for mark in marks)
    return solid, dashed, brackets
