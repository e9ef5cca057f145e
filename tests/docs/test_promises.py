"""Each promise names tests that are there."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import PROJECT

ROWS = re.findall(r"^\| (.+?) \| (`tests/.+`) \|$", (PROJECT / "docs" / "promises.md").read_text(), re.M)


def test_every_promise_has_a_test() -> None:
    lines = (PROJECT / "docs" / "promises.md").read_text().splitlines()
    stated = [line for line in lines if line.startswith("|") and not line.startswith(("|---", "| promise |"))]
    assert len(ROWS) == len(stated) > 20


@pytest.mark.parametrize(("promise", "tests"), ROWS, ids=[promise for promise, _ in ROWS])
def test_what_shows_a_promise_is_there(promise: str, tests: str) -> None:
    for test in re.findall(r"`(.+?)`", tests):
        path, _, name = test.partition("::")
        text = (PROJECT / path).read_text()
        assert re.search(rf"^ *def {name or 'test_[a-z_]+'}\(", text, re.M), test
