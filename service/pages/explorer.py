"""A timeline to explore: the embed at full width, and what can be taken away from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from events.days import iso, ymd
from events.exports import year_text
from service import answers
from service.current import public_root
from service.embed import codes, discovery, views
from service.embed.options import EmbedQuery, Options
from service.embed.shown import Scene
from service.pages import showing
from service.pages.words import words

blueprint = Blueprint("explorer", __name__)

_PICTURES = (("SVG", "svg"), ("PNG", "png"))
_RELATIONS = (("CSV", "csv"), ("GraphML", "graphml"))
_RECORD = (("live_lines", "ndjson"), ("log_lines", "log.ndjson"), ("archive", "zip"))


@blueprint.get("/timelines/<timeline>")
def show(timeline: str) -> Response:
    """The embed at full width, and what can be taken away from it."""
    options = Options.of(showing.read(EmbedQuery))
    asked = answers.asked(timeline, {"known_at": options.known_at})
    scene = views.look(asked, options)
    root = public_root()
    here = f"{root}{request.full_path.rstrip('?')}"
    response = showing.show(
        "explorer.html",
        options.lang,
        **about(scene, "explore"),
        options=options,
        source=codes.address("", timeline, options),
        downloads=downloads(scene, options),
        found=discovery.discovery(root, scene, options, here),
    )
    response.headers["Link"] = discovery.link(here, root)
    return response


def whole(timeline: str, lang: str) -> Scene:
    """The whole timeline as it stands now."""
    return views.look(answers.asked(timeline, {}), Options(lang=lang))


def about(scene: Scene, part: str) -> dict[str, Any]:
    """What the head of every page of a timeline says."""
    return {"scene": scene, "base": f"/timelines/{scene.timeline}", "part": part}


def downloads(scene: Scene, options: Options) -> dict[str, list[tuple[str, str]]]:
    """What can be taken away, as label and address, under the key of its headline. All of it is pinned."""
    base = f"/v1/timelines/{scene.timeline}"
    looks = {"lang": scene.language, "theme": None if options.theme == "auto" else options.theme}
    pinned = [("known_at", str(scene.commit.position)), *((k, v) for k, v in looks.items() if v is not None)]
    pinned += [("actor", id) for id in options.actors] + [("sides", text) for text in options.sides]
    on_day = urlencode([("at", iso(scene.at)), *pinned])
    over_time = urlencode(pinned)
    w = words(scene.language)
    at = [("at", iso(scene.at)), ("known_at", str(scene.commit.position))]
    relations = urlencode([*at, *(("actor", id) for id in options.actors)])
    known = urlencode(at[1:])
    return {
        "state_on": [
            *((label, f"{base}/state.{ending}?{on_day}") for label, ending in _PICTURES),
            ("JSON", scene.permalink),
            *((label, f"{base}/export.{name}?{relations}") for label, name in _RELATIONS),
        ],
        "whole_timeline": [
            *((label, f"{base}/timeline.{ending}?{over_time}") for label, ending in _PICTURES),
            (w["panel"], f"{base}/export.panel.csv?{urlencode(_years(scene))}&{known}"),
            ("TimelineJS", f"{base}/export.timelinejs.json?{known}"),
        ],
        "whole_record": [(w[key], f"{base}/export.{name}?{known}") for key, name in _RECORD],
    }


def _years(scene: Scene) -> list[tuple[str, str]]:
    """The first and the last year that there is evidence of."""
    return [("from", year_text(ymd(scene.first)[0])), ("to", year_text(ymd(scene.last)[0]))]
