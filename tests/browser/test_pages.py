"""Every page for people: usable by all, in three languages, wide and narrow, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.serving import static
from tests.browser.watching import Watched

FIRST = {
    "home": "/?",
    "explorer": "/timelines/libya?at=2019-05-01",
    "builder": "/timelines/libya/embed?at=2019-05-01",
    "embed": "/embed/libya?at=2019-05-01",
}
OTHERS = {
    "entries": "/timelines/libya/entries?",
    "changes": "/timelines/libya/changes?",
    "known": "/timelines/libya/changes?axis=known&from=0",
    "matrix": "/embed/libya?at=2019-05-01&view=matrix",
    "events": "/embed/libya?at=2019-05-01&view=timeline",
    "pair": "/embed/libya?view=timeline&between=gna,haftar",
    "many": "/embed/many?",
}
ALL_WAYS = tuple(product(("light", "dark"), (320, 768, 1280)))
TWO_WAYS = (("light", 320), ("dark", 1280))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
@pytest.mark.parametrize("name", FIRST)
def test_axe_finds_nothing_and_nothing_is_too_wide(
    show: Open, site: str, name: str, lang: str, scripts: bool
) -> None:
    watched = show(f"{site}{FIRST[name]}&lang={lang}", scripts=scripts)
    check(watched, site, ALL_WAYS)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("name", OTHERS)
def test_axe_finds_nothing_on_the_pages_behind_them(show: Open, site: str, name: str, lang: str) -> None:
    check(show(f"{site}{OTHERS[name]}&lang={lang}"), site, TWO_WAYS)


def check(watched: Watched, site: str, ways: Iterable[tuple[str, int]]) -> None:
    """Hold a page to it in each scheme of colours and at each width."""
    for scheme, width in ways:
        watched.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        watched.page.set_viewport_size({"width": width, "height": 1000})
        assert watched.too_wide() == [], (scheme, width)
        assert watched.violations() == [], (scheme, width)
    assert watched.complaints == []
    assert watched.origins() == {site}
    assert watched.storage() == []


@pytest.mark.parametrize(
    "path", ["/", "/timelines/libya", "/timelines/libya/entries", "/timelines/libya/embed"]
)
def test_every_link_of_a_page_leads_somewhere(show: Open, site: str, path: str) -> None:
    page = show(f"{site}{path}").page
    links = page.eval_on_selector_all("a[href]", "(all) => [...new Set(all.map((one) => one.href))]")
    assert len(links) > 4
    for link in links:
        assert page.request.get(link).status == 200, link


def test_the_builder_works_without_scripts(show: Open, site: str) -> None:
    page = show(f"{site}/timelines/libya/embed", scripts=False).page
    page.get_by_label("Matrix").check()
    page.get_by_role("textbox", name="Date").fill("1 May 2019")
    page.get_by_role("radio", name="العربية").check()
    page.get_by_label("Dark").check()
    page.get_by_label("Tripoli government").check()
    page.get_by_label("Haftar’s forces").check()
    page.get_by_label("Only relations of").select_option("haftar")
    page.get_by_role("radio", name="Pinned").check()
    page.get_by_role("button", name="Update").click()
    address = page.get_by_role("textbox", name="Address").input_value()
    assert address == (
        f"{site}/embed/libya?view=matrix&at=2019-05-01&known_at=74&lang=ar&theme=dark&actor=haftar&sides=1,2"
    )
    assert page.get_by_label("Matrix").is_checked()
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("lang", "ar")
    assert page.request.get(page.get_by_label("oEmbed").input_value()).json()["type"] == "rich"


def test_the_builder_follows_its_form_and_copies(show: Open, site: str) -> None:
    watched = show(f"{site}/timelines/libya/embed", permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    code = page.get_by_role("textbox", name="Script:")
    assert 'cited="74"' in code.input_value()
    page.get_by_role("radio", name="Pinned").check()
    expect(page.get_by_role("textbox", name="Address")).to_have_value(f"{site}/embed/libya?known_at=74")
    expect(page.get_by_role("radio", name="Pinned")).to_be_focused()
    page.get_by_role("textbox", name="Date").fill("2019")
    page.get_by_role("textbox", name="Date").blur()
    expect(page.get_by_role("alert")).to_contain_text("2019-01-01")
    page.get_by_role("textbox", name="Date").fill("2019-05-01")
    page.get_by_role("textbox", name="Date").blur()
    expect(page.frame_locator("iframe").get_by_text("Who stood where on 1 May 2019")).to_be_visible()
    page.get_by_role("button", name="Copy").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == code.input_value().strip()
    assert watched.dialogs == []


def test_the_code_of_the_builder_works_where_it_is_pasted(show: Open, site: str, host: Path) -> None:
    page = show(f"{site}/timelines/libya/embed?at=2019-05-01").page
    for label in ("Script:", "Frame:"):
        code = page.get_by_role("textbox", name=label).input_value()
        (host / f"{label[:-1]}.html").write_text(f"<!doctype html><title>x</title>{code}", encoding="utf-8")
    with static(host) as address:
        for label in ("Script:", "Frame:"):
            inside = show(f"{address}/{label[:-1]}.html").page.frame_locator("iframe")
            inside.get_by_text("Who stood where on 1 May 2019").wait_for()


def test_the_explorer_gives_the_embed_its_height_and_stays_in_its_language(show: Open, site: str) -> None:
    page = show(f"{site}/timelines/libya?lang=ar").page
    page.wait_for_function("() => document.querySelector('iframe').getBoundingClientRect().height > 1000")
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("link", name="القيود", exact=True).click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.locator(".entries > li").count() == 74


def test_the_log_is_read_page_by_page(show: Open, site: str) -> None:
    page = show(f"{site}/timelines/many/entries").page
    seen: list[str] = []
    while True:
        seen += page.locator(".place a").all_inner_texts()
        older = page.get_by_role("link", name="Older")
        if not older.count():
            break
        older.click()
    assert seen == [str(position) for position in range(len(seen), 0, -1)]
    assert len(seen) > 500


def test_a_question_that_cannot_be_answered_says_what_to_write(show: Open, site: str) -> None:
    page = show(f"{site}/timelines/libya/changes").page
    page.get_by_label("From day").fill("May 2019")
    page.get_by_role("button").click()
    expect(page.locator("#wrong")).to_contain_text("2019-05-01")
    assert page.get_by_label("From day").input_value() == "May 2019"
