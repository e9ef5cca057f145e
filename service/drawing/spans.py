"""A whole timeline: each relation's spells as bars over time, with the evidence they rest on."""

from __future__ import annotations

from collections.abc import Iterator

from events.days import FIRST_DAY, LAST_DAY
from service.drawing import frame, words
from service.drawing.blocks import SIGNS
from service.drawing.frame import SMALL, Key, Look
from service.drawing.lines import UNKNOWN, Line, label, lines
from service.drawing.marks import Marks, phases, sign_mark
from service.drawing.measure import width, wrap
from service.drawing.scale import Scale, ticks
from service.drawing.svg import Face, Sheet, clean, document, element, number
from service.embed.shown import Scene

_BESIDE = 640  # px: from here on labels stand beside their bars, below it above them
_MOST_LABEL, _INDENT, _GAP = 300.0, 18, 24
_BAR = 10
_LABEL = Face(12.5)
_MOST_SAID = 12


def draw_timeline(scene: Scene, look: Look, permalink: str) -> str:
    """All the relations of a scene over time, as SVG; its day is marked if it was asked for."""
    return _Spans(scene, look).drawn(permalink)


class _Spans:
    """A picture of a timeline in the making. What writes gives the foot of what it wrote."""

    def __init__(self, scene: Scene, look: Look) -> None:
        self.scene, self.language, self.palette = scene, scene.language, look.palette
        self.sheet = Sheet(look.width, scene.language, look.palette)
        self.marks = Marks(look.palette)
        window = FIRST_DAY if look.first is None else look.first, LAST_DAY if look.last is None else look.last
        self.lines, self.all = lines(scene, *window)
        self.beside = look.width >= _BESIDE
        self.labels = min(_MOST_LABEL, look.width * 0.36) if self.beside else 0.0
        edge = frame.margin(self.sheet)
        begins = edge + self.labels + (_GAP if self.beside else 0)
        left, right = sorted((self.sheet.x(begins), self.sheet.x(look.width - edge)))
        self.scale = Scale(*self.days(look), left, right, look.leftwards)

    def days(self, look: Look) -> tuple[int, int]:
        """The first and the last day of the axis: all the evidence and a little more, or as asked."""
        days = self.evidenced() + ([self.scene.at] if self.scene.given else [])
        first, last = min(days, default=self.scene.first), max(days, default=self.scene.last)
        spare = max(3, (last - first) // 40)
        first = max(FIRST_DAY, first - spare) if look.first is None else look.first
        last = min(LAST_DAY, last + 2 * spare) if look.last is None else look.last
        return (first, last) if first <= last else (min(first, last), max(first, last))

    def evidenced(self) -> list[int]:
        """Every known day between which evidence lies."""
        return [day for line in self.lines for span in line.evidence for day in span if day != UNKNOWN]

    def drawn(self, permalink: str) -> str:
        scene, sheet = self.scene, self.sheet
        headline = words.phrase("over time", self.language)
        y = frame.header(sheet, scene.title.text, headline, self.under())
        if self.lines:
            y = self.chart(y + 34)
        y = self.legend(y + 50)
        known = words.known(scene.commit, scene.erased, self.language)
        foot = frame.footer(sheet, y, known, permalink)
        sheet.parts += self.marks.elements()
        title = words.said("colon", self.language).join((clean(scene.title.text), headline))
        return document(sheet, foot, title, self.said(), self.marks.definitions())

    def under(self) -> str:
        """How many relations there are, how many of them are drawn, and from when their evidence is."""
        days = self.evidenced()
        if not days:
            return words.said("empty", self.language)
        years = {"first": words.year(min(days), self.language), "last": words.year(max(days), self.language)}
        key = "lines" if len(self.lines) == self.all else "some lines"
        return words.phrase(key, self.language, count=self.all, shown=len(self.lines), **years)

    def said(self) -> list[str]:
        """The bars in words, for who cannot see them."""
        found = [self.under()]
        for line in self.lines:
            parts = [label(self.scene, line.relation)]
            for status, first, last in self.seen(line):
                if status != "lapsed":
                    ends = max(first, self.scale.first), min(last, self.scale.last)
                    parts.append(f"{words.said(status, self.language)} {words.from_to(*ends, self.language)}")
            more = len(parts) - 1 - _MOST_SAID
            if more > 0:
                parts[1 + _MOST_SAID :] = [words.said("and_more", self.language, count=more)]
            found.append(words.said("semicolon", self.language).join(parts))
        return [*found, words.known(self.scene.commit, self.scene.erased, self.language)]

    def seen(self, line: Line) -> Iterator[tuple[str, int, int]]:
        """The phases of a relation that reach into the axis."""
        for told in line.told:
            for status, first, last in phases(told.stretch):
                if self.scale.shows(first, last):
                    yield status, first, last

    def chart(self, y: float) -> float:
        """The axis, and the relations below it; gives the foot."""
        behind = len(self.sheet.parts)
        top = y
        for line in self.lines:
            y = self.line(line, y)
        y += 6
        grid = list(self.axis(top, y))
        self.sheet.parts[behind:behind] = grid
        if self.scene.given and self.scale.shows(self.scene.at, self.scene.at):
            left, right = self.scale.between(self.scene.at, self.scene.at)
            self.marks.day((left + right) / 2, top - 4, y)
        return y

    def axis(self, top: float, foot: float) -> Iterator[str]:
        """Names above and below, and a line behind the bars for each."""
        scale, language = self.scale, self.language
        named = ticks(scale, lambda tick: width(words.tick(tick, language), SMALL.size))
        places = (f"M{number(scale.x(tick.day))} {number(top - 4)}V{number(foot)}" for tick in named)
        yield element("path", d="".join(places), stroke=self.palette.rule)
        for tick in named:
            for y in (top - 12, foot + 16):
                name = words.tick(tick, language)
                self.sheet.label(scale.x(tick.day), y, name, SMALL, self.palette.muted)

    def line(self, line: Line, y: float) -> float:
        """The label of a relation and its bars; gives their foot."""
        edge, sheet = frame.margin(self.sheet), self.sheet
        room = (self.labels if self.beside else sheet.width - 2 * edge) - _INDENT
        said = wrap(label(self.scene, line.relation), _LABEL.size, room, 2)
        y += 8
        sheet.parts.append(sign_mark(line.sign, sheet.x(edge + 5), y + 8, 9, sheet.palette))
        for place, text in enumerate(said):
            sheet.text(edge + _INDENT, y + 12 + 16 * place, text, _LABEL, self.palette.ink)
        tall = 16 * len(said)
        if self.beside:
            self.bars(line, y + 3)
            return y + max(tall, 20) + 2
        self.bars(line, y + tall + 5)
        return y + tall + 5 + 20

    def bars(self, line: Line, top: float) -> None:
        for status, first, last in self.seen(line):
            self.marks.bar(line.sign, status, self.scale.between(first, last), top, _BAR)
        self.arrow(line, top)
        for first, last in line.evidence:
            if not self.scale.shows(first, last):
                continue
            left, right = self.scale.between(first, last)
            if first == last:
                self.marks.dot(line.sign, (left + right) / 2, top + _BAR / 2)
            else:
                shut = first >= self.scale.first, last <= self.scale.last
                if self.scale.leftwards:
                    shut = shut[1], shut[0]
                self.marks.bracket(line.sign, (left, right), top + _BAR + 5, shut)

    def arrow(self, line: Line, top: float) -> None:
        """Where the last evidence of a relation lies, if nobody reported an end."""
        told = line.told[-1]
        last = told.evidenced[1]
        if told.until is None and last < told.stretch.last and self.scale.shows(last, last):
            onwards = -1 if self.scale.leftwards else 1
            self.marks.arrow(line.sign, self.scale.x(last + 1), top + _BAR / 2, _BAR + 6, onwards)

    def legend(self, y: float) -> float:
        sheet, marks, language = self.sheet, self.marks, self.language
        onwards = -1 if self.scale.leftwards else 1
        keys = [
            *frame.sign_keys(
                sheet, [sign for sign in SIGNS if any(sign == line.sign for line in self.lines)]
            ),
            *frame.status_keys(sheet, marks),
            Key(lambda x, y: marks.dot(0, x, y), 6, words.phrase("dot", language)),
            Key(
                lambda x, y: marks.bracket(0, (x - 10, x + 10), y + 3), 20, words.phrase("bracket", language)
            ),
            Key(
                lambda x, y: marks.arrow(0, x + 3 * onwards, y, 14, onwards),
                8,
                words.said("onwards", language),
            ),
        ]
        if self.scene.given:
            said = words.day(self.scene.at, language)
            keys.append(Key(lambda x, y: marks.day(x, y - 6, y + 6), 4, said))
        return frame.legend(sheet, y, keys)
