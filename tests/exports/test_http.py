"""The exports over HTTP: as files, streamed, and pinned ones kept for ever."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html import unescape
from urllib.parse import urlsplit

import networkx
import pytest
from flask import Flask

from events.exports import FORMATS
from events.stores import Store
from service import create_app
from service.settings import Settings
from tests.exports.record import T, exported
from tests.service.client import BASE, Client, problem

ASKED = {
    "json": "at=2019-05-01",
    "csv": "at=2019-05-01",
    "graphml": "at=2019-05-01",
    "panel.csv": "from=2019&to=2021",
    "timelinejs.json": "",
    "ndjson": "",
    "log.ndjson": "",
    "zip": "",
}
NAMED = {
    "json": "libya-2019-05-01-known-at-17.json",
    "csv": "libya-2019-05-01-known-at-17.csv",
    "graphml": "libya-2019-05-01-known-at-17.graphml",
    "panel.csv": "libya-2019-2021-known-at-17.panel.csv",
    "timelinejs.json": "libya-known-at-17.timelinejs.json",
    "ndjson": "libya-known-at-17.ndjson",
    "log.ndjson": "libya-known-at-17.log.ndjson",
    "zip": "libya-known-at-17.zip",
}

each_format = pytest.mark.parametrize("name", FORMATS)


@pytest.fixture
def app(record: Store) -> Flask:
    """The application over the timeline."""
    return create_app(Settings(), record)


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who only reads."""
    return Client(app, "")


def address(name: str, *more: str) -> str:
    return f"{BASE}/export.{name}?{'&'.join(part for part in (ASKED[name], *more) if part)}"


def whole(record: Store, name: str, known_at: int) -> bytes:
    takes = {"day": {"at": "2019-05-01"}, "years": {"years": (2019, 2021)}}.get(FORMATS[name].takes, {})
    return exported(record, name, known_at=known_at, **takes)


@each_format
def test_a_pinned_export_is_a_file_that_any_cache_may_keep(client: Client, record: Store, name: str) -> None:
    response = client.get(address(name, "known_at=17"))
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == f'attachment; filename="{NAMED[name]}"'
    assert response.headers["Content-Type"] == FORMATS[name].media_type
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.data == whole(record, name, 17)
    tag = response.headers["ETag"]
    again = client.get(address(name, "known_at=17"), If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")


@each_format
def test_a_live_export_is_asked_for_again_and_changes_with_the_log(
    client: Client, record: Store, name: str
) -> None:
    response = client.get(address(name))
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert response.data == whole(record, name, record.head(T).position)
    assert response.headers["ETag"] != client.get(address(name, "known_at=17")).headers["ETag"]
    assert client.get(address(name), If_None_Match=response.headers["ETag"]).status_code == 304


@each_format
def test_an_export_is_streamed_and_its_head_has_no_body(client: Client, name: str) -> None:
    streamed = client.flask.get(address(name), buffered=False)
    assert streamed.is_streamed
    assert "Content-Length" not in streamed.headers
    streamed.close()
    head = client.flask.head(address(name))
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == streamed.headers["ETag"]
    assert head.headers["Content-Disposition"] == streamed.headers["Content-Disposition"]


def test_two_questions_never_have_one_tag(client: Client) -> None:
    asked = [
        *(address(name) for name in FORMATS),
        f"{BASE}/export.csv?at=2019-05-02",
        f"{BASE}/export.csv?at=2019-05-01&kind=fights",
        f"{BASE}/export.csv?at=2019-05-01&actor=gna",
        f"{BASE}/export.csv?at=2019-05-01&include=lapsed",
        f"{BASE}/export.panel.csv?from=2019&to=2020",
    ]
    assert len({client.get(path).headers["ETag"] for path in asked}) == len(asked)


def test_the_readers_of_each_format_read_it(client: Client) -> None:
    assert client.get(address("json")).json == client.get(f"{BASE}/state?at=2019-05-01").json
    table = client.get(address("csv")).text
    assert len(list(csv.DictReader(io.StringIO(table, newline="")))) == 2
    assert networkx.read_graphml(io.BytesIO(client.get(address("graphml")).data)).number_of_nodes() == 3
    assert len(json.loads(client.get(address("timelinejs.json")).data)["events"]) == 8
    with zipfile.ZipFile(io.BytesIO(client.get(address("zip")).data)) as archive:
        assert archive.testzip() is None


def test_a_day_is_narrowed_as_a_state_is(client: Client) -> None:
    narrowed = client.get(f"{BASE}/export.csv?at=2019-05-01&kind=fights&actor=gna").text
    (cells,) = csv.DictReader(io.StringIO(narrowed, newline=""))
    assert cells["kind"] == "fights"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("export.csv", 422, "at"),
        ("export.csv?at=2019-05", 422, "at"),
        ("export.json?at=2019-05-01&lineage=1", 422, "lineage"),
        ("export.graphml?at=2019-05-01&from=2019", 422, "from"),
        ("export.panel.csv?from=2019", 422, "to"),
        ("export.panel.csv?from=2019&to=2018", 422, "to"),
        ("export.panel.csv?from=19&to=2018", 422, "from"),
        ("export.panel.csv?from=2019-01-01&to=2020", 422, "from"),
        ("export.panel.csv?from=%EF%BC%92019&to=2020", 422, "from"),
        ("export.panel.csv?from=-9999&to=10000", 422, "to"),
        ("export.zip?at=2019-05-01", 422, "at"),
        ("export.zip?known_at=99", 404, None),
        ("export.ndjson?known_at=x", 422, "known_at"),
        ("export.csv?at=2019-05-01&actor=nobody", 404, None),
        ("export.xlsx?at=2019-05-01", 404, None),
    ],
)
def test_what_cannot_be_exported_is_a_problem_and_no_file(
    client: Client, query: str, status: int, field: str | None
) -> None:
    response = client.get(f"{BASE}/{query}")
    content = problem(response, status)
    assert "Content-Disposition" not in response.headers
    if field:
        assert field in {fault["field"] for fault in content["errors"]}


def test_a_timeline_that_is_not_there_has_no_exports(client: Client) -> None:
    for name in FORMATS:
        problem(client.get(address(name).replace("libya", "nowhere", 1)), 404)


def test_the_whole_range_of_years_is_taken(client: Client) -> None:
    table = client.get(f"{BASE}/export.panel.csv?from=-9999&to=2022&known_at=17").text
    years = {int(cells["year"]) for cells in csv.DictReader(io.StringIO(table, newline=""))}
    assert (min(years), max(years)) == (-43, 2021)


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_the_explorer_leads_to_every_export_pinned(client: Client, lang: str) -> None:
    page = client.get(f"/timelines/libya?at=2019-05-01&actor=haftar&lang={lang}").text
    found = [unescape(address) for address in re.findall(r'href="(/v1/[^"]*/export[^"]*)"', page)]
    assert {urlsplit(address).path.partition("/export.")[2] for address in found} == {*FORMATS} - {"json"}
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.data
