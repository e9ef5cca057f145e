"""What an entry is found by as one text of tokens, for a full-text index: made anywhere, by any process.

Each token has an underscore, which no word of a text has, so that a label is never taken for a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from events.days import ymd
from events.search import Label, Row

FIELDS = ("n", "t", "x")
"""What a word begins with where it stands in a name, a title or another text: an index's own columns
would be gone through word by word."""

BEFORE = "b"
YEAR, MANY = "year", "many"
_FEW_YEARS = 20
"""A span of so many years, or fewer, is looked up by each of them."""

_YEARS_BEFORE = 10_000
"""Added to a year, so that none is below 0."""


def tokens(row: Row) -> str:
    """Everything that a row is found by."""
    before = (word if isinstance(word, str) else token(word) for word in row.before)
    found = [*_marked(BEFORE, before), *sorted(map(token, row.labels))]
    for field, words in zip(FIELDS, (row.names, row.titles, row.texts), strict=True):
        found += _marked(field, words)
    if row.days:
        found += [f"{YEAR}_{year}" for year in years(*row.days) or [MANY]]
    return " ".join(found)


def _marked(mark: str, words: Iterable[str]) -> list[str]:
    return [f"{mark}_{word}" for word in sorted(words)]


def row(position: int, said: int, status: str, days: tuple[int, int] | None, text: str) -> Row:
    """The inverse of `tokens`, but for the days' years and what the row itself corrects."""
    fields: tuple[set[str], ...] = tuple(set() for _ in FIELDS)
    labels: set[Label] = set()
    for one in text.split():
        name, _, value = one.partition("_")
        if name in FIELDS:
            fields[FIELDS.index(name)].add(value)
        elif name not in (BEFORE, YEAR):
            labels.add((name, bytes.fromhex(value).decode()))
    names, titles, texts = map(frozenset, fields)
    return Row(position, said, status, names, titles, texts, frozenset(labels), days)


@lru_cache(4096)
def token(label: Label) -> str:
    """A label as one token; an index would take A for a."""
    name, value = label
    return f"{name}_{value.encode().hex()}"


def years(first: int, last: int) -> range | None:
    """The years of a span of days, from year 0 on so that none has a sign; None if they are many."""
    found = range(ymd(first)[0] + _YEARS_BEFORE, ymd(last)[0] + _YEARS_BEFORE + 1)
    return found if len(found) <= _FEW_YEARS else None
