"""The parameters of every address: read strictly, by the schema that documents them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import Schema, ValidationError, fields

from events.errors import InvalidError, Problem, UnreadableError, shorten

MOST_PARAMETERS = 200


@lru_cache(maxsize=1024)
def read(schema: type[Schema], query: bytes) -> Mapping[str, Any]:
    """The parameters in a query string, None for what is left out.

    The reading depends on nothing else, so that it is kept for a while.

    Raises UnreadableError, or InvalidError with one problem for each fault.
    """
    reader = _reader(schema)
    names = {field.data_key or name: field for name, field in reader.fields.items()}
    given: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in _pairs(query):
        if name not in names:
            problems.append(_unknown(name, names))
        elif isinstance(names[name], fields.List):
            given.setdefault(name, []).append(value)
        elif name in given:
            problems.append(Problem(f"{name!r} stands in the address twice; give it once.", field=name))
        else:
            given[name] = value
    try:
        values = reader.load(given)
    except ValidationError as error:
        problems += _faults(error.messages, given)
    if problems:
        alone = len(problems) == 1
        raise InvalidError(
            problems[0].detail if alone else f"{len(problems)} parameters cannot stand.", problems
        )
    return MappingProxyType(dict.fromkeys(reader.fields) | values)


@cache
def _reader(schema: type[Schema]) -> Schema:
    return schema()


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        text = query.decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise UnreadableError("The query is not UTF-8; write its values in UTF-8, percent-encoded.") from None
    except ValueError:
        raise InvalidError(f"There are too many parameters; {MOST_PARAMETERS} are the limit.") from None


def _unknown(name: str, names: Mapping[str, object]) -> Problem:
    shown = shorten(name)
    near = get_close_matches(shown, names, 1)
    if near:
        hint = f"did you mean {near[0]!r}?"
    else:
        hint = f"there is {', '.join(names)}." if names else "this address takes none."
    return Problem(f"There is no parameter {shown!r}; {hint}", field=shown)


def _faults(messages: Any, given: Mapping[str, Any]) -> list[Problem]:
    """marshmallow's messages, each naming its parameter in the sentence too: there may be but one detail."""
    return [
        Problem(f"{name!r}: {text}", field=name, value=_shown(given.get(name)))
        for name, message in messages.items()
        for text in _texts(message)
    ]


def _texts(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [text for inner in messages.values() for text in _texts(inner)]
    return [str(text) for text in messages]


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    return shorten(", ".join(value) if isinstance(value, list) else value)
