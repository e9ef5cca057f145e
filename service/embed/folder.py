"""A timeline as a folder of files that any static host can serve, without inline code, from any path.

Each day on which an event begins or is over has a page for each view, so that every link leads on
without scripts; with them a page shows every day, which stands behind the ``#`` of its address.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from html import escape
from pathlib import Path

from events.answer import Question
from events.days import iso
from events.strict_json import compact as compact_json
from service.drawing import camps, card, png, spans
from service.drawing.frame import Look
from service.drawing.palette import THEMES
from service.embed import assets, codes, page
from service.embed.compact import compact
from service.embed.options import VIEWS, Options
from service.embed.page import CHUNK, Addresses
from service.embed.record import Record
from service.embed.scene import Scene, view_of

_STATIC = Path(__file__).parents[1] / "static"
_PICTURE_WIDTH = 720

README = """\
<iframe src="{folder}/index.html" title="{title}" width="100%" height="{height}" frameborder="0"></iframe>
<script src="{folder}/embed.js" data-pages="./" async></script>
"""
"""The two lines to paste; without the second the frame keeps its height."""


class Folder:
    """What is in the folder for a record, in one language and theme."""

    def __init__(self, record: Record, lang: str, theme: str) -> None:
        self.record = record
        self.options = Options(known_at=record.commit.position, lang=lang, theme=theme)
        self.whole = self.scene(self.options)
        self.days = sorted({*self.whole.stops, self.whole.last})
        self.places = {moment.id: moment.first for moment in self.whole.moments}
        related = {frozenset((told.relation.subject, told.relation.object)) for told in self.whole.told}
        named = sorted(",".join(sorted(pair)) for pair in related)
        self.pairs = {pair: f"pair-{number}.html" for number, pair in enumerate(named, 1)}

    def scene(self, options: Options) -> Scene:
        """The scene that options ask for."""
        said = self.record.said
        return view_of(self.record, options.scope(said.sides if said else ()))

    def address(self, options: Options) -> str:
        """The file that shows the options, or, on a day without a page, the page before it and the day."""
        if options.between:
            return self.pairs.get(",".join(sorted(options.between)), "index.html")
        moment = None if options.event is None else self.places.get(options.event)
        at = moment if moment is not None else self.whole.at if options.at is None else options.at
        day = self.days[max(bisect_right(self.days, at) - 1, 0)]
        mark = f"e-{options.event}" if moment is not None else iso(at)
        return f"{'' if options.view == 'camps' else options.view + '-'}{iso(day)}.html#{mark}"

    def pages(self) -> Iterator[tuple[str, str]]:
        """Each page by its name."""
        yield "index.html", self._page("index.html", self.options)
        for day in self.days:
            for view in VIEWS:
                options = self.options.but(at=day, view=view)
                name = self.address(options).partition("#")[0]
                yield name, self._page(name, options)
        for pair, name in self.pairs.items():
            one, other = pair.split(",")
            yield name, self._page(name, self.options.but(view="timeline", between=(one, other)))

    def _page(self, name: str, options: Options) -> str:
        return page.html(self.scene(options), options, self._addresses(name))

    def _addresses(self, name: str) -> Addresses:
        return Addresses(
            view=self.address,
            style="page.css",
            script="page.js",
            words="words-FROM.json",
            state="state.json",
            page=name,
            any_day=False,
            shared="shared.js",
        )

    def assets(self) -> Iterator[tuple[str, bytes]]:
        """The style, the scripts, and the words that the scripts ask for later, by name."""
        yield "page.css", assets.style()
        yield "page.js", assets.script(self.options.lang)
        yield "embed.js", (_STATIC / "embed.js").read_bytes()
        shared = {**compact(self.whole), "pairs": self.pairs}
        yield "shared.js", f"window.allegianceShared={compact_json(shared)};\n".encode()
        for first in range(0, len(self.whole.moments), CHUNK):
            told = page.chunk(self.whole, self.options, self._addresses("index.html"), first)
            yield f"words-{first}.json", compact_json(told).encode()

    def pictures(self, root: str) -> Iterator[tuple[str, bytes]]:
        """The state on the day of the first page and the whole timeline, and the card for a link."""
        palette = THEMES["dark" if self.options.theme == "dark" else "light"]
        look = Look(_PICTURE_WIDTH, palette, self.options.leftwards)
        permalink = codes.address(root, self.whole.timeline, self.options.but(at=self.whole.at))
        for name, svg in (
            ("state", camps.draw_state(self.whole, look, permalink)),
            ("timeline", spans.draw_timeline(self.whole, look, permalink)),
        ):
            yield f"{name}.svg", svg.encode()
            yield f"{name}.png", png.render(svg)
        yield "card.png", png.render(card.draw_card(self.whole, palette), 1.0)

    def readme(self, folder: str) -> str:
        """What to paste into a page, two lines."""
        return README.format(folder=folder, title=escape(self.whole.title.text), height=codes.HEIGHT)

    def question(self) -> Question:
        """What ``state.json`` answers."""
        return Question.of(self.whole.at)
