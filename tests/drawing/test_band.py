"""The strip of events over the page's slider: few elements, each mark on its day."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree

import pytest

from service.drawing.band import TALL, WIDE, draw_band
from service.embed.shown import Scene
from tests.browser.timelines import synthetic
from tests.domain.builders import actor, document, effect, event
from tests.drawing.pictures import libya, recorded, scene


def paths(of: Scene, leftwards: bool = False) -> dict[str, str]:
    root = ElementTree.fromstring(draw_band(of, leftwards))
    return {path.attrib["class"]: path.attrib["d"] for path in root}


def happened(*dates: str, at: str | None = None) -> Scene:
    told = [
        event(f"e{n}", date, effect("lasts" if "/" in date else "holds", "a", "supports", "b"))
        for n, date in enumerate(dates)
    ]
    return scene(recorded([document(), actor("a"), actor("b"), *told]), at)


@pytest.mark.parametrize("leftwards", [False, True])
def test_each_day_is_where_the_slider_has_it(leftwards: bool) -> None:
    of = happened("2000-01-01", "2002-09-27", "2010-01-01")
    xs = [int(x) for x in re.findall(r"M(\d+) ", paths(of, leftwards)["dots"])]
    expected = [round((day - of.first) * WIDE / (of.end - of.first)) for day in of.stops]
    assert xs == [WIDE - x if leftwards else x for x in expected]


def test_the_day_shown_is_marked() -> None:
    of = happened("2000-01-01", "2010-01-01", at="2005-01-01")
    assert re.fullmatch(rf"M50\d(\.\d+)? 0V{TALL}", paths(of)["day"])
    assert paths(happened("2000-01-01", "2010-01-01", at="2030-01-01"))["day"].startswith(f"M{WIDE} ")


def test_a_range_is_a_bracket_and_a_stretch_a_line_with_dashed_ends() -> None:
    ranged = paths(happened("2000-01-01", "2003", "2010-01-01"))
    assert re.fullmatch(r"M\d+ \d+v3H\d+v-3", ranged["brackets"])
    assert "solid" not in ranged
    lasted = paths(happened("2000-01-01", "2003/2007", "2010-01-01"))
    assert lasted["solid"].count("M") == 1
    assert lasted["dashed"].count("M") == 2
    assert "brackets" not in lasted


def test_several_on_a_day_are_stacked() -> None:
    dots = paths(happened("2000-01-01", "2005-01-01", "2005-01-01", "2010-01-01"))["dots"]
    assert len({y for x, y in re.findall(r"M(\d+) (\d+)", dots) if x.startswith("50")}) == 2


def test_one_event_alone_is_drawn() -> None:
    assert paths(happened("2000-01-01"))["dots"] == "M0 22h0"


def test_thousands_of_events_are_few_elements_and_few_bytes() -> None:
    strip = draw_band(scene(recorded(synthetic(5000))), False)
    assert strip.count("<") < 10
    assert len(gzip.compress(strip.encode())) < 4000


def test_it_takes_its_colours_from_the_page() -> None:
    strip = draw_band(scene(libya()), False)
    assert not re.search("#[0-9A-Fa-f]{6}", strip)
    assert set(re.findall(r"var\((--\w+)\)", strip)) <= {"--unknown", "--muted", "--ink"}
