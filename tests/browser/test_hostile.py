"""Texts that mean harm, wherever a text is shown: none is run, and none breaks the page."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.browser.conftest import Open
from tests.browser.serving import static
from tests.browser.timelines import CORPUS

PAGES = (
    "/",
    "/timelines/hostile",
    "/timelines/hostile/entries",
    "/timelines/hostile/changes",
    "/timelines/hostile/changes?axis=known&from=0",
    "/timelines/hostile/embed",
    "/embed/hostile",
    "/embed/hostile?at=2019-08-01",
    "/embed/hostile?at=2019-12-31&view=matrix",
    "/embed/hostile?at=2019-12-31&view=timeline",
    "/embed/hostile?view=timeline&between=a0,a9",
    "/embed/hostile?at=2019-12-31&lang=ar",
    "/v1/timelines/hostile/state.svg?at=2019-12-31",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_text_is_run_or_breaks_the_page(show: Open, site: str, path: str) -> None:
    watched = show(f"{site}{path}")
    for width in (320, 1280):
        watched.page.set_viewport_size({"width": width, "height": 1000})
        watched.page.wait_for_timeout(100)
        if not path.endswith(".svg?at=2019-12-31"):
            assert watched.too_wide() == [], width
    assert (watched.dialogs, watched.complaints) == ([], [])
    assert watched.origins() == {site}
    assert watched.page.title() is not None


def test_moving_through_the_days_runs_nothing(show: Open, site: str) -> None:
    watched = show(f"{site}/embed/hostile?at=2019-01-01", width=320)
    slider = watched.page.locator("#slider")
    slider.focus()
    for _ in range(40):
        slider.press("ArrowRight")
        assert watched.too_wide() == []
    for anchor in watched.page.locator("a.by").all()[:12]:
        anchor.click()
    watched.page.wait_for_timeout(500)
    assert watched.too_wide() == []
    assert (watched.dialogs, watched.complaints) == ([], [])


def test_the_texts_are_shown_as_they_are(show: Open, site: str) -> None:
    page = show(f"{site}/timelines/hostile/entries").page
    shown = page.locator("main").text_content() or ""
    assert [text for text in CORPUS["titles"] if text not in shown] == []


def test_the_answer_for_content_systems_runs_nothing(show: Open, site: str, host: Path) -> None:
    address = f"{site}/embed/hostile?at=2019-12-31"
    with requests.get(f"{site}/oembed", {"url": address, "format": "json"}, timeout=10) as answer:
        html = answer.json()["html"]
    assert html.count("<blockquote>") == html.count("</blockquote>") == 1
    assert html.count("<iframe") == html.count("</iframe>") == 1
    assert "<script" not in html
    (host / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>x</title>{html}', encoding="utf-8"
    )
    with static(host) as elsewhere:
        watched = show(f"{elsewhere}/index.html")
        watched.page.frame_locator("iframe").locator("h2").first.wait_for()
        assert watched.dialogs == []
