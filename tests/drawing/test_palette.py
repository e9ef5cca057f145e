"""The colours can be read, and told apart by readers who see fewer of them."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from service.drawing.palette import DARK, LIGHT, THEMES, Palette

Colour = tuple[float, float, float]

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISIONS = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

themes = pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES.keys())


def linear(colour: str) -> Colour:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour: Colour) -> Colour:
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    xyz = [
        sum(a * b for a, b in zip(row, colour, strict=True)) / w for row, w in zip(rows, white, strict=True)
    ]
    x, y, z = (max(v, 0) ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, other: str, vision: str) -> float:
    """CIE 1976: about 2.3 can just be seen."""
    seen = []
    for colour in (one, other):
        mixed = [sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in VISIONS[vision]]
        red, green, blue = (min(max(part, 0), 1) for part in mixed)
        seen.append(lab((red, green, blue)))
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


@themes
def test_every_colour_can_be_read_on_its_paper(palette: Palette) -> None:
    for name in ("ink", "muted", "friendly", "hostile", "mixed", "unknown"):
        assert contrast(getattr(palette, name), palette.paper) >= 4.5, name


@themes
@pytest.mark.parametrize("vision", VISIONS)
def test_with_against_and_the_rest_are_told_apart_by_everybody(palette: Palette, vision: str) -> None:
    for one, other in combinations((palette.friendly, palette.hostile, palette.mixed, palette.unknown), 2):
        assert difference(one, other, vision) > 15, (one, other)


def test_black_on_white_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert all(a < b for a, b in pairwise([difference("#ff0000", "#00ff00", v) for v in ("deutan", "all")]))
    assert LIGHT != DARK
