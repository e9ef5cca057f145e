"""Each promise, and each threat, names tests that are there."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import PROJECT

PAGES = {name: (PROJECT / name).read_text() for name in ("docs/promises.md", "SECURITY.md")}
ROWS = [row for page in PAGES.values() for row in re.findall(r"^\| (.+) \| (`tests/.+`) \|$", page, re.M)]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_promise_and_every_threat_has_a_test(page: str) -> None:
    heads = ("|---", "| promise |", "| threat |")
    stated = [line for line in page.splitlines() if line.startswith("|") and not line.startswith(heads)]
    assert len(stated) > 15
    assert all(re.fullmatch(r"\| .+ \| `tests/.+` \|", line) for line in stated)


@pytest.mark.parametrize(("promise", "tests"), ROWS, ids=[promise for promise, _ in ROWS])
def test_what_shows_a_promise_is_there(promise: str, tests: str) -> None:
    for test in re.findall(r"`(.+?)`", tests):
        path, _, name = test.partition("::")
        text = (PROJECT / path).read_text()
        assert re.search(rf"^ *def {name or 'test_[a-z_]+'}\(", text, re.M), test
