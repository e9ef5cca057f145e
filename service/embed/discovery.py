"""How other programs find out what a page shows: oEmbed and Open Graph."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from events.days import iso
from service.embed import codes
from service.embed.options import Options
from service.embed.sentence import headline, standings
from service.embed.shown import Scene

CARD_SIZE = (1200, 630)


class Discovery(NamedTuple):
    """What a page says of itself in its head; every address is absolute."""

    oembed: str
    address: str
    title: str
    description: str
    card: str
    language: str


def discovery(root: str, scene: Scene, options: Options, address: str | None = None) -> Discovery:
    """Of a page at an address, by default of the embed itself."""
    address = address or codes.address(root, scene.timeline, options)
    return Discovery(
        codes.oembed(root, address),
        address,
        headline(scene),
        standings(scene),
        card(root, scene, options),
        scene.language,
    )


def card(root: str, scene: Scene, options: Options) -> str:
    """The picture of the state on the day, in the size that social networks show."""
    query = [("at", iso(scene.at)), ("known_at", str(scene.commit.position)), ("lang", scene.language)]
    query += [("actor", id) for id in options.actors] + [("sides", text) for text in options.sides]
    return f"{root}/embed/{scene.timeline}/card.png?{urlencode(query)}"


def link(address: str, root: str) -> str:
    """The Link header of a page at an address."""
    return f'<{codes.oembed(root, address)}>; rel="alternate"; type="application/json+oembed"'
