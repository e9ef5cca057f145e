"""Small helpers that send what a client of the service would send, and what it would send it about."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.domain.builders import actor, document, effect, event

BASE = "/v1/timelines/libya"
PROBLEM = "application/problem+json"
NDJSON = "application/x-ndjson"

SOURCE = {"document": "report", "quote": "Since April", "offset": 0}
FIGHT = effect("starts", "haftar", "fights", "gna")
OFFENSIVE = event(
    "offensive", "2019-04", FIGHT, as_written="Since April", title="The offensive", sources=[SOURCE]
)
SIEGE = event("siege", "2020-02-22", effect("holds", "haftar", "fights", "gna"))
ENDORSED = event("endorsed", "2018-07", effect("holds", "russia", "endorses", "haftar", means=["political"]))
LIBYA = (
    document(publisher="A newspaper", published="2020-03"),
    actor("gna", type="government", name="Government of National Accord"),
    actor("haftar", type="person", name="Khalifa Haftar", names={"ar": "خليفة حفتر"}),
    actor("russia"),
    OFFENSIVE,
    SIEGE,
)
"""Positions 2 to 7 of the timeline that tests ask about; its description is 1."""


class Client:
    """Sends requests to an application, with a token where it writes."""

    def __init__(self, app: Flask, token: str) -> None:
        self.app = app
        self.secret = token
        self.flask = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET, with headers such as ``If_None_Match=…``."""
        return self.flask.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def post(self, path: str, value: Any, **headers: str) -> TestResponse:
        """POST a value as JSON."""
        return self.send(path, json.dumps(value), "application/json", **headers)

    def send(self, path: str, body: str | bytes, content_type: str | None, **headers: str) -> TestResponse:
        """POST bytes of a type."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.flask.post(path, data=body, content_type=content_type, headers={**self.headers, **named})

    def patch(self, path: str, value: Any) -> TestResponse:
        """PATCH with a value as JSON."""
        return self.flask.patch(path, json=value, headers=self.headers)

    def append(self, *lines: Any, query: str = "") -> TestResponse:
        """POST lines as NDJSON to the timeline `libya`."""
        body = "\n".join(json.dumps(line) for line in lines)
        return self.send(f"{BASE}/events{query}", body, NDJSON)

    def head(self) -> int:
        """Where the log of `libya` stands."""
        answer = self.get(BASE).json
        assert answer is not None
        return int(answer["position"])


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    """The problem that a response is, with everything that every problem has."""
    assert response.status_code == status, response.text
    assert response.content_type == PROBLEM
    assert response.headers["Cache-Control"] == "no-store"
    content = response.json
    assert content is not None
    assert content["status"] == status
    assert content["type"].startswith("/docs/errors#")
    assert content["title"]
    assert content["detail"]
    return dict(content)
