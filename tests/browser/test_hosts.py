"""The embed inside other people's pages, in the ways in which these treat it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, FrameLocator

from tests.browser import wordpress
from tests.browser.conftest import Open
from tests.browser.serving import static

PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>An article</title><body>{}</body></html>'

GROWN = "(frame) => frame.getBoundingClientRect().height > 700"


def headline(frame: FrameLocator) -> Any:
    """What an embed says it shows."""
    return frame.locator("h2").first


def oembed(site: str, address: str, **more: object) -> dict[str, Any]:
    """What oEmbed says of an address."""
    with requests.get(f"{site}/oembed", {"url": address, "format": "json", **more}, timeout=10) as answer:
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_wordpress_shows_the_embed_in_its_sandbox(show: Open, site: str, host: Path, lang: str) -> None:
    html = oembed(site, f"{site}/embed/libya?at=2019-05-01&lang={lang}")["html"]
    (host / "index.html").write_text(wordpress.article(html), encoding="utf-8")
    (host / "listener.js").write_text(wordpress.LISTENER)
    with static(host) as address:
        watched = show(f"{address}/index.html", width=600)
        page, frame = watched.page, watched.page.locator("iframe")
        page.wait_for_function("() => +document.querySelector('iframe').height >= 800")
        assert frame.get_attribute("sandbox") == "allow-scripts"
        assert int(frame.get_attribute("height") or 0) == 1000
        assert not page.locator("blockquote").is_visible()
        inside = page.frame_locator("iframe")
        shown = headline(inside).inner_text()
        inside.locator("#next").click()
        assert headline(inside).inner_text() != shown
        assert watched.complaints == []


def test_wordpress_without_scripts_shows_a_sentence(show: Open, site: str, host: Path) -> None:
    html = oembed(site, f"{site}/embed/libya?at=2019-05-01")["html"]
    (host / "index.html").write_text(wordpress.article(html), encoding="utf-8")
    with static(host) as address:
        page = show(f"{address}/index.html", scripts=False).page
        said = page.locator("blockquote").inner_text()
    assert "Libya: Who stood where on 1 May 2019" in said.replace("\u2068", "").replace("\u2069", "")
    assert "Khalifa Haftar" in said


def test_wordpress_leaves_plain_links_for_moving_where_the_embed_has_no_scripts(
    show: Open, site: str, host: Path
) -> None:
    """`prev` and `next` are links, which every sandbox lets through."""
    frame = f'<iframe sandbox src="{site}/embed/libya?at=2019-05-01" width="600" height="800"></iframe>'
    (host / "index.html").write_text(PAGE.format(frame), encoding="utf-8")
    with static(host) as address:
        inside = show(f"{address}/index.html").page.frame_locator("iframe")
        shown = headline(inside).inner_text()
        inside.locator("#next").click()
        inside.locator("h2", has_not_text=shown).first.wait_for()


def test_the_filter_takes_no_embed_from_an_answer_without_a_frame() -> None:
    assert wordpress.filtered("<blockquote>Only words</blockquote><script>alert(1)</script>", "x") == ""


def test_a_frame_takes_its_height_from_the_script_wherever_that_stands(
    show: Open, site: str, host: Path
) -> None:
    frame = f'<iframe src="{site}/embed/libya" width="100%" height="300" title="Libya"></iframe>'
    script = f'<script src="{site}/embed.js"></script>'
    for name, body in {
        "before": script + frame,
        "after": frame + script,
        "twice": script + frame + script,
    }.items():
        (host / f"{name}.html").write_text(PAGE.format(body), encoding="utf-8")
    with static(host) as address:
        for name in ("before", "after", "twice"):
            watched = show(f"{address}/{name}.html", width=400)
            watched.page.wait_for_function(f"() => ({GROWN})(document.querySelector('iframe'))")
            assert watched.complaints == []


def test_a_script_that_comes_late_asks_for_the_height(show: Open, site: str, host: Path) -> None:
    frame = f'<iframe src="{site}/embed/libya" width="100%" height="300" title="Libya"></iframe>'
    (host / "index.html").write_text(PAGE.format(frame), encoding="utf-8")
    with static(host) as address:
        page = show(f"{address}/index.html").page
        page.frame_locator("iframe").locator("#slider").wait_for()
        page.add_script_tag(url=f"{site}/embed.js")
        page.wait_for_function(f"() => ({GROWN})(document.querySelector('iframe'))")


def test_without_the_script_a_frame_keeps_the_height_of_its_code(show: Open, site: str, host: Path) -> None:
    frame = f'<iframe src="{site}/embed/libya" width="100%" height="640" frameborder="0"></iframe>'
    (host / "index.html").write_text(PAGE.format(frame), encoding="utf-8")
    with static(host) as address:
        page = show(f"{address}/index.html").page
        page.frame_locator("iframe").locator("#slider").wait_for()
        assert page.locator("iframe").bounding_box()["height"] == 640  # type: ignore[index]


def test_a_message_from_elsewhere_changes_no_height(show: Open, site: str, host: Path) -> None:
    frame = f'<iframe id="ours" src="{site}/embed/libya" width="100%" height="300"></iframe>'
    other = '<iframe id="other" src="other.html" width="100%" height="200"></iframe>'
    said = "parent.postMessage({message: 'height', value: 12345}, '*')"
    (host / "index.html").write_text(PAGE.format(f'<script src="{site}/embed.js"></script>{frame}{other}'))
    (host / "other.html").write_text(PAGE.format(f"<script>{said}; {said}</script>"))
    with static(host) as address:
        page = show(f"{address}/index.html").page
        page.wait_for_function(f"() => ({GROWN})(document.getElementById('ours'))")
        assert page.locator("#other").bounding_box()["height"] == 204  # type: ignore[index]
        assert page.locator("#ours").bounding_box()["height"] < 12_000  # type: ignore[index]


def test_the_element_makes_the_frame_that_its_attributes_describe(show: Open, site: str, host: Path) -> None:
    elements = (
        '<allegiance-timeline id="one" timeline="libya" at="2019-05-01" lang="fr">Libye</allegiance-timeline>'
        '<allegiance-timeline id="two" timeline="libya" actor="gna, haftar" view="matrix" theme="dark"'
        ' sides="1,2" known-at="74"></allegiance-timeline>'
        f'<allegiance-timeline id="three" src="{site}/embed/libya?lang=ar" cited="74"></allegiance-timeline>'
        '<allegiance-timeline id="evil" src="javascript:alert(1)"></allegiance-timeline>'
    )
    body = f'<script src="{site}/embed.js" async></script>{elements}'
    (host / "index.html").write_text(PAGE.format(body), encoding="utf-8")
    with static(host) as address:
        watched = show(f"{address}/index.html", height=6000)
        page = watched.page
        for id in ("one", "two", "three"):
            page.wait_for_function(f"() => ({GROWN})(document.querySelector('#{id} iframe'))")
        sources = [
            page.locator(f"#{id} iframe").get_attribute("src") for id in ("one", "two", "three", "evil")
        ]
        assert sources == [
            f"{site}/embed/libya?at=2019-05-01&lang=fr",
            f"{site}/embed/libya?known_at=74&actor=gna&actor=haftar&view=matrix&theme=dark&sides=1%2C2",
            f"{site}/embed/libya?lang=ar&cited=74",
            None,
        ]
        assert page.locator("#one iframe").get_attribute("title") == "Libye"
        page.locator("#one").evaluate("(element) => element.setAttribute('at', '2011-04-01')")
        page.frame_locator("#one iframe").get_by_text("1er avril 2011").first.wait_for()
        assert (watched.dialogs, watched.complaints) == ([], [])


def test_a_listener_in_the_way_of_datawrapper_is_served(show: Open, site: str, host: Path) -> None:
    frame = f'<iframe src="{site}/embed/libya" width="100%" height="300" title="Libya"></iframe>'
    listener = """addEventListener("message", (event) => {
      const heights = event.data["datawrapper-height"];
      if (heights === undefined) return;
      for (const frame of document.querySelectorAll("iframe")) {
        if (frame.contentWindow !== event.source) continue;
        for (const id in heights) frame.style.height = heights[id] + "px";
      }
    });"""
    (host / "index.html").write_text(PAGE.format(f"<script>{listener}</script>{frame}"))
    with static(host) as address:
        page = show(f"{address}/index.html").page
        page.wait_for_function(f"() => ({GROWN})(document.querySelector('iframe'))")


def test_a_strict_policy_with_the_documented_source_lets_the_embed_in(
    show: Open, site: str, host: Path
) -> None:
    frame = f'<iframe src="{site}/embed/libya" width="100%" height="640" title="Libya"></iframe>'
    script = f'<script src="{site}/embed.js" async></script>'
    (host / "index.html").write_text(PAGE.format(frame + script))
    strict = "default-src 'self'"
    for policy, grown in (
        (f"{strict}; frame-src {site}; script-src 'self' {site}", True),
        (f"{strict}; frame-src {site}", False),
    ):
        with static(host, {"Content-Security-Policy": policy}) as address:
            page = show(f"{address}/index.html").page
            page.frame_locator("iframe").locator("#slider").wait_for()
            if grown:
                page.wait_for_function(f"() => ({GROWN})(document.querySelector('iframe'))")
            else:
                assert page.locator("iframe").bounding_box()["height"] == 644  # type: ignore[index]
    with static(host, {"Content-Security-Policy": strict}) as address:
        watched = show(f"{address}/index.html")
        assert any("frame" in complaint for complaint in watched.complaints)


def test_an_embed_that_was_out_of_sight_is_whole_once_it_is_shown(show: Open, site: str, host: Path) -> None:
    hidden = (
        '<button onclick="tab.hidden = false">Show</button><div id="tab" hidden>'
        '<allegiance-timeline timeline="libya"></allegiance-timeline></div>'
    )
    (host / "index.html").write_text(PAGE.format(f'<script src="{site}/embed.js" async></script>{hidden}'))
    with static(host) as address:
        watched = show(f"{address}/index.html", width=500)
        page = watched.page
        page.wait_for_timeout(300)
        page.get_by_role("button").click()
        page.wait_for_function(f"() => ({GROWN})(document.querySelector('iframe'))")
        frame = page.frame_locator("iframe")
        assert frame.locator(".strip").first.bounding_box()["width"] > 300  # type: ignore[index]
        assert watched.complaints == []


def test_an_embed_in_a_tab_of_the_browser_behind_others_is_whole_once_it_is_in_front(
    chromium: Browser, site: str, host: Path
) -> None:
    frame = f'<iframe src="{site}/embed/libya" width="100%" height="300" title="Libya"></iframe>'
    (host / "index.html").write_text(PAGE.format(f'<script src="{site}/embed.js"></script>{frame}'))
    with static(host) as address, chromium.new_context() as context:
        behind, front = context.new_page(), context.new_page()
        front.bring_to_front()
        behind.goto(f"{address}/index.html")
        behind.bring_to_front()
        behind.wait_for_function(f"() => ({GROWN})(document.querySelector('iframe'))")
