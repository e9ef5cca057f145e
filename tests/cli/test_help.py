"""The help of every command, and the page that is made of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata

import click
import pytest

from service.cli import main, reference
from tests.cli.command import PROJECT, Command


def commands(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, *path, name)


EVERY = list(commands(main))
NAMES = [" ".join(path) or "allegiance" for path, _ in EVERY]


@pytest.mark.parametrize(("path", "command"), EVERY, ids=NAMES)
def test_every_command_has_help_and_tells_each_of_its_options(
    bare: Command, path: tuple[str, ...], command: click.Command
) -> None:
    told = bare.out(*path, "--help")
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{' '.join(path)} {parameter.opts[0]} is not documented"
            assert all(name in told for name in parameter.opts)


def test_the_help_documents_the_exit_codes(bare: Command) -> None:
    told = bare.out("--help")
    for line in (
        "0  it is done",
        "1  lint",
        "2  wrong usage",
        "3  there is no",
        "4  it contradicts",
        "5  the database",
    ):
        assert line in told


def test_the_page_of_the_commands_is_up_to_date() -> None:
    page = (PROJECT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert page == reference(), "make docs/cli.md anew: its first lines say how"


def test_the_page_has_every_command_and_option() -> None:
    page = reference()
    for path, command in EVERY:
        assert f"## {' '.join(('allegiance', *path))}\n" in page
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or all(name in page for name in parameter.opts)


def test_the_version_is_told(bare: Command) -> None:
    assert bare.out("--version").split()[1] == metadata.version("allegiance")


def test_a_command_that_is_none_is_wrong_usage(bare: Command) -> None:
    assert "No such command 'stat'" in bare.error(2, "stat")


def test_no_command_waits_for_the_web_framework() -> None:
    """It would take each of them twice as long to begin."""
    loaded = "import sys, service.cli; print({'flask', 'werkzeug', 'jinja2', 'psycopg'} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
