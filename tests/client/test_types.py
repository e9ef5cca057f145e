"""The types of the client are those of the service's own description."""

from __future__ import annotations

import types
import typing
from typing import Any

import pytest

from events.stores.memory import MemoryStore
from service.app import create_app
from service.client import answers
from service.settings import Settings

TYPES = [
    value for name, value in vars(answers).items() if typing.is_typeddict(value) and not name.startswith("_")
]


@pytest.fixture(scope="module")
def components() -> dict[str, Any]:
    described = create_app(Settings(), MemoryStore()).test_client().get("/openapi.json").json
    assert described is not None
    return dict(described["components"]["schemas"])


def test_there_are_types() -> None:
    assert len(TYPES) > 25


@pytest.mark.parametrize("shape", TYPES, ids=lambda shape: shape.__name__)
def test_a_type_is_as_the_service_describes_it(components: dict[str, Any], shape: Any) -> None:
    described = components[shape.__name__]
    hints = typing.get_type_hints(shape)
    assert set(hints) == set(described["properties"])
    assert set(shape.__required_keys__) == set(described.get("required", ()))
    for name, hint in hints.items():
        assert _kinds(hint) == _described(described["properties"][name], components), name


def _kinds(hint: Any) -> set[str]:
    """What JSON a type may be; for a named one its name."""
    if hint is Any:
        return {"any"}
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return {kind for part in typing.get_args(hint) for kind in _kinds(part)}
    origin = typing.get_origin(hint) or hint
    if typing.is_typeddict(origin):
        return {origin.__name__}
    names = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}
    return {"null"} if hint is type(None) else {names[origin]}


def _described(schema: dict[str, Any], components: dict[str, Any]) -> set[str]:
    """The same of a schema. Where the client has no type of that name, the object that it is."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return {name} if hasattr(answers, name) else {"object"}
    if "anyOf" in schema or "allOf" in schema:
        parts = schema.get("anyOf") or schema["allOf"]
        return {kind for part in parts for kind in _described(part, components)}
    kind = schema.get("type", "any")
    return {kind} if isinstance(kind, str) else set(kind)
