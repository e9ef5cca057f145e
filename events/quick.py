"""A quick yes: whether a line's value is sound beyond doubt, at a tenth of what the schemas cost.

`sound` only ever says yes. Whatever it does not know for certain it leaves to marshmallow,
whose schemas stay the definition: the predicates here are made from them, field by field,
and what has no predicate is asked of the field itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from events.dates import parse
from events.errors import DateError
from events.fields import BIDI, ID, NO_CHARACTERS, Choice, Edtf, Id, Name, Text
from events.schemas import SCHEMAS, Strict

Predicate = Callable[[Any], bool]

_CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{NO_CHARACTERS}]")
_CONTROL_IN_A_NAME = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{NO_CHARACTERS}{''.join(BIDI)}]")


def sound(entity: str, value: Any) -> bool:
    """True if the schema of `entity` takes `value`; False if it may not."""
    return _OBJECTS[entity](value)


def _object(schema: Strict) -> Predicate:
    members = {field.data_key or name: _member(field) for name, field in schema.fields.items()}
    required = {field.data_key or name for name, field in schema.fields.items() if field.required}
    check = getattr(schema, "_check", None)

    def fits(value: Any) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        for name, member in value.items():
            predicate = members.get(name)
            if predicate is None or not predicate(member):
                return False
        return check is None or _passes(check, value)

    return fits


def _member(field: fields.Field[Any]) -> Predicate:
    """What a field takes for certain."""
    fits: Callable[[str], bool]
    match field:
        case Id():
            fits = _is_id
        case Choice():
            fits = frozenset(field.choices).__contains__
        case Edtf():
            fits = _is_date
        case Name() | Text() if type(field) in (Name, Text):
            fits = _is_text(field.longest, type(field) is Name)
        case fields.List(validators=[validate.Length() as length]):
            return _is_list(_member(field.inner), length)
        case fields.Nested(schema=Strict() as schema):
            return _object(schema)
        case _:
            return lambda value: value is not None and _passes(field.deserialize, value)
    return lambda value: type(value) is str and fits(value)


def _is_id(value: str) -> bool:
    return ID.fullmatch(value) is not None and value.strip(".") != ""


def _is_text(longest: int, is_name: bool) -> Callable[[str], bool]:
    control = _CONTROL_IN_A_NAME if is_name else _CONTROL

    def fits(value: str) -> bool:
        return (
            0 < len(value) <= longest
            and not value.isspace()
            and control.search(value) is None
            and (not is_name or value.isascii() or unicodedata.is_normalized("NFC", value))
        )

    return fits


def _is_list(inner: Predicate, length: validate.Length) -> Predicate:
    least, most = length.min or 0, length.max

    def fits(value: Any) -> bool:
        if type(value) is not list or len(value) < least or (most is not None and len(value) > most):
            return False
        return all(map(inner, value))

    return fits


def _is_date(value: str) -> bool:
    try:
        parse(value)
    except DateError:
        return False
    return True


def _passes(check: Callable[[Any], object], value: Any) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True


_OBJECTS = {entity: _object(schema()) for entity, schema in SCHEMAS.items()}
