"""The exported folder, on a static host that allows nothing but its own files, and from the disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.serving import static
from tests.cli.command import Command

STRICT = {"Content-Security-Policy": "default-src 'self'"}
ARTICLE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>An article</title><h1>A</h1>{}</html>'


@pytest.fixture(scope="module")
def site_of_files(record: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static site with an article, and the timeline in a folder of it."""
    directory = tmp_path_factory.mktemp("static")
    said = record.out("export", "libya", "--embed", directory / "deep" / "libya")
    assert "README.txt" in said
    paste = (directory / "deep" / "libya" / "README.txt").read_text(encoding="utf-8")
    assert len(paste.splitlines()) == 2
    (directory / "deep" / "article.html").write_text(ARTICLE.format(paste), encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def address(site_of_files: Path) -> Iterator[str]:
    """Where it is served, under a strict policy."""
    with static(site_of_files, STRICT) as address:
        yield address


def test_an_article_shows_it_at_its_height_under_a_strict_policy(show: Open, address: str) -> None:
    watched = show(f"{address}/deep/article.html")
    page = watched.page
    page.wait_for_function("() => document.querySelector('iframe').getBoundingClientRect().height > 700")
    inside = page.frame_locator("iframe")
    shown = inside.locator("#on").inner_text()
    inside.locator("#previous").click()
    expect(inside.locator("#on")).not_to_have_text(shown)
    assert watched.complaints == []
    assert watched.origins() == {address}


def test_every_day_is_reached_with_scripts(show: Open, address: str) -> None:
    watched = show(f"{address}/deep/libya/index.html")
    page = watched.page
    page.locator("#at").fill("2019-05-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#on")).to_have_text("Who stood where on 1 May 2019")
    assert page.url.endswith("#2019-05-01")
    page.reload()
    expect(page.locator("#on")).to_have_text("Who stood where on 1 May 2019")
    page.get_by_role("link", name="Matrix").click()
    expect(page.locator("#on")).to_have_text("Who stood where on 1 May 2019")
    expect(page.locator("#view")).to_have_class("matrix")
    page.locator("#after").click()
    expect(page.locator("#on")).to_have_text("Who stood where on 2 May 2019")
    page.locator("td a").first.click()
    expect(page.locator("#view")).to_have_class("history")
    assert watched.complaints == []


def test_evidence_and_other_events_come_from_the_folder(show: Open, address: str) -> None:
    watched = show(f"{address}/deep/libya/index.html#2019-05-01")
    page = watched.page
    page.locator("a.by").first.click()
    expect(page.locator(".evidence blockquote").first).to_be_visible()
    page.locator("#earlier").click()
    page.wait_for_function("() => !document.querySelector('#events ol[aria-busy]')")
    assert watched.complaints == []
    assert watched.origins() == {address}


def test_every_date_of_an_event_is_reached_by_links_alone(show: Open, address: str) -> None:
    page = show(f"{address}/deep/libya/index.html", scripts=False).page
    expect(page.locator(".time form")).to_be_hidden()
    while page.locator("#previous[href]").count():
        page.locator("#previous").click()
    days = [page.locator("#on").inner_text()]
    while page.locator("#next[href]").count():
        page.locator("#next").click()
        days.append(page.locator("#on").inner_text())
    assert len(set(days)) == len(days) > 15


@pytest.mark.parametrize("scripts", [True, False])
def test_axe_finds_nothing(show: Open, address: str, scripts: bool) -> None:
    watched = show(f"{address}/deep/libya/2019-04-04.html", width=320, scripts=scripts)
    assert watched.too_wide() == []
    assert watched.violations() == []


def test_every_file_that_a_page_names_is_there(site_of_files: Path) -> None:
    folder = site_of_files / "deep" / "libya"
    pages = sorted(folder.glob("*.html"))
    assert len(pages) > 50
    for page in pages:
        text = page.read_text(encoding="utf-8")
        named = re.findall(r' (?:href|src)="([^"#]+)', text)
        ours = {name for name in named if "://" not in name}
        assert {name for name in ours if not (folder / name).exists()} == set(), page.name


def test_no_page_has_code_in_it(site_of_files: Path) -> None:
    for page in (site_of_files / "deep" / "libya").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        scripts = re.findall(r"<script([^>]*)>", text)
        assert all("src=" in script or "application/json" in script for script in scripts)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)


def test_it_shows_the_page_from_the_disk(show: Open, site_of_files: Path) -> None:
    watched = show((site_of_files / "deep" / "libya" / "index.html").as_uri())
    page = watched.page
    expect(page.locator("#on")).to_be_visible()
    page.locator("#previous").click()
    expect(page.locator("#on")).to_contain_text("22 February 2020")
    assert page.locator("body").evaluate("(body) => getComputedStyle(body).maxWidth") is not None


def test_it_writes_over_nothing(record: Command, site_of_files: Path) -> None:
    said = record.error(2, "export", "libya", "--embed", site_of_files)
    assert "is not empty" in said


def test_the_pages_of_a_position_are_the_same_bytes_for_ever(record: Command, tmp_path: Path) -> None:
    for name in ("one", "two"):
        record.out("export", "libya", "--embed", tmp_path / name / "libya", "--known-at", 74, "--lang", "ar")
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name / "libya").iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    assert b'dir="rtl"' in one["index.html"]
