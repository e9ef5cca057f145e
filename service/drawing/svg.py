"""SVG as text: what is drawn, where, and with every text escaped and kept to its own direction.

A sheet mirrors what stands on it for languages that run from right to left. It never says
`direction`, with which not every renderer draws Arabic: a text is anchored at its own beginning, and
the marks of Unicode's algorithm say which way it runs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from service.drawing.measure import END, ISOLATE_LEFT, ISOLATE_RIGHT
from service.drawing.palette import Palette
from service.embed.language import RIGHT_TO_LEFT

FAMILIES = "Noto Sans, Noto Sans Arabic, Arial, sans-serif"
"""What a picture is set in; the PNG is set in the first two, which are bundled."""

# What XML cannot hold, and what would turn the words around it.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufeff]")  # Arabic letters, or whole sentences, as one sign each
_MOST_MARKS = 2  # above and below one letter: more would run over the lines around it


def clean(text: str) -> str:
    """A text from outside as one line, without control characters and with few marks on any letter."""
    text = _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _UNPRINTABLE.sub(" ", text))
    kept, marks = [], 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return " ".join("".join(kept).split())


def isolated(text: str) -> str:
    """A text from outside as a part of one of ours: it keeps its direction, and turns nothing beside it."""
    text = clean(text)
    strong = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return f"{ISOLATE_LEFT if first == 'L' else ISOLATE_RIGHT}{text}{END}"


class Face(NamedTuple):
    """How a text is set."""

    size: float
    bold: bool = False


class Sheet:
    """A drawing in the making: `width` px wide, in a language and a palette. Grows downwards."""

    def __init__(self, width: int, language: str, palette: Palette) -> None:
        self.width, self.language, self.palette = width, language, palette
        self.mirrored = language in RIGHT_TO_LEFT
        self.parts: list[str] = []

    def x(self, x: float) -> float:
        """Where `x`, counted from the side where the language begins, lies from the left."""
        return self.width - x if self.mirrored else x

    def text(self, x: float, y: float, text: str, face: Face, fill: str, end: bool = False) -> None:
        """A line of text whose beginning, or `end`, stands at `x`."""
        if self.mirrored:
            text = f"{ISOLATE_RIGHT}{text}{END}"
        anchor = ' text-anchor="end"' if self.mirrored != end else ""
        self._text(self.x(x), y, text, face, fill, anchor)

    def label(self, x: float, y: float, text: str, face: Face, fill: str, anchor: str = "middle") -> None:
        """A text at `x` px from the left whatever the language: "start", "middle" or "end" of it."""
        shown = f"{ISOLATE_RIGHT}{text}{END}" if self.mirrored else text
        self._text(x, y, shown, face, fill, f' text-anchor="{anchor}"')

    def address(self, x: float, y: float, text: str, face: Face, fill: str) -> None:
        """An address: from left to right, at the side where the language begins."""
        anchor = ' text-anchor="end"' if self.mirrored else ""
        self._text(self.x(x), y, f"{ISOLATE_LEFT}{text}{END}", face, fill, anchor)

    def _text(self, x: float, y: float, text: str, face: Face, fill: str, anchor: str) -> None:
        weight = ' font-weight="700"' if face.bold else ""
        self.parts.append(
            f'<text x="{number(x)}" y="{number(y)}" font-size="{number(face.size)}"{weight} '
            f'fill="{fill}"{anchor}>{escape(text)}</text>'
        )

    def line(self, x0: float, x1: float, y: float, colour: str, thick: float = 1) -> None:
        """A level rule."""
        left, right = sorted((self.x(x0), self.x(x1)))
        self.path(f"M{number(left)} {number(y)}H{number(right)}", stroke=colour, stroke_width=thick)

    def path(self, data: str, **attributes: object) -> None:
        """A path; in the names of attributes an underscore stands for a hyphen."""
        self.parts.append(element("path", d=data, **{"fill": "none", **attributes}))


def element(name: str, **attributes: object) -> str:
    """An empty element; attributes that are None are left out."""
    shown = " ".join(
        f'{key.replace("_", "-")}="{number(value) if isinstance(value, float) else value}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name} {shown}/>"


def number(value: float) -> str:
    """A length in px to a hundredth, as short as it can be."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def document(
    sheet: Sheet, height: float, title: str, description: Sequence[str], definitions: Iterable[str]
) -> str:
    """The finished picture, with its title and, for who cannot see it, all that it says."""
    tall = int(-(-height // 1))
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width}" height="{tall}" '
            f'viewBox="0 0 {sheet.width} {tall}" role="img" aria-labelledby="title desc" '
            f'lang="{sheet.language}" font-family="{FAMILIES}">',
            f'<title id="title">{escape(" ".join(title.split()))}</title>',
            f'<desc id="desc">{escape(chr(10).join(description))}</desc>',
            f"<defs>{''.join(definitions)}</defs>",
            f'<rect width="{sheet.width}" height="{tall}" fill="{sheet.palette.paper}"/>',
            *sheet.parts,
            "</svg>",
        )
    )
