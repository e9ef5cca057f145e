"""feedparser, which reads what feed readers read, makes the same of both feeds."""

from __future__ import annotations

from typing import Any

import feedparser
import requests

from tests.clients.conftest import Service

FEED = "/v1/timelines/libya/feed"


def test_feedparser_reads_the_atom_feed(service: Service) -> None:
    feed = feedparser.parse(f"{service.url}{FEED}.atom")
    assert (feed.status, feed.bozo, feed.version) == (200, False, "atom10")
    assert feed.feed.title == "Libya: what the record learned"
    assert [entry.id.rpartition("/")[2] for entry in feed.entries] == [str(n) for n in range(9, 0, -1)]
    retracted, corrected, *_ = feed.entries
    assert (
        retracted.title == "Retracted: " + retracted.link.rpartition("/")[2].partition("?")[0]
        or retracted.title
    )
    assert "A hoax." in retracted.content[0].value
    assert (corrected.title, corrected.tags[0].term) == ("Corrected: The offensive", "correct")
    assert corrected.updated_parsed is not None
    assert corrected.updated_parsed < retracted.updated_parsed


def test_feedparser_is_told_that_nothing_is_new(service: Service) -> None:
    first = feedparser.parse(f"{service.url}{FEED}.atom")
    again = feedparser.parse(f"{service.url}{FEED}.atom", etag=first.etag)
    assert (again.status, again.entries) == (304, [])


def test_feedparser_follows_the_pages_of_an_actor(service: Service) -> None:
    seen: list[str] = []
    address = f"{service.url}{FEED}.atom?actor=gna&limit=2"
    while address:
        feed = feedparser.parse(address)
        assert not feed.bozo
        seen += [entry.id for entry in feed.entries]
        address = next((link.href for link in feed.feed.links if link.rel == "next"), "")
    assert [id.rpartition("/")[2] for id in seen] == ["9", "8", "7", "6", "3"]


def test_both_feeds_have_the_same_items(service: Service) -> None:
    atom = feedparser.parse(f"{service.url}{FEED}.atom")
    with requests.Session() as session:
        content: dict[str, Any] = session.get(f"{service.url}{FEED}.json").json()
    assert [(entry.id, entry.title, entry.link) for entry in atom.entries] == [
        (item["id"], item["title"], item["url"]) for item in content["items"]
    ]
