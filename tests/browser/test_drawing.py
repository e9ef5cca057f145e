"""Pictures in a browser: no text leaves its picture, and none lies over another."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, Page

from service.drawing import png
from service.drawing.camps import draw_state
from service.drawing.card import draw_card
from service.drawing.frame import Look
from service.drawing.palette import LIGHT
from service.drawing.spans import draw_timeline
from service.drawing.svg import FAMILIES
from service.embed.record import Record
from service.embed.shown import Scene
from tests.browser.timelines import hostile, synthetic
from tests.drawing.pictures import LANGUAGES, PERMALINK, libya, recorded, scene
from tests.drawing.test_png import font_faces, opened

WIDTHS = (320, 768, 1280)
FONTS = (FAMILIES, "DejaVu Sans")
"""What a picture asks for, and the widest that a reader may have instead."""

MISPLACED = """() => {
  const svg = document.querySelector("svg"), view = svg.viewBox.baseVal;
  const boxes = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBBox()]);
  const beyond = boxes.filter(([, box]) => Math.min(box.x, box.y) < -0.5 ||
    box.x + box.width > view.width + 0.5 || box.y + box.height > view.height + 0.5);
  // Half a line's leading is shared with the line above: letters, not boxes, must not touch.
  const over = boxes.flatMap(([one, a], place) => boxes.slice(place + 1).filter(([, b]) =>
    Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1 &&
    Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > Math.min(a.height, b.height) * 0.45
  ).map(([other]) => [one, other]));
  return { beyond: beyond.map(([text, box]) => [text, box.x, box.width]), over };
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    return chromium.new_page()


@pytest.fixture(scope="module", params=["libya", "hostile", "many"])
def record(request: pytest.FixtureRequest) -> Record:
    return {
        "libya": libya,
        "hostile": lambda: recorded(hostile()),
        "many": lambda: recorded(synthetic(1000, 40)),
    }[request.param]()


def misplaced(page: Page, svg: str, font: str) -> object:
    page.set_content(f'<body style="margin:0">{svg.replace(FAMILIES, font)}</body>')
    found = page.evaluate(MISPLACED)
    return {name: texts for name, texts in found.items() if texts}


def pictures(of: Scene, width: int, leftwards: bool) -> dict[str, str]:
    look = Look(width, LIGHT, leftwards)
    return {
        "state": draw_state(of, look, PERMALINK),
        "timeline": draw_timeline(of, look, PERMALINK),
        "card": draw_card(of, LIGHT),
    }


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_leaves_its_place(page: Page, record: Record, language: str, width: int, font: str) -> None:
    for of in (scene(record, at, language) for at in (None, "2003-05-01")):
        for name, svg in pictures(of, width, language == "ar").items():
            assert misplaced(page, svg, font) == {}, name


def test_a_png_is_what_the_browser_draws(page: Page) -> None:
    """Letter by letter, and in the same order: Arabic is shaped, joined and turned alike."""
    svg = draw_card(scene(libya(), "2020-03-10", "ar"), LIGHT)
    page.set_viewport_size({"width": 1200, "height": 630})
    page.set_content(f'<style>{font_faces()}</style><body style="margin:0">{svg}</body>')
    page.evaluate("document.fonts.ready")
    shown, drawn = (opened(data) for data in (page.screenshot(), png.render(svg, 1)))
    assert strayed(shown, drawn) < 0.0002
    backwards = opened(png.render(svg.replace("\u2067", "\u2066"), 1))
    assert strayed(shown, backwards) > 0.001, "a line that runs the wrong way is seen"


def strayed(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ by more than the smoothing of edges."""
    blurred = (picture.filter(ImageFilter.GaussianBlur(1.5)) for picture in (one, other))
    difference = ImageChops.difference(*blurred)
    return sum(difference.histogram()[64:]) / (one.width * one.height)
