"""Real servers on loopback: the service over a database, and hosts that embed it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from service.settings import SETTINGS
from tests.cli.command import PROGRAM, PROJECT


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def service(database: Path, port: int | None = None, **settings: str) -> Iterator[str]:
    """`allegiance serve` over a database, in a process of its own; gives its address."""
    port = port or free_port()
    unset = {name for setting in SETTINGS for name in setting.names}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"ALLEGIANCE_DATABASE": f"sqlite:///{database}", "PORT": str(port), **settings}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        (*PROGRAM, "serve"), env=environment, cwd=PROJECT, stdout=quiet, stderr=quiet
    ) as server:
        try:
            _await(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _await(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


class Static(SimpleHTTPRequestHandler):
    """A plain static server: files as they are, and headers for all of them."""

    headers_for_all: Mapping[str, str] = {}

    def end_headers(self) -> None:
        for name, value in self.headers_for_all.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests' output is not for it."""


@contextmanager
def static(directory: Path, headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """A static server of a directory, on a host name that is another site than the service's."""
    handler = type("Handler", (Static,), {"headers_for_all": dict(headers or {})})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(directory)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
