"""The pictures of the documentation, taken of a running service.

``python -m tests.browser.pictures`` takes them anew; the tests hold those that are kept against
what the pages look like now, loosely, since no two machines draw letters alike.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, launch
from tests.browser.serving import service
from tests.cli.command import PROJECT, SEEDS, Command

FOLDER = PROJECT / "docs" / "pictures"
_COLOURS = 64
_COARSE = (24, 24)


class Shot(NamedTuple):
    """A page as it is shown: `path` in a window of a size, in light or dark colours."""

    path: str
    width: int
    height: int
    scheme: str = "light"


SHOTS = {
    "camps": Shot("/embed/libya?at=2019-05-01", 860, 980),
    "matrix": Shot("/embed/libya?at=2020-02-22&view=matrix", 860, 800),
    "arabic": Shot("/embed/libya?at=2019-05-01&lang=ar", 390, 844, "dark"),
    "builder": Shot("/timelines/libya/embed?at=2019-05-01", 1100, 1500),
}


def take(browser: Browser, site: str, shot: Shot) -> bytes:
    """A picture as PNG, of few colours."""
    size = {"width": shot.width, "height": shot.height}
    with browser.new_context(viewport=size, color_scheme=shot.scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{site}{shot.path}")
        page.wait_for_load_state("networkidle")
        taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(_COLOURS)
    written = io.BytesIO()
    taken.save(written, "PNG", optimize=True)
    return written.getvalue()


def difference(one: bytes, other: bytes) -> float:
    """How far two pictures are apart when looked at from afar: 0 the same, 1 black against white."""
    coarse = [Image.open(io.BytesIO(picture)).convert("L").resize(_COARSE) for picture in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*coarse)).mean[0]) / 255


def renew() -> None:
    """Take all of them and keep them."""
    assert CHROMIUM is not None, "chromium is not installed"
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        command = Command(Path(directory))
        command.out("init")
        command.out("ingest", "libya", SEEDS)
        with service(command.path, 8000) as site, sync_playwright() as playwright:
            browser = launch(playwright)
            for name, shot in SHOTS.items():
                (FOLDER / f"{name}.png").write_bytes(take(browser, site, shot))
            browser.close()


if __name__ == "__main__":
    renew()
