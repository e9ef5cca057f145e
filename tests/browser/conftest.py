"""A real Chromium, and a real service over the Libya timeline and two others, for the whole run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.serving import service
from tests.browser.timelines import hostile, synthetic
from tests.browser.watching import Watched
from tests.cli.command import SEEDS, Command

Open = Callable[..., Watched]

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: nothing was shown in a browser")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """Start it; only root does without its sandbox, which refuses root."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command over Libya, 500 synthetic events (`many`) and a corpus of hostile texts (`hostile`)."""
    command = Command(tmp_path_factory.mktemp("browser"))
    command.out("init")
    command.out("ingest", "libya", SEEDS)
    command.ingest(*synthetic(500), timeline="many")
    command.ingest(*hostile(), timeline="hostile")
    return command


@pytest.fixture(scope="session")
def site(record: Command) -> Iterator[str]:
    """The address of a service over `record`."""
    with service(record.path) as address:
        yield address


@pytest.fixture
def show(chromium: Browser) -> Iterator[Open]:
    """Opens an address in a fresh profile, given what a context of Playwright takes, and watches it."""
    contexts = []

    def open_page(
        address: str, width: int = 768, height: int = 1000, scripts: bool = True, **options: Any
    ) -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page, scripting = context.new_page(), None
        if not scripts:
            scripting = context.new_cdp_session(page)
            scripting.send("Emulation.setScriptExecutionDisabled", {"value": True})
        watched = Watched(page, scripting)
        watched.page.goto(address)
        return watched

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """An empty directory for the pages of a site that embeds."""
    (directory := tmp_path / "host").mkdir()
    return directory
