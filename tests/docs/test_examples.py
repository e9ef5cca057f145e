"""Every example of the documentation, run as a reader would."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs import pages, reader


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")),
    reason="curl or openssl is not installed: no example was run",
)
@pytest.mark.parametrize(
    "page", [page for page in pages.PAGES if pages.examples(pages.read(page))], ids=lambda page: page.name
)
def test_a_page_shows_what_its_commands_print(page: Path) -> None:
    """Renew it with ``python -m tests.docs.reader PAGE``, and read what became different."""
    examples = pages.examples(pages.read(page))
    shown = "".join(example.output.text if example.output else "" for example in examples)
    assert "".join(reader.outputs(page)) == reader.normal(shown)


@pytest.mark.parametrize("name", ["README.md", "docs/http.md"])
def test_there_are_examples(name: str) -> None:
    assert len(pages.examples(pages.read(pages.PROJECT / name))) > 4


def test_an_example_that_prints_more_than_is_shown_is_found() -> None:
    text = "```sh run\necho one\n```\n```sh run\necho two\n```\n```text output\ntwo\n```\n"
    first, second = pages.examples(text)
    assert (first.output, second.output and second.output.text) == (None, "two\n")


def test_times_are_compared_by_their_order() -> None:
    early, late = "2026-11-22T20:57:26.421303Z", "2026-11-22T21:01:01.892044Z"
    assert reader.normal(f"{late} {early}") == reader.normal(f"{late[:-2]}9Z {early}")
    assert reader.normal(f"{late} {early}") != reader.normal(f"{early} {late}")
