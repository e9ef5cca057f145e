"""Every method of every address with every state of a token: who gets in, and nobody else changes a thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response

from service.scopes import NEEDS
from tests.conftest import STORES
from tests.service import matrix
from tests.service.client import problem
from tests.service.matrix import ADDRESSES, METHODS, NOWHERE, PRIVATE, PUBLIC, STATES, World

IN = "in"

EXPECTED = {
    # need, timeline       none malformed unknown expired revoked other  read append correct admin
    ("open", PUBLIC):     (IN,  IN,       IN,     IN,     IN,     IN,    IN,  IN,    IN,     IN),
    ("listed", PUBLIC):   (IN,  401,      401,    401,    401,    IN,    IN,  IN,    IN,     IN),
    ("read", PUBLIC):     (IN,  IN,       IN,     IN,     IN,     IN,    IN,  IN,    IN,     IN),
    ("read", PRIVATE):    (404, 401,      401,    401,    401,    404,   IN,  IN,    IN,     IN),
    ("read", NOWHERE):    (404, 401,      401,    401,    401,    404,   404, 404,   404,    404),
    ("append", PUBLIC):   (401, 401,      401,    401,    401,    403,   403, IN,    403,    403),
    ("append", PRIVATE):  (401, 401,      401,    401,    401,    403,   403, IN,    403,    403),
    ("append", NOWHERE):  (401, 401,      401,    401,    401,    403,   403, 404,   403,    403),
    ("correct", PUBLIC):  (401, 401,      401,    401,    401,    403,   403, 403,   IN,     403),
    ("correct", PRIVATE): (401, 401,      401,    401,    401,    403,   403, 403,   IN,     403),
    ("correct", NOWHERE): (401, 401,      401,    401,    401,    403,   403, 403,   404,    403),
    ("admin", PUBLIC):    (401, 401,      401,    401,    401,    403,   403, 403,   403,    IN),
    ("admin", PRIVATE):   (401, 401,      401,    401,    401,    403,   403, 403,   403,    IN),
    ("admin", NOWHERE):   (401, 401,      401,    401,    401,    403,   403, 403,   403,    404),
}  # fmt: skip

CHANGE_NOTHING = {
    "/v1/timelines",  # it is there
    "/v1/timelines/<timeline>/actors/<id>/retraction",  # it is in use
    "/v1/timelines/<timeline>/documents/<id>/retraction",
}


@pytest.fixture(scope="module", params=STORES)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world over each store, for requests that leave nothing behind."""
    with matrix.world(request.param, tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(params=STORES)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world over each store that nobody has written to yet."""
    with matrix.world(request.param, tmp_path) as made:
        yield made


def _walk(world: World, method: str, rule: str) -> int:
    """Send a request in each state to each timeline; gives how many of those let in changed anything."""
    changed = 0
    for timeline in (PUBLIC, PRIVATE, NOWHERE) if "<timeline>" in rule else (PUBLIC,):
        for state, expected in zip(STATES, EXPECTED[NEEDS[method, rule], timeline], strict=True):
            before = world.kept()
            response = world.send(method, rule, timeline, state)
            if expected == IN:
                assert response.status_code in (200, 201, 302, 409, 422), (timeline, state, response.text)
                changed += world.kept() != before
            else:
                content = problem(response, int(expected))
                assert expected != 404 or content["detail"] == f"There is no timeline {timeline!r}."
                assert ("WWW-Authenticate" in response.headers) == (expected in (401, 403))
                assert world.kept() == before, (timeline, state)
            response.close()
    return changed


@pytest.mark.parametrize("rule", [rule for method, rule in ADDRESSES if method == "GET"])
def test_who_may_read_is_as_the_table_says(world: World, rule: str) -> None:
    assert _walk(world, "GET", rule) == 0


@pytest.mark.parametrize(("method", "rule"), [address for address in ADDRESSES if address[0] != "GET"])
def test_who_may_write_is_as_the_table_says_and_nobody_else_changes_a_thing(
    fresh: World, method: str, rule: str
) -> None:
    assert bool(_walk(fresh, method, rule)) == (rule not in CHANGE_NOTHING)


@pytest.mark.parametrize("rule", sorted({rule for _, rule in ADDRESSES}))
def test_every_other_method_is_refused_to_everybody(world: World, rule: str) -> None:
    declared = {method for method, other in ADDRESSES if other == rule}
    for method in set(METHODS) - declared - {"HEAD" if "GET" in declared else "", "OPTIONS"}:
        for timeline in (PUBLIC, PRIVATE, NOWHERE) if "<timeline>" in rule else (PUBLIC,):
            for state in STATES:
                before = world.kept()
                assert world.send(method, rule, timeline, state).status_code == 405
                assert world.kept() == before


@pytest.mark.parametrize("rule", sorted({rule for _, rule in ADDRESSES}))
def test_to_ask_for_the_methods_says_nothing_of_any_timeline(world: World, rule: str) -> None:
    answers = {
        (response.status_code, response.data, response.headers["Allow"])
        for timeline in (PUBLIC, PRIVATE, NOWHERE)
        for state in STATES
        for response in (world.send("OPTIONS", rule, timeline, state),)
    }
    assert len(answers) == 1


def test_every_address_has_a_line_and_every_line_an_address(world: World) -> None:
    registered = {
        (method, rule.rule)
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert registered == set(ADDRESSES)


@pytest.mark.parametrize("rule", ["/v1/new", "/v1/timelines/<timeline>/new"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_an_address_that_declares_no_scope_is_refused_to_everybody(
    fresh: World, method: str, rule: str
) -> None:
    app: Flask = fresh.app
    app.add_url_rule(rule, view_func=lambda **names: Response("secret"), methods=["GET", "POST", "DELETE"])
    for timeline in (PUBLIC, PRIVATE, NOWHERE):
        for state in STATES:
            response = fresh.send(method, rule, timeline, state)
            assert response.status_code == 403
            assert "secret" not in response.text
