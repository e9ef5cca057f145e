"""GET feed.json and feed.atom: what the log learned, entry by entry."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from events.stores import Store
from service import create_app
from service.settings import Settings
from tests.service.client import BASE, ENDORSED, OFFENSIVE, Client, problem

JSON = f"{BASE}/feed.json"
ATOM = f"{BASE}/feed.atom"
NAMES = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def grown(libya: Client) -> Client:
    """With an event at position 8, its correction at 9 and its retraction at 10."""
    libya.append({**ENDORSED, "title": "Russia endorses Haftar"})
    corrected = {**ENDORSED, "title": "Russia meets the GNA", "reason": "It was a meeting.", "effects": []}
    assert libya.post(f"{BASE}/events/endorsed/correction", corrected).status_code == 201
    assert libya.post(f"{BASE}/events/endorsed/retraction", {"reason": "A hoax."}).status_code == 201
    return libya


def positions(client: Client, query: str = "") -> list[int]:
    return [item["_allegiance"]["position"] for item in client.get(f"{JSON}{query}").json["items"]]


def test_each_entry_is_an_item_dated_by_when_the_log_learned_it(grown: Client) -> None:
    feed = grown.get(JSON)
    assert feed.content_type == "application/feed+json"
    assert feed.json["version"] == "https://jsonfeed.org/version/1.1"
    assert feed.json["title"] == "Libya: what the record learned"
    assert [item["_allegiance"]["position"] for item in feed.json["items"]] == list(range(10, 0, -1))
    log = grown.get(f"{BASE}/log").json["items"]
    assert [item["date_published"] for item in feed.json["items"]] == [
        entry["recorded_at"] for entry in reversed(log)
    ]


def test_what_was_corrected_or_retracted_says_why(grown: Client) -> None:
    retracted, corrected, recorded, *_ = grown.get(JSON).json["items"]
    assert recorded["title"] == "Russia endorses Haftar"
    assert recorded["content_text"].splitlines() == [
        "Date: 2018-07.",
        "Held: russia endorses Khalifa Haftar.",
        "Source: A report.",
    ]
    assert corrected["title"] == "Corrected: Russia meets the GNA"
    assert "It was a meeting." in corrected["content_text"]
    assert corrected["_allegiance"]["reason"] == "It was a meeting."
    assert retracted["title"] == "Retracted: Russia meets the GNA"
    assert "A hoax." in retracted["content_text"]
    assert retracted["_allegiance"] == {
        "position": 10,
        "op": "retract",
        "entity": "event",
        "id": "endorsed",
        "reason": "A hoax.",
    }


def test_an_item_has_a_name_for_ever_and_the_address_of_what_it_is_about(grown: Client) -> None:
    items = grown.get(JSON).json["items"]
    assert items[0]["id"] == "tag:localhost,2026:libya/10"
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        answer = grown.get(item["url"].removeprefix("http://localhost"))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    offensive = next(item for item in items if item["_allegiance"]["id"] == "offensive")
    shown = grown.get(offensive["url"].removeprefix("http://localhost")).json
    assert shown["position"] == offensive["_allegiance"]["position"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?actor=russia", [9, 8, 5]),
        ("?kind=endorses", [9, 8]),
        ("?q=endorses", [9, 8]),
        ("?q=meets", [10, 9]),
        ("?q=haftar&entity=event", [9, 8]),
        ("?entity=actor&entity=document", [5, 4, 3, 2]),
        ("?document=report&actor=gna&actor=russia", [9, 8, 7, 6]),
        ("?type=attack", []),
    ],
)
def test_a_feed_of_an_actor_or_a_query_has_what_concerns_it(
    grown: Client, query: str, expected: list[int]
) -> None:
    """Also what was taken back: an entry that leaves its subject says so there."""
    assert positions(grown, query) == expected


def test_the_pages_of_a_feed_fit_together(grown: Client) -> None:
    for query in ("?limit=3", "?limit=3&entity=event&entity=actor"):
        whole = positions(grown, query.replace("limit=3", "limit=100"))
        seen, address = [], f"{JSON}{query}"
        while address:
            page = grown.get(address.removeprefix("http://localhost")).json
            seen += [item["_allegiance"]["position"] for item in page["items"]]
            address = page.get("next_url", "")
        assert seen == whole
        assert len(seen) == len(set(seen))


def test_the_atom_feed_says_the_same(grown: Client) -> None:
    answer = grown.get(f"{ATOM}?limit=4&actor=russia")
    assert answer.content_type == "application/atom+xml"
    root = ElementTree.fromstring(answer.text)
    for name in ("id", "title", "updated", "author/a:name"):
        assert root.findtext(f"a:{name}", namespaces=NAMES)
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", NAMES)}
    assert links["self"] == f"http://localhost{ATOM}?limit=4&actor=russia"
    twin = grown.get(f"{JSON}?limit=4&actor=russia").json["items"]
    entries = root.findall("a:entry", NAMES)
    for entry, item in zip(entries, twin, strict=True):
        names = ("id", "title", "content", "updated")
        told = [entry.findtext(f"a:{name}", namespaces=NAMES) for name in names]
        assert told == [item["id"], item["title"], item["content_text"], item["date_published"]]


def test_a_feed_is_revalidated_and_its_older_pages_are_kept(grown: Client) -> None:
    first = grown.get(f"{JSON}?limit=2")
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert grown.get(f"{JSON}?limit=2", If_None_Match=first.headers["ETag"]).status_code == 304
    older = urlsplit(first.json["next_url"])
    page = grown.get(f"{older.path}?{older.query}")
    assert "immutable" in page.headers["Cache-Control"]
    libya = {**OFFENSIVE, "date": "2019-04-04", "title": "Another", "reason": "the day"}
    grown.post(f"{BASE}/events/offensive/correction", libya)
    assert grown.get(f"{JSON}?limit=2", If_None_Match=first.headers["ETag"]).status_code == 200
    assert grown.get(f"{older.path}?{older.query}").data == page.data


def test_the_addresses_in_a_feed_are_the_public_ones(store: Store, libya: Client) -> None:
    client = Client(create_app(Settings(base_url="https://record.example"), store), "")
    feed = client.get(JSON).json
    assert feed["feed_url"] == "https://record.example/v1/timelines/libya/feed.json"
    assert feed["items"][0]["id"] == "tag:record.example,2026:libya/7"


def test_a_feed_of_nothing_is_a_feed(client: Client) -> None:
    client.post("/v1/timelines", {"id": "empty"})
    assert client.get("/v1/timelines/empty/feed.json").json["items"] == []
    root = ElementTree.fromstring(client.get("/v1/timelines/empty/feed.atom").text)
    assert root.findtext("a:updated", namespaces=NAMES)


def test_a_feed_of_what_cannot_be_is_refused(untouched: Client) -> None:
    problem(untouched.get(f"{JSON}?kind=loves"), 422)
    problem(untouched.get(f"{ATOM}?q=..."), 422)
    problem(untouched.get("/v1/timelines/nowhere/feed.atom"), 404)


def test_a_title_with_markup_in_it_is_text(libya: Client) -> None:
    libya.append({**ENDORSED, "title": "Odd <b>&amp; ]]> sign"})
    entry = ElementTree.fromstring(libya.get(ATOM).text).find("a:entry", NAMES)
    assert entry is not None
    assert "<b>&amp; ]]> sign" in str(entry.findtext("a:title", namespaces=NAMES))


def test_a_query_with_signs_that_xml_does_not_know_is_still_xml(libya: Client) -> None:
    root = ElementTree.fromstring(libya.get(f"{ATOM}?q=offensive%EF%BF%BF").text)
    assert "offensive\ufffd" in str(root.findtext("a:title", namespaces=NAMES))
