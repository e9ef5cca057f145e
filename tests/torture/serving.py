"""A real gunicorn whose workers can be killed, and clients that send again until they have an answer."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from events.stores.sqlite import SQLiteStore
from service.settings import SETTINGS
from tests.cli.command import PROJECT

WORKERS = 4
PATIENCE = 300
"""Seconds after which a server that does not answer is broken, however busy the machine."""

_COMMAND = (sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf", "--bind", "127.0.0.1:0")


class Server:
    """A gunicorn with `WORKERS` workers over a new database, and a token that may do everything."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, store: SQLiteStore, token: str) -> None:
        self.process = process
        self.port = port
        self.store = store
        self.token = token

    def workers(self) -> list[int]:
        """The pids of the workers."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_worker(self, random: Random) -> None:
        """kill -9 one worker, and wait until there is another in its place, and the server answers.

        On a busy machine all of them could be starting for ever otherwise.
        """
        victim = random.choice(self.workers())
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        self.await_workers(without=victim)
        with closing(Client(self)) as client:
            client.get("/readyz")

    def await_workers(self, without: int | None = None) -> None:
        """Wait until all workers are there, and one is gone."""
        until = time.monotonic() + PATIENCE
        while without in (now := self.workers()) or len(now) < WORKERS:
            assert time.monotonic() < until, "no worker has taken its place"
            time.sleep(0.002)


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Server]:
    """A server over a database in `folder`, on a free port."""
    store = SQLiteStore(folder / "record.db")
    store.initialise()
    _, token = store.tokens.create(("append", "correct"), None, "tests")
    unset = {name for setting in SETTINGS for name in setting.names}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {
        "ALLEGIANCE_DATABASE": f"sqlite:///{store.connections.path}",
        "WEB_CONCURRENCY": str(WORKERS),
        **settings,
    }
    log = folder / "gunicorn.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*_COMMAND, "service:create_app()"], cwd=PROJECT, env=environment, stdout=out, stderr=out
        ) as process,
    ):
        try:
            server = Server(process, _port(log), store, token)
            server.await_workers()
            yield server
        finally:
            process.terminate()
            process.wait()
            store.close()


def _port(log: Path) -> int:
    until = time.monotonic() + PATIENCE
    while not (found := re.search(r"Listening at: http://127.0.0.1:(\d+)", log.read_text())):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.02)
    return int(found[1])


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Unanswered(Exception):
    """The connection broke: nobody knows whether the request was done."""


class Client:
    """One connection that is kept alive, and made again when it breaks."""

    def __init__(self, server: Server) -> None:
        self._headers = {
            "Authorization": f"Bearer {server.token}",
            "Content-Type": "application/x-ndjson",
        }
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.sent_again = 0

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def once(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request once. Raises Unanswered."""
        try:
            self._connection.request(method, path, body, {**self._headers, **headers})
            response = self._connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise Unanswered(str(error)) from error

    def get(self, path: str) -> Answer:
        """GET until there is an answer."""
        return self._persist("GET", path, None)

    def post(self, path: str, body: bytes, **headers: str) -> Answer:
        """POST until there is an answer, as what is sent may be sent again."""
        return self._persist("POST", path, body, **headers)

    def _persist(self, method: str, path: str, body: bytes | None, **headers: str) -> Answer:
        until = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < until, f"{method} {path} is never answered"
            with suppress(Unanswered):
                answer = self.once(method, path, body, **headers)
                if answer.status != 503:
                    return answer
            self.sent_again += 1
            time.sleep(0.005)
