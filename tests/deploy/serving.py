"""The service as it is deployed: gunicorn with the project's own settings, and Debian's nginx before it."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from events.codec import record
from events.stores.sqlite import SQLiteStore
from service.settings import SETTINGS
from tests.browser.serving import free_port
from tests.cli.command import PROJECT
from tests.service.client import LIBYA

PATIENCE = 60
"""Seconds after which a server that does not answer is broken, however busy the machine."""

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
needs_nginx = pytest.mark.skipif(
    NGINX is None, reason="nginx is not installed: its configuration was not tried"
)

_COMMAND = (sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf")


class Service:
    """A gunicorn over a database with the timeline `libya` at position 7, and a token that may append."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, store: SQLiteStore, log: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.store = store
        self.token = store.tokens.create(("append", "correct"), None, "tests")[1]
        self.headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/x-ndjson"}
        self._log = log

    def workers(self) -> list[int]:
        """The pids of the workers."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def log(self) -> list[dict[str, Any]]:
        """Every line that it has logged."""
        whole, _, _ = self._log.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def line_of(self, id: str) -> dict[str, Any]:
        """The line of the request of an id, which is written once its answer is on its way."""
        until = time.monotonic() + PATIENCE
        while not (found := [line for line in self.log() if line.get("request_id") == id]):
            assert time.monotonic() < until
            time.sleep(0.01)
        (line,) = found
        return line

    def append(self, *lines: Mapping[str, Any], **more: Any) -> requests.Response:
        """POST lines to `libya`."""
        body = "\n".join(json.dumps(line) for line in lines).encode()
        url = f"{self.url}/v1/timelines/libya/events"
        return requests.post(url, body, headers=self.headers, timeout=PATIENCE, **more)

    def get(self, path: str, **headers: str) -> requests.Response:
        """GET a path."""
        return requests.get(f"{self.url}{path}", headers=headers, timeout=PATIENCE)


@contextmanager
def service(folder: Path, *options: str, disk: Path | None = None, **settings: str) -> Iterator[Service]:
    """A service over a database in `folder`, or on another `disk`; `options` are gunicorn's."""
    store = SQLiteStore((disk or folder) / "record.db")
    store.initialise()
    title = {"entity": "timeline", "title": {"en": "Libya"}}
    store.append("libya", [record(line, "libya") for line in (title, *LIBYA)], author="tests", create=True)
    port = free_port()
    unset = {name for setting in SETTINGS for name in setting.names}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {
        "ALLEGIANCE_DATABASE": f"sqlite:///{store.connections.path}",
        "PORT": str(port),
        **settings,
    }
    log = folder / "service.log"
    command = (*_COMMAND, "--bind", f"127.0.0.1:{port}", *options, "service:create_app()")
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=out, stderr=out) as process,
    ):
        try:
            _await(process, port, log)
            yield Service(process, port, store, log)
        finally:
            process.terminate()
            process.wait()
            store.close()


@contextmanager
def proxy(folder: Path, behind: str) -> Iterator[str]:
    """The nginx of deploy/nginx.conf before a service; gives its address.

    Nothing of the configuration is another but the port, the user, and where files are kept.
    """
    assert NGINX
    folder.mkdir()
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(folder, port, behind))
    command = (NGINX, "-c", str(configuration), "-g", "daemon off;")
    log = folder / "error.log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            _await(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _configuration(folder: Path, port: int, behind: str) -> str:
    text = (PROJECT / "deploy" / "nginx.conf").read_text()
    unused = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("fastcgi", "uwsgi", "scgi"))
    for here, there, count in (
        ("user www-data;", f"user {getpass.getuser()};" if os.getuid() == 0 else "", 1),
        ("/run/nginx.pid", f"{folder}/pid", 1),
        ("/var/log/nginx", str(folder), 2),
        ("/var/lib/nginx", str(folder), 3),
        ("http {", f"http {{ {unused}", 1),
        ("listen 80;", f"listen 127.0.0.1:{port};", 1),
        ("127.0.0.1:8000", urlsplit(behind).netloc, 1),
    ):
        assert text.count(here) == count, here
        text = text.replace(here, there)
    return text


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
