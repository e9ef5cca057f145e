"""The state on a day: a block for each side that the timeline names, with who stands with and against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from events.vocabulary import KINDS
from service.drawing import frame, words
from service.drawing.blocks import Block, blocks, named
from service.drawing.frame import BODY, SIGN_WORDS, SMALL, Key, Look
from service.drawing.marks import Marks, phases, sign_mark
from service.drawing.measure import fit, join, width, wrap
from service.drawing.scale import Scale
from service.drawing.svg import Face, Sheet, clean, document, element, number
from service.embed.record import Told
from service.embed.shown import Row, Scene
from service.embed.writing import Writing

MOST_ROWS = 16
"""The most rows of one block and sign; how many more there are is said."""

_TWO_COLUMNS = 600  # px: from here on with and against stand side by side
_GUTTER, _INDENT = 28, 20
_BAR, _PILL = 8, 17  # px: how high
_SIDE, _SIGN, _NAME, _TAG = Face(17, True), Face(13, True), Face(14, True), Face(11)


class Box(NamedTuple):
    """Where to write: the side where lines begin, the top, and how long a line may be."""

    x: float
    y: float
    room: float

    def below(self, y: float) -> Box:
        return self._replace(y=y)

    def indented(self) -> Box:
        return self._replace(x=self.x + _INDENT, room=self.room - _INDENT)


def draw_state(scene: Scene, look: Look, permalink: str) -> str:
    """The state that a scene shows, as SVG; `permalink` is where it is to be found for ever."""
    return _State(scene, look).drawn(permalink)


class _State:
    """A picture of a state in the making. What writes gives the foot of what it wrote."""

    def __init__(self, scene: Scene, look: Look) -> None:
        self.scene, self.language, self.palette = scene, scene.language, look.palette
        self.blocks = blocks(scene)
        self.writing = Writing(scene)
        self.sheet = Sheet(look.width, scene.language, look.palette)
        self.marks = Marks(look.palette)
        shown = [
            row.standing.told for block in self.blocks for _, rows in block.groups for row in rows[:MOST_ROWS]
        ]
        self.empty = not shown
        self.first = min([scene.at, *(max(told.since[0], scene.first) for told in shown)])
        self.last = max([scene.at, *(told.evidenced[1] for told in shown)])
        self.leftwards = look.leftwards

    def drawn(self, permalink: str) -> str:
        scene, sheet = self.scene, self.sheet
        headline = words.said("on_day", self.language, day=words.day(scene.at, self.language))
        y = frame.header(sheet, scene.title.text, headline, self.summary())
        for block in self.blocks:
            y = self.block(block, y + 14)
        if not self.blocks:
            edge = frame.margin(sheet)
            y = self.nothing(Box(edge, y + 8, sheet.width - 2 * edge))
        y = self.legend(y + 34)
        known = words.known(scene.commit, scene.erased, self.language)
        foot = frame.footer(sheet, y, known, permalink)
        sheet.parts += self.marks.elements()
        title = words.said("colon", self.language).join((clean(scene.title.text), headline))
        return document(sheet, foot, title, self.said(), self.marks.definitions())

    def summary(self) -> str:
        """How much of it is how sure, and, where nobody asked for the day, which day it is."""
        counted = words.said("counts", self.language, **self.scene.counts)
        return counted if self.scene.given else f"{counted} · {words.said('is_last_day', self.language)}"

    def said(self) -> list[str]:
        """The whole state in sentences, for who cannot see it."""
        colon, semicolon = (words.said(key, self.language) for key in ("colon", "semicolon"))
        found = [self.summary()]
        for block in self.blocks:
            found.append(f"{block.heading}{colon.rstrip()}")
            for sign, rows in block.groups:
                for row in rows[:MOST_ROWS]:
                    name, phrase = named(self.scene, row, block.camp)
                    parts = [
                        f"{words.said(SIGN_WORDS[sign], self.language)}{colon}{name}, {phrase}",
                        words.said(row.standing.status, self.language),
                        *self.dates(row.standing.told),
                        *self.tags(row, block),
                    ]
                    found.append(semicolon.join(parts))
        return [*found, words.known(self.scene.commit, self.scene.erased, self.language)]

    def tags(self, row: Row, block: Block) -> list[str]:
        """What marks a row: that accounts differ, and where else its actor stands."""
        disputed = [words.said("disputed", self.language)] if row.standing.disputed else []
        return disputed + (self.writing.tags(row, self.scene.camps.index(block.camp)) if block.camp else [])

    def dates(self, told: Told) -> Iterator[str]:
        """Since when, until when, when it was last seen, and whose word alone it is."""
        bounds = {"or_earlier" if told.or_earlier else "since": told.since}
        bounds |= {"until": told.until} if told.until else {}
        for key, days in (bounds | {"evidenced": told.evidenced}).items():
            yield words.said(key, self.language, day=words.point(*days, self.language))
        if told.attributed_only:
            yield self.writing.claimed(told)

    def block(self, block: Block, y: float) -> float:
        sheet, edge = self.sheet, frame.margin(self.sheet)
        box = Box(edge, y, sheet.width - 2 * edge)
        sheet.line(edge, edge + box.room, y, self.palette.ink, 2)
        y += 8
        for line in wrap(block.heading, _SIDE.size, box.room, 2, bold=True):
            y += 21
            sheet.text(edge, y, line, _SIDE, self.palette.ink)
        y += 8
        if sheet.width < _TWO_COLUMNS:
            for sign, rows in block.groups:
                y = self.group(block, sign, rows, box.below(y))
            return y
        half = (box.room - _GUTTER) / 2
        for pair in range(0, len(block.groups), 2):
            y = max(
                self.group(block, sign, rows, Box(edge + place * (half + _GUTTER), y, half))
                for place, (sign, rows) in enumerate(block.groups[pair : pair + 2])
            )
        return y

    def group(self, block: Block, sign: int, rows: Sequence[Row], box: Box) -> float:
        """The rows of one sign, below the sign and its word."""
        sheet, y = self.sheet, box.y + 16
        sheet.parts.append(sign_mark(sign, sheet.x(box.x + 5), y - 4.5, 10, self.palette))
        word = words.said(SIGN_WORDS[sign], self.language)
        sheet.text(box.x + _INDENT, y, word, _SIGN, self.palette.of_sign(sign))
        sheet.text(box.x + box.room, y, str(len(rows)), SMALL, self.palette.muted, end=True)
        y += 8
        sheet.line(box.x, box.x + box.room, y, self.palette.rule)
        for row in rows[:MOST_ROWS]:
            y = self.row(block, row, box.below(y + 8))
        if not rows:
            y = self.nothing(box.below(y + 4))
        if len(rows) > MOST_ROWS:
            more = words.said("and_more", self.language, count=len(rows) - MOST_ROWS)
            y = self.lines([more], SMALL, self.palette.muted, box.indented().below(y + 4))
        return y + 8

    def row(self, block: Block, row: Row, box: Box) -> float:
        """One relation: how sure it is, who, what, its history as a bar, its dates, and its tags."""
        sheet, standing, y = self.sheet, row.standing, box.y
        name, phrase = named(self.scene, row, block.camp)
        middle = sheet.x(box.x + 6)
        self.marks.bar(standing.sign, standing.status, (middle - 6, middle + 6), y + 5, 12)
        status = words.said(standing.status, self.language)
        sheet.text(box.x + box.room, y + 15, status, SMALL, self.palette.muted, end=True)
        inner = box.indented()
        aside = width(status, SMALL.size) + 10
        for line in wrap(name, _NAME.size, inner.room - aside, 3, bold=True):
            y += 17
            sheet.text(inner.x, y - 2, line, _NAME, self.palette.ink)
        y = self.lines(wrap(phrase, BODY.size, inner.room, 3), BODY, self.palette.ink, inner.below(y))
        self.history(standing.told, inner.below(y + 7))
        dates = join(self.dates(standing.told), SMALL.size, inner.room)
        y = self.lines(dates, SMALL, self.palette.muted, inner.below(y + 7 + _BAR + 3))
        return self.pills(self.tags(row, block), inner.below(y + 3)) + 4

    def nothing(self, box: Box) -> float:
        said = wrap(words.said("nothing", self.language), SMALL.size, box.room, 3)
        return self.lines(said, SMALL, self.palette.muted, box)

    def lines(self, texts: Sequence[str], face: Face, fill: str, box: Box) -> float:
        y = box.y
        for text in texts:
            y += face.size + 4
            self.sheet.text(box.x, y - 1, text, face, fill)
        return y

    def history(self, told: Told, box: Box) -> None:
        """All that is known of a relation over time, and where in it the day lies."""
        ends = sorted((self.sheet.x(box.x), self.sheet.x(box.x + box.room)))
        scale = Scale(self.first, self.last, ends[0], ends[1], self.leftwards)
        y = box.y + _BAR / 2
        track = f"M{number(scale.left)} {number(y)}H{number(scale.right)}"
        self.sheet.parts.append(element("path", d=track, stroke=self.palette.rule))
        sign = KINDS[told.relation.kind].sign
        for story in self.writing.stories[told.relation]:
            for status, first, last in phases(story.stretch):
                if scale.shows(first, last):
                    self.marks.bar(sign, status, scale.between(first, last), box.y, _BAR)
        left, right = scale.between(self.scene.at, self.scene.at)
        self.marks.day((left + right) / 2, box.y - 3, box.y + _BAR + 3)

    def pills(self, texts: Sequence[str], box: Box) -> float:
        """Tags with an outline, as many on a line as fit."""
        x, y = box.x, box.y
        for text in texts:
            shown = fit(text, _TAG.size, box.room - 14)
            wide = width(shown, _TAG.size) + 14
            if x > box.x and x + wide > box.x + box.room:
                x, y = box.x, y + _PILL + 4
            left = min(self.sheet.x(x), self.sheet.x(x + wide))
            shape = {"x": left, "y": y, "width": wide, "height": _PILL, "rx": _PILL / 2}
            self.sheet.parts.append(element("rect", **shape, fill="none", stroke=self.palette.muted))
            self.sheet.label(left + wide / 2, y + 12.5, shown, _TAG, self.palette.ink)
            x += wide + 6
        return y + _PILL + 3 if texts else box.y

    def legend(self, y: float) -> float:
        keys = list(frame.status_keys(self.sheet, self.marks))
        if not self.empty:
            days = {"day": self.scene.at, "first": self.first, "last": self.last}
            named = {name: self.writing.day(day) for name, day in days.items()}
            said = words.phrase("day", self.language, **named)
            keys.append(Key(lambda x, y: self.marks.day(x, y - 6, y + 6), 4, said))
        return frame.legend(self.sheet, y, keys)
