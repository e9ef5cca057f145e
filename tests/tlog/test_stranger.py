"""Strangers check the log with packages of their own: Go's sumdb note and tlog, unmodified."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from events.stores import Store
from service import signing
from tests.tlog.served import SIGNER, TIMELINE, VKEY, grow, served

PACKAGES = Path("/usr/share/gocode")
"""Where Debian's golang-golang-x-mod-dev puts them."""

Stranger = Callable[..., subprocess.CompletedProcess[str]]

SIZES = (1, 256, 700)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Runs the program in tests/tlog/stranger."""
    if shutil.which("go") is None or not (PACKAGES / "src/golang.org/x/mod/sumdb").exists():
        pytest.skip("golang-go and golang-golang-x-mod-dev are not installed: Go's verifiers were not asked")
    directory = tmp_path_factory.mktemp("go")
    program = directory / "stranger"
    env = {
        **os.environ,
        **{"GO111MODULE": "off", "GOPATH": str(PACKAGES), "GOCACHE": str(directory / "cache"), "GOFLAGS": ""},
    }
    source = Path(__file__).with_name("stranger") / "main.go"
    subprocess.run(("go", "build", "-o", program, source), env=env, check=True, timeout=300)

    def run(*words: Any) -> subprocess.CompletedProcess[str]:
        command = [str(program), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.mark.parametrize("size", SIZES)
def test_go_checks_every_entry_of_a_checkpoint(store: Store, stranger: Stranger, size: int) -> None:
    grow(store, size)
    with served(store) as address:
        done = stranger(f"{address}/log/{TIMELINE}", VKEY)
    assert (done.stdout, done.stderr) == (f"{size} entries stand\n", "")


@pytest.mark.parametrize("size", SIZES)
def test_go_finds_that_the_log_goes_on_from_an_older_checkpoint(
    store: Store, stranger: Stranger, size: int, tmp_path: Path
) -> None:
    grow(store, size)
    older = tmp_path / "older"
    newest = store.checkpoints.newest(TIMELINE)
    assert newest is not None
    older.write_text(newest.note, encoding="utf-8")
    grow(store, 300)
    with served(store) as address:
        done = stranger(f"{address}/log/{TIMELINE}", VKEY, older)
    assert (done.stdout, done.stderr) == (f"{size + 300} entries stand\n", "")


def test_go_checks_the_proofs_that_the_api_gives(store: Store, stranger: Stranger, tmp_path: Path) -> None:
    grow(store, 300)
    older = tmp_path / "older"
    with served(store) as address:
        older.write_bytes(requests.get(f"{address}/log/{TIMELINE}/checkpoint", timeout=10).content)
        proofs = []
        for position, size in ((1, 1), (1, 300), (256, 257), (300, 300), (77, 123)):
            proof = tmp_path / f"{position}-{size}.json"
            query = {"position": position, "size": size}
            address_of = f"{address}/v1/timelines/{TIMELINE}/log/proof"
            proof.write_bytes(requests.get(address_of, query, timeout=10).content)
            proofs.append(proof)
        done = stranger(f"{address}/log/{TIMELINE}", VKEY, older, *proofs)
        assert (done.stdout, done.stderr) == ("300 entries stand\n", "")
        proofs[2].write_text(proofs[2].read_text().replace('"position":256', '"position":255'))
        assert stranger(f"{address}/log/{TIMELINE}", VKEY, older, *proofs).returncode == 1


def test_go_does_not_believe_another_key(store: Store, stranger: Stranger) -> None:
    grow(store, 3)
    other = signing.of_timeline(SIGNER, "other").verifier.text
    with served(store) as address:
        done = stranger(f"{address}/log/{TIMELINE}", other)
    assert done.returncode == 1
    assert "note has no verifiable signatures" in done.stderr
