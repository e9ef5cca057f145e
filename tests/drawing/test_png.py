"""Pictures as PNG: whole, in the right script and direction, and no burden on who else is served."""

from __future__ import annotations

import base64
import io
import json
import threading
import time

import pytest
from PIL import Image, ImageChops

from events.errors import BusyError
from service.drawing import png, words
from service.drawing.camps import draw_state
from service.drawing.card import draw_card
from service.drawing.frame import Look
from service.drawing.measure import FONTS, covered
from service.drawing.palette import DARK, LIGHT
from service.drawing.svg import Face, Sheet, document
from service.embed import language
from tests.browser.timelines import synthetic
from tests.drawing import widths
from tests.drawing.pictures import LANGUAGES, PERMALINK, libya, recorded, scene

ARABIC = "حكومة طرابلس (الوفاق الوطني): لا يُعرف ما ينهيها، 1970–2020"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("L")


def written(text: str, bold: bool = False, tongue: str = "ar") -> str:
    """A picture of one line."""
    sheet = Sheet(600, tongue, LIGHT)
    sheet.text(20, 40, text, Face(16, bold), "#000000")
    return document(sheet, 60, "", [], [])


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box of all that is not paper."""
    box = ImageChops.invert(picture).getbbox()
    assert box is not None, "nothing is drawn"
    return box


def test_the_table_of_widths_has_every_character_of_the_fonts_and_none_too_narrow() -> None:
    table = json.loads((FONTS / "widths.json").read_text())
    for face, (bundled, _) in widths.FACES.items():
        told = {first + place: wide for first, run in table[face] for place, wide in enumerate(run)}
        own = widths.advances(bundled)
        assert told.keys() == own.keys()
        assert [code for code in own if told[code] < own[code]] == []


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_every_word_of_ours_can_be_drawn(tongue: str) -> None:
    place = LANGUAGES.index(tongue)
    said = [*language.words(tongue).values(), *language.months(tongue), *words._SHORT_MONTHS.get(tongue, ())]
    said += [phrases[place] for phrases in words._PHRASES.values()]
    assert sorted({character for text in said for character in text if not covered(character)}) == []


def test_a_card_has_the_size_that_networks_show() -> None:
    assert opened(png.render(draw_card(scene(libya()), LIGHT), 1)).size == (1200, 630)


def test_a_picture_has_twice_as_many_pixels_as_px() -> None:
    svg = draw_state(scene(libya(), "2019-05-01"), Look(640, DARK), PERMALINK)
    assert opened(png.render(svg)).width == 1280


def test_the_same_picture_is_the_same_bytes() -> None:
    svg = draw_card(scene(libya(), "2019-05-01", "ar"), LIGHT)
    first = png.render(svg, 1)
    png.render.cache_clear()
    assert png.render(svg, 1) == first


def test_a_picture_too_large_is_drawn_coarser() -> None:
    sheet = Sheet(1280, "en", LIGHT)
    drawn = opened(png.render(document(sheet, 40_000, "", [], [])))
    assert 0.9 * png.MOST_PIXELS < drawn.width * drawn.height <= 1.01 * png.MOST_PIXELS


@pytest.mark.parametrize("bold", [False, True])
def test_arabic_begins_at_the_right(bold: bool) -> None:
    left, _, right, _ = ink(opened(png.render(written(ARABIC, bold), 1)))
    assert right == pytest.approx(580, abs=3)
    assert left > 20


def test_bold_and_regular_arabic_differ() -> None:
    regular, bold = (opened(png.render(written(ARABIC, weight), 1)) for weight in (False, True))
    assert ink(bold)[0] < ink(regular)[0] - 5


def test_what_no_font_of_ours_has_is_shown_as_missing() -> None:
    missing = opened(png.render(written("文字", tongue="en"), 1))
    replaced = opened(png.render(written("\ufffd\ufffd", tongue="en"), 1))
    drawn = opened(png.render(written("ab", tongue="en"), 1))
    assert ImageChops.difference(missing, replaced).getbbox() is None
    assert ImageChops.difference(missing, drawn).getbbox() is not None


@pytest.mark.parametrize("letter", "حكومةلايُعرف")
def test_no_letter_is_drawn_as_missing(letter: str) -> None:
    seen, missing = (opened(png.render(written(text), 1)) for text in (f"ـ{letter}ـ", "ـ\ufffdـ"))
    assert ImageChops.difference(seen, missing).getbbox() is not None


def test_others_are_served_while_a_picture_is_drawn() -> None:
    svg = draw_state(scene(recorded(synthetic(500)), "2005-03-04"), Look(320, LIGHT), PERMALINK)
    png.render.cache_clear()
    drawing = threading.Thread(target=png.render, args=(svg,))
    drawing.start()
    turns = 0
    while drawing.is_alive():
        time.sleep(0.001)
        turns += 1
    assert turns > 50


def test_too_many_pictures_at_once_are_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_PATIENCE", 0.01)
    png.render.cache_clear()
    for _ in range(png._AT_ONCE):
        png._turns.acquire()
    try:
        with pytest.raises(BusyError):
            png.render(written("put off"), 1)
    finally:
        for _ in range(png._AT_ONCE):
            png._turns.release()
    assert png.render(written("put off"), 1)


def font_faces() -> str:
    """The bundled fonts as a style sheet, so that a browser draws with the same letters."""
    return "".join(
        f"@font-face{{font-family:'Noto Sans';font-weight:{weight};src:url(data:font/ttf;base64,"
        f"{base64.b64encode((FONTS / f'NotoSans-{style}.ttf').read_bytes()).decode()})}}"
        for style, weight in (("Regular", 400), ("Bold", 700))
    )
