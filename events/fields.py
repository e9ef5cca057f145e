"""The marshmallow fields of the wire format: each says what is wrong and what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields

from events.dates import parse
from events.errors import DateError, shorten
from events.vocabulary import CODE_SCHEMES

ID_PATTERN = r"[A-Za-z0-9._:-]{1,128}"
TIMELINE_PATTERN = r"[a-z0-9-]{1,64}"

ID = re.compile(ID_PATTERN)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_CODE_SCHEME = re.compile(r"[a-z0-9_-]{1,32}")
NO_CHARACTERS = "\ufffe\uffff"
"""What no XML, and so no picture, can hold."""

# Marks and overrides that reorder what stands around them (UAX 9).
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Id(fields.String):
    """An id of the client's: 1 to 128 of A-Z a-z 0-9 . _ : -, and not only dots."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = _string(value)
        if not ID.fullmatch(text) or not text.strip("."):
            raise ValidationError("An id is 1 to 128 of A-Z a-z 0-9 . _ : - and more than dots.")
        return text


class Text(fields.String):
    """Words as somebody wrote them: any script, tabs and line breaks, no other control characters."""

    def __init__(self, longest: int = 4000, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": longest, "minLength": 1}, **kwargs)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = _string(value)
        if not text.strip():
            raise ValidationError("This is empty; leave the field out.")
        if len(text) > self.longest:
            raise ValidationError(f"This has {len(text)} characters; {self.longest} are the limit.")
        self.check(text)
        return text

    def check(self, text: str) -> None:
        for character in text:
            control = unicodedata.category(character) == "Cc" and character not in "\t\n\r"
            if control or character in NO_CHARACTERS:
                raise ValidationError(f"The control character U+{ord(character):04X} is in it; take it out.")


class Name(Text):
    """A name or title that is shown among others: NFC, on one line, nothing that reorders its neighbours."""

    def __init__(self, longest: int = 500, **kwargs: Any) -> None:
        super().__init__(longest, **kwargs)

    def check(self, text: str) -> None:
        for character in text:
            control = unicodedata.category(character) in ("Cc", "Zl", "Zp")
            if control or character in BIDI or character in NO_CHARACTERS:
                code = f"U+{ord(character):04X}"
                raise ValidationError(f"The control or direction character {code} is in it; take it out.")
        if not unicodedata.is_normalized("NFC", text):
            raise ValidationError(
                f"This is not in Unicode form NFC; write {unicodedata.normalize('NFC', text)!r}."
            )


class Choice(fields.String):
    """One word of a closed list."""

    def __init__(self, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(metadata={"enum": list(choices)}, **kwargs)
        self.choices = tuple(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = _string(value)
        if text not in self.choices:
            raise ValidationError(unknown_choice(text, self.choices))
        return text


class Edtf(fields.String):
    """A date in EDTF, kept verbatim."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = _string(value)
        try:
            parse(text)
        except DateError as error:
            raise ValidationError(error.detail) from None
        return text


class Link(Text):
    """A link that a reader may follow: http or https, absolute."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(2000, **kwargs)
        self.metadata = {**self.metadata, "format": "uri"}

    def check(self, text: str) -> None:
        try:
            parts = urlsplit(text)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            sound = False
        if not sound or not BIDI.isdisjoint(text) or re.search(r"[\s\x00-\x20\x7f-\x9f<>\"\\^`{|}]", text):
            raise ValidationError("A link is absolute and begins with http:// or https://, without spaces.")


class Sha256(fields.String):
    """A SHA-256 in 64 lower-case hexadecimal digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = _string(value)
        if not re.fullmatch(r"[0-9a-f]{64}", text):
            raise ValidationError("A SHA-256 is 64 hexadecimal digits in lower case.")
        return text


class _Mapping(fields.Dict):
    """An object with at least one member, whose keys follow a pattern."""

    def __init__(self, key: re.Pattern[str], key_rule: str, values: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), values=values, **kwargs)
        self.key = key
        self.key_rule = key_rule

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            raise ValidationError(f"This must be an object such as {self.key_rule}.")
        problems = {
            name: [f"The key is not understood; write an object such as {self.key_rule}."]
            for name in value
            if not self.key.fullmatch(name)
        }
        if problems:
            raise ValidationError(problems)
        members: dict[str, Any] = {}
        for name, member in value.items():
            try:
                members[name] = self.value_field.deserialize(member)  # type: ignore[union-attr]
            except ValidationError as error:
                problems[name] = error.messages  # type: ignore[assignment]
        if problems:
            raise ValidationError(problems)
        return members


class Names(_Mapping):
    """One name for each language: {"en": "Libya", "ar": "ليبيا"}."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_LANGUAGE, '{"en": "…"}', Name(), **kwargs)


class Texts(_Mapping):
    """One longer text for each language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_LANGUAGE, '{"en": "…"}', Text(), **kwargs)


class Codes(_Mapping):
    """The codes of other data sets: {"wikidata": "Q…"}; those of the schemes that we know have their form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_CODE_SCHEME, '{"wikidata": "Q…"}', Name(100), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        codes = super()._deserialize(value, attr, data, **kwargs)
        problems = {
            scheme: [fault] for scheme, code in codes.items() if (fault := fault_of_code(scheme, code))
        }
        if problems:
            raise ValidationError(problems)
        return codes


class CodeScheme(fields.String):
    """The name of a data set: `wikidata`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = _string(value)
        if not _CODE_SCHEME.fullmatch(text):
            raise ValidationError("The name of a scheme is 1 to 32 of a-z 0-9 _ and -, such as wikidata.")
        return text


def fault_of_code(scheme: str, code: str) -> str | None:
    """What is wrong with a code that has not the form of its scheme, where that is one that we know."""
    known = CODE_SCHEMES.get(scheme)
    if known is None or re.fullmatch(known.pattern, code):
        return None
    return f"{shorten(code)!r} is no code of {known.title}; that is {known.form}, such as {known.example}."


class Location(fields.Field[Any]):
    """The name of a place, or a GeoJSON point {"type": "Point", "coordinates": [longitude, latitude]}."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            return Name().deserialize(value)
        match value:
            case {"type": "Point", "coordinates": [longitude, latitude], **others} if not others:
                if _within(longitude, 180) and _within(latitude, 90):
                    return value
        raise ValidationError(
            'A location is the name of a place, or {"type": "Point", "coordinates": [longitude, latitude]} '
            "in degrees."
        )


def unknown_choice(text: str, choices: Sequence[str]) -> str:
    """What to say of a word that is not in a closed list."""
    near = get_close_matches(text, choices, 1)
    hint = f"did you mean {near[0]!r}? It" if near else "it"
    return f"{shorten(text)!r} is not known here; {hint} is one of {', '.join(choices)}."


def _within(number: Any, limit: int) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and -limit <= number <= limit


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError("This must be a string.")
    return value
