"""What the operator sees of each request: an id that client, proxy and log share, a line of the log, figures.

No line holds a body, a query, a token or an address of a reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask import Response, request
from werkzeug.wsgi import ClosingIterator

from events.stores.clock import write_instant
from service import metrics

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_KEY = "allegiance.observed"
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")

Application = Callable[..., Iterable[bytes]]

write: Callable[[Mapping[str, object]], None] | None = None
"""Where the lines go: nowhere until the server says. By way of `logging` each would take much longer."""


@dataclass
class Observed:
    """One request, as far as it has come."""

    id: str
    method: str
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=perf_counter)
    route: str = "none"
    timeline: str | None = None
    position: int | None = None
    status: int = 500
    size: int = 0

    def tell(self) -> None:
        """Write its line, and count it."""
        # A client may send any method; only those that are known are told.
        method = self.method if self.method in _METHODS else "other"
        seconds = perf_counter() - self.began
        metrics.count_request(method, self.route, self.status, seconds)
        if write is None:
            return
        line = {
            "time": write_instant(self.time),
            "request_id": self.id,
            "method": method,
            "route": self.route,
            "timeline": self.timeline,
            "position": self.position,
            "status": self.status,
            "seconds": round(seconds, 6),
            "bytes": self.size,
        }
        write(line)


class Observer:
    """A WSGI application around ours, that observes each request from its beginning to its last byte."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        sent = environ.get("HTTP_X_REQUEST_ID", "")
        seen = Observed(sent if _ID.fullmatch(sent) else uuid4().hex, environ.get("REQUEST_METHOD", ""))
        environ[_KEY] = seen

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen.status = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", seen.id)], exc_info)

        try:
            body = self._application(environ, start)
        except BaseException:
            seen.tell()
            raise
        return ClosingIterator(_counted(body, seen), [getattr(body, "close", lambda: None), seen.tell])


def _counted(body: Iterable[bytes], seen: Observed) -> Iterator[bytes]:
    for part in body:
        seen.size += len(part)
        yield part


def note(response: Response) -> Response:
    """Note which address answered: its rule, which is one of few, and never what a client wrote."""
    seen = _observed()
    if seen and request.url_rule:
        seen.route = request.url_rule.rule
        seen.timeline = (request.view_args or {}).get("timeline")
    return response


def note_position(position: int) -> None:
    """Note the position that the answer is of."""
    seen = _observed()
    if seen:
        seen.position = position


def request_id() -> str | None:
    """The id of this request; None where nobody observes it."""
    seen = _observed()
    return seen.id if seen else None


def _observed() -> Observed | None:
    found: Observed | None = request.environ.get(_KEY) if request else None
    return found
