"""Requests over the network, with patience: what failed is sent again where that is safe.

Reading is safe, and so is appending: the same lines again append nothing. Only an append on a
condition (`expected_position`) is not repeated once it may have been done, since its own doing
would break the condition.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Retry, Timeout

from service.client.errors import ProblemError, UnreachableError

Query = Mapping[str, str | Sequence[str]]

_REFUSED_FOR_NOW = (429, 503)
_OUTCOME_UNKNOWN = (502, 504)
_LONGEST_WAIT = 60
_CHUNK_BYTES = 64 * 1024
_PROBLEM = "application/problem+json"


class Transport:
    """One service at `url`, spoken to over connections that are kept. May be shared by threads."""

    def __init__(self, url: str, token: str | None, timeout: float, retries: int) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{url!r} is no address of a service; write one such as https://example.org.")
        self.url = url.rstrip("/")
        self._pool = _pool(parts.scheme, parts.hostname, timeout, token)
        self._patient = Retry(
            retries,
            status_forcelist=_REFUSED_FOR_NOW + _OUTCOME_UNKNOWN,
            allowed_methods=None,
            backoff_factor=0.2,
            backoff_jitter=0.2,
            backoff_max=_LONGEST_WAIT,
            retry_after_max=_LONGEST_WAIT,
            raise_on_status=False,
        )
        self._careful = self._patient.new(read=False, other=False, status_forcelist=_REFUSED_FOR_NOW)

    def get(self, path: str, query: Query) -> Any:
        """The JSON at a path below the service's address. Raises UnreachableError or ProblemError."""
        return _json(self._send("GET", self._address(path, query)))

    def stream(self, path: str, query: Query) -> Iterator[bytes]:
        """The bytes of an answer of any length, piece by piece as they come."""
        response = self._send("GET", self._address(path, query), preload_content=False)
        try:
            yield from response.stream(_CHUNK_BYTES, decode_content=True)
        except HTTPError as error:
            self._fail(error)
        finally:
            response.release_conn()

    def post(self, path: str, query: Query, body: bytes, media_type: str) -> Any:
        """What the service says to a body, which it can tell from one that arrived in part."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {"Content-Type": media_type, "Content-Digest": f"sha-256=:{digest}:"}
        response = self._send(
            "POST",
            self._address(path, query),
            body=body,
            headers={**self._pool.headers, **headers},
            retries=self._careful if "expected_position" in query else self._patient,
            redirect=False,
        )
        return _json(response)

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.clear()

    def _send(self, method: str, address: str, **how: Any) -> urllib3.BaseHTTPResponse:
        try:
            response = self._pool.request(method, address, **{"retries": self._patient, **how})
            if response.status >= 300:
                raise _problem(response, response.data)
        except HTTPError as error:
            self._fail(error)
        return response

    def _address(self, path: str, query: Query) -> str:
        return f"{self.url}{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")

    def _fail(self, error: HTTPError) -> NoReturn:
        reason = getattr(error, "reason", None) or error
        raise UnreachableError(f"{self.url} did not answer: {reason}") from None


def _pool(scheme: str, host: str, timeout: float, token: str | None) -> urllib3.PoolManager:
    """Connections to a host, by the proxy that the environment names for it.

    Every request has the token; where it is led to another host it goes without.
    """
    proxy = None if proxy_bypass(host) else getproxies().get(scheme)
    headers = {
        "User-Agent": f"allegiance/{version('allegiance')}",
        **urllib3.make_headers(accept_encoding="gzip"),
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }
    options: dict[str, Any] = {"timeout": Timeout(timeout), "headers": headers}
    return urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)


def _json(response: urllib3.BaseHTTPResponse) -> Any:
    try:
        return json.loads(response.data)
    except ValueError:
        raise UnreachableError(f"What answers at {response.url} does not speak JSON.") from None


def _problem(response: urllib3.BaseHTTPResponse, body: bytes) -> ProblemError:
    """The error that an answer is, also where it comes from a proxy that knows no problem+json."""
    if response.headers.get("Content-Type", "").startswith(_PROBLEM):
        try:
            return ProblemError(json.loads(body))
        except (ValueError, KeyError, TypeError):
            pass
    place = response.headers.get("Location")
    detail = f"The answer was {response.status} {response.reason or ''}".rstrip()
    moved = f"; it names {place}: use that address" if place else ""
    return ProblemError(
        {"type": "about:blank", "title": "Refused", "status": response.status, "detail": f"{detail}{moved}."}
    )
