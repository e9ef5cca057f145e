"""A gateway before a service that fails as it is told, and otherwise hands everything on."""

from __future__ import annotations

import threading
from collections import deque
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

_KEPT = ("Content-Type", "Content-Encoding")


class Flaky:
    """Takes the next of `faults` for each request; without one it hands the request on.

    A fault is a status to answer with, `"drop"` to hang up without an answer, or `"lose"` to hand the
    request on and cut the answer short. `seen` counts the requests.
    """

    def __init__(self, url: str) -> None:
        self.faults: deque[Any] = deque()
        self.headers: dict[str, str] = {}
        self.seen = 0
        flaky, behind = self, urlsplit(url)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                flaky.seen += 1
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fault = flaky.faults.popleft() if flaky.faults else None
                if fault == "drop":
                    self.close_connection = True
                elif isinstance(fault, int):
                    self._answer(fault, {"Content-Type": "text/html", **flaky.headers}, b"<h1>Not now</h1>")
                else:
                    self._hand_on(body, cut=fault == "lose")

            do_POST = do_GET

            def _hand_on(self, body: bytes, *, cut: bool) -> None:
                connection = HTTPConnection(behind.hostname or "", behind.port)
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                told = answer.read()
                connection.close()
                kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
                self._answer(answer.status, kept, told, cut=cut)

            def _answer(
                self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False
            ) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if cut else body)
                self.close_connection = self.close_connection or cut

            def log_message(self, *args: object) -> None:
                """Nothing: the tests count."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
