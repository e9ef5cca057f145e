"""Memento (RFC 7089): earlier answers, found by the time at which the log gave them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask import Flask

from events.codec import record
from events.stores import Store
from service import create_app
from service.settings import Settings
from tests.domain.builders import correct, retract
from tests.service.client import BASE, LIBYA, OFFENSIVE, SIEGE, Client, problem

HOST = "http://localhost"
FIRST = datetime(2026, 11, 22, 18, 0, 0, 250_000, tzinfo=UTC)
STATE = f"{BASE}/state?at=2019-05-01&actor=haftar"
EVENT = f"{BASE}/events/offensive"


class Log:
    """The timeline `libya` in three commits an hour apart: at positions 7, 8 and 9."""

    def __init__(self, store: Store) -> None:
        self.now = FIRST
        store._clock = lambda: self.now  # type: ignore[attr-defined]
        title = {"entity": "timeline", "title": {"en": "Libya"}}
        self._append(store, *(record(line, "libya") for line in (title, *LIBYA)))
        self._append(store, correct({**OFFENSIVE, "date": "2019-04-04"}))
        self._append(store, retract("event", SIEGE["id"]))

    def _append(self, store: Store, *drafts: object) -> None:
        store.append("libya", drafts, author="desk", create=True)  # type: ignore[arg-type]
        self.now += timedelta(hours=1)


@pytest.fixture
def client(store: Store) -> Client:
    Log(store)
    return Client(create_app(Settings(), store), "")


def at(hours: float) -> str:
    """So many hours after the first commit, as HTTP writes it."""
    return format_datetime((FIRST + timedelta(hours=hours)).replace(microsecond=0), usegmt=True)


def gate(address: str) -> str:
    path, mark, query = address.partition("?")
    return f"{path}/timegate{mark}{query}"


def links(header: str) -> dict[str, str]:
    """The target of each relation in a Link header or a TimeMap."""
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"', header)
    return {rel: target for target, rels in found for rel in rels.split()}


@pytest.mark.parametrize(
    ("hours", "position"), [(-500, 7), (-0.1, 7), (0, 7), (0.9, 7), (1, 8), (1.5, 8), (2, 9), (500, 9)]
)
def test_the_timegate_leads_to_what_was_answered_at_a_time(
    client: Client, hours: float, position: int
) -> None:
    """Before the first memento there is the first; a time is one to the end of its second."""
    answer = client.get(gate(STATE), Accept_Datetime=at(hours))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{HOST}{BASE}/state?at=2019-05-01&known_at={position}&actor=haftar"
    assert answer.headers["Vary"] == "Accept-Datetime"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Memento-Datetime" not in answer.headers
    memento = client.get(answer.headers["Location"].removeprefix(HOST))
    assert memento.headers["Memento-Datetime"] == at(position - 7)
    assert memento.json["position"] == position
    assert memento.json["permalink"] == answer.headers["Location"].removeprefix(HOST)


def test_without_a_time_the_timegate_leads_to_the_last_answer(client: Client) -> None:
    assert client.get(gate(STATE)).headers["Location"].endswith("known_at=9&actor=haftar")


def test_the_timegate_names_what_lies_around(client: Client) -> None:
    found = links(client.get(gate(STATE), Accept_Datetime=at(1)).headers["Link"])
    state = f"{HOST}{BASE}/state"
    assert found["original"] == f"{state}?at=2019-05-01&actor=haftar"
    assert found["timegate"] == f"{state}/timegate?at=2019-05-01&actor=haftar"
    assert found["timemap"] == f"{state}/timemap.link?at=2019-05-01&actor=haftar"
    for rel, position in (("first", 7), ("prev", 7), ("next", 9), ("last", 9), ("memento", 9)):
        assert found[rel] == f"{state}?at=2019-05-01&known_at={position}&actor=haftar"
    assert "prev" not in links(client.get(gate(STATE), Accept_Datetime=at(0)).headers["Link"])
    assert "next" not in links(client.get(gate(STATE)).headers["Link"])


def test_an_event_has_a_memento_for_each_entry_about_it(client: Client) -> None:
    for hours, position in ((-5, 7), (0.5, 7), (1.5, 8), (2.5, 8)):
        answer = client.get(gate(EVENT), Accept_Datetime=at(hours))
        assert answer.headers["Location"] == f"{HOST}{EVENT}?known_at={position}"
    memento = client.get(f"{EVENT}?known_at=7")
    assert memento.headers["Memento-Datetime"] == at(0)
    assert memento.json["event"]["date"] == "2019-04"
    assert links(memento.headers["Link"])["original"] == f"{HOST}{EVENT}"


@pytest.mark.parametrize("address", [STATE, EVENT, f"{BASE}/actors/gna", f"{BASE}/documents/report"])
def test_a_live_answer_says_where_its_mementos_are(client: Client, address: str) -> None:
    answer = client.get(address)
    found = links(answer.headers["Link"])
    assert set(found) == {"timegate", "timemap"}
    assert found["timegate"] == f"{HOST}{gate(address)}"
    assert "Memento-Datetime" not in answer.headers
    assert "Accept-Datetime" not in answer.headers["Vary"]
    assert client.get(found["timemap"].removeprefix(HOST)).status_code == 200


def test_the_links_are_those_of_the_public_address(store: Store) -> None:
    Log(store)
    client = Client(create_app(Settings(base_url="https://record.example"), store), "")
    assert client.get(gate(STATE)).headers["Location"].startswith("https://record.example/v1/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-22T18:00:00Z",
        "Sun, 22 Nov 2026 18:00:00",
        "Sun, 22 Nov 2026 18:00:00 CET",
        "Mon, 22 Nov 2026 18:00:00 GMT",
        "Sun, 31 Feb 2026 18:00:00 GMT",
        "Sun, 22 Nov 2026 25:00:00 GMT",
        "Sun, 22 Nov 99999 18:00:00 GMT",
        "Sunday, 22-Nov-26 18:00:00 GMT",
    ],
)
def test_a_broken_date_is_unreadable(client: Client, text: str) -> None:
    for address in (STATE, EVENT):
        content = problem(client.get(gate(address), Accept_Datetime=text), 400)
        assert content["errors"][0]["field"] == "Accept-Datetime"
        assert "GMT" in content["detail"]


def test_the_timemap_lists_every_memento(client: Client) -> None:
    answer = client.get(f"{BASE}/state/timemap.link?at=2019-05-01&actor=haftar")
    assert answer.content_type == "application/link-format"
    lines = answer.text.strip().split(",\n")
    state = f"{HOST}{BASE}/state"
    assert lines[0] == f'<{state}?at=2019-05-01&actor=haftar>; rel="original"'
    assert f'from="{at(0)}"; until="{at(2)}"' in lines[1]
    assert lines[3:] == [
        f'<{state}?at=2019-05-01&known_at={7 + hour}&actor=haftar>; rel="{rel}"; datetime="{at(hour)}"'
        for hour, rel in enumerate(("first memento", "memento", "last memento"))
    ]


def test_the_timemap_is_there_as_json(client: Client) -> None:
    content = client.get(f"{EVENT}/timemap.json").json
    assert content["original_uri"] == f"{HOST}{EVENT}"
    assert [item["uri"] for item in content["mementos"]["list"]] == [
        f"{HOST}{EVENT}?known_at={position}" for position in (7, 8)
    ]
    assert content["mementos"]["first"]["datetime"] == "2026-11-22T18:00:00.250000Z"
    assert content["pages"] == {}


def test_a_long_timemap_comes_in_pages(client: Client) -> None:
    seen, address = [], f"{BASE}/state/timemap.json?at=2019-05-01&limit=2"
    while address:
        content = client.get(address).json
        seen += [item["uri"] for item in content["mementos"]["list"]]
        address = content["pages"].get("next", {}).get("uri", "").removeprefix(HOST)
    assert seen == [f"{HOST}{BASE}/state?at=2019-05-01&known_at={position}" for position in (7, 8, 9)]
    first = client.get(f"{BASE}/state/timemap.link?at=2019-05-01&limit=2").text
    assert "last memento" not in first
    second = client.get(links(first)["next"].removeprefix(HOST)).text
    assert "last memento" in second
    assert "first memento" not in second


def test_what_has_no_memento_yet_is_not_found(app: Flask, client: Client, store: Store) -> None:
    store.append("empty", [], author="desk", create=True)
    empty = "/v1/timelines/empty/state?at=2019-05-01"
    for address in (empty, f"{BASE}/events/nothing", "/v1/timelines/x/events/e"):
        problem(client.get(gate(address)), 404)
    assert "Memento-Datetime" not in client.get(f"{BASE}/state?at=2019-05-01&known_at=0").headers


def test_parameters_of_the_question_are_checked_by_its_timegate(client: Client) -> None:
    problem(client.get(f"{BASE}/state/timegate?at=2019-04"), 422)
    problem(client.get(f"{BASE}/state/timegate?at=2019-05-01&known_at=7"), 422)
    problem(client.get(f"{EVENT}/timegate?at=2019-05-01"), 422)


@pytest.mark.parametrize("part", [gate(STATE), f"{EVENT}/timemap.link", STATE, f"{EVENT}?known_at=7"])
def test_head_has_the_same_headers(client: Client, part: str) -> None:
    asked: Callable[..., object] = client.flask.head
    got, head = client.get(part), asked(part)
    assert head.data == b""  # type: ignore[attr-defined]
    assert dict(head.headers) == dict(got.headers)  # type: ignore[attr-defined]
