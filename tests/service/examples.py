"""Sends every example of the description to a service over the Libya timeline.

``python -m tests.service.examples`` writes what is answered now into ``service/examples.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from events.batch import Batch, Heard, take, take_value
from events.ingest import Context, ndjson
from events.stores.memory import MemoryStore
from service import signing
from service.app import create_app
from service.examples import ANSWERS, BODIES, operations, parameter
from service.settings import Settings
from tests.domain.builders import actor, document
from tests.tlog.served import SIGNER

SEEDS = Path(__file__).parents[2] / "seeds" / "libya.ndjson"

# What an example also needs, beside the parameters that are required.
_ALSO = {
    "/v1/timelines/{timeline}/state": ["kind"],
    "/v1/timelines/{timeline}/changes": ["to"],
    "/v1/timelines/{timeline}/log": ["after"],
}
_LONGEST_TEXT = 600
_OF_THE_MOMENT = ("/openapi.json", "/metrics")


class Sender:
    """A service as it is described, over a store that is the same each time."""

    def __init__(self, *extra: dict[str, Any]) -> None:
        store = MemoryStore(lambda: datetime(2026, 11, 22, 18, tzinfo=UTC), Random(2).randbytes)
        with SEEDS.open("rb") as file:
            batch = Batch("libya", take(ndjson.FORMAT.read(Heard(file), Context()), "libya"))
            batch.append(store, author="local", create=True)
        if extra:
            lines = (take_value(line, "libya", place) for place, line in enumerate(extra, 1))
            Batch("libya", lines).append(store, author="local")
        signing.sign(store, SIGNER, "libya")
        _, self.token = store.tokens.create(("append", "correct", "admin"), None, "")
        self.client: FlaskClient = create_app(Settings(), store).test_client()
        spec = self.client.get("/openapi.json").json
        assert spec is not None
        self.spec: dict[str, Any] = spec

    def get(self, path: str, operation: Mapping[str, Any], **more: Any) -> TestResponse:
        """The answer to an operation's example, with the parameters that it needs and `more` of them."""
        described = {item["name"]: item for item in operation.get("parameters", ())}
        wanted = [name for name, item in described.items() if item.get("required") and item["in"] == "query"]
        wanted += _ALSO.get(path, []) + ["limit"] * ("limit" in described)
        query = {name: parameter(path, name) for name in wanted} | more
        headers = {name: parameter(path, name) for name, item in described.items() if item["in"] == "header"}
        return self.client.get(f"{filled(path)}?{urlencode(query, doseq=True)}", headers=headers)

    def send(self, method: str, path: str, media_type: str, query: str = "") -> TestResponse:
        """The answer to an example of a body."""
        body = BODIES[path][media_type]
        sent = body if isinstance(body, str) else json.dumps(body)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media_type}
        return self.client.open(filled(path) + query, method=method, data=sent.encode(), headers=headers)


def filled(path: str) -> str:
    """A path with the examples of its parts."""
    return path.format_map({name: parameter(path, name) for name in ("timeline", "id", "tile")})


UNUSED = (actor("sudan"), document("a-duplicate"))
"""What nothing names, so that it can be retracted."""


def answers() -> dict[str, Any]:
    """What is answered to the example of each operation, by ``METHOD path``."""
    found: dict[str, Any] = {}
    for method, path, _, operation in operations(Sender().spec):
        if path in _OF_THE_MOMENT or not {"200", "201"} & operation["responses"].keys():
            continue
        if method == "GET":
            response = Sender().get(path, operation)
        else:
            response = Sender(*UNUSED).send(method, path, "application/json")
        assert response.status_code in (200, 201), f"{method} {path}: {response.text}"
        if response.mimetype in ("application/octet-stream", "application/zip", "image/png"):
            continue
        found[f"{method} {path}"] = response.json if response.is_json else shown(response.text)
    return found


def shown(text: str) -> str:
    """The first lines of a longer text."""
    if len(text) <= _LONGEST_TEXT:
        return text
    return text[: text.rfind("\n", 0, _LONGEST_TEXT) + 1 or _LONGEST_TEXT]


if __name__ == "__main__":
    ANSWERS.write_text(json.dumps(answers(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
