"""A timeline's picture says of every day what the replay says, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.days import day_of
from events.model import Erased
from events.replay import replay
from events.stores.memory import MemoryStore
from service.drawing.frame import Look
from service.drawing.lines import MOST_LINES, lines
from service.drawing.palette import LIGHT
from service.drawing.spans import draw_timeline
from service.embed.record import reader
from service.embed.shown import Scene
from tests.browser.timelines import synthetic
from tests.contract.random_logs import FIRST, LAST, logs
from tests.domain.builders import actor, document, effect, event
from tests.drawing.pictures import LANGUAGES, PERMALINK, SVG, bars, libya, parsed, recorded, scene, texts


def drawn(of: Scene, leftwards: bool = False, **days: int) -> str:
    return draw_timeline(of, Look(1280, LIGHT, leftwards, **days), PERMALINK)


def axis(svg: str) -> Callable[[float], float]:
    """Where on the drawn axis a day begins: read from the first and the last year that it names."""
    named = [(str(text.text), float(text.attrib["x"])) for text in parsed(svg).iter(f"{SVG}text")]
    years = sorted((int(name), x) for name, x in named if re.fullmatch("[0-9]{4}", name))
    (d0, x0), (d1, x1) = ((day_of(year, 1, 1), x) for year, x in (years[0], years[-1]))
    return lambda day: x0 + (day - d0) * (x1 - x0) / (d1 - d0)


def rows(svg: str, count: int) -> list[list[tuple[str, float, float]]]:
    """The bars of each relation from the top: status and edges."""
    found: dict[float, list[tuple[str, float, float]]] = {}
    for status, left, right, top in bars(svg):
        found.setdefault(top - 5 if status == "presumed" else top, []).append((status, left, right))
    return [found[top] for top in sorted(found)[:count]]


@given(logs(), st.booleans(), st.randoms(use_true_random=False))
def test_every_day_is_drawn_as_the_replay_has_it(commits, leftwards: bool, random) -> None:
    store = MemoryStore()
    store.initialise()
    for batch in commits:
        store.append("t", batch, author="desk", create=True)
    entries = list(store.entries("t"))
    shown = scene(reader(store)("t", store.head("t"), Erased()))
    found, _ = lines(shown, FIRST, LAST)
    svg = drawn(shown, leftwards, first=FIRST, last=LAST)
    if not found:
        assert not list(bars(svg)), "without a relation there is no axis either"
        return
    place, drawn_rows = axis(svg), rows(svg, len(found))
    assert len(drawn_rows) == len(found)
    edges = {day + near for item in shown.told for day in item.stretch[1:] for near in (-1, 0, 1)}
    for day in sorted(day for day in edges if FIRST <= day <= LAST) + random.sample(range(FIRST, LAST), 20):
        standings = {item.relation: item.verdict.status for item in replay(entries, day, len(entries))}
        for line, seen in zip(found, drawn_rows, strict=True):
            here = [status for status, left, right in seen if left < place(day + 0.5) < right]
            status = standings.get(line.relation)
            assert here == ([] if status in (None, "lapsed") else [status]), (line.relation, day)


def story(*effects: tuple[str, str], **fields: str) -> Scene:
    """One relation, told by ops and dates."""
    told = [
        event(f"e{n}", date, effect(op, "a", "supports", "b", **fields))
        for n, (op, date) in enumerate(effects)
    ]
    return scene(recorded([document(), actor("a"), actor("b"), *told]))


def paths(svg: str, width: str) -> str:
    """The lines of a width in the colour of those that stand with somebody, which the legend has not."""
    wanted = {"stroke": LIGHT.friendly, "stroke-width": width}
    return "".join(
        path.attrib["d"] for path in parsed(svg).iter(f"{SVG}path") if wanted.items() <= path.attrib.items()
    )


def brackets(svg: str) -> list[tuple[float, float, bool, bool]]:
    """The edges of each bracket, and whether it is shut there."""
    found = re.findall(r"M([\d.]+) [\d.]+(V[\d.]+)?H([\d.]+)(v-4)?", paths(svg, "1.25"))
    return [(float(left), float(right), bool(shut), bool(closed)) for left, shut, right, closed in found]


def dots(svg: str) -> list[float]:
    """Where the dots are."""
    return [float(x) for x in re.findall(r"M([\d.]+) [\d.]+h0", paths(svg, "5"))]


def test_a_range_is_a_bracket_over_all_of_it_and_no_dot() -> None:
    svg = drawn(story(("holds", "197X")), first=day_of(1960, 1, 1), last=day_of(1989, 12, 31))
    x = axis(svg)
    ((left, right, *shut),) = brackets(svg)
    assert (left, right) == pytest.approx((x(day_of(1970, 1, 1)), x(day_of(1980, 1, 1))), abs=0.02)
    assert shut == [True, True]
    assert dots(svg) == []


def test_an_exact_day_is_a_dot_and_no_bracket() -> None:
    svg = drawn(story(("holds", "1975-06-01")), first=day_of(1960, 1, 1), last=day_of(1989, 12, 31))
    assert dots(svg) == [pytest.approx(axis(svg)(day_of(1975, 6, 1) + 0.5), abs=0.02)]
    assert brackets(svg) == []


def test_a_moment_somewhere_in_an_interval_is_one_bracket_and_a_stretch_has_two() -> None:
    window = {"first": day_of(1960, 1, 1), "last": day_of(1999, 12, 31)}
    assert len(brackets(drawn(story(("starts", "1970/1989")), **window))) == 1
    assert len(brackets(drawn(story(("lasts", "1970/1989")), **window))) == 2


def test_a_bracket_is_open_where_its_bound_is_outside_or_unknown() -> None:
    cut = drawn(story(("holds", "197X")), first=day_of(1975, 1, 1), last=day_of(1989, 12, 31))
    assert [bracket[2:] for bracket in brackets(cut)] == [(False, True)]
    unknown = drawn(story(("starts", "2009"), ("ends", "/2011")))
    assert (False, True) in [bracket[2:] for bracket in brackets(unknown)]


def test_an_open_end_is_never_solid_beyond_its_last_evidence() -> None:
    svg = drawn(
        story(("starts", "2001-01-01"), ("holds", "2001-11-01")),
        first=day_of(2000, 1, 1),
        last=day_of(2010, 1, 1),
    )
    x = axis(svg)
    seen = rows(svg, 1)[0]
    assert [status for status, *_ in seen] == ["attested", "presumed"]
    assert seen[0][2] == pytest.approx(x(day_of(2001, 11, 2)), abs=0.02)
    assert seen[1][2] == pytest.approx(x(day_of(2002, 11, 2)), abs=0.02)
    assert f"L{seen[0][2]:g}" in paths(svg, "1.25"), "an arrow points on from the last evidence"


def test_a_reported_end_has_no_arrow() -> None:
    svg = drawn(story(("lasts", "2001-01-01/2002-01-01")), first=day_of(2000, 1, 1), last=day_of(2010, 1, 1))
    assert "L" not in paths(svg, "1.25")


def test_what_is_outside_the_axis_is_not_drawn() -> None:
    of = story(("lasts", "1990-01-01/1991-01-01"))
    assert "a supports b" not in texts(drawn(of, first=day_of(2000, 1, 1), last=day_of(2001, 1, 1)))
    assert "a supports b" in texts(drawn(of, first=day_of(1990, 6, 1), last=day_of(2001, 1, 1)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_it_is(language: str) -> None:
    svg = drawn(scene(libya(), language=language))
    written = " ".join(texts(svg))
    assert PERMALINK in written
    assert "74" in written
    assert parsed(svg).find(f"{SVG}title") is not None
    assert len(parsed(svg).find(f"{SVG}desc").text.splitlines()) == 20


def test_years_before_the_first_and_the_whole_calendar() -> None:
    of = story(("lasts", "-9999-01-01/-0044-03-15"), ("holds", "9999-12-31"))
    assert {"8000 BCE", "1", "8000"} <= set(texts(drawn(of)))


def test_a_timeline_with_nothing_in_it_says_so() -> None:
    assert "Nothing has been recorded here yet." in texts(drawn(scene(recorded([actor("a")]))))


def test_many_relations_are_drawn_in_part_and_counted() -> None:
    of = scene(recorded(synthetic(3000, 60)))
    svg = drawn(of)
    total = len({item.relation for item in of.told})
    assert total > 400
    assert any(
        text.startswith(f"The {MOST_LINES} relations with the most evidence, of {total};")
        for text in texts(svg)
    )
    assert len(list(parsed(svg).iter())) < 320
    assert len(svg) < 160_000


def test_the_same_question_gives_the_same_bytes() -> None:
    of = libya()
    assert drawn(scene(of, "2019-05-01")) == drawn(scene(of, "2019-05-01"))
