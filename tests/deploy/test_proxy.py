"""deploy/nginx.conf as it is shipped, before a real service."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from service import gunicorn_conf
from service.settings import Settings
from tests.cli.command import PROJECT
from tests.deploy.serving import PATIENCE, Service, needs_nginx, proxy, service
from tests.domain.builders import event
from tests.service.client import BASE, PROBLEM

pytestmark = needs_nginx

CONFIGURATION = (PROJECT / "deploy" / "nginx.conf").read_text()


class Site(NamedTuple):
    """The address of the proxy, where it logs, and the service behind it."""

    url: str
    folder: Path
    service: Service

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=PATIENCE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    public = "https://allegiance.example"
    with (
        service(folder, ALLEGIANCE_BASE_URL=public) as running,
        proxy(folder / "proxy", running.url) as url,
    ):
        yield Site(url, folder / "proxy", running)


def test_what_comes_through_the_proxy_is_what_the_service_answers(site: Site) -> None:
    for path in (f"{BASE}/state?at=2019-05-01", "/embed/libya", f"{BASE}/events/offensive", "/"):
        direct, through = site.service.get(path), site.get(path)
        assert (through.status_code, through.text) == (200, direct.text)
        for name in ("Content-Type", "Cache-Control", "Content-Security-Policy"):
            assert through.headers[name] == direct.headers[name]


def test_an_answer_that_never_changes_is_kept_and_no_other(site: Site) -> None:
    pinned, live = f"{BASE}/state?at=2019-05-01&known_at=7", f"{BASE}/state?at=2019-05-01"
    first, second = site.get(pinned), site.get(pinned)
    assert (first.headers["X-Cache"], second.headers["X-Cache"]) == ("MISS", "HIT")
    assert first.content == second.content
    assert first.headers["Cache-Control"] == second.headers["Cache-Control"]
    for path in (live, f"{BASE}/state?at=2019-05-01&known_at=99", "/nowhere", f"{BASE}/state"):
        assert "HIT" not in [site.get(path).headers.get("X-Cache") for _ in range(2)]
    position = site.get(live).json()["position"]
    assert site.service.append(event("new", "2020-01-01")).status_code == 201
    assert site.get(live).json()["position"] == position + 1


def test_what_is_asked_with_a_token_is_neither_kept_nor_taken_from_what_is_kept(site: Site) -> None:
    path = f"{BASE}/state?at=2019-05-02&known_at=7"
    authorised = {"Authorization": f"Bearer {site.service.token}"}
    assert "X-Cache" not in site.get(path, **authorised).headers
    assert site.get(path).headers["X-Cache"] == "MISS"
    assert site.get(path).headers["X-Cache"] == "HIT"
    assert "X-Cache" not in site.get(path, **authorised).headers


def test_answers_are_squeezed_and_revalidated_all_the_same(site: Site) -> None:
    for path in ("/embed/libya", "/embed/libya?known_at=7"):
        squeezed = site.get(path, **{"Accept-Encoding": "gzip"})
        assert squeezed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in squeezed.headers["Vary"]
        assert site.get(path, **{"If-None-Match": squeezed.headers["ETag"]}).status_code == 304
        assert "Content-Encoding" not in site.get(path, **{"Accept-Encoding": "identity"}).headers


def test_that_a_reader_has_an_answer_is_not_kept_in_its_place(site: Site) -> None:
    path = f"{BASE}/state?at=2019-05-04&known_at=7"
    tag = site.service.get(path).headers["ETag"]
    first = site.get(path, **{"If-None-Match": tag})
    assert first.status_code == 304
    assert site.get(path).status_code == 200
    assert site.get(path).content == site.service.get(path).content


def test_proxy_service_error_and_both_logs_name_a_request_alike(site: Site) -> None:
    answer = site.get(f"{BASE}/state?at=soon")
    id = answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", id)
    assert answer.json()["request_id"] == id
    assert site.service.line_of(id)["status"] == 422
    until = time.monotonic() + PATIENCE
    while not (found := [line for line in _log(site) if line["request_id"] == id]):
        assert time.monotonic() < until
    assert found[0]["status"] == 422
    assert "soon" not in json.dumps(_log(site))
    assert site.get(BASE, **{"X-Request-ID": "desk-1"}).headers["X-Request-ID"] == "desk-1"
    assert site.get(BASE, **{"X-Request-ID": "not fit"}).headers["X-Request-ID"] != "not fit"


def _log(site: Site) -> list[dict[str, object]]:
    return [json.loads(line) for line in (site.folder / "access.log").read_text().splitlines()]


def test_a_kept_answer_has_the_id_of_who_asked_now(site: Site) -> None:
    path = f"{BASE}/state?at=2019-05-03&known_at=7"
    ids = [site.get(path, **{"X-Request-ID": id}).headers["X-Request-ID"] for id in ("first", "second")]
    assert ids == ["first", "second"]


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz", "/metrics"])
def test_what_is_for_the_operator_is_not_shown_to_the_world(site: Site, path: str) -> None:
    assert site.service.get(path).status_code == 200
    answer = site.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_its_limits_are_those_of_the_service() -> None:
    def directive(name: str) -> str:
        (value,) = re.findall(rf"^ *{name} (.+);", CONFIGURATION, re.M)
        return value

    assert directive("client_max_body_size") == f"{Settings().max_body >> 20}m"
    _, size = directive("large_client_header_buffers").split()
    assert size == "8k"  # of which two are the end of the line
    assert gunicorn_conf.limit_request_line == gunicorn_conf.limit_request_field_size == 8192 - 2
    assert int(directive("proxy_read_timeout")[:-1]) == gunicorn_conf.timeout
    assert f"server 127.0.0.1:{Settings().port};" in CONFIGURATION


def test_what_is_too_large_is_refused_before_it_reaches_the_service(site: Site) -> None:
    large = requests.post(
        f"{site.url}{BASE}/events", b"x" * (33 << 20), headers=site.service.headers, timeout=PATIENCE
    )
    long = site.get(f"{BASE}/state?at={'x' * 9000}")
    assert (large.status_code, long.status_code) == (413, 414)
    for answer in (large, long):
        assert answer.headers["Content-Type"] == PROBLEM
        assert answer.json()["status"] == answer.status_code
        assert answer.json()["detail"]
    assert not [line for line in site.service.log() if line.get("status") in (413, 414)]


def test_the_longest_address_that_the_proxy_takes_the_service_takes_too(site: Site) -> None:
    path = f"{BASE}/state?at={'x' * (8190 - len(f'GET {BASE}/state?at= HTTP/1.1'))}"
    assert site.get(path).status_code == 422
    assert site.get(path + "x").status_code in (414, 422)


def test_an_upload_reaches_the_service_once_all_of_it_is_here(site: Site) -> None:
    """Sent drop by drop and in chunks of unknown number, it is one quick request to the service."""
    lines = [json.dumps(event(f"drop{number}", "2020-01-01")).encode() + b"\n" for number in range(5)]
    head = (
        f"POST {BASE}/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        f"Content-Type: application/x-ndjson\r\nAuthorization: Bearer {site.service.token}\r\n"
        "X-Request-ID: drops\r\nConnection: close\r\n\r\n"
    )
    host, port = site.url.removeprefix("http://").split(":")
    began = time.monotonic()
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        for line in lines:
            connection.sendall(b"%x\r\n%s\r\n" % (len(line), line))
            time.sleep(0.3)
            assert not [line for line in site.service.log() if line.get("request_id") == "drops"]
        connection.sendall(b"0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    took = time.monotonic() - began
    assert answer.startswith(b"HTTP/1.1 201")
    assert site.service.line_of("drops")["seconds"] < took / 2


def test_a_service_that_is_away_is_a_problem_that_says_what_to_do(tmp_path: Path) -> None:
    with service(tmp_path) as running, proxy(tmp_path / "proxy", running.url) as url:
        kept, other = f"{url}{BASE}/state?at=2019-05-01&known_at=7", f"{url}{BASE}/state?at=2019-05-01"
        before = requests.get(kept, timeout=PATIENCE)
        running.process.terminate()
        running.process.wait()
        answer = requests.get(other, timeout=PATIENCE)
        assert (answer.status_code, answer.headers["Content-Type"]) == (502, PROBLEM)
        assert "safe" in answer.json()["detail"]
        assert requests.get(kept, timeout=PATIENCE).content == before.content
