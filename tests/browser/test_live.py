"""Live and pinned: what an embed shows after the record has grown."""

from __future__ import annotations

from pathlib import Path

import requests
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.serving import service
from tests.cli.command import SEEDS, Command
from tests.domain.builders import effect

CEASEFIRE = {
    "id": "ceasefire",
    "type": "ceasefire",
    "date": "2019-06-01",
    "title": "A ceasefire",
    "effects": [effect("ends", "haftar", "fights", "gna")],
    "sources": [{"document": "trt-world-2020"}],
}


def test_a_live_embed_says_what_changed_and_a_pinned_one_stays_as_it_was(show: Open, tmp_path: Path) -> None:
    command = Command(tmp_path)
    command.out("init")
    command.out("ingest", "libya", SEEDS)
    with service(command.path) as site:
        builder = show(f"{site}/timelines/libya/embed?at=2019-07-01", scripts=False).page
        live = builder.get_by_role("textbox", name="Address").input_value()
        builder.get_by_role("radio", name="Pinned").check()
        builder.get_by_role("button", name="Update").click()
        pinned = builder.get_by_role("textbox", name="Address").input_value()
        before = requests.get(pinned, timeout=10).content
        page = show(live).page
        expect(page.locator(".new")).to_have_count(0)

        command.ingest(CEASEFIRE)

        assert requests.get(pinned, timeout=10).content == before
        page.reload()
        expect(page.locator(".new")).to_contain_text("Updated since it was cited.")
        page.get_by_role("link", name="What changed").click()
        expect(page.locator(".changed > li")).to_have_count(1)
        expect(page.locator(".changed")).to_contain_text("ended 1 June 2019")
        page.go_back()
        page.get_by_role("link", name="As it was cited").click()
        expect(page.locator(".new")).to_have_count(0)
        expect(page.locator("#view")).to_contain_text("fights Khalifa Haftar")
