"""The pictures of the documentation show what the pages look like."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser import pictures

_ALIKE = 0.08
_MOST_BYTES = 150_000


@pytest.mark.parametrize("name", pictures.SHOTS)
def test_a_picture_shows_the_page(chromium: Browser, site: str, name: str) -> None:
    """Renew them with ``python -m tests.browser.pictures``, and look at what became different."""
    shot = pictures.SHOTS[name]
    kept = (pictures.FOLDER / f"{name}.png").read_bytes()
    assert Image.open(io.BytesIO(kept)).size == (shot.width, shot.height)
    assert len(kept) < _MOST_BYTES
    assert pictures.difference(kept, pictures.take(chromium, site, shot)) < _ALIKE


def test_every_picture_stands_in_the_documentation() -> None:
    text = (pictures.FOLDER.parent / "embedding.md").read_text(encoding="utf-8")
    assert {f"pictures/{path.name}" for path in pictures.FOLDER.iterdir()} == {
        f"pictures/{name}.png" for name in pictures.SHOTS if f"pictures/{name}.png" in text
    }
