"""The addresses of the embed: the page, its script, and the words that this asks for later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, url_for
from flask_smorest import Blueprint

from events.ask import require_actors
from events.errors import AllegianceError, TooLargeError
from events.model import Commit, Erased
from service import answers
from service.answers import Asked
from service.current import public_root, site, store
from service.embed import codes, discovery, page
from service.embed.assets import script, software, style, version
from service.embed.excerpt import excerpt, last_day
from service.embed.options import EmbedQuery, Options, ScriptQuery, StyleQuery, WordsQuery
from service.embed.page import Addresses
from service.embed.record import Record
from service.embed.scene import Scene, View, view_of
from service.kept import Kept
from service.routes import TIMELINE, reads

blueprint = Blueprint(
    "embed", __name__, url_prefix="/embed", description="Timelines as pages to stand in other pages."
)

_PAGE = {"type": "string", "description": "The page, in HTML."}
_SCRIPT = {"type": "string", "description": "The script."}
_STYLE = {"type": "string", "description": "The style."}
_WORDS = {
    "type": "object",
    "properties": {
        "from": {"type": "integer", "description": "The place of the first, in order of day."},
        "events": {
            "type": "array",
            "items": {"type": "string", "description": "An item of the list, in HTML."},
        },
        "quotes": {
            "type": "array",
            "items": {"type": "string", "description": "The quote beside a relation, in HTML, or empty."},
        },
    },
    "required": ["from", "events", "quotes"],
    "additionalProperties": False,
}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors *"
)


@reads(blueprint, "/<timeline>", EmbedQuery, _PAGE, content_type="text/html", parameters=[TIMELINE])
def show(timeline: str, query: Mapping[str, Any]) -> Response:
    """A timeline on a day, as a page to stand in another. It needs no script."""
    options = Options.of(query)
    asked = answers.asked(timeline, {"known_at": options.known_at})
    root = public_root()
    tag = answers.etag(timeline, asked.position, asked.erased, options, root, software())
    made = answers.tagged(tag, answers.lifetime(asked), lambda: site().page(asked, options, root))
    response = _sent(answers.unless_erased(asked, made))
    response.headers["Link"] = discovery.link(codes.address(public_root(), timeline, options), public_root())
    return response


@reads(blueprint, "/<timeline>/words", WordsQuery, _WORDS, parameters=[TIMELINE])
def show_words(timeline: str, query: Mapping[str, Any]) -> Response:
    """A run of events as the page lists them, for its script."""
    options = Options.of(query)
    asked = answers.asked(timeline, {"known_at": options.known_at})
    scene = view_of(site().record(asked.timeline, asked.commit, asked.erased), View(options.lang))
    linked = options.but(known_at=None) if query["live"] else options

    def make() -> bytes:
        return answers.encode(page.chunk(scene, linked, addresses(scene, linked), query["first"]))

    said = (options, query["first"], query["live"], software())
    tag = answers.etag(timeline, asked.position, asked.erased, *said)
    return answers.unless_erased(asked, answers.tagged(tag, answers.lifetime(asked), make))


@reads(blueprint, "/script.js", ScriptQuery, _SCRIPT, content_type="text/javascript")
def show_script(query: Mapping[str, Any]) -> Response:
    """The script of the pages in one language; its address is another for every other content."""
    return _file(query["v"], "text/javascript", script(query["lang"]))


@reads(blueprint, "/style.css", StyleQuery, _STYLE, content_type="text/css")
def show_style(query: Mapping[str, Any]) -> Response:
    """The style of the pages; its address is another for every other content."""
    return _file(query["v"], "text/css", style())


def finished(kept: int) -> Kept[bytes]:
    """Pages as bytes, of which the `kept` last asked for are kept: but for erasures none can ever change."""

    def finish(asked: Asked, options: Options, root: str) -> bytes:
        scene = look(asked, options)
        return page.html(scene, options, addresses(scene, options)).encode()

    return lru_cache(kept)(finish)


def look(asked: Asked, options: Options) -> Scene:
    """The scene that the options ask for. Raises InvalidError for a side, UnknownError for an actor."""
    require_actors(store(), asked.timeline, (*options.actors, *(options.between or ())), asked.commit)
    record = read(asked, options)
    view = options.scope(record.said.sides if record.said else ())
    return view_of(record, view if record.whole else view._replace(at=_day(asked, options)))


def read(asked: Asked, options: Options) -> Record:
    """The record at the commit that is asked for, of those kept; of a long one what the options ask for."""
    try:
        return site().record(asked.timeline, asked.commit, asked.erased)
    except TooLargeError:
        return excerpt(store(), asked.timeline, asked.commit, asked.erased, options, _day(asked, options))


def _day(asked: Asked, options: Options) -> int:
    """The day to show of a long record."""
    return last_day(store(), asked.timeline, asked.commit) if options.at is None else options.at


def addresses(scene: Scene, options: Options) -> Addresses:
    """Where a served page's links lead: to the page itself with other options, and to the record."""
    here = url_for("embed.show", timeline=scene.timeline)
    pinned = options.but(known_at=scene.commit.position, at=scene.at, cited=None, event=None)
    live = "&live=1" if options.known_at is None else ""
    changed = cited_otherwise(scene, options)
    ends = {"axis": "known", "from": options.cited, "to": scene.commit.position, "lang": options.lang}
    return Addresses(
        view=lambda other: f"?{other.query}",
        style=f"/embed/style.css?v={version()}",
        script=f"/embed/script.js?lang={options.lang}&v={version()}",
        words=f"{here}/words?{pinned.kept.removeprefix('&')}{live}&from=FROM",
        state=scene.permalink,
        page=f"{here}?{pinned.query}",
        changes=f"/timelines/{scene.timeline}/changes?{urlencode(ends)}" if changed else None,
        cited=f"?{options.but(known_at=options.cited, cited=None).query}" if changed else None,
        discovery=discovery.discovery(public_root(), scene, options),
    )


def cited_otherwise(scene: Scene, options: Options) -> bool:
    """Whether a live page says anything else than it did at the position at which it was cited."""
    if options.cited is None or options.known_at is not None:
        return False
    commit = store().resolve(scene.timeline, options.cited)
    if commit == scene.commit:
        return False
    cited = answers.at(scene.timeline, commit, True)
    if any(by > commit.position for by in cited.erased.by):
        return True
    try:
        before = look(cited, options)
    except AllegianceError:
        return True  # an actor or a side that was not there yet
    return _without_places(before) != _without_places(scene)


def _without_places(scene: Scene) -> Scene:
    """What a scene says, without where that stands in the log and in the whole of the record."""
    moments = tuple(replace(moment, place=0) for moment in scene.moments)
    return replace(scene, moments=moments, commit=Commit(0, None), permalink="", erased=Erased())


def _file(asked: str | None, content_type: str, content: bytes) -> Response:
    kept = answers.FOR_EVER if asked == version() else answers.REVALIDATED
    response = answers.tagged(answers.etag(content), kept, lambda: content)
    response.content_type = f"{content_type}; charset=utf-8"
    return response


def _sent(response: Response) -> Response:
    if response.status_code == 200:
        response.content_type = "text/html; charset=utf-8"
    response.headers["Content-Security-Policy"] = POLICY
    return response
