"""oEmbed (oembed.com): what a content system asks when an editor pastes the address of a view."""

from __future__ import annotations

import re
from html import escape
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from events.errors import AllegianceError, UnknownError
from events.fields import TIMELINE_PATTERN
from service import access, answers, queries
from service.answers import Asked
from service.current import public_root, site
from service.embed import codes, discovery, views
from service.embed.options import EmbedQuery, Options
from service.embed.shown import Scene
from service.errors import UnofferedFormatError
from service.parameters import Whole

blueprint = Blueprint("oembed", __name__, description="What content systems ask about an address.")

_OURS = re.compile(rf"/(?:embed|timelines)/({TIMELINE_PATTERN})(?:/embed)?")
_WIDTH = 640
_LEAST_WIDTH, _LEAST_HEIGHT = 200, 200
_HOUR = 3600
_YEAR = 365 * 24 * _HOUR

SANDBOX = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"
"""What an embed needs. It keeps nothing, so that it needs no origin of its own."""


class OembedQuery(Schema):
    """A request for the embed code of an address. What else a consumer sends is not read."""

    url = fields.String(required=True, metadata={"description": "The address of an embed or of a page here."})
    format = fields.String(load_default="json", metadata={"description": "`json`, the format there is."})
    maxwidth = Whole("The most width, in px.", 1, 100_000)
    maxheight = Whole("The most height, in px.", 1, 100_000)


class OembedSchema(Schema):
    """An answer of the type `rich`."""

    version = fields.String()
    type = fields.String()
    title = fields.String()
    html = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    provider_name = fields.String()
    provider_url = fields.String()
    cache_age = fields.Integer()
    thumbnail_url = fields.String()
    thumbnail_width = fields.Integer()
    thumbnail_height = fields.Integer()


@blueprint.get("/oembed")
@blueprint.doc(parameters=[{"in": "query", "schema": OembedQuery}])
@blueprint.response(200, OembedSchema)
@blueprint.alt_response(404, "DEFAULT_ERROR")
@blueprint.alt_response(422, "DEFAULT_ERROR")
@blueprint.alt_response(501, "DEFAULT_ERROR")
def show_oembed() -> Response:
    """The embed code of an address of this service, for a content system."""
    known = [pair for pair in request.args.items(multi=True) if pair[0] in OembedQuery().fields]
    query = queries.read(OembedQuery, urlencode(known).encode())
    if query["format"] != "json":
        raise UnofferedFormatError(f"There is no {query['format']!r} here; ask for format=json.")
    root = public_root()
    asked, options = _read(query["url"], root)
    scene = views.look(asked, options)
    content = {**answer(root, scene, options, query["maxwidth"], query["maxheight"])}
    body = answers.encode(content)
    lifetime = f"public, max-age={content['cache_age']}"
    return answers.unless_erased(asked, answers.tagged(answers.etag(body), lifetime, lambda: body))


def answer(
    root: str, scene: Scene, options: Options, width: int | None, height: int | None
) -> dict[str, Any]:
    """What oEmbed says of a view; `width` and `height` are the most that the consumer has room for."""
    wide = max(min(_WIDTH, width or _WIDTH), _LEAST_WIDTH)
    high = max(min(codes.HEIGHT, height or codes.HEIGHT), _LEAST_HEIGHT)
    found = discovery.discovery(root, scene, options)
    thumbnail_width, thumbnail_height = discovery.CARD_SIZE
    return {
        "version": "1.0",
        "type": "rich",
        "title": found.title,
        "html": _html(found, wide, high),
        "width": wide,
        "height": high,
        "provider_name": "Allegiance",
        "provider_url": f"{root}/",
        "cache_age": _YEAR if isinstance(options.known_at, int) else _HOUR,
        "thumbnail_url": found.card,
        "thumbnail_width": thumbnail_width,
        "thumbnail_height": thumbnail_height,
    }


def _html(found: discovery.Discovery, width: int, height: int) -> str:
    """A blockquote that says the state by itself, then the frame, the one form that WordPress takes.

    WordPress hides the frame until it hears from it, and leaves the blockquote where scripts do not
    run. It puts a sandbox of its own, and the secret for the messages, into the frame's address.
    """
    said = f'<a href="{escape(found.address)}">{escape(found.title)}</a> {escape(found.description)}'
    frame = (
        f'<iframe src="{escape(found.address)}" width="{width}" height="{height}" '
        f'title="{escape(found.title)}" sandbox="{SANDBOX}" security="restricted" '
        'frameborder="0" marginwidth="0" marginheight="0" loading="lazy"></iframe>'
    )
    return f"<blockquote>{said}</blockquote>{frame}"


def _read(address: str, root: str) -> tuple[Asked, Options]:
    """What view an address of ours shows. Raises UnknownError for every other address."""
    parts = _split(address)
    ours = {urlsplit(root).netloc, request.host}
    found = _OURS.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in ours or not found:
        raise UnknownError("embed", address, f"write an address such as {root}/embed/TIMELINE")
    try:
        options = Options.of(queries.read(EmbedQuery, parts.query.encode()))
        access.require_readable(found[1])
        site().store.head(found[1])
        asked = answers.asked(found[1], {"known_at": options.known_at})
        views.look(asked, options)
    except AllegianceError as error:
        raise UnknownError("embed", address, error.detail.rstrip(".")) from None
    return asked, options


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
