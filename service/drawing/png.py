"""Pictures as PNG, by resvg with the bundled fonts and no others, so that they are the same everywhere.

What the fonts do not have (they have Latin, Greek, Cyrillic and Arabic) is shown as a replacement
character rather than left out; in SVG the reader's own fonts draw it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import lru_cache
from math import sqrt
from pathlib import Path
from threading import BoundedSemaphore

from events.errors import BusyError
from service.drawing.measure import END, FONTS, ISOLATE, ISOLATE_LEFT, ISOLATE_RIGHT, covered

MOST_PIXELS = 12_000_000
"""The most pixels of one picture: what is larger is drawn coarser, never cut."""

FINE = 2.0
"""How many pixels there are to a px, where that is not too many."""

_AT_ONCE, _PATIENCE = 2, 10.0  # drawings of one process; seconds
_LONGEST = 30.0  # seconds
_turns = BoundedSemaphore(_AT_ONCE)

_PROGRAM = str(Path(__file__).with_name("rasterize.py"))
_FILES = sorted(str(path) for path in FONTS.glob("*.ttf"))
_SIZE = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)"')
_UNSEEN = f"\n{ISOLATE_LEFT}{ISOLATE_RIGHT}{ISOLATE}{END}"


@lru_cache(32)
def render(svg: str, fine: float = FINE) -> bytes:
    """One of our own SVGs as PNG. Raises BusyError where too many others are being drawn.

    The last few are kept.
    """
    found = _SIZE.match(svg)
    assert found is not None
    zoom = min(fine, sqrt(MOST_PIXELS / (int(found[1]) * int(found[2]))))
    if not _turns.acquire(timeout=_PATIENCE):
        raise BusyError("Too many pictures are being drawn.")
    try:
        return _draw(_drawable(svg), zoom)
    finally:
        _turns.release()


def _draw(svg: str, zoom: float) -> bytes:
    command = (sys.executable, "-I", _PROGRAM, str(zoom), *_FILES)
    try:
        done = subprocess.run(command, input=svg.encode(), capture_output=True, timeout=_LONGEST, check=True)
    except subprocess.TimeoutExpired:
        raise BusyError("The picture took too long to draw.") from None
    return done.stdout


def _drawable(svg: str) -> str:
    return "".join(sign if sign in _UNSEEN or covered(sign) else "\ufffd" for sign in svg)
