"""The one reader of what is sent: counted bytes, strict JSON, the faults of every line at once.

The framework's own readers cut a chunked body at their limit without a word, and take
a body that is shorter than declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from flask import request

from events import strict_json
from events.batch import Batch, Heard, take, take_value
from events.errors import InvalidError, TooLargeError, UnreadableError
from events.ingest import Line, csv_file, ndjson
from events.known import context
from service import codings
from service.current import site, store
from service.errors import MediaTypeError

JSON = "application/json"
NDJSON = ndjson.FORMAT.media_types
CSV = "text/csv"

_CHUNK_BYTES = 64 * 1024


def batch(timeline: str, *, create_actors: bool = False, entries: int | None = None) -> tuple[Batch, bool]:
    """Everything sent as one batch, and whether its numbers are places in a JSON list, from 1.

    Raises UnreadableError, TooLargeError or MediaTypeError; faults of single lines stay with the batch.
    """
    kind = _media_type((JSON, *NDJSON, CSV))
    if create_actors and kind != CSV:
        raise InvalidError(f"'create_actors' goes with {CSV}; in {kind} an actor is an object of its own.")
    body = _received()
    if kind != JSON:
        format = csv_file.FORMAT if kind == CSV else ndjson.FORMAT
        heard = Heard(BytesIO(body))
        about = context(store(), timeline, format, create_actors=create_actors)
        lines = _limited(format.read(heard, about))
        return Batch(timeline, take(lines, timeline, lambda: heard.last), entries=entries), False
    value = strict_json.read(body)
    if not isinstance(value, list):
        return Batch(timeline, [take_value(value, timeline, None)], entries=entries), False
    _limit(len(value))
    taken = (take_value(item, timeline, place) for place, item in enumerate(value, 1))
    return Batch(timeline, taken, entries=entries), True


def single() -> Any:
    """The one JSON object sent. Raises UnreadableError or InvalidError."""
    _media_type((JSON,))
    value = strict_json.read(_received())
    if not isinstance(value, dict):
        raise InvalidError("The body must be one JSON object.")
    return value


def _limited(lines: Iterable[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines, 1):
        _limit(count)
        yield line


def _limit(number: int) -> None:
    most = site().settings.max_entries
    if number > most:
        raise TooLargeError(f"There are more than {most} lines or items here; send them in several requests.")


def _media_type(accepted: Sequence[str]) -> str:
    """The type of the body, one of those accepted. Raises MediaTypeError."""
    kinds = ", ".join(accepted)
    if _coding() not in ("", "identity", *codings.GZIP):
        raise MediaTypeError("Send the body as it is, or with Content-Encoding: gzip.", accepted)
    if request.mimetype not in accepted:
        sent = (
            f"{request.mimetype[:80]!r} is not read here"
            if request.mimetype
            else "The Content-Type is missing"
        )
        raise MediaTypeError(f"{sent}; send one of {kinds}.", accepted)
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise MediaTypeError("Send the body in UTF-8.", accepted)
    return request.mimetype


def _coding() -> str:
    return request.headers.get("Content-Encoding", "").strip().lower()


def _received() -> bytes:
    """Every byte of the body. Raises TooLargeError, or UnreadableError if it is cut short or empty."""
    most = site().settings.max_body
    declared = request.content_length
    too_large = TooLargeError(f"The body has more than {most} bytes; send it in several requests.")
    if declared is not None and declared > most:
        raise too_large
    parts: list[bytes] = []
    size = 0
    while part := _part():
        size += len(part)
        if size > most:
            raise too_large
        parts.append(part)
    if declared is not None and size < declared:
        raise UnreadableError(f"The body ends after {size} of {declared} bytes; send it again.")
    if not size:
        raise UnreadableError("The body is empty; send what is to be appended.")
    body = b"".join(parts)
    for header in ("Content-Digest", "Repr-Digest"):
        codings.check_digest(header, request.headers.get(header, ""), body)
    return codings.inflated(body, most) if _coding() in codings.GZIP else body


def _part() -> bytes:
    try:
        return request.stream.read(_CHUNK_BYTES)
    except Exception:  # each server has its own error for a connection that broke or a chunk that is none
        raise UnreadableError("The body was cut off before its end; send it again.") from None
