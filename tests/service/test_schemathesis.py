"""schemathesis looks for an answer that the description does not allow, at a service that really listens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.batch import Batch, Heard, take
from events.ingest import Context, ndjson
from events.stores import connect
from service.settings import SETTINGS

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
PROGRAM = Path(sys.executable).with_name("schemathesis")

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a service over the Libya timeline, as it is deployed, and a token that may write."""
    store = connect(f"sqlite:///{tmp_path}/allegiance.db")
    store.initialise()
    with (PROJECT / "seeds" / "libya.ndjson").open("rb") as file:
        batch = Batch("libya", take(ndjson.FORMAT.read(Heard(file), Context()), "libya"))
        batch.append(store, author="local", create=True)
    _, token = store.tokens.create(("append", "correct", "admin"), None, "tests")
    store.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"ALLEGIANCE_DATABASE": f"sqlite:///{tmp_path}/allegiance.db", "PORT": str(port)}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf", "service:create_app()"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            command, env=environment(**settings), cwd=PROJECT, stdout=log, stderr=log
        ) as process,
    ):
        wait_for(port)
        yield f"http://127.0.0.1:{port}", token
        process.terminate()


def environment(**more: str) -> dict[str, str]:
    """Nobody's settings, and no proxy."""
    ours = {name for setting in SETTINGS for name in setting.names}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "NO_PROXY": "127.0.0.1", **more}


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


def test_every_answer_is_one_that_the_description_allows(service: tuple[str, str], tmp_path: Path) -> None:
    url, token = service
    done = subprocess.run(
        (
            *(PROGRAM, "--config-file", HERE / "schemathesis.toml", "run", f"{url}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS)),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--seed", "1", "--no-shrink"),
            *("--request-timeout", "30", "--warnings", "off"),
        ),
        env=environment(SCHEMATHESIS_HOOKS="tests.service.schemathesis_hooks", PYTHONPATH=str(PROJECT)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "Traceback" not in (tmp_path / "log").read_text()
