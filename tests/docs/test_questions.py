"""The questions of docs/questions.md: enough of them, and the address asks what the command asks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import create_app
from service.settings import Settings
from tests.cli.command import SEEDS, Command
from tests.docs import pages

TEXT = pages.read(pages.PROJECT / "docs" / "questions.md")
QUESTION = re.compile(
    r"^### \d+\. (?P<words>.+)\n\n"
    r"(?:`GET (?P<address>/\S+)`\n\n)?```sh run\n\.venv/bin/allegiance (?P<command>.+)\n```$",
    re.M,
)
QUESTIONS = [found.groupdict() for found in QUESTION.finditer(TEXT)]
BOTH = [(found["address"], found["command"]) for found in QUESTIONS if found["address"]]


@pytest.fixture(scope="module")
def libya(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("questions"))
    command.out("init")
    command.out("ingest", "libya", SEEDS)
    return command


@pytest.fixture(scope="module")
def http(libya: Command) -> FlaskClient:
    return create_app(Settings(database=libya.url)).test_client()


def test_there_are_twenty_questions_and_each_is_one_call() -> None:
    headings = re.findall(r"^### (\d+)\. .+\?$", TEXT, re.M)
    assert headings == [str(number) for number in range(1, len(headings) + 1)]
    assert len(headings) >= 20
    assert len(QUESTIONS) == len(headings)
    assert len(pages.examples(TEXT)) == len(headings) + 1


@pytest.mark.parametrize(("address", "command"), BOTH)
def test_the_address_asks_what_the_command_asks(
    libya: Command, http: FlaskClient, address: str, command: str
) -> None:
    answer = http.get(address)
    assert answer.status_code == 200
    assert libya.out(*command.split(), "--json") == answer.text + "\n"


def test_the_map_leads_to_the_page() -> None:
    assert "docs/questions.md" in pages.read(Path(pages.PROJECT) / "README.md")
