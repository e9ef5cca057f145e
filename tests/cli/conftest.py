"""The command over an empty database, and over the Libya timeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import SEEDS, Command


@pytest.fixture
def bare(tmp_path: Path) -> Command:
    """The command before `init`."""
    return Command(tmp_path)


@pytest.fixture
def allegiance(bare: Command) -> Command:
    """The command over a database without any timeline."""
    bare.out("init")
    return bare


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command over the seeds, made once for all the tests that leave nothing behind."""
    command = Command(tmp_path_factory.mktemp("seeds"))
    command.out("init")
    command.out("ingest", "libya", SEEDS)
    return command
