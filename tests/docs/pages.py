"""The documentation as the tests read it: its pages, their blocks, and their examples.

A fenced block marked ``run`` is a command that a reader may type, and the block marked ``output``
after it is the whole of what it prints.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("seeds/*.md")])

_BLOCK = re.compile(r"^```(?P<language>\w*)(?: (?P<mark>\w+))?\n(?P<text>.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """A fenced block; `span` is where its text stands in the page."""

    language: str
    mark: str | None
    text: str
    span: tuple[int, int]


class Example(NamedTuple):
    """A command and the output that the page shows; None if it shows none."""

    command: Block
    output: Block | None


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(found["language"], found["mark"], found["text"], found.span("text"))
        for found in _BLOCK.finditer(text)
    ]


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return _BLOCK.sub("", text)


def examples(text: str) -> list[Example]:
    """The commands of a page in order, each with the output that follows it."""
    marked = [block for block in blocks(text) if block.mark]
    return [
        Example(block, after if after and after.mark == "output" else None)
        for block, after in pairwise([*marked, None])
        if block and block.mark == "run"
    ]


def section(text: str, title: str) -> str:
    """What stands below a heading, down to the next one of its level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"there is no section {title!r}"
    return found[1]
