"""The description is valid and whole, and every answer is as it says."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from events.exports import FORMATS
from events.model import Why
from events.stores import Store
from service import signing
from service.scopes import LISTED, NEEDS, OPEN, READ
from tests.domain.builders import actor, effect, event
from tests.service.client import BASE, ENDORSED, OFFENSIVE, Client
from tests.tlog.served import SIGNER

_PAGES = {
    "/",
    "/docs",
    "/docs/errors",
    "/docs/assets/<path:filename>",
    "/static/<path:filename>",
    "/embed.js",
}


@pytest.fixture
def spec(client: Client) -> dict[str, Any]:
    content = client.get("/openapi.json").json
    assert content is not None
    return dict(content)


def test_the_description_is_valid_openapi(spec: dict[str, Any]) -> None:
    assert spec["openapi"] == "3.1.0"
    validate(spec)


def test_every_address_is_described(client: Client, spec: dict[str, Any]) -> None:
    for rule in client.app.url_map.iter_rules():
        if rule.rule in _PAGES or rule.rule.startswith("/timelines/"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            operation = spec["paths"][path][method.lower()]
            assert operation["summary"]
            assert operation["responses"]["default"]["$ref"].endswith("DEFAULT_ERROR")
            assert ("requestBody" in operation) == (method in ("POST", "PATCH"))
            assert "429" in operation["responses"]


def test_every_address_is_described_with_the_scope_that_it_needs(spec: dict[str, Any]) -> None:
    for (method, rule), need in NEEDS.items():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        operation = spec["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue
        expected = {
            OPEN: None,
            READ: [{}, {"bearer": ["read"]}],
            LISTED: [{}, {"bearer": ["read"]}],
        }.get(need, [{"bearer": [need]}])
        assert operation.get("security") == expected
        assert ("401" in operation["responses"]) == (need != OPEN)
        assert ("403" in operation["responses"]) == (need not in (OPEN, READ, LISTED))


def test_every_parameter_in_an_address_is_described(spec: dict[str, Any]) -> None:
    for path, item in spec["paths"].items():
        named = {parameter["name"] for parameter in item.get("parameters", [])}
        assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_parameters_that_repeat_and_those_needed_are_described(spec: dict[str, Any]) -> None:
    described = {p["name"]: p for p in spec["paths"]["/v1/timelines/{timeline}/state"]["get"]["parameters"]}
    assert described["at"]["required"]
    assert described["actor"]["schema"]["type"] == "array"
    assert "fights" in described["kind"]["schema"]["items"]["enum"]
    described = {p["name"]: p for p in spec["paths"]["/v1/timelines/{timeline}/changes"]["get"]["parameters"]}
    assert {"from", "to", "axis", "at", "known_at", "min_position", "limit", "cursor"} == set(described)


def _check(spec: dict[str, Any], path: str, method: str, response: Any) -> None:
    described = spec["paths"][path][method]["responses"]
    answer = described.get(str(response.status_code), described["default"])
    if "$ref" in answer:
        answer = spec["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    if response.status_code == 302:
        assert "content" not in answer
        return
    schema = answer["content"][response.mimetype]["schema"]
    content = response.json if response.is_json else response.data.decode(errors="replace")
    jsonschema.Draft202012Validator({**schema, "components": spec["components"]}).validate(content)


UNION = (
    actor("ussr"),
    actor("heir", succeeds=["ussr"]),
    actor("pact", type="alliance"),
    *(
        event(f"{id}-in", "2018", effect("starts", id, "member_of", "pact"))
        for id in ("gna", "russia", "ussr")
    ),
)
EXPORTED = {"day": "at=2019-05-01", "years": "from=2018&to=2020", "nothing": ""}
ANSWERS = {
    "/v1/timelines": ["/v1/timelines"],
    "/v1/timelines/{timeline}": [BASE, f"{BASE}?known_at=0", "/v1/timelines/nowhere"],
    "/v1/timelines/{timeline}/state": [
        f"{BASE}/state?at=2019-05-01",
        f"{BASE}/state?at=2030-05-01&include=lapsed",
        f"{BASE}/state?at=2019-05-01&actor=heir&lineage=1",
        f"{BASE}/state?at=2019-05-01&known_at=0",
        f"{BASE}/state",
    ],
    "/v1/timelines/{timeline}/explain": [
        f"{BASE}/explain?subject=gna&kind=fights&object=haftar&at=2019-05-01",
        f"{BASE}/explain?subject=gna&kind=fights&object=haftar&at=1900-05-01",
        f"{BASE}/explain?subject=gna&kind=fights&object=nobody&at=2019-05-01",
    ],
    "/v1/timelines/{timeline}/changes": [
        f"{BASE}/changes?from=2010-01-01&to=2030-01-01&limit=2",
        f"{BASE}/changes?axis=known&from=0",
        f"{BASE}/changes?axis=known&from=0&to=7&at=2019-05-01",
    ],
    "/v1/timelines/{timeline}/relations": [
        f"{BASE}/relations",
        f"{BASE}/relations?limit=1",
        f"{BASE}/relations?subject=heir&lineage=1",
    ],
    "/v1/timelines/{timeline}/events": [f"{BASE}/events", f"{BASE}/events?limit=1"],
    "/v1/timelines/{timeline}/events/{id}": [
        f"{BASE}/events/offensive",
        f"{BASE}/events/siege",
        f"{BASE}/events/x",
    ],
    "/v1/timelines/{timeline}/common-membership": [
        f"{BASE}/common-membership?at=2019-05-01",
        f"{BASE}/common-membership?at=2019-05-01&limit=1",
        f"{BASE}/common-membership?at=2019-05-01&actor=nobody",
    ],
    **{
        f"/v1/timelines/{{timeline}}/export.{format.name}": [
            f"{BASE}/export.{format.name}?{EXPORTED[format.takes]}",
            f"{BASE}/export.{format.name}?{EXPORTED[format.takes]}&known_at=0",
            f"{BASE}/export.{format.name}?nonsense=1",
        ]
        for format in FORMATS.values()
    },
    "/v1/timelines/{timeline}/actors": [f"{BASE}/actors", f"{BASE}/actors?name=haftar"],
    "/v1/timelines/{timeline}/actors/{id}": [f"{BASE}/actors/haftar"],
    "/v1/timelines/{timeline}/documents": [f"{BASE}/documents"],
    "/v1/timelines/{timeline}/documents/{id}": [f"{BASE}/documents/report"],
    "/v1/timelines/{timeline}/log": [f"{BASE}/log", f"{BASE}/log?limit=2"],
    "/v1/timelines/{timeline}/search": [f"{BASE}/search?q=haftar", f"{BASE}/search?status=retracted"],
    "/v1/timelines/{timeline}/feed.json": [f"{BASE}/feed.json", f"{BASE}/feed.json?q=april&limit=1"],
    "/v1/timelines/{timeline}/feed.atom": [f"{BASE}/feed.atom"],
    **{
        f"/v1/timelines/{{timeline}}/{path}/{part}": [f"{BASE}/{address.replace('?', f'/{part}?')}"]
        for path, address in (
            ("state", "state?at=2019-05-01"),
            ("events/{id}", "events/siege?"),
            ("actors/{id}", "actors/gna?"),
            ("documents/{id}", "documents/report?"),
        )
        for part in ("timegate", "timemap.link", "timemap.json")
    },
    "/v1/timelines/{timeline}/log/proof": [
        f"{BASE}/log/proof?position=1",
        f"{BASE}/log/proof?position=3&size=5",
        f"{BASE}/log/proof?position=3&size=99",
    ],
    "/v1/timelines/{timeline}/log/consistency": [
        f"{BASE}/log/consistency?from=0",
        f"{BASE}/log/consistency?from=3&to=5",
        f"{BASE}/log/consistency?from=5&to=3",
    ],
    "/log/{timeline}/checkpoint": ["/log/libya/checkpoint", "/log/nowhere/checkpoint"],
    "/log/{timeline}/vkey": ["/log/libya/vkey", "/log/nowhere/vkey"],
    "/log/{timeline}/tile/{tile}": ["/log/libya/tile/0/000.p/5", "/log/libya/tile/0/000"],
    "/v1/timelines/{timeline}/state.svg": [f"{BASE}/state.svg", f"{BASE}/state.svg?width=1"],
    "/v1/timelines/{timeline}/state.png": [f"{BASE}/state.png", f"{BASE}/state.png?actor=nobody"],
    "/v1/timelines/{timeline}/timeline.svg": [f"{BASE}/timeline.svg", f"{BASE}/timeline.svg?from=2019"],
    "/v1/timelines/{timeline}/timeline.png": [f"{BASE}/timeline.png"],
    "/embed/{timeline}/card.png": ["/embed/libya/card.png", "/embed/nowhere/card.png"],
    "/embed/{timeline}": ["/embed/libya", "/embed/libya?at=2019-04", "/embed/nowhere"],
    "/embed/{timeline}/words": ["/embed/libya/words", "/embed/libya/words?from=1&known_at=7&live=1"],
    "/embed/script.js": ["/embed/script.js?lang=ar", "/embed/script.js?lang=de"],
    "/embed/style.css": ["/embed/style.css", "/embed/style.css?colour=red"],
    "/oembed": [
        "/oembed?url=http://localhost/embed/libya",
        "/oembed?url=http://localhost/embed/libya&format=xml",
        "/oembed?url=http://elsewhere/embed/libya",
        "/oembed",
    ],
    "/v1/template.csv": ["/v1/template.csv"],
    "/healthz": ["/healthz"],
    "/livez": ["/livez"],
    "/metrics": ["/metrics"],
    "/readyz": ["/readyz"],
    "/openapi.json": ["/openapi.json"],
}


def test_every_answer_is_as_described(libya: Client, store: Store, spec: dict[str, Any]) -> None:
    libya.append(ENDORSED, *UNION)
    signing.sign(store, SIGNER, "libya")
    libya.post(
        f"{BASE}/events/offensive/correction", {**OFFENSIVE, "date": "2019-04-04", "reason": "the day"}
    )
    libya.post(f"{BASE}/events/siege/retraction", {"reason": "not so"})
    assert {path for path, item in spec["paths"].items() if "get" in item} == set(ANSWERS)
    for path, addresses in ANSWERS.items():
        for address in addresses:
            _check(spec, path, "get", libya.get(address))


def test_every_answer_after_an_erasure_is_as_described(libya: Client, spec: dict[str, Any]) -> None:
    corrected = {"id": "haftar", "type": "person", "name": "A commander", "reason": "a court"}
    libya.post(f"{BASE}/actors/haftar/correction", corrected)
    libya.app.extensions["allegiance"].store.erase("libya", [4, 6], Why("a court"), author="clerk")
    for path, address in (
        ("state", "state?at=2020-02-22&known_at=7"),
        ("explain", "explain?subject=haftar&kind=fights&object=gna&at=2020-02-22"),
        ("events/{id}", "events/offensive"),
        ("actors/{id}", "actors/haftar"),
        ("log", "log"),
        ("log/proof", "log/proof?position=6"),
    ):
        answer = libya.get(f"{BASE}/{address}")
        assert "erased" in answer.text
        _check(spec, f"/v1/timelines/{{timeline}}/{path}", "get", answer)


def test_every_receipt_and_refusal_is_as_described(libya: Client, spec: dict[str, Any]) -> None:
    admin = Client(libya.app, libya.secret)
    path = "/v1/timelines/{timeline}/events"
    for query in ("", "", "?dry_run=1", "?expected_position=2", "?nonsense=1"):
        _check(spec, path, "post", libya.append(ENDORSED, query=query))
    _check(spec, path, "post", libya.append({"date": "2019-13"}))
    _check(spec, path, "post", libya.send(f"{BASE}/events", "{", "application/json"))
    _check(spec, path, "post", libya.send(f"{BASE}/events", "{", "text/csv"))
    libya.headers = {}
    _check(spec, path, "post", libya.append(ENDORSED))
    path = "/v1/timelines/{timeline}"
    for value in ({"visibility": "public"}, {"visibility": "private"}, {"visibility": "secret"}, {}, []):
        _check(spec, path, "patch", admin.patch(BASE, value))
    _check(spec, path, "patch", libya.patch(BASE, {"visibility": "public"}))
    _check(spec, path, "get", libya.get(BASE))
    _check(spec, path, "get", admin.get(BASE, **admin.headers))


def test_the_interface_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/docs")
    assert "<script>" not in page.text
    assert "//" not in page.text.replace("</", "")
    for part in page.text.split('"'):
        if part.startswith(("/docs/assets/", "/static/")):
            with client.get(part) as asset:
                assert asset.status_code == 200
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"].split("script-src")[1].split(";")[0]


def test_the_description_is_revalidated(client: Client) -> None:
    known = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", If_None_Match=known).status_code == 304
