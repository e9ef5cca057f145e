"""The files of a log, from a service or from a directory that holds a copy of them."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlsplit

from events.errors import InvalidError, UnreadableError
from events.stores import Progress
from events.tlog.audit import Fetch, audit
from events.verify import Report

_SECONDS = 30
_MOST_BYTES = 256 * (2 + 0xFFFF)


def report_of(place: str, vkey: str | None, progress: Progress, token: str = "") -> Report:
    """What is found of the files of a log at a place; a private one takes a token."""
    report = Report()
    report.entries = audit(files_of(place, token), report.fault, vkey, progress)
    return report


def files_of(place: str, token: str = "") -> Fetch:
    """Reads the files below a URL such as https://allegiance.example/log/libya, or in a directory."""
    if "://" in place:
        return _Service(place, token).fetch
    directory = Path(place)
    if not directory.is_dir():
        raise InvalidError(f"{place} is no directory, and no address that begins with https://.")
    return lambda name: (directory / name).read_bytes()


class _Service:
    """One connection to one log."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if parts.scheme not in kinds or not parts.netloc:
            raise InvalidError(f"{url} is no address of a log; write https://allegiance.example/log/libya.")
        self._prefix = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection = kinds[parts.scheme](parts.netloc, timeout=_SECONDS)

    def fetch(self, name: str) -> bytes:
        """The file of this name. Raises OSError or UnreadableError."""
        address = f"{self._prefix}/{name}"
        try:
            self._connection.request("GET", address, headers=self._headers)
            with self._connection.getresponse() as response:
                data = response.read(_MOST_BYTES + 1)
        except http.client.HTTPException as error:
            raise UnreadableError(f"{address} does not answer as a web server does: {error!r}.") from None
        if response.status != 200 or len(data) > _MOST_BYTES:
            raise UnreadableError(f"{address} answers {response.status} with {len(data)} bytes.")
        return data
