"""What only a process of its own shows: streams, pipes, locales and serving."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.cli.command import PROGRAM, SEEDS, Command, ndjson
from tests.domain.builders import actor, document, effect, event


def test_stdin_is_read_in_utf_8_under_any_locale(allegiance: Command) -> None:
    process = allegiance.process("ingest", "libya", "-", LC_ALL="C", PYTHONIOENCODING="ascii")
    out, error = process.communicate(ndjson(document(title="ليبيا")).encode())
    assert (process.returncode, error) == (0, b"")
    assert out.startswith(b"1 appended")


@pytest.mark.parametrize(
    "locale", [{"LANG": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_the_output_is_utf_8_under_any_locale(seeded: Command, locale: dict[str, str]) -> None:
    process = seeded.process("state", "libya", "--at", "2019-05-01", **locale)
    out, error = process.communicate()
    assert (process.returncode, error) == (0, b"")
    assert "● attested" in out.decode()


def test_a_reader_that_goes_away_is_no_error(seeded: Command) -> None:
    process = seeded.process("export", "libya")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()
    process.stdin.close()  # type: ignore[union-attr]


def test_no_colour_and_no_progress_reach_what_is_no_terminal(allegiance: Command) -> None:
    process = allegiance.process("ingest", "libya", str(SEEDS))
    assert process.communicate()[1] == b""
    process = allegiance.process("state", "libya", "--at", "2019-05-01")
    assert b"\x1b" not in process.communicate()[0]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_that_want_it(
    seeded: Command, environment: dict[str, str], coloured: bool
) -> None:
    shown = _on_a_terminal(seeded, ("state", "libya", "--at", "2019-05-01"), environment)
    assert "● attested" in shown
    assert ("\x1b[32m" in shown) == coloured


def _on_a_terminal(command: Command, words: tuple[str, ...], environment: dict[str, str]) -> str:
    import pty
    import subprocess

    from tests.cli.command import PROGRAM, PROJECT

    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    env |= {"ALLEGIANCE_DATABASE": command.url, **environment}
    with subprocess.Popen((*PROGRAM, *words), env=env, cwd=PROJECT, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # how Linux says that the other end was closed
            pass
    os.close(ours)
    assert process.returncode == 0
    return shown.decode()


def test_serve_answers_on_the_port_and_stops_when_told(seeded: Command) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = seeded.process("serve", PORT=str(port), WEB_CONCURRENCY="1")
    try:
        answer = _first_answer(f"http://127.0.0.1:{port}/v1/timelines/libya/state?at=2019-05-01")
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert out == f"Allegiance answers on http://127.0.0.1:{port} (Ctrl-C stops it).\n".encode()
    assert process.returncode == 0
    assert answer + "\n" == seeded.out("state", "libya", "--at", "2019-05-01", "--json")


def test_serve_signs_what_is_appended_in_a_process_of_its_own(allegiance: Command) -> None:
    """Those who serve are not told where the key is, and the signer goes when they go."""
    environment = {"ALLEGIANCE_SIGNING_KEY": str(allegiance.key), "WEB_CONCURRENCY": "1"}
    allegiance.out("key", "create", **environment)
    allegiance.ingest(document())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        environment["PORT"] = str(probe.getsockname()[1])
    process = allegiance.process("serve", **environment)
    address = f"http://127.0.0.1:{environment['PORT']}/log/libya/checkpoint"
    try:
        _until(lambda: _first_answer(address).split("\n")[1:2] == ["1"])
        allegiance.ingest(document("another"))
        _until(lambda: _first_answer(address).split("\n")[1:2] == ["2"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)  # ends only when the signer has let go of the streams too
    assert process.returncode == 0
    assert (allegiance.outside / "libya.checkpoint").read_text().split("\n")[1] == "2"


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to be")


def _first_answer(address: str) -> str:
    for _ in range(100):
        try:
            with requests.get(address, timeout=10) as response:
                response.encoding = "utf-8"
                return response.text
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")


def test_whoever_waits_at_a_terminal_sees_how_far_how_fast_and_how_long_still(tmp_path: Path) -> None:
    file = tmp_path / "large.ndjson"
    lines = (event(f"e{n}", "1970", effect("holds"), title="x" * 450) for n in range(30_000))
    file.write_text(ndjson(document(), actor("ussr"), actor("libya"), *lines))
    environment = {"ALLEGIANCE_DATABASE": f"sqlite:///{tmp_path}/record.db", "COLUMNS": "100"}
    subprocess.run([*PROGRAM, "init"], env={**os.environ, **environment}, check=True, capture_output=True)
    leader, terminal = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "ingest", "t", str(file)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        shown = b"".join(iter(lambda: _read(leader), b"")).decode()
    os.close(leader)
    assert process.returncode == 0
    assert re.search(r"Reading  \[#+-+\] +\d+%  \d\d:\d\d:\d\d  [\d,]+ bytes/s", shown)
    assert "Indexing  [" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what a closed terminal says
        return b""
