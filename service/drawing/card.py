"""The card that stands for a link: who stood with and against each side on a day, at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from service.drawing import words
from service.drawing.blocks import SIGNS, Block, blocks, named
from service.drawing.frame import SIGN_WORDS
from service.drawing.marks import Marks, sign_mark
from service.drawing.measure import fit, width, wrap
from service.drawing.palette import Palette
from service.drawing.svg import Face, Sheet, clean, document, isolated
from service.embed.shown import Row, Scene

WIDTH, HEIGHT = 1200, 630

_EDGE, _GUTTER, _MOST_BLOCKS = 56, 36, 3
_TITLE, _HEADLINE, _SIDE, _NAME, _NOTE = Face(46, True), Face(30), Face(24, True), Face(22), Face(18)
_TOP, _FOOT, _LINE = 208, 540, 33  # px: the blocks stand between the first two, in lines of the third
_INDENT = 62
_ROOM = WIDTH - 2 * _EDGE


def draw_card(scene: Scene, palette: Palette) -> str:
    """The card of a scene, as SVG."""
    return _Card(scene, palette).drawn()


class _Card:
    """A card in the making."""

    def __init__(self, scene: Scene, palette: Palette) -> None:
        self.scene, self.language = scene, scene.language
        self.blocks = blocks(scene)[:_MOST_BLOCKS]
        self.sheet = Sheet(WIDTH, scene.language, palette)
        self.marks = Marks(palette)

    def drawn(self) -> str:
        scene, palette = self.scene, self.sheet.palette
        headline = words.said("on_day", self.language, day=words.day(scene.at, self.language))
        counted = words.said("counts", self.language, **scene.counts)
        self.write(_EDGE, 92, isolated(scene.title.text), _TITLE, palette.ink)
        self.write(_EDGE, 141, headline, _HEADLINE, palette.ink)
        self.write(_EDGE, 176, counted, _NOTE, palette.muted)
        wide = (_ROOM - _GUTTER * (len(self.blocks) - 1)) / max(1, len(self.blocks))
        for place, block in enumerate(self.blocks):
            self.block(block, _EDGE + place * (wide + _GUTTER), wide)
        if not self.blocks:
            self.write(_EDGE, _TOP + 40, words.said("nothing", self.language), _NAME, palette.ink)
        self.foot()
        self.sheet.parts += self.marks.elements()
        said = [headline, counted, words.known(scene.commit, scene.erased, self.language)]
        return document(self.sheet, HEIGHT, clean(scene.title.text), said, self.marks.definitions())

    def write(self, x: float, y: float, text: str, face: Face, fill: str) -> None:
        """A line from `x` to the far edge at most."""
        room = WIDTH - _EDGE - x
        self.sheet.text(x, y, fit(text, face.size, room, face.bold), face, fill)

    def block(self, block: Block, x: float, room: float) -> None:
        """A side with as many of those that stand to it as there is room for, the surest first."""
        sheet, palette = self.sheet, self.sheet.palette
        sheet.line(x, x + room, _TOP, palette.ink, 3)
        y = _TOP + 8
        for line in wrap(block.heading, _SIDE.size, room, 2, bold=True):
            y += 29
            sheet.text(x, y, line, _SIDE, palette.ink)
        groups = [(sign, _parties(block, rows)) for sign, rows in block.groups if rows]
        if not groups:
            for line in wrap(words.said("nothing", self.language), _NOTE.size, room, 3):
                y += 28
                sheet.text(x, y, line, _NOTE, palette.muted)
        y += 8
        for sign, count in _shares(groups, int((_FOOT - y) // _LINE)):
            rows = dict(groups)[sign]
            for row in rows[:count]:
                y += _LINE
                self.row(block, row, x, y, room)
            if count < len(rows):
                y += _LINE
                more = words.said("and_more", self.language, count=len(rows) - count)
                self.sign(sign, x, y)
                sheet.text(x + _INDENT, y, fit(more, _NOTE.size, room - _INDENT), _NOTE, palette.muted)

    def row(self, block: Block, row: Row, x: float, y: float, room: float) -> None:
        name, phrase = named(self.scene, row, block.camp)
        self.sign(row.standing.sign, x, y)
        middle = self.sheet.x(x + 39)
        self.marks.bar(row.standing.sign, row.standing.status, (middle - 12, middle + 12), y - 17, 18)
        said = fit(name if block.camp else f"{name} {phrase}", _NAME.size, room - _INDENT)
        self.sheet.text(x + _INDENT, y, said, _NAME, self.sheet.palette.ink)

    def sign(self, sign: int, x: float, y: float) -> None:
        self.sheet.parts.append(sign_mark(sign, self.sheet.x(x + 9), y - 8, 16, self.sheet.palette))

    def foot(self) -> None:
        """The legend, and which state of the log it is from."""
        sheet, palette = self.sheet, self.sheet.palette
        sheet.line(_EDGE, WIDTH - _EDGE, _FOOT + 8, palette.rule)
        x, y = float(_EDGE), _FOOT + 42
        for status in ("attested", "presumed", "possible"):
            middle = sheet.x(x + 16)
            self.marks.bar(0, status, (middle - 16, middle + 16), y - 14, 14)
            x = self.key(words.said(status, self.language), x + 42, y)
        shown = {sign for block in self.blocks for sign, rows in block.groups if rows}
        for sign in (sign for sign in SIGNS if sign in shown):
            self.sign(sign, x, y)
            x = self.key(words.said(SIGN_WORDS[sign], self.language), x + 28, y)
        known = words.known(self.scene.commit, self.scene.erased, self.language)
        self.write(_EDGE, y + 30, known, _NOTE, palette.muted)

    def key(self, said: str, x: float, y: float) -> float:
        """A word of the legend; gives where the next one begins."""
        self.sheet.text(x, y, said, _NOTE, self.sheet.palette.muted)
        return x + width(said, _NOTE.size) + 28


def _parties(block: Block, rows: Sequence[Row]) -> list[Row]:
    """The surest row of each actor: a side names nobody twice for one sign."""
    if block.camp is None:
        return list(rows)
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.other, row)
    return list(first.values())


def _shares(groups: Sequence[tuple[int, Sequence[Row]]], lines: int) -> list[tuple[int, int]]:
    """How many rows of each sign stand on `lines` lines, with one more for those left out."""
    wanted = {sign: len(rows) for sign, rows in groups}
    shares = dict.fromkeys(wanted, 0)
    while short := [sign for sign in wanted if shares[sign] < wanted[sign]]:
        least = min(short, key=lambda sign: shares[sign])
        grown = {**shares, least: shares[least] + 1}
        if sum(count + (count < wanted[sign]) for sign, count in grown.items()) > lines:
            break
        shares = grown
    return list(shares.items())
