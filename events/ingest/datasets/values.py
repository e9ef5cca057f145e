"""What the readers of data sets make of cells: dates from columns, names, ids that stay the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from events.days import day_of
from events.errors import shorten
from events.ingest.datasets.rows import Row

_NOT_IN_A_NAME = frozenset({"Cc", "Zl", "Zp"})
_DIRECTING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Seen:
    """What a reader has given already: memory grows with its actors, and with its ids where it gives ids."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def new(self, id: str) -> bool:
        """Whether this is the first time."""
        first = id not in self._ids
        self._ids.setdefault(id, 1)
        return first

    def another(self, id: str) -> str:
        """`id` the first time, then ``id:2``, ``id:3``."""
        times = self._ids[id] = self._ids.get(id, 0) + 1
        return id if times == 1 else f"{id}:{times}"


def date_of(row: Row, year: str, month: str, day: str) -> tuple[str, str]:
    """The date in three columns in EDTF, empty where there is none, and what is odd about it, if anything.

    A month or day that is blank, 0 or below is not known; a day that its month does
    not have leaves the month.
    """
    y, m, d = row.whole(year), row.whole(month), row.whole(day)
    if y is None or y <= 0:
        return "", ""
    if m is None or m <= 0:
        return f"{y:04}", ""
    try:
        day_of(y, m, 1)
        if d is None or d <= 0:
            return f"{y:04}-{m:02}", ""
        day_of(y, m, d)
    except ValueError:
        month_is_one = 1 <= m <= 12 and y <= 9999
        read = f"{y:04}-{m:02}" if month_is_one else f"{y:04}"
        return read, f"There is no day {y}-{m}-{d}; it is read as {read}."
    return f"{y:04}-{m:02}-{d:02}", ""


def tidy(text: str, longest: int = 500) -> str:
    """A name as the record takes it: NFC, on one line, without control characters, not too long."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if unicodedata.category(c) in _NOT_IN_A_NAME else c for c in plain if c not in _DIRECTING
    )
    return shorten(" ".join(kept.split()), longest)


def named_id(prefix: str, name: str) -> str:
    """An id for what has only a name: legible, and never the same for two names."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:80]
    if " ".join(word.capitalize() for word in slug.split("-")) == name:
        return f"{prefix}-{slug}"
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    return f"{prefix}-{slug}-{digest}" if slug else f"{prefix}-{digest}"
