"""What an editor pastes into a page to embed a view, live or pinned."""

from __future__ import annotations

from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from events.days import iso
from service.embed.options import Options

HEIGHT = 640
"""How high an embed is where nothing tells its true height, in px."""


class Codes(NamedTuple):
    """The forms of one embed: each is pasted as it is."""

    address: str
    iframe: str
    element: str
    oembed: str


def pinned(options: Options, position: int) -> Options:
    """The view as the log stands at a position: the same for ever."""
    return options.but(known_at=position, cited=None)


def live(options: Options, position: int) -> Options:
    """The view that follows the log, and says whether it has changed since a position."""
    return options.but(known_at=None, cited=position)


def codes(root: str, timeline: str, title: str, options: Options) -> Codes:
    """Every form of an embed. `root` is the public address of the service, without a slash at its end."""
    shown = address(root, timeline, options)
    return Codes(shown, _iframe(shown, title), _element(root, timeline, title, options), oembed(root, shown))


def address(root: str, timeline: str, options: Options) -> str:
    """The address of a view."""
    return f"{root}/embed/{timeline}?{options.query}".rstrip("?")


def oembed(root: str, address: str) -> str:
    """Where oEmbed tells about an address."""
    return f"{root}/oembed?{urlencode({'url': address, 'format': 'json'})}"


def _iframe(address: str, title: str) -> str:
    """A frame of a fixed height; `embed.js`, where the page has it, gives it its own."""
    attributes = {"src": address, "title": title, "width": "100%", "height": HEIGHT}
    return f'<iframe {_written(attributes)} frameborder="0" loading="lazy"></iframe>'


def _element(root: str, timeline: str, title: str, options: Options) -> str:
    """The element that `embed.js` defines, around the link that is left where scripts do not run."""
    attributes = {
        "timeline": timeline,
        "at": None if options.at is None else iso(options.at),
        "known-at": options.known_at,
        "actor": ",".join(options.actors) or None,
        "view": None if options.view == "camps" else options.view,
        "lang": None if options.lang == "en" else options.lang,
        "theme": None if options.theme == "auto" else options.theme,
        "sides": ",".join(options.sides) or None,
        "axis": options.axis,
        "cited": options.cited,
    }
    link = f'<a href="{escape(address(root, timeline, options))}">{escape(title)}</a>'
    return (
        f"<allegiance-timeline {_written(attributes)}>{link}</allegiance-timeline>\n"
        f'<script src="{escape(root)}/embed.js" async></script>'
    )


def _written(attributes: dict[str, object]) -> str:
    return " ".join(
        f'{name}="{escape(str(value))}"' for name, value in attributes.items() if value is not None
    )
