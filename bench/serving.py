"""Starts the servers that are compared, on loopback alone, and ends them again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench import load

_START_SECONDS = 30
_CACHE_KB = 16 * 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(app: str, workers: int, settings: Mapping[str, str]) -> Iterator[list[int]]:
    """`app` under the service's own gunicorn settings."""
    port = free_port()
    command = ["gunicorn", "-c", "python:service.gunicorn_conf", "-b", f"127.0.0.1:{port}", app]
    environment = {"WEB_CONCURRENCY": str(workers), "PORT": str(port), **settings}
    with _process(command, port, environment):
        yield [port]


@contextmanager
def datasette(files: Sequence[Path], metadata: Path, workers: int) -> Iterator[list[int]]:
    """`workers` processes of Datasette, which has one each, and a port for each of them."""
    ports = [free_port() for _ in range(workers)]
    options = ["--metadata", str(metadata), "--setting", "cache_size_kb", str(_CACHE_KB)]
    with ExitStack() as stack:
        for port in ports:
            command = ["datasette", "serve", *map(str, files), "--port", str(port), *options]
            stack.enter_context(_process(command, port))
        yield ports


@contextmanager
def trivial(workers: int, size: int) -> Iterator[list[int]]:
    """Servers that answer `size` bytes with no work at all."""
    ports = [free_port() for _ in range(workers)]
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(_process(["bench.bare", str(port), str(size)], port))
        yield ports


@contextmanager
def _process(
    command: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python module as a process that listens on `port`; what it says is kept beside the data."""
    load.CACHE.mkdir(parents=True, exist_ok=True)
    said = load.CACHE / f"{command[0]}.log"
    with said.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=load.CACHE.parent.parent,
            env={**os.environ, **(environment or {})},
            stdout=log,
            stderr=log,
        )
    try:
        _await(process, port, said)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        probe = HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
        try:
            probe.request("GET", "/")
            probe.getresponse().read()
            return
        except (OSError, HTTPException):
            time.sleep(0.05)
        finally:
            probe.close()
    raise RuntimeError(f"A server did not start; its last words are in {said}.")
