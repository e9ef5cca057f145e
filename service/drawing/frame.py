"""What every picture has about it: a headline, a legend, and where to find the same again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from service.drawing import words
from service.drawing.marks import Marks, sign_mark
from service.drawing.measure import width, wrap
from service.drawing.palette import Palette
from service.drawing.svg import Face, Sheet, clean, isolated

TITLE, HEADLINE, HEADLINE_NARROW = Face(14, True), Face(22, True), Face(18, True)
BODY, SMALL, NOTE = Face(13), Face(12), Face(11)
SIGN_WORDS = {1: "with", -1: "against", 0: "neutral"}

_NARROW = 480  # px
_BETWEEN_KEYS, _BEFORE_WORDS = 20, 7  # px


class Look(NamedTuple):
    """How a picture is asked for: its width in px, its palette, and whether time runs from right to left.

    `first` and `last` are the days that an axis is narrowed to.
    """

    width: int
    palette: Palette
    leftwards: bool = False
    first: int | None = None
    last: int | None = None


def margin(sheet: Sheet) -> float:
    """The empty edge of a picture."""
    return 16 if sheet.width < _NARROW else 24


def header(sheet: Sheet, title: str, headline: str, under: str) -> float:
    """The title of the timeline, what is shown of it, and a line under that; gives its foot."""
    edge, palette = margin(sheet), sheet.palette
    room = sheet.width - 2 * edge
    y = edge - 7
    for line in wrap(isolated(title), TITLE.size, room, 2, bold=True):
        y += 19
        sheet.text(edge, y, line, TITLE, palette.muted)
    face = HEADLINE_NARROW if sheet.width < _NARROW else HEADLINE
    y += 4
    for line in wrap(headline, face.size, room, 3, bold=True):
        y += face.size * 1.25
        sheet.text(edge, y, line, face, palette.ink)
    y += 4
    for line in wrap(under, BODY.size, room, 3):
        y += 18
        sheet.text(edge, y, line, BODY, palette.muted)
    return y + 10


def footer(sheet: Sheet, y: float, known: str, permalink: str) -> float:
    """What was known, and the address under which this stays as it is; gives the foot of the picture."""
    edge, muted = margin(sheet), sheet.palette.muted
    room = sheet.width - 2 * edge
    sheet.line(edge, sheet.width - edge, y, sheet.palette.rule)
    y += 4
    for line in wrap(known, NOTE.size, room, 3):
        y += 16
        sheet.text(edge, y, line, NOTE, muted)
    for line in wrap(clean(permalink), NOTE.size, room, 12):
        y += 16
        sheet.address(edge, y, line, NOTE, muted)
    return y + edge


class Key(NamedTuple):
    """An item of a legend: what draws its sample about a point, how wide that is, and its words."""

    draw: Callable[[float, float], None]
    wide: float
    said: str


def legend(sheet: Sheet, y: float, keys: Sequence[Key]) -> float:
    """The keys, as many on a line as fit; gives their foot."""
    edge = margin(sheet)
    x = edge
    for key in keys:
        before = key.wide + _BEFORE_WORDS
        needed = before + width(key.said, SMALL.size)
        if x > edge and x + needed > sheet.width - edge:
            x, y = edge, y + 20
        lines = wrap(key.said, SMALL.size, sheet.width - edge - x - before, 3)
        key.draw(sheet.x(x + key.wide / 2), y - 4)
        for place, line in enumerate(lines):
            sheet.text(x + before, y + 16 * place, line, SMALL, sheet.palette.muted)
        y += 16 * (len(lines) - 1)
        x += needed + _BETWEEN_KEYS
    return y + 20


def status_keys(sheet: Sheet, marks: Marks) -> Iterator[Key]:
    """The three statuses and what they mean, with samples on `marks`."""

    def sample(status: str) -> Callable[[float, float], None]:
        return lambda x, y: marks.bar(0, status, (x - 12, x + 12), y - 5, 10)

    for status in ("attested", "presumed", "possible"):
        yield Key(sample(status), 24, words.meaning(status, sheet.language))


def sign_keys(sheet: Sheet, signs: Sequence[int]) -> Iterator[Key]:
    """The signs that a picture has."""

    def sample(sign: int) -> Callable[[float, float], None]:
        return lambda x, y: sheet.parts.append(sign_mark(sign, x, y, 10, sheet.palette))

    for sign in signs:
        yield Key(sample(sign), 10, words.said(SIGN_WORDS[sign], sheet.language))
