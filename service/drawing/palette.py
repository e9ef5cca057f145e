"""The colours: a sign and a word always stand beside them.

Against its paper each has a contrast of at least 4.5 (WCAG 2.2, 1.4.3), and with, against and
mixed stay apart for readers who see fewer colours; `tests/drawing` measures both.
"""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Every colour of a picture, as SVG writes it."""

    paper: str
    ink: str
    muted: str
    rule: str
    friendly: str
    hostile: str
    mixed: str
    unknown: str

    def of_sign(self, sign: int) -> str:
        """The colour of a relation: with, against, or neutral."""
        return {1: self.friendly, -1: self.hostile}.get(sign, self.mixed)


LIGHT = Palette(
    paper="#FFFFFF",
    ink="#1F2937",
    muted="#59616E",
    rule="#C9CED6",
    friendly="#0072B2",
    hostile="#B4500A",
    mixed="#1F2937",
    unknown="#757575",
)
DARK = Palette(
    paper="#14171A",
    ink="#F5F5F5",
    muted="#A9AFB8",
    rule="#41474F",
    friendly="#56B4E9",
    hostile="#F08A3C",
    mixed="#F5F5F5",
    unknown="#8B8F98",
)
THEMES = {"light": LIGHT, "dark": DARK}
