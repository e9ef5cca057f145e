"""Who may write, and that reading is free."""

from __future__ import annotations

import pytest
from flask import Flask

from events.stores import Store
from tests.domain.builders import actor
from tests.service.client import BASE, ENDORSED, Client, problem

WRITES = (
    ("/v1/timelines", "append"),
    (f"{BASE}/events", "append"),
    (f"{BASE}/correction", "correct"),
    *(
        (f"{BASE}/{collection}/x/{what}", "correct")
        for collection in ("events", "actors", "documents")
        for what in ("correction", "retraction")
    ),
)


@pytest.mark.parametrize("path", [path for path, _ in WRITES])
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nobody",
        "Basic dXNlcjpwYXNz",
        "Bearer one two",
        "Bearer \xff",
        "Bearer " + "x" * 10_000,
        "x" * 60_000,
    ],
)
def test_writing_needs_a_good_token(untouched: Client, path: str, header: str | None) -> None:
    response = untouched.app.test_client().post(
        path, json={}, headers={} if header is None else {"Authorization": header}
    )
    problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("path", "scope"), WRITES)
def test_a_token_needs_the_scope(app: Flask, store: Store, path: str, scope: str) -> None:
    other = {"append": ("correct", "admin"), "correct": ("append", "admin")}[scope]
    client = Client(app, store.tokens.create(other, None, "")[1])
    response = client.post(path, {})
    assert scope in problem(response, 403)["detail"]
    assert f'scope="{scope}"' in response.headers["WWW-Authenticate"]


def test_a_revoked_token_is_no_longer_good(libya: Client, store: Store) -> None:
    for token in store.tokens.list():
        store.tokens.revoke(token.id)
    problem(libya.append(ENDORSED), 401)


def test_a_token_for_one_timeline_is_good_for_that_one_only(app: Flask, libya: Client, store: Store) -> None:
    bound = Client(app, store.tokens.create(("append", "correct"), "libya", "")[1])
    assert bound.append(actor("un", type="igo")).status_code == 201
    assert libya.post("/v1/timelines", {"id": "syria", "title": {"en": "Syria"}}).status_code == 201
    problem(bound.post("/v1/timelines/syria/events", actor("un", type="igo")), 403)
    problem(bound.post("/v1/timelines", {"id": "mali", "title": {"en": "Mali"}}), 403)
    problem(bound.post("/v1/timelines/syria/correction", {"title": {"en": "S"}, "reason": "short"}), 403)


def test_the_author_of_an_entry_is_its_token(libya: Client, store: Store) -> None:
    (token,) = store.tokens.list()
    assert libya.get(f"{BASE}/log?limit=1").json["items"][0]["author"] == token.id


def test_the_scheme_is_read_in_any_case(app: Flask, libya: Client, token: str) -> None:
    headers = {"Authorization": f"bearer {token}"}
    assert app.test_client().post(f"{BASE}/events", json=ENDORSED, headers=headers).status_code == 201


def test_who_may_not_write_does_not_learn_which_timelines_there_are(app: Flask) -> None:
    problem(app.test_client().post("/v1/timelines/nowhere/events", json={}), 401)
