"""A state's picture: who stands with and against each side, and how sure that is."""

from __future__ import annotations

import pytest

from service.drawing.camps import MOST_ROWS, draw_state
from service.drawing.card import draw_card
from service.drawing.frame import Look
from service.drawing.palette import DARK, LIGHT
from service.embed.language import words
from service.embed.shown import Scene
from tests.browser.timelines import CORPUS, hostile, synthetic
from tests.domain.builders import actor, document, effect, event
from tests.drawing.pictures import LANGUAGES, PERMALINK, SVG, libya, parsed, recorded, scene, texts

WIDTHS = (320, 768, 1280)


def drawn(of: Scene, width: int = 768) -> str:
    return draw_state(of, Look(width, LIGHT), PERMALINK)


def test_it_shows_the_sides_and_who_stands_to_them() -> None:
    written = texts(drawn(scene(libya(), "2019-05-01")))
    assert written[:3] == ["Libya", "Who stood where on 1 May 2019", "2 attested · 0 presumed · 2 possible"]
    for said in (
        "Tripoli government (GNA)",
        "Haftar’s forces",
        "The Gaddafi camp",
        "Khalifa Haftar",
        "fights",
    ):
        assert said in written
    assert "began 4 Apr 2019" in " ".join(written)
    assert f"{PERMALINK}" in written
    assert any(text.startswith("As known at position 74, recorded ") for text in written)


@pytest.mark.parametrize("at", ["1975-06-01", "2011-05-01", "2019-05-01", "2020-03-10", "2024-01-01"])
def test_each_row_says_how_sure_it_is(at: str) -> None:
    of = scene(libya(), at)
    statuses = [row.standing.status for camp in of.camps for row in camp.rows]
    statuses += [row.standing.status for row in of.others]
    counted = {status: texts(drawn(of)).count(status) for status in ("attested", "presumed", "possible")}
    assert counted == {status: statuses.count(status) for status in counted}


def test_an_old_state_shows_how_old_its_evidence_is() -> None:
    written = " ".join(texts(drawn(scene(libya(), "2021-02-01"))))
    assert "last evidence between 22 Feb and 31 Mar 2020" in written


def test_without_sides_the_relations_stand_by_sign() -> None:
    of = recorded(
        [
            document(),
            *(actor(id) for id in "abc"),
            event(
                "e", "2019-05-01", effect("holds", "a", "supports", "b"), effect("holds", "b", "fights", "c")
            ),
        ]
    )
    written = texts(drawn(scene(of)))
    said = ["Relations", "With", "a", "supports b", "Against", "b", "fights c"]
    assert [text for text in written if text in said] == said


def test_disputes_and_one_party_s_word_are_said() -> None:
    said = {"sources": [{"document": "report", "attributed_to": ["c"]}]}
    of = recorded(
        [
            document(),
            *(actor(id) for id in "abc"),
            event("e1", "2019-01-01", effect("starts", "a", "supports", "b"), **said),
            event("e2", "2019-03-01", effect("starts", "a", "supports", "b"), **said),
        ]
    )
    written = texts(drawn(scene(of, "2019-02-01")))
    assert "accounts differ" in written
    assert any("only on the word of c" in text for text in written)


def test_a_day_of_which_nothing_is_known_says_so() -> None:
    assert "Nothing on record for this day." in texts(drawn(scene(recorded([actor("a")]), "2019-01-01")))


def test_rows_without_end_are_counted() -> None:
    of = scene(recorded(synthetic(3000, 60)), "2005-03-04")
    svg = drawn(of)
    camp = of.camps[0]
    assert len(camp.friends) > MOST_ROWS
    assert f"and {len(camp.friends) - MOST_ROWS} more" in texts(svg)
    assert len(list(parsed(svg).iter())) < 1000


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_cannot_see_it_is_told_all_of_it(language: str, width: int) -> None:
    of = scene(libya(), "2019-05-01", language)
    root = parsed(draw_state(of, Look(width, DARK), PERMALINK))
    assert root.attrib["role"] == "img"
    assert root.attrib["lang"] == language
    labels = [root.find(f"{SVG}{name}") for name in ("title", "desc")]
    assert root.attrib["aria-labelledby"] == " ".join(label.attrib["id"] for label in labels)
    described = labels[1].text
    for standing in of.standings:
        for id in standing.relation[0], standing.relation[2]:
            assert of.parties[id].name.text in described
        assert words(language)[standing.status] in described


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_stay_texts(language: str) -> None:
    of = scene(recorded(hostile()), language=language)
    for svg in (drawn(of), draw_card(of, LIGHT)):
        root = parsed(svg)
        allowed = {"svg", "title", "desc", "defs", "rect", "path", "text", "pattern"}
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
        for element in root.iter():
            assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "").replace(
            PERMALINK.replace("&", "&amp;"), ""
        )
        for text in root.iter(f"{SVG}text"):
            assert not set(text.text) & set("\u202a\u202b\u202c\u202d\u202e\u200e\u200f\n\t")
    assert CORPUS["titles"][0] in texts(drawn(scene(recorded(hostile()))))
