"""How much room a text takes, and how it is broken to fit.

A reader may not have our fonts: each character is taken to be as wide as in the wider of ours and
DejaVu Sans. Arabic letters are measured as if they stood alone, which is never too little.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")

_SAFETY = 1.02
_ELLIPSIS = "…"
_UNKNOWN, _WIDE, _SENTENCE = 800, 1050, 9000  # thousandths of an em, for what another font must draw

ISOLATE_LEFT, ISOLATE_RIGHT, ISOLATE, END = "\u2066", "\u2067", "\u2068", "\u2069"
"""The marks about a text that keeps its direction: that which is named, or that of its first letter."""


def width(text: str, size: float, bold: bool = False) -> float:
    """The room in px that `text` takes at `size` px, rather too much than too little."""
    return ems(text, bold) * size * _SAFETY


def covered(character: str) -> bool:
    """Whether the bundled fonts can draw it."""
    return ord(character) in _advances("regular")


def fit(text: str, size: float, room: float, bold: bool = False) -> str:
    """`text` in `room` px, cut with an ellipsis where it is longer."""
    if width(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + _ELLIPSIS, size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _ELLIPSIS


def join(parts: Iterable[str], size: float, room: float) -> list[str]:
    """Parts of a sentence, as many on a line as fit; each begins a line rather than being broken."""
    lines: list[str] = []
    for part in parts:
        if lines and width(f"{lines[-1]} · {part}", size) <= room:
            lines[-1] += f" · {part}"
        else:
            lines += wrap(part, size, room, 3)
    return lines


def wrap(text: str, size: float, room: float, lines: int, bold: bool = False) -> list[str]:
    """`text` on at most `lines` lines of `room` px; a word is broken only where it fills a line alone.

    What is isolated and runs on to the next line is isolated there too.
    """
    done: list[str] = []
    words = text.split(" ")
    while words and len(done) < lines - 1:
        taken = 1
        while taken < len(words) and width(" ".join(words[: taken + 1]), size, bold) <= room:
            taken += 1
        line = " ".join(words[:taken])
        if taken == 1 and width(line, size, bold) > room:
            line = fit(line, size, room, bold).removesuffix(_ELLIPSIS) or line[0]
            words = [words[0][len(line) :], *words[1:]]
        else:
            words = words[taken:]
        opened = _opened(line)
        if words and opened:
            line, words[0] = line + END * len(opened), opened + words[0]
        done.append(line)
    if words:
        done.append(fit(" ".join(words), size, room, bold))
    return done


def _opened(text: str) -> str:
    """The isolations that begin in a text and do not end in it."""
    found = ""
    for character in text:
        if character in (ISOLATE_LEFT, ISOLATE_RIGHT, ISOLATE):
            found += character
        elif character == END:
            found = found[:-1]
    return found


@lru_cache(maxsize=8192)
def ems(text: str, bold: bool) -> float:
    advances = _advances("bold" if bold else "regular")
    return sum(_advance(character, advances) for character in text) / 1000


def _advance(character: str, advances: Mapping[int, int]) -> int:
    if unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    known = advances.get(ord(character))
    if known is not None:
        return known
    if character == "﷽":  # four words in one character
        return _SENTENCE
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _UNKNOWN


@cache
def _advances(face: str) -> dict[int, int]:
    table = json.loads((FONTS / "widths.json").read_text(encoding="utf-8"))
    return {first + place: advance for first, run in table[face] for place, advance in enumerate(run)}
