"""A scene as a page of HTML: complete without its script, and the same bytes for the same scene."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from flask import current_app, render_template
from markupsafe import Markup

from events import strict_json
from events.days import FIRST_DAY, LAST_DAY, iso
from service.embed import language
from service.embed.band import band
from service.embed.compact import compact
from service.embed.discovery import Discovery
from service.embed.options import THEMES, VIEWS, Options
from service.embed.shown import Moment, Scene
from service.embed.writing import MOST_PARTIES, MOST_ROWS, Writing

CHUNK = 50
"""How many events the script asks for at once."""

_AROUND = {"camps": (3, 1), "matrix": (3, 1), "timeline": (12, 8)}
"""How many events are listed up to the day, and after it."""


class Addresses(NamedTuple):
    """Where a page's links lead and its files lie. An exported page has others than a served one.

    `view` gives the address of other options. `words` is where the script asks for a chunk of
    events, by the place that it writes for ``FROM``. `page` is where this view stands for ever.
    `any_day` is whether there is a page for every day; `shared` is the file of what the script
    needs on every page, where it does not stand in each.
    """

    view: Callable[[Options], str]
    style: str
    script: str
    words: str
    state: str
    page: str
    changes: str | None = None
    cited: str | None = None
    discovery: Discovery | None = None
    any_day: bool = True
    shared: str | None = None


class Listing(NamedTuple):
    """The events around a day: those shown, from `start` on, and the ids to go on from either way."""

    start: int
    shown: Sequence[Moment]
    earlier: str | None
    later: str | None

    @property
    def stop(self) -> int:
        """The place after the last."""
        return self.start + len(self.shown)


def html(scene: Scene, options: Options, addresses: Addresses) -> str:
    """The whole page."""
    writing = Writing(scene)
    listing = around(scene, options)
    return render_template(
        "embed/page.html",
        **_common(scene, options, writing, addresses),
        addresses=addresses,
        band=band(scene, options) if scene.whole else None,
        listing=listing,
        data=_inline(script_data(scene, options, addresses)),
        views=VIEWS,
        themes=THEMES,
        most_rows=MOST_ROWS,
        most_parties=MOST_PARTIES,
    )


def chunk(scene: Scene, options: Options, addresses: Addresses, first: int) -> dict[str, Any]:
    """Some events of a scene of the whole record: each as the page lists it, and as rows quote it."""
    said = _common(scene, options, Writing(scene), addresses)
    moments = scene.moments[first : first + CHUNK]
    quote = current_app.jinja_env.get_template("embed/quote.html")
    return {
        "from": first,
        "events": [render_template("embed/event.html", **said, moment=moment) for moment in moments],
        "quotes": [quote.render(**said, quoted=moment) for moment in moments],
    }


def around(scene: Scene, options: Options) -> Listing:
    """The events to list: about the one that was asked for, or else about the day."""
    moments = scene.moments
    before, after = _AROUND[options.view]
    wanted = next((place for place, moment in enumerate(moments) if moment.id == options.event), None)
    middle = (
        bisect_right(moments, scene.at, key=lambda moment: moment.first) if wanted is None else wanted + 1
    )
    start = max(min(middle - before, len(moments) - before - after), 0)
    stop = min(start + before + after, len(moments))
    return Listing(
        start,
        moments[start:stop],
        moments[max(start - after - 1, 0)].id if start else None,
        moments[min(stop + before, len(moments)) - 1].id if stop < len(moments) else None,
    )


def script_data(scene: Scene, options: Options, addresses: Addresses) -> dict[str, Any]:
    """What stands in the page for its script."""
    if not scene.moments or not scene.whole:
        return {"timeline": scene.timeline, "page": addresses.page}  # there is nowhere to move
    said = compact(scene)
    if addresses.shared and not options.between:
        said = {"days": said["days"]}  # the rest is in the shared file
    return {
        **said,
        "view": options.view,
        "between": options.between,
        "kept": options.kept,
        "kept_by_all": options.but(actors=()).kept,
        "timeline": scene.timeline,
        "words_at": addresses.words,
        "chunk": CHUNK,
        "around": _AROUND[options.view],
        "page": addresses.page,
    }


def _inline(value: dict[str, Any]) -> Markup:
    """JSON within HTML: whatever its texts are, none of them ends the element or begins another."""
    return Markup(strict_json.compact(value).replace("<", "\\u003c"))


def _common(scene: Scene, options: Options, writing: Writing, addresses: Addresses) -> dict[str, Any]:
    return {
        "scene": scene,
        "options": options,
        "say": writing,
        "w": writing.said,
        "iso": iso,
        "FIRST_DAY": FIRST_DAY,
        "LAST_DAY": LAST_DAY,
        "direction": language.direction,
        "written": partial(language.written, scene.language),
        "to": lambda **changes: addresses.view(options.but(**changes)),
    }
