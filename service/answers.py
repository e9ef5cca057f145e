"""How an answer leaves: JSON with a strong ETag, kept for ever by any cache where its question is pinned."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response, request

from events.answer import RULES
from events.errors import BusyError, Problem
from events.foresight import Foreseen
from events.model import Commit, Erased
from events.stores import Receipt, Store
from events.strict_json import compact
from service import compression, cursors, metrics, observing
from service.current import erased, site, store
from service.cursors import Place
from service.problems import problem

MEDIA_TYPE = "application/json"
FOR_EVER = "public, max-age=31536000, immutable"
REVALIDATED = "public, no-cache"


class Asked(NamedTuple):
    """The state of the log that a question is put to, and what was erased of it.

    A pinned one gives the same answer until there is another erasure.
    """

    timeline: str
    commit: Commit
    pinned: bool
    erased: Erased

    @property
    def position(self) -> int:
        return self.commit.position


def asked(timeline: str, query: Mapping[str, Any]) -> Asked:
    """What `known_at` means now, or the position of the page before.

    Raises UnknownError; BusyError while the log has not reached `min_position`.
    """
    least = query.get("min_position") or 0
    place: Place | None = query.get("cursor")
    known_at = query.get("known_at") if place is None else place.position
    head = store().head(timeline, least) if known_at is None or least else None
    commit = head if known_at is None else store().resolve(timeline, known_at)
    observing.note_position(commit.position)
    return at(timeline, commit, isinstance(known_at, int))


def at(timeline: str, commit: Commit, pinned: bool) -> Asked:
    """The same at a commit."""
    return Asked(timeline, commit, pinned, erased(timeline, commit))


def read(
    asked: Asked,
    question: Sequence[object],
    make: Callable[[], bytes | Iterable[bytes]],
    content_type: str = MEDIA_TYPE,
) -> Response:
    """The answer to a question, made only if the client has not got it.

    `question` is its normal form: with the address, the position and what was erased it decides every byte.
    """
    tag = etag(asked.timeline, asked.position, asked.erased, *question)
    response = tagged(tag, lifetime(asked), make, content_type)
    if asked.erased.entries:
        response.headers["Allegiance-Erased"] = str(asked.erased.entries)
    response = unless_erased(asked, response)
    if response.is_streamed and "ETag" in response.headers:
        response.response = _until_erased(asked, response.iter_encoded(), site().store)
    return response


def lifetime(asked: Asked) -> str:
    """How long caches may keep an answer."""
    return FOR_EVER if asked.pinned else REVALIDATED


def unless_erased(asked: Asked, response: Response) -> Response:
    """An answer that was made, kept by nobody if something was erased meanwhile, which it may still have."""
    if response.status_code == 200 and erased(asked.timeline, asked.commit) != asked.erased:
        response.headers["Cache-Control"] = "no-store"
        del response.headers["ETag"]
    return response


def _until_erased(asked: Asked, parts: Iterable[bytes], store: Store) -> Iterator[bytes]:
    """The parts of an answer that caches may keep, made while it is sent."""
    for part in parts:
        if store.erased(asked.timeline, asked.position) != asked.erased:
            # The length was never told, so that no cache takes what was sent for the whole.
            raise BusyError("Something of this was erased while it was sent; ask again.")
        yield part


def etag(*parts: object) -> str:
    """A strong entity tag for what `parts` and the rules decide."""
    text = repr((RULES, request.endpoint, *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def tagged(
    tag: str, cache_control: str, make: Callable[[], bytes | Iterable[bytes]], content_type: str = MEDIA_TYPE
) -> Response:
    """304 if the client has what `tag` names, else 200."""
    held = compression.held(tag)
    if held is None:
        response = Response(make(), content_type=content_type)
    else:
        response = Response(status=304)
        if compression.is_text(content_type):
            response.headers["Vary"] = "Accept-Encoding"
        del response.headers["Content-Type"]
    response.headers["ETag"] = f'"{held or tag}"'
    response.headers["Cache-Control"] = cache_control
    return response


def encode(value: Any) -> bytes:
    """A value as the body of an answer."""
    return compact(value).encode()


def page(items: Sequence[Any], limit: int, place: Callable[[Any], Place]) -> tuple[Sequence[Any], str | None]:
    """The first `limit` of the items found and the cursor after them, None if there is no more.

    `items` holds one more than `limit` where there is more.
    """
    shown = items[:limit]
    return shown, cursors.write(place(shown[-1])) if len(items) > limit else None


def collection(items: Sequence[Any], following: str | None) -> bytes:
    """A page of a collection."""
    return encode({"items": items, "next": following})


def receipt(
    done: Receipt,
    made: bool,
    location: str | None = None,
    notices: Sequence[Problem] = (),
    foreseen: Foreseen | None = None,
) -> Response:
    """What an append did: 201 if it made anything, else 200; `location` is the one thing that it made.

    `foreseen` is what it would change, where it was only tried.
    """
    observing.note_position(done.position)
    if made:
        metrics.count_appended(done.appended)
    content: dict[str, Any] = {
        "position": done.position,
        "recorded_at": done.recorded_at,
        "appended": done.appended,
        "existing": done.existing,
    }
    if foreseen is not None:
        content["changes"] = foreseen
    if notices:
        content["notices"] = [problem(notice) for notice in notices]
    response = Response(encode(content), 201 if made else 200, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if location:
        response.headers["Location"] = location
    return response
