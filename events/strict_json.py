"""JSON as this project reads and writes it: nothing that two readers could take differently.

Refused on the way in, naming the text or the place: duplicate keys, NaN and infinities, numbers
that a double cannot hold, NUL, lone surrogates, deep nesting, text that is not UTF-8.
On the way out: RFC 8785, so that equal values are equal bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NoReturn

import rfc8785

from events.errors import Problem, UnreadableError, shorten

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8259, section 6)."""


def read(text: bytes | str, line: int | None = None) -> Any:
    """The value that `text` holds.

    `line` is the number of the line that `text` starts on, from 1, where it is a
    line of something larger. Raises UnreadableError.
    """
    try:
        source = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        _refuse(f"This is not UTF-8 (byte {error.start + 1}); save the file as UTF-8.", line)
    if source.startswith("\ufeff"):
        _refuse("This begins with a byte order mark; save the file as UTF-8 without one.", line)
    try:
        value = _DECODER.decode(source)
    except json.JSONDecodeError as error:
        at = (line or 1) + error.lineno - 1
        _refuse(f"This is not JSON: {error.msg.rstrip(':')}.", at, error.colno)
    except _RefusedError as error:
        _refuse(str(error), line)
    except RecursionError:
        _refuse(f"This is nested too deeply; {MAX_DEPTH} levels are the limit.", line)
    except ValueError:  # a number of more digits than Python reads at once
        _refuse(f"A number here is beyond ±{MAX_INTEGER}; send it as a string.", line)
    if isinstance(text, bytes) and "\\u" not in source and source.count("[") + source.count("{") <= MAX_DEPTH:
        return value  # nothing that is left to check can be in it, and that is nearly everything
    try:
        _check(value)
    except _RefusedError as error:
        _refuse(str(error), line)
    return value


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 canonical JSON, in UTF-8.

    Raises rfc8785.CanonicalizationError for what has no such form.
    """
    # The standard library writes the same bytes, in a fifth of the time, wherever the two
    # agree on the order of keys and there is no float to format; that is nearly everything.
    if _is_plain(value):
        with suppress(UnicodeEncodeError):
            return _ENCODER.encode(value).encode()
    return rfc8785.dumps(value)


def compact(value: Any) -> str:
    """`value` as JSON on one line with its keys in the order given: the form of every answer."""
    return _COMPACT.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _is_plain(value: Any) -> bool:
    """Whether it is made of text, small whole numbers, booleans, null, and objects with ASCII keys."""
    found = [value]
    for one in found:  # which grows as it is gone through
        sort = type(one)
        if sort is str or one is None or sort is bool:
            continue
        if sort is dict:
            if not _in_ascii(one):
                return False
            found += one.values()
        elif sort is list:
            found += one
        elif sort is not int or abs(one) > MAX_INTEGER:
            return False
    return True


def _in_ascii(keys: Iterable[Any]) -> bool:
    try:
        return "".join(keys).isascii()
    except TypeError:  # one is no text
        return False


class _RefusedError(Exception):
    pass


def _refuse(detail: str, line: int | None, column: int | None = None) -> NoReturn:
    raise UnreadableError(detail, [Problem(detail, line=line, column=column)]) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"The key {shorten(twice)!r} stands here twice in one object; keep one.")
    return members


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _RefusedError(f"The number {shorten(digits)} is too large; send it as a string.")
    return number


def _integer(digits: str) -> int:
    number = int(digits)
    if abs(number) > MAX_INTEGER:
        raise _RefusedError(f"The number {shorten(digits)} is beyond ±{MAX_INTEGER}; send it as a string.")
    return number


def _constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is not JSON; leave the field out.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_float, parse_int=_integer, parse_constant=_constant
)


def _check(value: Any, depth: int = 1) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise _RefusedError(f"This is nested too deeply; {MAX_DEPTH} levels are the limit.")
        if isinstance(value, dict):
            for name in value:
                _check_text(name)
        for member in value.values() if isinstance(value, dict) else value:
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise _RefusedError(f"The text {shorten(text)!r} has a NUL character; take it out.")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise _RefusedError(
                f"The text {shorten(text)!r} has half a surrogate pair; write the whole character."
            ) from None
