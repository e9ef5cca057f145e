"""The addresses of the embed: the page, its script, and the words that this asks for later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, url_for
from flask_smorest import Blueprint

from events.ask import require_actors
from events.errors import AllegianceError
from events.model import Commit, Erased
from events.strict_json import compact
from service import answers
from service.answers import Asked
from service.current import public_root, site, store
from service.embed import codes, discovery, page
from service.embed.compact import interface
from service.embed.language import LANGUAGES
from service.embed.options import EmbedQuery, Options, ScriptQuery, WordsQuery
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
_WORDS = {
    "type": "object",
    "properties": {
        "from": {"type": "integer", "description": "The place of the first, in order of day."},
        "events": {
            "type": "array",
            "items": {"type": "string", "description": "An item of the list, in HTML."},
        },
    },
    "required": ["from", "events"],
    "additionalProperties": False,
}

_STATIC = Path(__file__).parents[1] / "static" / "embed"
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
    response = _sent(answers.tagged(tag, _kept(asked), lambda: site().page(asked, options, root)))
    response.headers["Link"] = discovery.link(codes.address(public_root(), timeline, options), public_root())
    return response


@reads(blueprint, "/<timeline>/words", WordsQuery, _WORDS, parameters=[TIMELINE])
def show_words(timeline: str, query: Mapping[str, Any]) -> Response:
    """A run of events as the page lists them, for its script."""
    options = Options.of(query)
    asked = answers.asked(timeline, {"known_at": options.known_at})
    scene = view_of(read(asked), View(options.lang))
    linked = options.but(known_at=None) if query["live"] else options

    def make() -> bytes:
        shown = page.events_html(scene, linked, addresses(scene, linked), query["first"])
        return answers.encode({"from": query["first"], "events": shown})

    said = (options, query["first"], query["live"], software())
    tag = answers.etag(timeline, asked.position, asked.erased, *said)
    return answers.tagged(tag, _kept(asked), make)


@reads(blueprint, "/script.js", ScriptQuery, _SCRIPT, content_type="text/javascript")
def show_script(query: Mapping[str, Any]) -> Response:
    """The script of the pages in one language; its address is another for every other content."""
    language, current = query["lang"], query["v"] == software()[:12]
    kept = answers.FOR_EVER if current else answers.REVALIDATED
    response = answers.tagged(answers.etag(language, software()), kept, lambda: script(language))
    response.content_type = "text/javascript; charset=utf-8"
    return response


def finished(kept: int) -> Kept[bytes]:
    """Pages as bytes, of which the `kept` last asked for are kept: but for erasures none can ever change."""

    def finish(asked: Asked, options: Options, root: str) -> bytes:
        scene = look(asked, options)
        return page.html(scene, options, addresses(scene, options)).encode()

    return lru_cache(kept)(finish)


def look(asked: Asked, options: Options) -> Scene:
    """The scene that the options ask for. Raises InvalidError for a side, UnknownError for an actor."""
    require_actors(store(), asked.timeline, (*options.actors, *(options.between or ())), asked.commit)
    record = read(asked)
    return view_of(record, options.scope(record.said.sides if record.said else ()))


def read(asked: Asked) -> Record:
    """The record at the commit that is asked for, of those kept."""
    return site().record(asked.timeline, asked.commit, asked.erased)


def addresses(scene: Scene, options: Options) -> Addresses:
    """Where a served page's links lead: to the page itself with other options, and to the record."""
    here = url_for("embed.show", timeline=scene.timeline)
    pinned = options.but(known_at=scene.commit.position, at=scene.at, cited=None, event=None)
    live = "&live=1" if options.known_at is None else ""
    changed = cited_otherwise(scene, options)
    ends = {"axis": "known", "from": options.cited, "to": scene.commit.position, "lang": options.lang}
    return Addresses(
        view=lambda other: f"?{other.query}",
        style=asset("page.css"),
        script=f"/embed/script.js?lang={options.lang}&v={software()[:12]}",
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


@cache
def software() -> str:
    """What changes with the pages' own files: part of every entity tag."""
    files = sorted([*_STATIC.iterdir(), *(_STATIC.parents[1] / "templates" / "embed").iterdir()])
    parts = [*(file.read_bytes() for file in files), *(repr(interface(lang)).encode() for lang in LANGUAGES)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def script(language: str) -> bytes:
    """The script of the pages, with the words of a language before it."""
    parts = [(_STATIC / name).read_text(encoding="utf-8") for name in ("state.js", "page.js")]
    return f"window.allegianceWords={compact(interface(language))};\n{''.join(parts)}".encode()


@cache
def asset(name: str) -> str:
    """The address of a file of the pages, other for every other content."""
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/embed/{name}?v={digest}"


def _kept(asked: Asked) -> str:
    return answers.FOR_EVER if asked.pinned else answers.REVALIDATED


def _sent(response: Response) -> Response:
    if response.status_code == 200:
        response.content_type = "text/html; charset=utf-8"
    response.headers["Content-Security-Policy"] = POLICY
    return response
