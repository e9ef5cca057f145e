"""GET log?wait=: a consumer that follows the record learns of an entry as soon as it is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from events.stores import Store
from service import waiting
from tests.service.client import BASE, ENDORSED, Client, problem

LOG = f"{BASE}/log"


class Asked(threading.Thread):
    """A question put in the background; `answer()` is what came of it."""

    def __init__(self, client: Client, path: str, **headers: str) -> None:
        super().__init__()
        self._found: list[Any] = []
        self._ask: Callable[[], Any] = lambda: Client(client.app, "").get(path, **headers)
        self.start()

    def run(self) -> None:
        self._found.append(self._ask())

    def answer(self) -> Any:
        self.join(20)
        return self._found[0]


def test_a_question_waits_until_there_is_an_entry(libya: Client) -> None:
    waits = Asked(libya, f"{LOG}?after=7&wait=20")
    time.sleep(0.3)
    assert waits.is_alive()
    libya.append(ENDORSED)
    content = waits.answer().json
    assert [item["position"] for item in content["items"]] == [8]
    assert content["next"] == "8"


def test_what_is_there_already_is_answered_at_once(libya: Client) -> None:
    began = time.monotonic()
    content = libya.get(f"{LOG}?after=5&wait=20").json
    assert [item["position"] for item in content["items"]] == [6, 7]
    assert content["next"] == "7"
    assert time.monotonic() - began < 10


def test_a_wait_ends_and_says_where_to_go_on(libya: Client) -> None:
    content = libya.get(f"{LOG}?after=7&wait=1").json
    assert content == {"items": [], "next": "7"}


def test_entries_of_another_sort_move_a_follower_on(libya: Client) -> None:
    libya.append(ENDORSED)
    assert libya.get(f"{LOG}?after=7&wait=20&op=retract").json == {"items": [], "next": "8"}


def test_when_too_many_wait_already_the_next_is_answered_at_once(libya: Client) -> None:
    """Half of the threads of a process go on answering."""
    waiters = [Asked(libya, f"{LOG}?after=7&wait=20") for _ in range(waiting.MOST_WAITING)]
    time.sleep(0.5)
    began = time.monotonic()
    turned_away = libya.get(f"{LOG}?after=7&wait=20")
    assert time.monotonic() - began < 10
    assert turned_away.json == {"items": [], "next": "7"}
    assert turned_away.headers["Retry-After"] == "1"
    libya.append(ENDORSED)
    assert [len(waiter.answer().json["items"]) for waiter in waiters] == [1] * len(waiters)
    assert "Retry-After" not in libya.get(f"{LOG}?after=8&wait=1").headers


@pytest.mark.parametrize("wait", ["-1", "31", "soon", "0.5"])
def test_a_wait_is_bounded(untouched: Client, wait: str) -> None:
    problem(untouched.get(f"{LOG}?after=7&wait={wait}"), 422)


def test_nobody_waits_for_a_timeline_that_is_not_there(untouched: Client) -> None:
    problem(untouched.get("/v1/timelines/nowhere/log?after=7&wait=20"), 404)


@pytest.mark.parametrize(("secret", "status"), [("", 404), ("good", 200), ("revoked", 401)])
def test_who_waits_while_it_becomes_private_gets_no_more_than_who_asks_then(
    libya: Client, store: Store, secret: str, status: int
) -> None:
    token, made = store.tokens.create(("read",), "libya")
    waits = Asked(libya, f"{LOG}?after=7&wait=20", **({"Authorization": f"Bearer {made}"} if secret else {}))
    time.sleep(0.3)
    store.access.set_visibility("libya", "private")
    if secret == "revoked":
        store.tokens.revoke(token.id)
    libya.append(ENDORSED)
    answer = waits.answer()
    assert answer.status_code == status
    assert (b"endorsed" in answer.data) == (status == 200)
    assert answer.headers["Cache-Control"] == ("private, no-store" if status == 200 else "no-store")
