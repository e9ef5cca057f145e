"""The codes that an editor pastes: live and pinned, in each form."""

from __future__ import annotations

from html.parser import HTMLParser

from events.moments import parse_at
from service.embed import codes
from service.embed.options import Options

ROOT = "https://allegiance.example"
VIEW = Options(parse_at("2019-05-01"), lang="fr", view="matrix", actors=("gna", "haftar"), sides=("1,2",))


class Elements(HTMLParser):
    """The elements of a code, each with its attributes."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self.feed(code)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] = dict(attrs)


def test_a_pinned_code_names_the_position() -> None:
    made = codes.codes(ROOT, "libya", "Libya", codes.pinned(VIEW.but(cited=3), 74))
    assert "known_at=74" in made.address
    assert "cited" not in made.address
    assert Elements(made.element).found["allegiance-timeline"]["known-at"] == "74"


def test_a_live_code_says_when_it_was_cited() -> None:
    made = codes.codes(ROOT, "libya", "Libya", codes.live(VIEW.but(known_at=3), 74))
    assert "cited=74" in made.address
    assert "known_at" not in made.address
    assert Elements(made.element).found["allegiance-timeline"]["cited"] == "74"


def test_every_form_shows_the_same_view() -> None:
    made = codes.codes(ROOT, "libya", "Libya", VIEW)
    assert (
        made.address
        == f"{ROOT}/embed/libya?view=matrix&at=2019-05-01&lang=fr&actor=gna&actor=haftar&sides=1,2"
    )
    frame = Elements(made.iframe).found["iframe"]
    assert (frame["src"], frame["title"], frame["height"]) == (made.address, "Libya", "640")
    element = Elements(made.element).found
    assert element["a"]["href"] == made.address
    assert element["script"]["src"] == f"{ROOT}/embed.js"
    assert element["allegiance-timeline"] == {
        "timeline": "libya",
        "at": "2019-05-01",
        "actor": "gna,haftar",
        "view": "matrix",
        "lang": "fr",
        "sides": "1,2",
    }


def test_a_title_cannot_break_out_of_a_code() -> None:
    title = '"></a></iframe><script>alert(1)</script>'
    made = codes.codes(ROOT, "libya", title, Options())
    assert Elements(made.iframe).found == {
        "iframe": {
            "src": f"{ROOT}/embed/libya",
            "title": title,
            "width": "100%",
            "height": "640",
            "frameborder": "0",
            "loading": "lazy",
        }
    }
    assert list(Elements(made.element).found) == ["allegiance-timeline", "a", "script"]
