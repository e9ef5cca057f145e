"""The embed by keyboard alone: every date, every event and every source is reached."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.cli.command import SEEDS

LINES: list[dict[str, Any]] = [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
EVENTS = {line["id"]: line for line in LINES if "entity" not in line}
DOCUMENTS = {line["id"]: line for line in LINES if line.get("entity") == "document"}

FOCUSED = "document.activeElement"


def tab_to(page: Page, matches: str) -> None:
    """Press Tab until what has the focus matches a selector; at most once around the page."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches({json.dumps(matches)})"):
            return
    raise AssertionError(f"Tab never comes to {matches}")


def test_the_arrow_keys_reach_every_date(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya").page
    stops = page.evaluate(
        "() => { const embed = window.allegianceEmbed;"
        " const model = embed.read(JSON.parse(document.getElementById('data').textContent), allegianceWords);"
        " return model.stops.map(embed.iso); }"
    )
    firsts = {line["date"] for line in EVENTS.values() if len(line["date"]) == 10 and line["date"][4] == "-"}
    assert firsts
    assert firsts <= set(stops)
    tab_to(page, "#slider")
    while page.locator("#previous[href]").count():
        page.keyboard.press("ArrowLeft")
    seen = [page.locator("#at").input_value()]
    while page.locator("#next[href]").count():
        page.keyboard.press("ArrowRight")
        seen.append(page.locator("#at").input_value())
        day = page.locator("#slider").get_attribute("aria-valuetext") or "?"
        assert day in page.locator("#on").inner_text()
    assert seen == stops


def test_tab_and_enter_reach_every_event_and_every_source(show: Open, site: str) -> None:
    page = show(f"{site}/embed/libya").page
    tab_to(page, ".views a[data-view=timeline]")
    page.keyboard.press("Enter")
    page.wait_for_url("**view=timeline**")
    while page.locator("#earlier:not([hidden])").count():
        _press(page, "#earlier")
    events, sources = _on_the_list(page)
    while page.locator("#later:not([hidden])").count():
        _press(page, "#later")
        more_events, more_sources = _on_the_list(page)
        events |= more_events
        sources |= more_sources
    cited = {source["document"] for line in EVENTS.values() for source in line["sources"]}
    assert events == set(EVENTS)
    assert sources >= {DOCUMENTS[id]["url"] for id in cited if "url" in DOCUMENTS[id]}


def _press(page: Page, link: str) -> None:
    """Come to a link by Tab and follow it by Enter, until the list is another one."""
    before = page.locator("#events ol").inner_text()
    tab_to(page, link)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "(before) => document.querySelector('#events ol').innerText !== before"
        " && !document.querySelector('#events ol[aria-busy]')",
        arg=before,
    )


def _on_the_list(page: Page) -> tuple[set[str], set[str]]:
    """The events and the sources that Tab comes to in the list as it stands."""
    events, sources = set(), set()
    tab_to(page, "#events ol li a")
    while True:
        event, href, blank = page.evaluate(
            f"(() => {{ const one = {FOCUSED}; const item = one.closest('#events ol li');"
            " return [item && item.id.slice(2), one.href, one.target === '_blank']; })()"
        )
        if event is None:
            return events, sources
        events.add(event)
        if blank:
            sources.add(href)
        page.keyboard.press("Tab")
