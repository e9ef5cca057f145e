"""A reader who types every example of a page, in order, in one terminal beside a service of their own.

``python -m tests.docs.reader README.md`` writes into a page what its commands print now.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from service.settings import SETTINGS
from tests.docs import pages

ALLEGIANCE = Path(sys.executable).with_name("allegiance")

_MARK = "----- the next example -----"
_SHOWN_PORT = ":8000"
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_HASH = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{43}=(?!=)")
_TOKEN = re.compile(r"\bt[0-9a-f]{12}\b")
_REQUEST = re.compile(r"(?<=\"request_id\":)( ?\")[0-9a-f]{32}(?=\")")


def outputs(page: Path) -> list[str]:
    """What each command of a page prints, made comparable by `normal`."""
    commands = [example.command.text for example in pages.examples(pages.read(page))]
    with tempfile.TemporaryDirectory() as directory, _service(Path(directory)) as port:
        script = f"echo '{_MARK}'\n".join(commands).replace(_SHOWN_PORT, f":{port}")
        done = subprocess.run(
            ("sh", "-euc", script),
            cwd=directory,
            env=_environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()
    printed = normal(done.stdout.decode().replace("\r\n", "\n").replace(f":{port}", _SHOWN_PORT))
    return [text and text.rstrip("\n") + "\n" for text in printed.split(f"{_MARK}\n")]


def normal(text: str) -> str:
    """A text in which the things that differ from run to run are told only by their order.

    Those are the times, the ids of tokens, and hashes in base64; the ids of requests are all told alike.
    """
    text = _REQUEST.sub(rf"\g<1>{'0123456789abcdef' * 2}", text)
    times = sorted(set(_TIME.findall(text)))
    text = _TIME.sub(lambda found: f"2026-11-22T18:{times.index(found[0]):02}:00.000000Z", text)
    tokens = list(dict.fromkeys(_TOKEN.findall(text)))
    text = _TOKEN.sub(lambda found: f"t{tokens.index(found[0]):012}", text)
    hashes = list(dict.fromkeys(_HASH.findall(text)))
    return _HASH.sub(lambda found: _shown_hash(hashes.index(found[0])), text)


def _shown_hash(number: int) -> str:
    """A hash that looks like one, and is the same in every run."""
    return b64encode(sha256(b"%d" % number).digest()).decode()


@contextmanager
def _service(directory: Path) -> Iterator[int]:
    """What `make serve` does, in a directory that looks like a fresh checkout; gives the port."""
    (directory / ".venv" / "bin").mkdir(parents=True)
    (directory / ".venv" / "bin" / "allegiance").symlink_to(ALLEGIANCE)
    python = directory / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (directory / "seeds").symlink_to(pages.PROJECT / "seeds")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    env = _environment(PORT=str(port), WEB_CONCURRENCY="1", ALLEGIANCE_SIGNING_KEY="var/signing.key")
    for words in (("init",), ("key", "create"), ("ingest", "libya", "seeds/libya.ndjson"), ("sign",)):
        subprocess.run((ALLEGIANCE, *words), cwd=directory, env=env, check=True, capture_output=True)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        (ALLEGIANCE, "serve"), cwd=directory, env=env, stdout=quiet, stderr=quiet
    ) as server:
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()


def _environment(**more: str) -> dict[str, str]:
    """Nobody's settings, no proxy, and the Python of the tests first."""
    ours = {name for setting in SETTINGS for name in setting.names} | {"COLUMNS"}
    path = f"{ALLEGIANCE.parent}{os.pathsep}{os.environ['PATH']}"
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        "PATH": path,
        "NO_PROXY": "127.0.0.1",
        **more,
    }


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


def renew(page: Path) -> None:
    """Write into a page what its commands print."""
    text = pages.read(page)
    shown = zip(pages.examples(text), outputs(page), strict=True)
    for example, printed in reversed(list(shown)):
        if example.output:
            start, end = example.output.span
            text = text[:start] + printed + text[end:]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        renew(Path(name))
