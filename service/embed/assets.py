"""The style and the script of the pages: some files each, joined into one so that a page asks for little."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from events.strict_json import compact
from service.embed.compact import interface
from service.embed.language import LANGUAGES

_SERVICE = Path(__file__).parents[1]
_STATIC = _SERVICE / "static"
_STYLES = ("tokens.css", "embed/page.css")
_SCRIPTS = ("state", "writing", "drawing", "asking", "camps", "matrix", "moving", "host")
"""In the order in which they build on one another."""


@cache
def style() -> bytes:
    """The style, without its comments and the room between its parts."""
    joined = "".join((_STATIC / name).read_text(encoding="utf-8") for name in _STYLES)
    bare = re.sub(r"/\*.*?\*/|\s+", " ", joined, flags=re.DOTALL)
    return re.sub(r" ?([{};,]) ?", r"\1", bare).replace(": ", ":").replace(";}", "}").strip().encode()


@cache
def script(language: str) -> bytes:
    """The script without its margins, and the words of a language before it."""
    joined = "".join((_STATIC / "embed" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    bare = re.sub(r"^\s+", "", joined, flags=re.MULTILINE)
    return f"window.allegianceWords={compact(interface(language))};\n{bare}".encode()


@cache
def software() -> str:
    """What changes with any of this and with the templates: part of every entity tag."""
    templates = sorted((_SERVICE / "templates" / "embed").iterdir())
    parts = [style(), *map(script, LANGUAGES), *(template.read_bytes() for template in templates)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def version() -> str:
    """What stands in the addresses of the style and the script, so that another content has another one."""
    return software()[:12]
