"""Every error in one shape, the framework's own too; and the headers of every answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from events import errors
from events.stores import Store, connect
from events.stores.memory import MemoryStore
from service import create_app, problems
from service.settings import Settings
from tests.service.client import BASE, Client, problem


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/v1",
        "/v1/timelines/",
        f"{BASE}/",
        f"{BASE}/state/",
        f"{BASE}/events/",
        f"{BASE}/nowhere",
        "//v1/timelines",
        "/docs/assets/nowhere.js",
        "/docs/assets/../../app.py",
        "/static/",
        "/healthz/",
    ],
)
def test_an_address_that_is_none_is_not_found(untouched: Client, path: str) -> None:
    problem(untouched.get(path), 404)


@pytest.mark.parametrize("path", ["/v1/timelines/nowhere", "/v1/timelines/LIBYA", "/v1/timelines/%00"])
@pytest.mark.parametrize(
    "rest",
    [
        "",
        "/state?at=2019-05-01",
        "/events",
        "/events/x",
        "/actors",
        "/log",
        "/changes?from=2019-01-01&to=2020-01-01",
    ],
)
def test_a_timeline_that_is_none_is_not_found(untouched: Client, path: str, rest: str) -> None:
    assert problem(untouched.get(path + rest), 404)["type"] == "/docs/errors#unknown"


def test_a_wrong_method_is_told_the_right_ones(libya: Client) -> None:
    response = libya.flask.delete(f"{BASE}/events")
    problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    problem(libya.flask.post(f"{BASE}/state"), 405)
    problem(libya.flask.put("/healthz"), 405)


def test_a_fault_of_ours_tells_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryStore):
        def timelines(self) -> list[tuple[str, object]]:  # type: ignore[override]
            raise RuntimeError("secret")

    client = create_app(Settings(), Broken()).test_client()
    response = client.get("/v1/timelines")
    problem(response, 500)
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_a_host_that_is_not_trusted_is_refused(store: Store) -> None:
    client = create_app(Settings(trusted_hosts=("allegiance.example",)), store).test_client()
    problem(client.get("/v1/timelines", headers={"Host": "evil.example"}), 400)
    assert client.get("/v1/timelines", headers={"Host": "allegiance.example"}).status_code == 200


def test_every_error_of_the_domain_has_a_status_of_its_own() -> None:
    def below(cls: type[Exception]) -> list[type[Exception]]:
        return [cls, *(found for sub in cls.__subclasses__() for found in below(sub))]

    domain = [error for error in below(errors.AllegianceError)[1:] if error.__module__ == errors.__name__]
    for error in domain:
        assert problems.kind_of(error.__new__(error)) is not problems.TABLE[Exception]


def test_every_kind_of_error_is_explained_where_its_type_leads(client: Client) -> None:
    page = client.get("/docs/errors").text
    for kind in problems.TABLE.values():
        assert f'id="{kind.slug}"' in page


def test_a_database_that_was_never_initialised_is_told_without_its_path(tmp_path: Path) -> None:
    client = create_app(Settings(), connect(f"sqlite:///{tmp_path}/none.db")).test_client()
    for path in ("/readyz", "/v1/timelines", BASE):
        response = client.get(path)
        assert problem(response, 503)["type"] == "/docs/errors#database"
        assert str(tmp_path) not in response.text


def test_a_busy_store_says_when_to_come_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(self: object) -> None:
        raise errors.BusyError("Not now; come back in three seconds.", retry_after=3)

    monkeypatch.setattr(type(store), "timelines", busy)
    response = create_app(Settings(), store).test_client().get("/v1/timelines")
    problem(response, 503)
    assert response.headers["Retry-After"] == "3"


PATHS = [
    "/v1/timelines",
    BASE,
    f"{BASE}/state?at=2019-05-01",
    f"{BASE}/events",
    "/healthz",
    "/openapi.json",
    "/",
    "/docs",
]


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", f"{BASE}/state"])
def test_every_page_of_every_site_may_read_what_is_public(untouched: Client, path: str) -> None:
    for response in (untouched.get(path), untouched.flask.head(path), untouched.flask.options(path)):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"]
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_writing_is_not_open_to_other_sites(libya: Client) -> None:
    preflight = libya.flask.options(f"{BASE}/events")
    assert preflight.status_code == 200
    assert "POST" not in preflight.headers["Access-Control-Allow-Methods"]
    assert "POST" in preflight.headers["Allow"]
    assert "Access-Control-Allow-Origin" not in libya.append().headers


@pytest.mark.parametrize("path", [*PATHS, "/nowhere"])
def test_head_is_get_without_the_body(untouched: Client, path: str) -> None:
    full, head = untouched.get(path), untouched.flask.head(path)
    assert head.data == b""
    assert head.status_code == full.status_code
    assert head.headers["Content-Length"] == str(len(full.data))
    assert head.headers.get("ETag") == full.headers.get("ETag")


def test_the_front_page_leads_to_the_timelines(libya: Client) -> None:
    page = libya.get("/")
    assert page.content_type == "text/html; charset=utf-8"
    assert 'href="/timelines/libya' in page.text


def test_the_service_says_whether_it_is_up_and_ready(client: Client) -> None:
    assert client.get("/healthz").json == {"status": "up"}
    assert client.get("/readyz").json == {"status": "ready"}
    assert client.get("/readyz").headers["Cache-Control"] == "no-store"


def test_a_database_that_does_not_answer_is_up_but_not_ready(
    app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(type(store), "timelines", broken)
    client = app.test_client()
    problem(client.get("/readyz"), 503)
    assert client.get("/healthz").status_code == 200
