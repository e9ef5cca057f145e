"""The strip of all events over the slider: where in time something happened, and how surely."""

from __future__ import annotations

import re

from markupsafe import Markup

from service.drawing.band import draw_band
from service.embed.options import Options
from service.embed.shown import Scene

_PATH = re.compile(r'(?<= d=")[^".]*(?=")')  # those in whole numbers
_STEP = re.compile(r"([MHVhv])(-?\d+)(?: (-?\d+))?")


def band(scene: Scene, options: Options) -> Markup:
    """The strip as SVG, as wide as its box, time running as the options say."""
    drawn = draw_band(scene, options.leftwards)
    return Markup(_PATH.sub(lambda path: _relative(path[0]), drawn))  # every text in it is ours


def _relative(path: str) -> str:
    """The same path by differences: hundreds of them are a third of the size once compressed."""
    x = y = 0
    found = []
    for step, first, second in _STEP.findall(path):
        if step == "M":
            dx, dy = int(first) - x, int(second) - y
            found.append(f"m{dx} {dy}")
        elif step in "Hh":
            dx, dy = int(first) - (x if step == "H" else 0), 0
            found.append(f"h{dx}")
        else:
            dx, dy = 0, int(first) - (y if step == "V" else 0)
            found.append(f"v{dy}")
        x, y = x + dx, y + dy
    return "".join(found)
