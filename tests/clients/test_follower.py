"""A consumer follows the log while several write to it: it misses nothing and sees nothing twice."""

from __future__ import annotations

import threading
from typing import Any

import requests

from tests.clients.conftest import Service
from tests.domain.builders import document, event

WRITERS, BATCHES = 4, 15


class Writer(threading.Thread):
    """Appends batches of one to three events, each in a request of its own."""

    def __init__(self, service: Service, number: int) -> None:
        super().__init__()
        self.service, self.number = service, number
        self.written = 0

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.service.token}"}
        with requests.Session() as session:
            for batch in range(BATCHES):
                count = 1 + (batch + self.number) % 3
                lines = [event(f"w{self.number}-{batch}-{n}", "2020-01-01") for n in range(count)]
                answer = session.post(
                    f"{self.service.url}/v1/timelines/busy/events", json=lines, headers=headers, timeout=60
                )
                assert answer.status_code == 201, answer.text
                self.written += answer.json()["appended"]


def follow(service: Service, after: int, seen: list[dict[str, Any]], done: threading.Event) -> None:
    """Ask for what comes after the last that was seen, waiting for it, until the last word."""
    with requests.Session() as session:
        while not (done.is_set() and seen and seen[-1]["id"] == "the-last-word"):
            page = session.get(
                f"{service.url}/v1/timelines/busy/log",
                params={"after": after, "wait": 5, "limit": 7},
                timeout=60,
            ).json()
            seen += page["items"]
            after = int(page["next"])


def test_a_follower_misses_nothing_and_sees_nothing_twice(service: Service) -> None:
    address = f"{service.url}/v1/timelines/busy"
    headers = {"Authorization": f"Bearer {service.token}"}
    begun = requests.post(address.rpartition("/")[0], json={"id": "busy"}, headers=headers, timeout=60)
    assert begun.status_code == 201
    requests.post(f"{address}/events", json=document(), headers=headers, timeout=60)
    done = threading.Event()
    seen: tuple[list[dict[str, Any]], ...] = ([], [])
    followers = [threading.Thread(target=follow, args=(service, 1, found, done)) for found in seen]
    writers = [Writer(service, number) for number in range(WRITERS)]
    for thread in [*followers, *writers]:
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    requests.post(f"{address}/events", json=event("the-last-word", "2020-01-01"), headers=headers, timeout=60)
    for follower in followers:
        follower.join(60)
        assert not follower.is_alive()
    written = sum(writer.written for writer in writers)
    assert written == WRITERS * sum(1 + (n % 3) for n in range(BATCHES))
    for found in seen:
        assert [entry["position"] for entry in found] == list(range(2, written + 3))
        assert len({entry["id"] for entry in found}) == written + 1
