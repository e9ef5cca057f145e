"""A process that has the program loaded and forks a copy of itself for each run of it.

To start an interpreter takes half a second, to fork one some milliseconds: so hundreds of
runs can be killed in a minute. Each run is a process of its own, as if started from a shell.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from service.cli import main
from tests.cli.command import PROJECT


class Run:
    """A run of `allegiance`, once for each file in turn, its output going to one file."""

    def __init__(self, nursery: subprocess.Popen[str], output: Path, *commands: list[str]) -> None:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        self._nursery = nursery
        self._output = output
        output.touch()
        nursery.stdin.write(json.dumps([str(output), commands]) + "\n")
        nursery.stdin.flush()
        self.pid = int(nursery.stdout.readline())

    def kill(self) -> None:
        """kill -9, and wait until it is gone: then all its locks are."""
        assert self._nursery.stdout is not None
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._nursery.stdout.readline()

    def said(self) -> str:
        """What it has printed so far. A line that is whole was acknowledged."""
        text = self._output.read_text()
        return text[: text.rfind("\n") + 1]


@contextmanager
def nursery(database: Path) -> Iterator[subprocess.Popen[str]]:
    """A nursery for runs on a database."""
    environment = {**os.environ, "ALLEGIANCE_DATABASE": f"sqlite:///{database}"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", "tests.torture.nursery"],
        env=environment,
        cwd=PROJECT,
        stdin=pipe,
        stdout=pipe,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _serve(requests: IO[str]) -> None:
    """Fork for each request; tell the pid, and then the end."""
    for request in iter(requests.readline, ""):
        output, commands = json.loads(request)
        pid = os.fork()
        if pid == 0:
            _run(output, commands)
        print(pid, flush=True)  # noqa: T201 - the answer
        os.waitpid(pid, 0)
        print("ended", flush=True)  # noqa: T201


def _run(output: str, commands: list[list[str]]) -> None:
    file = os.open(output, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    for command in commands:
        with suppress(SystemExit):
            main(command)
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.stdin)
