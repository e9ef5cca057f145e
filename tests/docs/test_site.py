"""The pages as a site: built without a warning, and no link inside it leads nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs import pages

PROGRAM = Path(sys.executable).with_name("sphinx-build")
STRICT = ("--quiet", "--fail-on-warning", "--nitpicky")


def build(source: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build the pages below a directory as `make docs` does."""
    command = (PROGRAM, *STRICT, "-c", pages.PROJECT / "docs", "-d", site / "cache", source, site / "html")
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(pages.PROJECT, folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


class Links(HTMLParser):
    """The links of a page, and what a link can name in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name in ("href", "src"):
                self.links.append(value)
            elif value and name == "id":
                self.names.add(value)


def test_make_docs_builds_so(site: Path) -> None:
    makefile = (pages.PROJECT / "Makefile").read_text()
    assert f"sphinx-build {' '.join(STRICT)} -c docs . var/site" in makefile


def test_every_page_is_in_the_site(site: Path) -> None:
    for page in pages.PAGES:
        assert (site / page.relative_to(pages.PROJECT)).with_suffix(".html").exists()


def test_no_link_inside_the_site_leads_nowhere(site: Path) -> None:
    read = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    dead = []
    for page, found in read.items():
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            named = parts.fragment and target.suffix == ".html"
            if not target.exists() or (named and unquote(parts.fragment) not in read[target].names):
                dead.append(f"{page.relative_to(site)}: {link}")
    assert dead == []
    assert sum(len(found.links) for found in read.values()) > 500


@pytest.mark.parametrize("link", ["nowhere.md", "index.md#nowhere"])
def test_a_dead_link_fails_the_build(tmp_path: Path, link: str) -> None:
    source = tmp_path / "source" / "docs"
    source.mkdir(parents=True)
    (source / "index.md").write_text(f"# Index\n\n[there]({link})\n")
    done = build(tmp_path / "source", tmp_path)
    assert done.returncode != 0
    assert re.search("nowhere", done.stderr)
