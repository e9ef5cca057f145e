"""What certainty looks like: solid where attested, hatched where possible, a thin dotted line where presumed.

Marks that look the same are gathered into one path, so that a picture of many has few elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from events.projection import PHASES, Stretch
from service.drawing.palette import Palette
from service.drawing.svg import element, number

SIGNS = (1, -1, 0)
_LEAST_BRACKET = 5.0  # px: narrower, it could not be told from a stroke
_RISE = 4  # px
_NAMES = {1: "with", -1: "against", 0: "neutral"}


class Marks:
    """Bars, lines, dots and brackets in the colour of a relation's sign, in px from the left and the top."""

    def __init__(self, palette: Palette, prefix: str = "") -> None:
        self.palette, self.prefix = palette, prefix
        self._data: dict[tuple[str, int], dict[str, None]] = {}  # each mark once, in order

    def bar(self, sign: int, status: str, edges: tuple[float, float], top: float, tall: float) -> None:
        """The days of one status. What is presumed is a line halfway down, what is lapsed is nothing."""
        left, right = edges
        if status == "presumed":
            self._add("presumed", sign, f"M{number(left)} {number(top + tall / 2)}H{number(right)}")
        elif status != "lapsed":
            data = f"M{number(left)} {number(top)}H{number(right)}v{number(tall)}H{number(left)}z"
            self._add(status, sign, data)

    def arrow(self, sign: int, tip: float, middle: float, tall: float, onwards: int) -> None:
        """No end is reported: it points on from the last evidence, to the right (1) or left (-1)."""
        back, half = number(tip - onwards * tall * 0.35), tall / 2
        self._add(
            "arrow",
            sign,
            f"M{back} {number(middle - half)}L{number(tip)} {number(middle)}L{back} {number(middle + half)}",
        )

    def dot(self, sign: int, x: float, y: float) -> None:
        """Something on an exact day."""
        self._add("dot", sign, f"M{number(x)} {number(y)}h0")

    def bracket(
        self, sign: int, edges: tuple[float, float], y: float, shut: tuple[bool, bool] = (True, True)
    ) -> None:
        """Something at some moment between two days: no dot, for nobody knows on which.

        It is `shut` at the left and at the right where that end is in the picture.
        """
        spare = max(0.0, _LEAST_BRACKET - (edges[1] - edges[0])) / 2
        left, right = (number(edge) for edge in (edges[0] - spare, edges[1] + spare))
        begins = f"M{left} {number(y - _RISE)}V{number(y)}" if shut[0] else f"M{left} {number(y)}"
        self._add("bracket", sign, f"{begins}H{right}" + (f"v{-_RISE}" if shut[1] else ""))

    def day(self, x: float, top: float, foot: float) -> None:
        """The day asked for."""
        self._add("day", 0, f"M{number(x)} {number(top)}V{number(foot)}")

    def definitions(self) -> Iterator[str]:
        """The hatchings that the bars refer to."""
        for sign in SIGNS:
            if ("possible", sign) in self._data:
                yield hatching(self.palette, sign, self.prefix)

    def elements(self, dot: float = 5) -> Iterator[str]:
        """The paths, what is certain over what is not; `dot` is how wide a dot is."""
        for look in ("possible", "attested", "presumed", "bracket", "arrow", "halo", "dot", "day"):
            for sign in SIGNS:
                data = self._data.get((look.replace("halo", "dot"), sign))
                if data:
                    yield element("path", d="".join(data), **self._style(look, sign, dot))

    def _add(self, look: str, sign: int, data: str) -> None:
        self._data.setdefault((look, sign), {})[data] = None

    def _style(self, look: str, sign: int, dot: float) -> dict[str, object]:
        colour = self.palette.of_sign(sign)
        line = {"fill": "none", "stroke": colour}
        if look == "possible":
            pattern = f"url(#{self.prefix}{_NAMES[sign]})"
            return {**line, "fill": pattern, "stroke_dasharray": "3 2", "stroke_width": 1}
        if look == "presumed":
            return {**line, "stroke_width": 2, "stroke_dasharray": "0 4", "stroke_linecap": "round"}
        if look == "day":
            return {"stroke": self.palette.ink, "stroke_width": 1.5}
        if look in ("bracket", "arrow"):
            return {**line, "stroke_width": 1.25}
        if look in ("dot", "halo"):
            wide = dot + 2.5 if look == "halo" else dot
            colour = self.palette.paper if look == "halo" else colour
            return {"stroke": colour, "stroke_width": wide, "stroke_linecap": "round"}
        return {"fill": colour}


def hatching(palette: Palette, sign: int, prefix: str = "") -> str:
    """Lines at 45° in the colour of a sign."""
    return (
        f'<pattern id="{prefix}{_NAMES[sign]}" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path d="M2.5 0V5" stroke="{palette.of_sign(sign)}" '
        f'stroke-width="1.5"/></pattern>'
    )


def sign_mark(sign: int, x: float, y: float, size: float, palette: Palette) -> str:
    """A plus, a minus or an equals sign about (x, y), drawn, for not every font has them alike."""
    left, long, half = number(x - size / 2), number(size), size / 2
    strokes = {
        1: f"M{left} {number(y)}h{long}M{number(x)} {number(y - half)}v{long}",
        -1: f"M{left} {number(y)}h{long}",
        0: f"M{left} {number(y - half / 2)}h{long}M{left} {number(y + half / 2)}h{long}",
    }
    data = strokes[sign]
    return element("path", d=data, stroke=palette.of_sign(sign), stroke_width=2.0)


def phases(stretch: Stretch) -> Iterator[tuple[str, int, int]]:
    """The parts of a stretch that have any days: the status, the first and the last day."""
    starts = (*stretch[1:6], stretch.last + 1)
    for status, (first, following) in zip(PHASES, pairwise(starts), strict=True):
        if first < following:
            yield status, first, following - 1
