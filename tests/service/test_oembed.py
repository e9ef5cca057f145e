"""oEmbed: what is answered, what is refused, and how long it may be kept."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from service import create_app
from service.settings import Settings
from tests.service.client import Client, problem

HERE = "http://localhost/embed/libya"


def ask(client: Client, address: str, more: str = "") -> dict[str, Any]:
    """The answer about an address."""
    answer = client.get(f"/oembed?url={quote(address)}{more}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def test_an_answer_is_rich_and_complete(untouched: Client) -> None:
    found = ask(untouched, f"{HERE}?at=2019-05-01")
    assert {name: found[name] for name in ("version", "type", "provider_name", "title")} == {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Allegiance",
        "title": "Libya: Who stood where on 1 May 2019",
    }
    assert (found["width"], found["height"]) == (640, 640)


def test_the_html_is_a_bare_quotation_and_an_empty_frame_of_the_address(untouched: Client) -> None:
    found = ask(untouched, f"{HERE}?at=2019-05-01&lang=ar")
    parts = re.fullmatch(r"<blockquote>(.*)</blockquote><iframe (.*)></iframe>", found["html"])
    assert parts
    assert f'src="{HERE}?at=2019-05-01&amp;lang=ar"' in parts[2]
    assert 'sandbox="allow-scripts ' in parts[2]
    assert 'security="restricted"' in parts[2]
    assert unescape(found["title"]) in unescape(parts[1])


@pytest.mark.parametrize(
    ("more", "size"),
    [
        ("&maxwidth=320&maxheight=400", (320, 400)),
        ("&maxwidth=5000&maxheight=5000", (640, 640)),
        ("&maxwidth=1&maxheight=1", (200, 200)),
    ],
)
def test_it_fits_where_the_consumer_has_room(untouched: Client, more: str, size: tuple[int, int]) -> None:
    found = ask(untouched, HERE, more)
    assert (found["width"], found["height"]) == size


def test_what_else_a_consumer_sends_is_left_unread(untouched: Client) -> None:
    assert ask(untouched, HERE, "&format=json&dnt=1&for=wordpress") == ask(untouched, HERE)


@pytest.mark.parametrize("path", ["/timelines/libya?at=2019-05-01", "/timelines/libya/embed"])
def test_pages_of_the_explorer_are_embedded_too(untouched: Client, path: str) -> None:
    assert 'src="http://localhost/embed/libya' in ask(untouched, f"http://localhost{path}")["html"]


def test_a_pinned_view_may_be_kept_for_longer(untouched: Client) -> None:
    live, pinned = ask(untouched, HERE), ask(untouched, f"{HERE}?known_at=7")
    assert (live["cache_age"], pinned["cache_age"]) == (3600, 365 * 24 * 3600)


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.example/embed/libya",
        "http://localhost.elsewhere.example/embed/libya",
        "http://localhost/embed/nowhere",
        "http://localhost/embed/libya/",
        "http://localhost/v1/timelines/libya",
        "http://localhost/embed/libya?at=2019",
        "http://localhost/embed/libya?known_at=999",
        "http://localhost/embed/libya?actor=nobody",
        "ftp://localhost/embed/libya",
        "//localhost/embed/libya",
        "http://[localhost/embed/libya",
        "javascript:alert(1)",
        "libya",
    ],
)
def test_an_address_that_shows_no_embed_here_is_not_found(untouched: Client, address: str) -> None:
    problem(untouched.get(f"/oembed?url={quote(address)}"), 404)


@pytest.mark.parametrize("format", ["xml", "JSON", "html"])
def test_another_format_is_not_offered(untouched: Client, format: str) -> None:
    content = problem(untouched.get(f"/oembed?url={HERE}&format={format}"), 501)
    assert "format=json" in content["detail"]


@pytest.mark.parametrize("query", ["", "url=", f"url={HERE}&maxwidth=0", f"url={HERE}&maxwidth=x"])
def test_a_request_that_says_too_little_or_too_much_says_what_to_write(untouched: Client, query: str) -> None:
    response = untouched.get(f"/oembed?{query}")
    assert response.status_code in (404, 422)
    problem(response, response.status_code)


def test_addresses_are_the_public_ones_where_they_are_set(untouched: Client) -> None:
    store = untouched.app.extensions["allegiance"].store
    public = Client(create_app(Settings(base_url="https://allegiance.example"), store), "")
    found = ask(public, "https://allegiance.example/embed/libya?at=2019-05-01")
    assert 'src="https://allegiance.example/embed/libya' in found["html"]
    assert found["thumbnail_url"].startswith("https://allegiance.example/embed/libya/card.png?")
    assert 'src="https://allegiance.example/embed/libya' in ask(public, HERE)["html"]
