"""What a reader's first look costs, and that nobody hears of it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

MOST_BYTES, MOST_DOCUMENT, MOST_SCRIPT = 30_000, 14_000, 12_000
MOST_REQUESTS = 3


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
@pytest.mark.parametrize("timeline", ["libya", "many"])
def test_the_first_view_is_small_and_private(show: Open, site: str, timeline: str, lang: str) -> None:
    watched = show(f"{site}/embed/{timeline}?lang={lang}", width=390)
    watched.page.wait_for_timeout(500)
    sizes = watched.gzipped()
    scripts = sum(size for address, size in sizes.items() if ".js" in address)
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert scripts <= MOST_SCRIPT, sizes
    assert watched.origins() == {site}
    assert watched.storage() == []
    assert watched.complaints == []


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
@pytest.mark.parametrize("timeline", ["libya", "many"])
def test_the_page_and_its_style_fit_the_first_packets(
    show: Open, site: str, timeline: str, lang: str
) -> None:
    watched = show(f"{site}/embed/{timeline}?lang={lang}", width=390)
    sizes = {address: size for address, size in watched.gzipped().items() if ".js" not in address}
    assert sum(sizes.values()) <= MOST_DOCUMENT, sizes


def test_many_events_are_not_many_nodes(show: Open, site: str) -> None:
    page = show(f"{site}/embed/many", width=390).page
    assert page.locator("*").count() <= 1500


def test_the_host_script_is_a_kilobyte(show: Open, site: str) -> None:
    watched = show(f"{site}/embed.js")
    assert sum(size for address, size in watched.gzipped().items() if "embed.js" in address) <= 1024
