"""The words of a text, in any script: the one rule by which every store finds what it keeps.

Letters, digits and their marks make words; everything else parts them. Case,
accents and the vowel points of Arabic and Hebrew make no difference, nor do forms
that Unicode holds to be compatible. Where a script writes no spaces each sign is
a word, and so is each pair of neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from unicodedata import category, combining, normalize

_ASCII = re.compile(r"[a-z0-9]+")
_UNSPACED = re.compile(
    "(["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "]+)"
)
_TATWEEL = "\u0640"  # stretches an Arabic word and means nothing

_LONGEST = 100
"""Signs of a word that count: no store takes them without end."""

_AROUND = 80
"""Signs of context that a snippet shows on either side."""


class _Folding(dict[int, "int | str | None"]):
    """What becomes of each character: kept in a word, left out, or a space. Looked up once for each."""

    def __missing__(self, point: int) -> int | str | None:
        sign = chr(point)
        kind = category(sign)
        if combining(sign) or kind == "Cf" or sign == _TATWEEL:
            self[point] = None
        else:
            self[point] = point if kind[0] in "LMN" else " "
        return self[point]


class _Parting(dict[int, "int | str"]):
    """Parts a text into its words and leaves every character at its place."""

    def __missing__(self, point: int) -> int | str:
        kind = category(chr(point))
        self[point] = point if kind[0] in "LMN" or kind == "Cf" else " "
        return self[point]


_FOLDING, _PARTING = _Folding(), _Parting()


def words(text: str) -> set[str]:
    """Every word that a text can be found by."""
    if text.isascii():
        plain = _ASCII.findall(text.lower())
        return set(plain if len(text) <= _LONGEST else (word[:_LONGEST] for word in plain))
    found: set[str] = set()
    for run, unspaced in _runs(text):
        found.update([*run, *_pairs(run)] if unspaced else [run])
    return found


def terms(text: str) -> list[str]:
    """The words that a text must have to be found by `text`, in their order, each once."""
    found: dict[str, None] = {}
    for run, unspaced in _runs(text):
        found.update(dict.fromkeys(_pairs(run) if unspaced and len(run) > 1 else [run]))
    return list(found)


def snippet(text: str, wanted: Collection[str]) -> str:
    """The part of a text about the first word of it that is wanted, in the text's own signs."""
    places = re.finditer(r"\S+", text.translate(_PARTING))
    place = next((place for place in places if not words(place[0]).isdisjoint(wanted)), None)
    start, end = place.span() if place else (0, 0)
    if end - start > _AROUND:  # no spaces: go on to the sign itself
        start += next(
            (at for at in range(end - start) if not words(text[start + at :][:2]).isdisjoint(wanted)), 0
        )
        end = start + 1
    low, high = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if low:
        low = max(text.rfind(" ", 0, low), low - 20) + 1
    if high < len(text):
        cut = text.find(" ", high)
        high = cut if 0 <= cut < high + 20 else high
    return f"{'…' if low else ''}{text[low:high].strip()}{'…' if high < len(text) else ''}"


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The words as they stand, folded; those of a script without spaces as one, which the bool says."""
    folded = normalize("NFKD", normalize("NFKD", text).casefold()).translate(_FOLDING)
    for word in normalize("NFC", folded).split():
        for part in [word] if word.isascii() else _UNSPACED.split(word):
            unspaced = bool(_UNSPACED.fullmatch(part))
            if part:
                yield part if unspaced else part[:_LONGEST], unspaced


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
