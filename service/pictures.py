"""Pictures of a state and of a whole timeline, to print or to put beside a text, and the card of a link.

The card that stands for a page of the embed is at `/embed/{timeline}/card.png`, with the parameters
`at`, `known_at`, `actor`, `sides`, `lang` and `theme`: 1200 by 630 px, for Open Graph.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import Response
from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, post_load

from events.errors import TooLargeError
from events.fields import Choice, Id
from events.moments import parse_at
from service import answers
from service.current import public_root
from service.drawing import camps, card, png, spans
from service.drawing.frame import Look
from service.drawing.palette import THEMES
from service.embed import codes, views
from service.embed.language import LANGUAGES
from service.embed.options import AXES, Options
from service.embed.record import TOO_LONG
from service.embed.shown import Scene
from service.parameters import KnownAtQuery, Moment, Whole, several
from service.routes import TIMELINE, View, reads

SVG, PNG = "image/svg+xml", "image/png"

blueprint = Blueprint(
    "pictures", __name__, description="Pictures, with legend, date, position and permalink."
)

_PICTURES = {
    SVG: {"type": "string", "description": "The picture."},
    PNG: {"type": "string", "format": "binary", "description": "The picture."},
}
_SERVICE = Path(__file__).parent


class CardQuery(KnownAtQuery):
    """A state, as a picture of one size."""

    at = Moment(parse_at, "The day to show. By default the last day with evidence, and the picture says so.")
    actor = several(Id(), "Only what touches this actor; repeat it for several.")
    sides = several(fields.String(), "Only these of the timeline's sides, as in the embed.")
    lang = Choice(LANGUAGES, load_default="en")
    theme = Choice(tuple(THEMES), load_default="light")


class StatePictureQuery(CardQuery):
    """A state, as a picture of any width."""

    axis = Choice(AXES)
    width = Whole("How wide it is, in CSS px; a PNG has twice as many pixels.", 320, 1280, load_default=720)


class TimelinePictureQuery(StatePictureQuery):
    """A whole timeline as a picture; `at` is marked in it."""

    first = Moment(parse_at, "The first day of its axis.", data_key="from")
    last = Moment(parse_at, "The last day of its axis.", data_key="to")

    @post_load
    def _check_ends(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        first, last = data.get("first"), data.get("last")
        if first is not None and last is not None and last < first:
            raise ValidationError("This is before `from`; give a later day.", "to")
        return data


Draw = Callable[[Scene, Look, str], str]


class _Asked(NamedTuple):
    """A question for a picture."""

    timeline: str
    query: Mapping[str, Any]
    view: str = "camps"

    def options(self) -> Options:
        query = self.query
        return Options(
            query["at"],
            query["known_at"],
            self.view,
            query["lang"],
            actors=tuple(dict.fromkeys(query["actor"])),
            sides=tuple(query["sides"]),
            axis=query.get("axis"),
        )

    def look(self) -> Look:
        query = self.query
        leftwards = self.options().leftwards
        days = query.get("first"), query.get("last")
        return Look(query.get("width", card.WIDTH), THEMES[query["theme"]], leftwards, *days)


def _picture(rule: str, query: type[CardQuery], content_type: str) -> Callable[[View], View]:
    """Hang up a view of a picture."""
    return reads(
        blueprint, rule, query, _PICTURES[content_type], parameters=[TIMELINE], content_type=content_type
    )


@_picture("/v1/timelines/<timeline>/state.svg", StatePictureQuery, SVG)
def show_state_svg(timeline: str, query: Mapping[str, Any]) -> Response:
    """Who stands with and against each side on a day, as SVG."""
    return _svg(_Asked(timeline, query), camps.draw_state)


@_picture("/v1/timelines/<timeline>/state.png", StatePictureQuery, PNG)
def show_state_png(timeline: str, query: Mapping[str, Any]) -> Response:
    """Who stands with and against each side on a day, as PNG."""
    return _png(_Asked(timeline, query), camps.draw_state)


@_picture("/v1/timelines/<timeline>/timeline.svg", TimelinePictureQuery, SVG)
def show_timeline_svg(timeline: str, query: Mapping[str, Any]) -> Response:
    """Every relation over time, with what is certain and what is not, as SVG."""
    return _svg(_Asked(timeline, query, "timeline"), spans.draw_timeline)


@_picture("/v1/timelines/<timeline>/timeline.png", TimelinePictureQuery, PNG)
def show_timeline_png(timeline: str, query: Mapping[str, Any]) -> Response:
    """Every relation over time, with what is certain and what is not, as PNG."""
    return _png(_Asked(timeline, query, "timeline"), spans.draw_timeline)


@_picture("/embed/<timeline>/card.png", CardQuery, PNG)
def show_card(timeline: str, query: Mapping[str, Any]) -> Response:
    """The picture that stands for a link to the embed: a state at a glance."""
    return _png(_Asked(timeline, query), lambda scene, look, _: card.draw_card(scene, look.palette), 1.0)


def _svg(asked: _Asked, draw: Draw) -> Response:
    return _sent(asked, draw, SVG, str.encode)


def _png(asked: _Asked, draw: Draw, fine: float = png.FINE) -> Response:
    return _sent(asked, draw, PNG, lambda svg: png.render(svg, fine))


def _sent(asked: _Asked, draw: Draw, content_type: str, finish: Callable[[str], bytes]) -> Response:
    options, found = asked.options(), answers.asked(asked.timeline, asked.query)
    scene, root = views.look(found, options), public_root()
    if options.view == "timeline" and not scene.whole:
        raise TooLargeError(TOO_LONG)

    def make() -> bytes:
        here = replace(options, at=scene.at if options.view == "camps" else options.at)
        permalink = codes.address(root, asked.timeline, codes.pinned(here, scene.commit.position))
        return finish(draw(scene, asked.look(), permalink))

    return answers.read(found, (*sorted(asked.query.items()), root, software()), make, content_type)


@cache
def software() -> str:
    """What a picture is made by: part of every entity tag."""
    files = [*_SERVICE.glob("drawing/*.py"), *_SERVICE.glob("drawing/fonts/*"), *_SERVICE.glob("embed/*.py")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:16]
