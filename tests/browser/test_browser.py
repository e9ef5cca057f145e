"""The browser and the service that all these tests share work together."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open


@pytest.mark.parametrize("scripts", [True, False])
def test_a_page_of_the_service_is_shown(show: Open, site: str, scripts: bool) -> None:
    watched = show(f"{site}/", scripts=scripts)
    assert watched.page.locator("h1").count() == 1
    assert watched.violations() == []
    assert watched.origins() == {site}
