"""A timeline as a transparency log that others read with their own tools: c2sp.org/tlog-tiles."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response
from flask_smorest import Blueprint

from events.errors import UnknownError
from events.tlog import tiles
from events.tlog.checkpoint import Signed
from events.tlog.tiles import Tile
from service import answers
from service.current import store
from service.routes import TIMELINE, View

blueprint = Blueprint(
    "tlog", __name__, url_prefix="/log/<timeline>", description="The log's tree, as C2SP tlog-tiles has it."
)

_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_NAME = {
    "name": "tile",
    "in": "path",
    "required": True,
    "description": "The name of a tile or of a bundle of entries, such as 0/x001/234.p/7 or entries/000.",
    "schema": {"type": "string"},
}


def _file(rule: str, content_type: str, **options: object) -> Callable[[View], View]:
    """Hang up a view that gives a file."""

    def decorate(view: View) -> View:
        documented = blueprint.alt_response(304, description="The client has it already.")(view)
        documented = blueprint.alt_response(404, "DEFAULT_ERROR")(documented)
        schema = {"type": "string", **({"format": "binary"} if content_type == _BYTES else {})}
        documented = blueprint.response(200, schema, content_type=content_type.partition(";")[0])(documented)
        blueprint.get(rule, **options)(documented)
        return view

    return decorate


@_file("/checkpoint", _TEXT, parameters=[TIMELINE])
def show_checkpoint(timeline: str) -> Response:
    """What was signed last: origin, size and root, as a signed note (c2sp.org/tlog-checkpoint)."""
    note = _newest(timeline).note.encode()
    return answers.tagged(answers.etag(note), answers.REVALIDATED, lambda: note, _TEXT)


@_file("/vkey", _TEXT, parameters=[TIMELINE])
def show_vkey(timeline: str) -> Response:
    """The verifier key of who signs (c2sp.org/signed-note). Compare it with one from elsewhere."""
    key = f"{_newest(timeline).vkey}\n".encode()
    return answers.tagged(answers.etag(key), answers.REVALIDATED, lambda: key, _TEXT)


@_file("/tile/<path:tile>", _BYTES, parameters=[TIMELINE, _NAME])
def show_tile(timeline: str, tile: str) -> Response:
    """256 hashes of a level of the tree, or the headers of 256 entries; at the end of the log, fewer."""
    found = tiles.named(tile)
    size = store().head(timeline).position
    if found is None or not found.within(size):
        raise UnknownError("tile", tile, f"the log has {size} entries")
    tag = answers.etag(timeline, tile)
    return answers.tagged(tag, answers.FOR_EVER, lambda: _content(timeline, found), _BYTES)


def _newest(timeline: str) -> Signed:
    newest = store().checkpoints.newest(timeline)
    if newest is None:
        raise UnknownError("checkpoint of", timeline, "nothing was signed yet, see 'allegiance sign'")
    return newest


def _content(timeline: str, tile: Tile) -> bytes:
    if tile.level == tiles.ENTRIES:
        return tiles.bundle(header for header, _, _ in store().proofs(timeline, tile.start, tile.end))
    return b"".join(store().hashes(timeline, tile.level, tile.start, tile.end))
