"""A private timeline is there for those alone who have a token for it; for all others it is like none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from events.stores import Store
from service import create_app
from service.scopes import NEEDS, READ
from service.settings import Settings
from tests.conftest import STORES
from tests.domain.builders import actor, draft
from tests.service import matrix
from tests.service.client import BASE, ENDORSED, Client, problem
from tests.service.matrix import NOWHERE, PRIVATE, PUBLIC, STATES, World, address

READS = [rule for (method, rule), need in NEEDS.items() if method == "GET" and need == READ]
OUTSIDERS = STATES[:6]
FOUND = (200, 302)


@pytest.fixture(scope="module", params=STORES)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A public and a private timeline, over each store."""
    with matrix.world(request.param, tmp_path_factory.mktemp("world")) as made:
        yield made


def bare(response: TestResponse, timeline: str = "\0") -> tuple[object, ...]:
    """All that a response says but for the name that was asked for."""
    headers = sorted((name, value.replace(timeline, "…")) for name, value in response.headers)
    sizeless = [(name, value) for name, value in headers if name != "Content-Length"]
    return response.status_code, response.data.replace(timeline.encode(), b"."), sizeless


@pytest.mark.parametrize("rule", READS)
def test_to_outsiders_a_private_timeline_answers_as_none_does(world: World, rule: str) -> None:
    for state, query in product(OUTSIDERS, ("", "?known_at=99", "?nonsense=1")):
        private, none = (
            world.app.test_client().get(
                address(rule, timeline).partition("?")[0] + query,
                headers=dict(world.headers[timeline, state]),
            )
            for timeline in (PRIVATE, NOWHERE)
        )
        assert private.status_code in (401, 404)
        assert bare(private, PRIVATE) == bare(none, NOWHERE)
        assert private.headers["Cache-Control"] == "no-store"
        assert private.headers["Vary"] == "Accept-Encoding, Authorization"


@pytest.mark.parametrize("path", ["/v1/timelines", "/"])
def test_no_list_names_it_but_to_those_who_may_read_it(world: World, path: str) -> None:
    client = world.app.test_client()
    for state in ("none", "other timeline"):
        listed = client.get(path, headers=dict(world.headers[PRIVATE, state]))
        assert PUBLIC in listed.text
        assert PRIVATE not in listed.text
    listed = client.get(path, headers=dict(world.headers[PRIVATE, "read"]))
    assert PUBLIC in listed.text
    assert PRIVATE in listed.text
    assert listed.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/v1/timelines", "/"])
def test_no_list_names_one_that_is_made_private_and_begun_in_that_moment(
    libya: Client, store: Store, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    here = libya.app.extensions["allegiance"].store
    private = here.access.private

    def asked_just_before() -> frozenset[str]:
        monkeypatch.undo()
        found: frozenset[str] = private()
        store.access.set_visibility("secret", "private")
        store.append("secret", [draft(actor("egypt"))], author="desk", create=True)
        return found

    monkeypatch.setattr(type(here.access), "private", lambda access: asked_just_before())
    assert "secret" not in libya.get(path).text
    assert "secret" in {name for name, _ in store.timelines()}


def test_a_page_of_the_list_is_full_where_private_ones_are_left_out(libya: Client, store: Store) -> None:
    for name in ("a", "b", "c", "d"):
        assert libya.post("/v1/timelines", {"id": name}).status_code == 201
    for name in ("a", "c"):
        store.access.set_visibility(name, "private")
    first = libya.get("/v1/timelines?limit=2").json
    assert [item["id"] for item in first["items"]] == ["b", "d"]
    second = libya.get(f"/v1/timelines?limit=2&cursor={first['next']}").json
    assert ([item["id"] for item in second["items"]], second["next"]) == (["libya"], None)


def test_oembed_knows_nothing_of_it(world: World) -> None:
    client = world.app.test_client()

    def ask(timeline: str, state: str) -> TestResponse:
        headers = dict(world.headers[timeline, state])
        return client.get(f"/oembed?url=http://localhost/embed/{timeline}", headers=headers)

    assert ask(PUBLIC, "none").status_code == 200
    for state in ("none", "other timeline"):
        assert bare(ask(PRIVATE, state), PRIVATE) == bare(ask(NOWHERE, state), NOWHERE)
        problem(ask(PRIVATE, state), 404)
    assert ask(PRIVATE, "read").status_code == 200


@pytest.mark.parametrize("rule", READS)
def test_what_a_token_opened_is_for_no_cache_and_no_other_site(world: World, rule: str) -> None:
    client = world.app.test_client()
    for query in ("", "&known_at=7"):
        path = address(rule, PRIVATE)
        path = path if "?" in path else f"{path}?"
        takes = "lang=en" if path.startswith("/timelines") else ""
        response = client.get(path + (query or takes), headers=dict(world.headers[PRIVATE, "read"]))
        if response.status_code == 422:
            continue  # not every address takes known_at
        assert response.status_code in FOUND
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "Authorization" in response.headers["Vary"]
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("rule", READS)
def test_a_token_changes_nothing_about_a_public_timeline(world: World, rule: str) -> None:
    client = world.app.test_client()
    without = client.get(address(rule, PUBLIC))
    assert without.status_code in FOUND
    for state in STATES[1:]:
        answer = client.get(address(rule, PUBLIC), headers=dict(world.headers[PUBLIC, state]))
        assert bare(answer) == bare(without)


def test_no_answer_that_was_kept_while_it_was_public_gets_out_afterwards(libya: Client, store: Store) -> None:
    asked = (f"{BASE}/state?at=2019-05-01&known_at=7", "/embed/libya?known_at=7", "/embed/libya/card.png")
    tags = [libya.get(path).headers["ETag"] for path in asked]
    store.access.set_visibility("libya", "private")
    for path, tag in zip(asked, tags, strict=True):
        problem(libya.get(path, If_None_Match=tag), 404)


def test_who_may_administer_makes_it_private_and_public(libya: Client, store: Store) -> None:
    response = libya.patch(BASE, {"visibility": "private"})
    assert (response.status_code, response.json) == (200, {"id": "libya", "visibility": "private"})
    assert response.headers["Cache-Control"] == "private, no-store"
    problem(libya.get(BASE), 404)
    assert libya.get(BASE, **libya.headers).status_code == 200
    assert libya.patch(BASE, {"visibility": "public"}).status_code == 200
    assert libya.get(BASE).status_code == 200
    (token,) = store.tokens.list()
    acts = [act for act in store.access.audit() if act.action == "visibility"]
    assert [act.who for act in acts] == [token.id, token.id]
    assert [act.what["visibility"] for act in acts] == ["private", "public"]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"visibility": "secret"}, "visibility"),
        ({"visibility": True}, "visibility"),
        ({}, "visibility"),
        ({"visibility": "private", "name": "x"}, "name"),
    ],
)
def test_what_is_no_visibility_is_refused(libya: Client, value: object, field: str) -> None:
    assert problem(libya.patch(BASE, value), 422)["errors"][0]["field"] == field
    assert libya.get(BASE).status_code == 200


def test_a_patch_takes_no_parameters(libya: Client) -> None:
    problem(libya.patch(f"{BASE}?dry_run=1", {"visibility": "private"}), 422)
    assert libya.get(BASE).status_code == 200


def test_the_authors_name_stands_in_the_log_and_comes_from_the_token_alone(
    app: Flask, libya: Client, store: Store
) -> None:
    token, secret = store.tokens.create(("append", "correct"), "libya", author="Libya desk")
    desk = Client(app, secret)
    for claimed in ("author", "author_name", "recorded_by"):
        problem(desk.append({**ENDORSED, claimed: "somebody else"}), 422)
    assert desk.append(ENDORSED).status_code == 201
    entry = libya.get(f"{BASE}/log?after=7").json["items"][0]
    assert (entry["author"], entry["author_name"]) == (token.id, "Libya desk")
    assert libya.get(f"{BASE}/events/endorsed").json["history"][0]["author_name"] == "Libya desk"
    assert "author_name" not in libya.get(f"{BASE}/log?limit=1").json["items"][0]
    assert re.search(r"entered by <bdi>Libya desk</bdi>", libya.get("/timelines/libya/entries").text)


def test_an_expired_token_is_told_so(app: Flask, libya: Client) -> None:
    response = Client(app, "alg_unknown").append(ENDORSED)
    assert "expired" in problem(response, 401)["detail"]
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_use_of_a_token_is_noted(libya: Client, store: Store) -> None:
    (token,) = store.tokens.list()
    assert list(store.usage.last_used()) == [token.id]


def test_no_secret_is_in_any_file(tmp_path: Path) -> None:
    from events.stores.sqlite import SQLiteStore

    store = SQLiteStore(tmp_path / "a.db")
    store.initialise()
    secret = store.tokens.create(("append",))[1]
    client = Client(create_app(Settings(read_limit=5, write_limit=5), store), secret)
    client.append(ENDORSED)
    store.close()
    files = list(tmp_path.iterdir())
    assert len(files) > 2
    assert all(secret.encode() not in file.read_bytes() for file in files)
