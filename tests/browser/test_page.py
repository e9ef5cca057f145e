"""The page of the embed in a browser: small, quick, usable by all, harmless, and at home in a sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.serving import static
from tests.browser.watching import Watched

TARGETS = """() => [...document.querySelectorAll("a[href], button, input, summary")]
  .filter((one) => !one.closest("figcaption") && one.checkVisibility())
  .map((one) => [one.outerHTML.slice(0, 90), (one.closest("label") || one).getBoundingClientRect()])
  .filter(([, box]) => box.height < 23.9 || box.width < 23.9).map(([html]) => html)"""
FOCUSED = """() => {
  const one = document.activeElement;
  return [one.id || one.className || one.tagName, one.textContent.trim(), getComputedStyle(one).outlineStyle];
}"""

each_language = pytest.mark.parametrize("language", ["en", "fr", "ar"])
each_view = pytest.mark.parametrize("view", ["camps", "matrix", "timeline"])


@pytest.mark.parametrize("timeline", ["libya", "many"])
@each_view
def test_the_first_view_is_small_and_asks_nobody_else(
    show: Open, site: str, timeline: str, view: str
) -> None:
    watched = show(f"{site}/embed/{timeline}?view={view}", width=390)
    watched.page.wait_for_timeout(300)
    sizes = watched.gzipped()
    scripts = sum(size for address, size in sizes.items() if "script.js" in address)
    assert len(sizes) <= 3
    assert sum(sizes.values()) - scripts <= 14 * 1024
    assert scripts <= 12 * 1024
    assert watched.origins() == {site}
    assert watched.storage() == []
    assert watched.complaints == []
    assert watched.page.locator("*").count() <= 1500


@each_language
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_stands_in_anybodys_way(
    show: Open, site: str, language: str, theme: str, width: int, scripts: bool
) -> None:
    watched = show("about:blank", width=width)
    if not scripts:  # axe itself is one, so that the page goes without its own
        watched.page.route("**/script.js*", lambda route: route.abort())
    watched.page.goto(f"{site}/embed/libya?lang={language}&theme={theme}")
    assert watched.page.locator("#slider").is_visible() == scripts
    assert watched.violations() == []
    assert watched.too_wide() == []


@each_language
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["view=matrix", "view=timeline", "view=timeline&between=gna,haftar"])
def test_nor_does_anything_in_the_other_views(
    show: Open, site: str, language: str, theme: str, view: str
) -> None:
    watched = show(f"{site}/embed/libya?lang={language}&theme={theme}&{view}", width=320)
    assert watched.violations() == []
    assert watched.too_wide() == []
    assert watched.page.evaluate(TARGETS) == []


def test_targets_are_large_enough_for_a_finger(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya", width=320).page
    page.locator("a.by").first.click()
    page.wait_for_selector(".evidence")
    assert page.evaluate(TARGETS) == []


@pytest.mark.parametrize("scripts", [True, False])
@each_language
def test_hostile_texts_do_nothing_and_break_nothing(
    show: Open, site: str, language: str, scripts: bool
) -> None:
    for view in ("camps", "matrix", "timeline"):
        address = f"{site}/embed/hostile?lang={language}&view={view}&at=2019-05-15"
        watched = show(address, width=320, java_script_enabled=scripts)
        if scripts:
            watched.page.click("#previous")
            watched.page.wait_for_timeout(300)
            if view == "camps":
                watched.page.locator("a.by").first.click()
                watched.page.wait_for_selector(".evidence")
        assert watched.dialogs == []
        assert watched.complaints == []
        assert watched.too_wide() == []
        assert watched.origins() == {site}
        links = watched.page.eval_on_selector_all("a[href]", "(all) => all.map((one) => one.protocol)")
        assert set(links) <= {"http:", "https:"}


def test_a_keyboard_reaches_every_date_event_and_source(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya").page
    seen = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        name, text, outline = page.evaluate(FOCUSED)
        if name == "BODY":
            break
        assert outline != "none", text
        seen.add(name)
    assert {"slider", "at", "previous", "next", "before", "after", "by-day", "permalink", "by"} <= seen
    page.focus("#slider")
    days = [page.input_value("#at")]
    while page.get_attribute("#previous", "href"):
        page.keyboard.press("ArrowLeft")
        days.append(page.input_value("#at"))
    assert days[0] == "2020-03-31"
    assert days[-1] == "1970-01-01"
    page.keyboard.press("End")
    assert page.input_value("#at") == "2024-12-08"
    page.keyboard.press("PageDown")
    assert page.input_value("#at") == "2024-12-07"
    titles = set()
    page.focus("#earlier")
    while True:
        titles |= set(page.locator("#events h4").all_text_contents())
        if page.locator("#earlier").is_hidden():
            break
        page.focus("#earlier")
        page.keyboard.press("Enter")
        page.wait_for_timeout(120)
    assert len(titles) > 30


def test_each_move_says_one_polite_sentence(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya").page
    page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver(() => window.said.push(document.getElementById("said").textContent))
            .observe(document.getElementById("said"), { childList: true });
        }"""
    )
    page.focus("#slider")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(500)
    page.click("#next")
    page.wait_for_timeout(500)
    said = page.evaluate("window.said")
    assert len(said) == 2
    assert said[1] == f"{page.text_content('#on')}: {page.text_content('#counts')}"
    assert str(page.get_attribute("#slider", "aria-valuetext")) in said[1]
    assert page.get_attribute("#said", "role") == "status"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Africa/Tripoli", "Pacific/Kiritimati"])
def test_days_are_the_same_in_every_time_zone(show: Open, site: str, zone: str) -> None:
    page = show(f"{site}/embed/libya", timezone_id=zone).page
    said = []
    for _ in range(6):
        page.click("#previous")
        said.append((page.input_value("#at"), page.text_content("#on")))
    assert said[0] == ("2020-02-22", "Who stood where on 22 February 2020")
    assert said[2] == ("2019-04-04", "Who stood where on 4 April 2019")


def test_without_scripts_every_day_is_a_link_away(show: Open, site: str) -> None:
    watched = show(f"{site}/embed/libya", java_script_enabled=False)
    page = watched.page
    assert page.locator("#slider").is_hidden()
    page.click("#previous")
    assert "22 February 2020" in (page.text_content("#on") or "")
    page.fill("#at", "4 April 2019")
    page.click(".time button")
    assert "4 April 2019" in (page.text_content("#on") or "")
    page.click(".views a >> nth=1")
    assert page.locator("table").is_visible()
    page.locator("td a").first.click()
    assert page.locator(".history li").count()
    assert page.locator("blockquote").count()
    assert len(watched.requests) > 5


SANDBOXED = """<!doctype html><title>A newspaper</title>
<script>
  window.told = [];
  addEventListener("message", (event) => window.told.push(event.data));
</script>
<iframe sandbox="allow-scripts" security="restricted" width="600" height="400" src="{src}"></iframe>"""


@pytest.fixture
def sandboxed(show: Open, site: str, host: Path) -> Iterator[Watched]:
    """The page in a frame as WordPress makes it, on another site."""
    (host / "index.html").write_text(
        SANDBOXED.format(src=f"{site}/embed/libya?childId=chart#?secret=abc123"), encoding="utf-8"
    )
    with static(host) as address:
        yield show(address)


def test_it_works_in_a_sandbox(sandboxed: Watched) -> None:
    page = sandboxed.page
    frame = page.frames[1]
    assert frame.evaluate("self.origin") == "null"
    frame.click("#previous")
    assert "22 February 2020" in (frame.text_content("#on") or "")
    frame.fill("#at", "2019-05-01")
    frame.press("#at", "Enter")
    assert "1 May 2019" in (frame.text_content("#on") or "")
    frame.fill("#at", "May")
    frame.click(".time button")
    assert frame.text_content("#wrong") == "Write the day as in 2019-04-04."
    frame.locator("a.by").first.click()
    assert frame.wait_for_selector(".evidence blockquote")
    frame.click(".views a >> nth=1")
    frame.wait_for_selector("table")
    assert frame.evaluate("location.hash") == "#?secret=abc123"
    assert sandboxed.complaints == []


def test_it_tells_its_height_in_every_hosts_way(sandboxed: Watched) -> None:
    page = sandboxed.page
    page.wait_for_function("window.told.length >= 4")
    told: list[Any] = page.evaluate("window.told.slice(0, 4)")
    height = page.frames[1].evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
    assert told == [
        {"message": "height", "value": height, "secret": "abc123"},
        {"datawrapper-height": {"libya": height}},
        {"sentinel": "amp", "type": "embed-size", "height": height},
        f"pymxPYMxchartxPYMxheightxPYMx{height}",
    ]


def test_a_source_that_a_sandbox_cannot_open_is_shown_and_offered(sandboxed: Watched) -> None:
    frame = sandboxed.page.frames[1]
    link = frame.locator("figcaption a").first
    address = link.get_attribute("href")
    link.click()
    assert frame.locator("figcaption code").first.text_content() == address
    told = sandboxed.page.evaluate("window.told.filter((one) => one.message === 'link')")
    assert [set(one) for one in told] == [{"message", "value", "secret"}]
    assert re.match(r"http://127\.0\.0\.1:\d+/embed/libya\?at=2020-03-31&known_at=74", told[0]["value"])


def test_words_that_do_not_come_are_a_link_away(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya").page
    page.route("**/words?*", lambda route: route.abort())
    page.locator("a.by").first.click()
    page.wait_for_url("**view=timeline&between=*")
    assert page.locator("blockquote").count()


def test_it_reflows_at_four_hundred_per_cent(show: Open, site: str) -> None:
    for view in ("camps", "timeline"):
        watched = show(f"{site}/embed/libya?view={view}", width=320, height=256, device_scale_factor=4)
        assert watched.too_wide() == []


def test_signs_and_patterns_stay_with_forced_colours(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya?at=2019-04-20", forced_colors="active", reduced_motion="reduce").page
    styles = page.eval_on_selector_all(
        ".row em:first-child", "(all) => all.map((one) => getComputedStyle(one).borderBottomStyle)"
    )
    assert {"solid", "dashed"} <= set(styles)
    assert page.evaluate("document.getAnimations().length") == 0
    for sign in ("+", "−"):
        assert page.locator("h4 span", has_text=sign).first.is_visible()


def test_paper_shows_all_of_it_with_addresses(show: Open, site: str, tmp_path: Path) -> None:
    page = show(f"{site}/embed/libya").page
    page.emulate_media(media="print")
    shown = page.eval_on_selector_all(
        "figcaption a", "(all) => all.map((one) => getComputedStyle(one, '::after').content)"
    )
    assert shown
    assert all("http" in content for content in shown)
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    assert clipped(page) == []
    assert page.pdf(format="A4")[:4] == b"%PDF"


def clipped(page: Page) -> list[str]:
    """What paper would cut off."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, footer *")]
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.outerHTML.slice(0, 100))"""
    )
    return found


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_on_a_small_telephone_no_button_breaks_its_word(show: Open, site: str, lang: str) -> None:
    page = show(f"{site}/embed/libya?at=2019-05-01&lang={lang}", width=320).page
    button = page.locator(".time button")
    assert button.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert (
        button.evaluate(
            "(one) => { const text = document.createRange(); text.selectNodeContents(one);"
            " return text.getClientRects().length; }"
        )
        == 1
    )


def test_quotes_come_with_the_rows_and_follow_the_day(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya?at=2019-05-01", scripts=False).page
    said = page.locator(".row .said q")
    assert said.count() == page.locator(".row").count() > 3
    page = show(f"{site}/embed/libya?at=2019-05-01").page
    quote = "the Libyan government currently besieged by Haftar"
    expect(page.locator("#view")).not_to_contain_text(quote)
    page.fill("#at", "2020-04-01")
    page.click(".time button")
    expect(page.locator("#view")).to_contain_text(quote)


def test_on_paper_quotes_are_whole(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya?at=2019-05-01", width=320).page
    page.emulate_media(media="print")
    clipped = "(all) => all.filter((one) => one.scrollHeight > one.clientHeight + 1).length"
    assert page.locator(".said").evaluate_all(clipped) == 0
