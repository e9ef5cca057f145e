"""What the documentation must name, and that what it names is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from events.stores import connect
from service import create_app
from service.cli import main
from service.problems import TABLE
from service.settings import SETTINGS, Settings
from tests.docs import pages

README = pages.read(pages.PROJECT / "README.md")
HTTP = pages.read(pages.PROJECT / "docs" / "http.md")

GLOSSARY = (
    *("timeline", "entry", "position", "commit", "recorded_at", "valid time", "known_at", "event", "effect"),
    *("relation", "spell", "document", "replay", "projection", "snapshot"),
)

each_page = pytest.mark.parametrize(
    "page", pages.PAGES, ids=lambda page: str(page.relative_to(pages.PROJECT))
)


@pytest.fixture(scope="module")
def app() -> Flask:
    """The application over an empty store."""
    store = connect("memory:")
    store.initialise()
    return create_app(Settings(), store)


def documented() -> dict[tuple[str, str], set[str]]:
    """The addresses in docs/http.md, each with its parameters."""
    rows = re.findall(r"^\| `(GET|POST|PATCH) (/\S*)` \|(.*?)\|", HTTP, re.M)
    return {(method, path): set(re.findall(r"`(\w+)`", names)) for method, path, names in rows}


def test_every_address_is_documented_and_no_other(app: Flask) -> None:
    registered = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert registered == documented().keys()


def test_every_parameter_of_an_address_is_documented_and_no_other(app: Flask) -> None:
    described = app.test_client().get("/openapi.json").json
    parameters = {
        (method.upper(), path): {item["name"] for item in operation["parameters"] if item["in"] == "query"}
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method != "parameters" and "parameters" in operation
    }
    assert {address: names for address, names in documented().items() if names} == {
        address: names for address, names in parameters.items() if names
    }


def test_every_kind_of_error_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `/docs/errors#(\S+)` \| (\d+) \|", HTTP, re.M)
    assert {(slug, int(status)) for slug, status in rows} == {
        (kind.slug, kind.status) for kind in TABLE.values()
    }


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = [
        f"| {', else '.join(f'`{name}`' for name in setting.names)} | {setting.default} | {setting.meaning} |"
        for setting in SETTINGS
    ]
    assert re.findall(r"^\| `.*\|$", pages.section(README, "Settings"), re.M) == rows


def test_the_glossary_has_every_word() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\* \| \S", pages.section(README, "Words"), re.M)
    assert sorted(words) == sorted(GLOSSARY)


def test_the_map_names_only_what_is_there() -> None:
    named = re.findall(r"`(\w+/[\w./]*)`", pages.section(README, "Map of the code"))
    assert len(named) > 20
    assert [path for path in named if not (pages.PROJECT / path).exists()] == []


@each_page
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    for words in re.findall(r"(?:`|\.venv/bin/|^|'|\()allegiance ([a-z][a-z ]*)", pages.read(page), re.M):
        command: click.Command = main
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, f"there is no command 'allegiance {words}'"
            command = command.commands[word]


@each_page
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", pages.prose(pages.read(page))):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if "://" not in link and not (target.exists() and (not anchor or anchor in anchors(target))):
            broken.append(link)
    assert broken == []


def anchors(page: Path) -> Iterator[str]:
    """What a link can name in a page: its headings, as code hosts spell them."""
    for heading in re.findall(r"^#+ (.+)$", pages.prose(pages.read(page)), re.M):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each_page
def test_every_block_of_json_is_json(page: Path) -> None:
    for block in pages.blocks(pages.read(page)):
        if block.language == "json":
            json.loads(block.text)
