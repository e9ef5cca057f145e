"""Every example of the description is sent, and is answered as the description shows."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from service.examples import ANSWERS, BODIES, operations, parameter
from service.problems import TABLE
from tests.service.examples import UNUSED, Sender, answers, filled

# Where a parameter goes only with others.
TOGETHER: dict[str, dict[str, Any]] = {
    "/v1/timelines/{timeline}/changes at": {"axis": "known", "from": 0, "to": 74},
    "/v1/timelines/{timeline}/relations lineage": {"object": "gnu"},
    "/v1/timelines/{timeline}/state lineage": {"actor": "gnu"},
    "/v1/timelines/{timeline}/state/timegate lineage": {"actor": "gnu"},
    "/v1/timelines/{timeline}/state/timemap.json lineage": {"actor": "gnu"},
    "/v1/timelines/{timeline}/state/timemap.link lineage": {"actor": "gnu"},
}
SENDER = Sender()
SPEC = SENDER.spec
READ = {path: operation for method, path, _, operation in operations(SPEC) if method == "GET"}
PARAMETERS = [
    (path, item["name"], item)
    for _, path, above, operation in operations(SPEC)
    for item in (*above.get("parameters", ()), *operation.get("parameters", ()))
]
ASKED = [
    (path, item["name"])
    for path, operation in READ.items()
    for item in operation.get("parameters", ())
    if item["in"] == "query"
]
SENT = [
    (method, path, kind)
    for method, path, _, _ in operations(SPEC)
    if method != "GET"
    for kind in BODIES[path]
]


def test_the_description_with_its_examples_is_valid_openapi() -> None:
    validate(SPEC)


@pytest.mark.parametrize(("path", "name", "item"), PARAMETERS)
def test_every_parameter_has_an_example_of_its_type(path: str, name: str, item: dict[str, Any]) -> None:
    """Give it one in `service.examples.PARAMETERS`."""
    assert "example" in item, name
    jsonschema.Draft202012Validator(item["schema"]).validate(item["example"])


@pytest.mark.parametrize("path", READ)
def test_every_question_is_answered_with_its_example(path: str) -> None:
    assert SENDER.get(path, READ[path]).status_code in (200, 302)


@pytest.mark.parametrize(("path", "name"), ASKED)
def test_the_example_of_every_parameter_is_taken(path: str, name: str) -> None:
    described = {item["name"]: item for item in READ[path]["parameters"]}
    more = {name: described[name]["example"], **TOGETHER.get(f"{path} {name}", {})}
    response = SENDER.get(path, READ[path], **more)
    assert response.status_code in (200, 302), response.text


@pytest.mark.parametrize(("method", "path", "kind"), SENT)
def test_every_example_of_a_body_is_taken(method: str, path: str, kind: str) -> None:
    sender = Sender(*UNUSED)
    query = "?create_actors=1" if kind == "text/csv" else ""
    response = sender.send(method, path, kind, query)
    assert response.status_code == (201 if method == "POST" else 200), response.text
    assert sender.send(method, path, kind, query).status_code == 200


def test_every_body_that_is_described_has_an_example() -> None:
    for method, path, _, operation in operations(SPEC):
        if method != "GET":
            for kind, content in operation["requestBody"]["content"].items():
                assert content["example"] == BODIES[path][kind]


def test_the_answers_that_are_shown_are_those_that_are_given() -> None:
    """Renew them with ``python -m tests.service.examples``, and read what became different."""
    assert json.loads(ANSWERS.read_text(encoding="utf-8")) == answers()


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [(method, path, operation) for method, path, _, operation in operations(SPEC)],
)
def test_every_answer_has_an_example_that_is_as_described(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    for status in {"200", "201"} & operation["responses"].keys():
        for kind, content in operation["responses"][status].get("content", {}).items():
            if path == "/openapi.json" or content["schema"].get("format") == "binary":
                continue
            assert "example" in content, f"{method} {path}"
            if kind == "application/json":
                schema = {**content["schema"], "components": SPEC["components"]}
                jsonschema.Draft202012Validator(schema).validate(content["example"])


def test_every_error_that_is_named_shows_all_kinds_of_its_status() -> None:
    named: set[int] = set()
    for _, path, _, operation in operations(SPEC):
        for status, response in operation["responses"].items():
            if status.startswith(("4", "5")):
                assert response["$ref"].endswith(f"/Error{status}"), path
                named.add(int(status))
    assert named == {400, 401, 403, 404, 409, 413, 414, 415, 422, 429, 501, 503, 507}
    for status in named - {414}:  # which is not ours to say
        (content,) = SPEC["components"]["responses"][f"Error{status}"]["content"].values()
        assert set(content["examples"]) == {kind.slug for kind in TABLE.values() if kind.status == status}


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("/v1/timelines/libya/state?at=%ff", "unreadable"),
        ("/v1/timelines/libya/state", "invalid"),
        ("/v1/timelines/nowhere", "unknown"),
        ("/v1/nowhere", "no-such-address"),
        ("/v1/timelines/libya/state?at=2019-05-01&min_position=99", "busy"),
    ],
)
def test_an_error_is_as_its_example_but_for_its_own_words(address: str, slug: str) -> None:
    told = SENDER.client.get(address)
    examples = SPEC["components"]["responses"][f"Error{told.status_code}"]["content"][told.mimetype][
        "examples"
    ]
    shown = examples[slug]["value"]
    assert told.json is not None
    own = {name: told.json[name] for name in ("detail", "request_id")}
    assert {**shown, **own} == {name: value for name, value in told.json.items() if name != "errors"}


def test_what_stands_in_a_path_is_filled() -> None:
    assert filled("/v1/timelines/{timeline}/actors/{id}") == "/v1/timelines/libya/actors/haftar"
    assert parameter("/v1/timelines/{timeline}/actors/{id}/retraction", "id") == "sudan"
