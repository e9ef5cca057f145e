"""The examples of the API's description, and the errors that it names: what the schemas alone do not say.

The answers in `examples.json` are real ones, of the Libya timeline. `python -m tests.service.examples`
makes them anew, and tests send every example.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from events.ingest import template
from service import problems
from service.bodies import CSV, JSON, NDJSON
from service.problems import TABLE

PARAMETERS: dict[str, Any] = {
    "Accept-Datetime": "Sun, 22 Nov 2026 18:30:00 GMT",
    "Content-Digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
    "Repr-Digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
    "actor": ["haftar"],
    "after": 72,
    "approximate": "1",
    "at": "2019-05-01",
    "attributed_only": "1",
    "axis": "valid",
    "between": "haftar,gna",
    "childId": "libya",
    "cited": 72,
    "code": "wikidata:Q79",
    "confidence": "medium",
    "create_actors": "1",
    "date_basis": "inferred",
    "disputed": "1",
    "document": ["trt-world-2020"],
    "dry_run": "1",
    "entity": ["event"],
    "entries": 1,
    "event": "tripoli-besieged",
    "expected_position": 74,
    "format": "json",
    "from": "2019-04-02",
    "id": "tripoli-besieged",
    "include": ["lapsed"],
    "initialWidth": "640",
    "kind": "fights",
    "known_at": "74",
    "lang": "en",
    "limit": 2,
    "lineage": "1",
    "live": "1",
    "maxheight": 800,
    "maxwidth": 640,
    "min_position": 74,
    "name": "Haftar",
    "not_attested_since": "2012-01-01",
    "object": "gna",
    "ongoing": "1",
    "op": ["correct", "retract"],
    "position": 1,
    "parentTitle": "An article",
    "parentUrl": "https://example.org/article",
    "q": "Haftar Tripoli",
    "sides": ["1"],
    "size": 74,
    "status": ["live"],
    "subject": "haftar",
    "theme": "light",
    "timeline": "libya",
    "tile": "0/000.p/74",
    "to": "2019-04-30",
    "type": ["attack"],
    "under": "Treaty of Lausanne",
    "url": "http://localhost/embed/libya",
    "v": "1",
    "view": "matrix",
    "wait": 0,
    "width": 800,
}
"""A value for each parameter by its name, where OF_PATH has none for its path."""

OF_PATH: dict[str, dict[str, Any]] = {
    "/embed/{timeline}": {"axis": "ltr"},
    "/embed/{timeline}/words": {"from": 0},
    **{
        f"/v1/timelines/{{timeline}}/{picture}.{format}": {"axis": "ltr"}
        for picture in ("state", "timeline")
        for format in ("svg", "png")
    },
    "/v1/timelines/{timeline}/common-membership": {"type": ["government"]},
    "/v1/timelines/{timeline}/log/consistency": {"from": 36, "to": 74},
    "/v1/timelines/{timeline}/export.panel.csv": {"from": 2018, "to": 2020},
    "/v1/timelines/{timeline}/actors/{id}": {"id": "haftar"},
    "/v1/timelines/{timeline}/actors/{id}/correction": {"id": "haftar"},
    "/v1/timelines/{timeline}/actors/{id}/retraction": {"id": "sudan"},
    "/v1/timelines/{timeline}/documents/{id}": {"id": "al-jazeera-2020-02-19"},
    "/v1/timelines/{timeline}/documents/{id}/correction": {"id": "al-jazeera-2020-02-19"},
    "/v1/timelines/{timeline}/documents/{id}/retraction": {"id": "a-duplicate"},
}
"""What differs on a path, and on those below it."""

_EVENT = {
    "id": "ceasefire-2020-08-21",
    "type": "statement",
    "date": "2020-08-21",
    "title": "The GNA announces a ceasefire",
    "sources": [{"document": "trt-world-2020", "attributed_to": ["gna"]}],
}
_BESIEGED = {
    "type": "state_report",
    "date": "[2020-02-22..2020-03]",
    "title": "Haftar besieges the Tripoli government",
    "effects": [{"op": "holds", "subject": "haftar", "kind": "fights", "object": "gna"}],
    "sources": [{"document": "trt-world-2020"}],
}
_REASON = {"reason": "The document says otherwise."}

BODIES: dict[str, dict[str, Any]] = {
    "/v1/timelines": {JSON: {"id": "suez", "title": {"en": "The Suez crisis"}}},
    "/v1/timelines/{timeline}": {JSON: {"visibility": "private"}},
    "/v1/timelines/{timeline}/correction": {JSON: {"title": {"en": "Libya since 1970"}, **_REASON}},
    "/v1/timelines/{timeline}/events": {
        JSON: _EVENT,
        **{kind: f"{json.dumps(_EVENT)}\n" for kind in NDJSON},
        CSV: template.csv_text(),
    },
    "/v1/timelines/{timeline}/events/{id}/correction": {JSON: {**_BESIEGED, **_REASON}},
    "/v1/timelines/{timeline}/actors/{id}/correction": {
        JSON: {"type": "person", "name": "Khalifa Belqasim Haftar", **_REASON}
    },
    "/v1/timelines/{timeline}/documents/{id}/correction": {
        JSON: {"title": "Timeline: Haftar’s offensive", "publisher": "Al Jazeera", **_REASON}
    },
    **{
        f"/v1/timelines/{{timeline}}/{name}/{{id}}/retraction": {JSON: _REASON}
        for name in ("events", "actors", "documents")
    },
}
"""What may be sent to each path that takes a body, by media type."""

_TOO_LONG = {
    "description": "The address is over 8190 bytes, which the server says before the application is asked.",
    "content": {"text/html": {"schema": {"type": "string"}}},
}

ANSWERS = Path(__file__).with_name("examples.json")
"""Answers by ``METHOD path``."""


def parameter(path: str, name: str) -> Any:
    """The example of a parameter on a path; None if there is none."""
    above = (OF_PATH[prefix] for prefix in OF_PATH if path == prefix or path.startswith(f"{prefix}/"))
    return {**PARAMETERS, **{key: value for part in above for key, value in part.items()}}.get(name)


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """The description with its examples, and with the errors of each status by name."""
    answers = json.loads(ANSWERS.read_text(encoding="utf-8")) if ANSWERS.exists() else {}
    errors = {f"Error{status}": _error(status) for status in _statuses()}
    spec["components"]["responses"] |= {**errors, "Error414": _TOO_LONG}
    for method, path, item, operation in operations(spec):
        for described in [*item.get("parameters", ()), *operation.get("parameters", ())]:
            _exemplify(described, path)
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            content["example"] = BODIES[path][kind]
        operation["responses"] = _responses(operation["responses"], answers.get(f"{method} {path}"))
    return spec


def operations(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Each operation of a description: its method, its path, the item of the path, and itself."""
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "patch"):
                yield method.upper(), path, item, operation


def _exemplify(described: dict[str, Any], path: str) -> None:
    value = described["schema"].pop("example", parameter(path, described["name"]))
    several = described["schema"].get("type") == "array"
    if value is not None:
        described["example"] = [value] if several and not isinstance(value, list) else value


def _responses(responses: Mapping[str, Any], answer: Any) -> dict[str, Any]:
    """The responses in order of status, with an example of what is given, and each error by its status."""
    found = {}
    for status, response in sorted(responses.items()):
        if "$ref" in response and status != "default":
            found[status] = {"$ref": f"#/components/responses/Error{status}"}
            continue
        found[status] = response
        if answer is not None and status in ("200", "201"):
            for content in response.get("content", {}).values():
                content["example"] = answer
    found["414"] = {"$ref": "#/components/responses/Error414"}
    return dict(sorted(found.items()))


def _statuses() -> set[int]:
    return {kind.status for kind in TABLE.values()}


def _error(status: int) -> dict[str, Any]:
    """All the kinds of error of one status, each with an example that is its meaning."""
    kinds = sorted({kind for kind in TABLE.values() if kind.status == status})
    examples = {
        kind.slug: {
            "summary": kind.title,
            "value": {
                "type": f"/docs/errors#{kind.slug}",
                "title": kind.title,
                "status": status,
                "detail": kind.meaning,
                "request_id": "0123456789abcdef0123456789abcdef",
            },
        }
        for kind in kinds
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": " ".join(f"{kind.title}." for kind in kinds),
        "content": {problems.MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }
