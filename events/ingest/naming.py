"""Names as people type them: made tidy, compared, and made into ids."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_LONGEST_SLUG = 60


def tidy(text: str) -> str:
    """A name as the record keeps it: in Unicode form NFC, on one line, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same(name: str) -> str:
    """What two names share that are the same but for their case."""
    return unicodedata.normalize("NFC", tidy(name).casefold())


def plain(name: str) -> str:
    """What two names share that are easily confused: letters and digits, without case and marks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(character for character in letters if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", bare))


def slug(name: str) -> str:
    """A legible id made of a name, or an empty string where ASCII does not have all of its letters."""
    bare = plain(name)
    return bare.replace(" ", "-")[:_LONGEST_SLUG].strip("-") if bare.isascii() else ""


def digest(*parts: str) -> str:
    """A short text that no two things share: of each part, in this order."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
