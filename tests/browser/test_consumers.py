"""Programs that ask for the embed code of an address, as they are, over HTTP."""

from __future__ import annotations

import time
import urllib.request
from typing import Any

import micawber
import pytest
import requests

ADDRESSES = (
    "/embed/libya?at=2019-05-01&lang=fr",
    "/timelines/libya?at=2019-05-01",
    "/embed/many?known_at=200",
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is asked directly, whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.mark.parametrize("path", ADDRESSES)
def test_micawber_takes_the_answer(site: str, path: str) -> None:
    registry = micawber.ProviderRegistry()
    registry.register(rf"{site}/\S*", micawber.Provider(f"{site}/oembed"))
    found: dict[str, Any] = registry.request(f"{site}{path}", maxwidth=500)
    assert (found["type"], found["width"]) == ("rich", 500)
    shown = micawber.parse_text(f"{site}{path}", registry)
    assert "<blockquote>" in shown
    assert "<iframe" in shown


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_header_and_the_head_lead_to_the_same(site: str, path: str) -> None:
    with requests.get(f"{site}{path}", timeout=10) as page:
        linked = page.links["alternate"]
        head = page.text[: page.text.index("</head>")].replace("&amp;", "&")
    assert linked["type"] == "application/json+oembed"
    assert f'type="application/json+oembed" href="{linked["url"]}"' in head
    assert len(head.encode()) < 150_000
    assert requests_json(linked["url"])["version"] == "1.0"


def test_ghost_gets_what_it_needs_in_time(site: str) -> None:
    """A rich answer with html and a width that is not zero, within two seconds."""
    began = time.monotonic()
    found = requests_json(f"{site}/oembed?url={site}/embed/many&format=json&maxwidth=720")
    assert time.monotonic() - began < 2
    assert (found["type"], found["version"]) == ("rich", "1.0")
    assert found["html"]
    assert found["width"] > 0
    assert found["height"] > 0


def test_the_picture_of_the_answer_is_one(site: str) -> None:
    found = requests_json(f"{site}/oembed?url={site}/embed/libya")
    with urllib.request.urlopen(found["thumbnail_url"]) as answer:
        content = answer.read()
    assert content.startswith(b"\x89PNG")
    size = tuple(int.from_bytes(content[place : place + 4]) for place in (16, 20))
    assert size == (found["thumbnail_width"], found["thumbnail_height"])


def requests_json(address: str) -> dict[str, Any]:
    """A JSON answer."""
    with requests.get(address, timeout=10) as answer:
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found
