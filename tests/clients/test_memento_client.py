"""memento-client finds what was answered at a time, by what the answers themselves tell it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from memento_client import MementoClient

from tests.clients.conftest import Service

STATE = "/v1/timelines/libya/state?at=2019-05-01"
EVENT = "/v1/timelines/libya/events/offensive"


@pytest.fixture
def memento() -> Iterator[MementoClient]:
    with requests.Session() as session:
        yield MementoClient(session=session)


@pytest.fixture(scope="module")
def commits(service: Service) -> list[datetime]:
    """When each of the three commits was made, to the second, as the TimeMap has it."""
    with requests.Session() as session:
        listed = session.get(service.url + STATE.replace("state?", "state/timemap.json?")).json()
    moments = [item["datetime"] for item in listed["mementos"]["list"]]
    assert len(moments) == 3
    return [datetime.fromisoformat(moment).replace(tzinfo=None, microsecond=0) for moment in moments]


def uris(found: dict[str, Any]) -> dict[str, str]:
    return {name: memento["uri"][0] for name, memento in found["mementos"].items()}


def test_it_finds_the_timegate_and_the_answer_of_then(
    memento: MementoClient, service: Service, commits: list[datetime]
) -> None:
    state = f"{service.url}/v1/timelines/libya/state"
    for place, moment in enumerate(commits):
        found = memento.get_memento_info(service.url + STATE, moment)
        assert found["timegate_uri"] == f"{state}/timegate?at=2019-05-01"
        closest = found["mementos"]["closest"]
        assert closest["uri"] == [f"{state}?at=2019-05-01&known_at={7 + place}"]
        assert (closest["http_status_code"], closest["datetime"]) == (200, moment)


def test_it_is_told_the_first_the_last_and_the_neighbours(
    memento: MementoClient, service: Service, commits: list[datetime]
) -> None:
    found = memento.get_memento_info(service.url + STATE, commits[1])
    state = f"{service.url}/v1/timelines/libya/state?at=2019-05-01&known_at="
    named = {"first": 7, "prev": 7, "closest": 8, "next": 9, "last": 9}
    assert uris(found) == {name: f"{state}{position}" for name, position in named.items()}
    assert found["mementos"]["last"]["datetime"] == commits[2]


def test_before_the_first_it_gets_the_first(
    memento: MementoClient, service: Service, commits: list[datetime]
) -> None:
    found = memento.get_memento_info(service.url + STATE, commits[0] - timedelta(days=4000))
    assert uris(found)["closest"].endswith("known_at=7")


def test_it_follows_an_event_through_its_corrections(
    memento: MementoClient, service: Service, commits: list[datetime]
) -> None:
    for moment, position, date in ((commits[0], 7, "2019-04"), (commits[2], 8, "2019-04-04")):
        found = memento.get_memento_info(service.url + EVENT, moment)
        assert uris(found)["closest"] == f"{service.url}{EVENT}?known_at={position}"
        shown = memento.session.get(uris(found)["closest"]).json()
        assert shown["event"]["date"] == date


def test_it_knows_a_memento_and_finds_its_original(memento: MementoClient, service: Service) -> None:
    pinned = f"{service.url}{EVENT}?known_at=7"
    assert MementoClient.is_memento(pinned, session=memento.session)
    assert memento.get_original_uri(pinned) == service.url + EVENT
    assert MementoClient.is_timegate(f"{service.url}{EVENT}/timegate", session=memento.session)
    assert not MementoClient.is_memento(service.url + EVENT, session=memento.session)
