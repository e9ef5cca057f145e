"""How wide each character may come out, as the table that `service.drawing.measure` reads.

``python -m tests.drawing.widths`` writes it anew after the fonts have changed: the widest of the
bundled fonts and of DejaVu Sans, the widest font that readers commonly have in their place.
"""

from __future__ import annotations

import json
from pathlib import Path

from fontTools.ttLib import TTFont

from service.drawing.measure import FONTS

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
FACES = {
    "regular": (FONTS / "NotoSans-Regular.ttf", DEJAVU / "DejaVuSans.ttf"),
    "bold": (FONTS / "NotoSans-Bold.ttf", DEJAVU / "DejaVuSans-Bold.ttf"),
}


def advances(font: Path) -> dict[int, int]:
    """The advance of each code point of a font, in thousandths of an em."""
    opened = TTFont(font)
    scale = 1000 / opened["head"].unitsPerEm
    return {code: round(opened["hmtx"][name][0] * scale) for code, name in opened.getBestCmap().items()}


def _runs(bundled: Path, wide: Path) -> list[list[object]]:
    """Runs of code points: the first, and how wide each may be."""
    own, other = advances(bundled), advances(wide)
    runs: list[list[object]] = []
    widths: list[int] = []
    last = None
    for code in sorted(own):
        if code - 1 != last:
            widths = []
            runs.append([code, widths])
        widths.append(max(own[code], other.get(code, 0)))
        last = code
    return runs


if __name__ == "__main__":
    table = {face: _runs(*fonts) for face, fonts in FACES.items()}
    (FONTS / "widths.json").write_text(json.dumps(table, separators=(",", ":")) + "\n")
