"""How answers look on a terminal. Their JSON is the domain's own, and only passes through here."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

import click
from tabulate import tabulate

from events.strict_json import compact
from events.vocabulary import KINDS

_UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE_BUT_STYLE = re.compile(rf"(?!\x1b\[[0-9;]*m){_UNSAFE.pattern}")

_WIDTH_OF_A_FILE = 100
_LEAST_WIDTH = 12
_GAP = 2

MARKS = {
    "attested": ("●", "green", "a source shows it"),
    "presumed": ("◐", "cyan", "shown before, and no end is reported"),
    "possible": ("○", "yellow", "the dates leave it open"),
    "lapsed": ("·", "bright_black", "once shown, too long ago to presume anything"),
}
"""How each status is marked, coloured and explained: never by colour alone."""


def show_json(value: Any) -> None:
    """A value as one line of JSON, the form of every answer."""
    click.echo(compact(value))


def collection(items: Sequence[Any], following: str | None = None) -> dict[str, Any]:
    """A list as an answer gives it."""
    return {"items": items, "next": following}


def width() -> int:
    """How many columns there are to write in."""
    return max(40, shutil.get_terminal_size((_WIDTH_OF_A_FILE, 24)).columns)


def minute(instant: str) -> str:
    """An instant in UTC, short enough for a table."""
    return instant[:16].replace("T", " ")


def printable(text: str) -> str:
    """Text of any origin, without what a terminal would obey or what would reorder its neighbours."""
    return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], text)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under headers, their cells wrapped so that the whole fits the terminal."""
    cells = [["" if cell is None else _UNSAFE_BUT_STYLE.sub("?", str(cell)) for cell in row] for row in rows]
    columns = list(zip(*cells, strict=True)) or [()] * len(headers)
    widths, cramped = _fit(headers, columns, width() - _GAP * (len(headers) - 1))
    table = tabulate(
        cells, headers, "simple", maxcolwidths=widths, disable_numparse=True, break_on_hyphens=cramped
    )
    for line in table.splitlines():
        click.echo(line.rstrip())


def _fit(headers: Sequence[str], columns: Sequence[Sequence[str]], room: int) -> tuple[list[int], bool]:
    """A width for each column so that all fit, and whether words had to give way and not only lines."""
    least = [len(header) + _GAP for header in headers]  # tabulate gives a header that much
    widths = [
        max(_longest(str.splitlines, column), floor) for column, floor in zip(columns, least, strict=True)
    ]
    short = [max(min(natural, _LEAST_WIDTH), floor) for natural, floor in zip(widths, least, strict=True)]
    words = [max(_longest(str.split, column), floor) for column, floor in zip(columns, short, strict=True)]
    if _take(widths, words, room):
        return widths, False
    _take(widths, short, room)
    return widths, True


def _take(widths: list[int], least: Sequence[int], room: int) -> bool:
    """Take from the widths, where there is most to spare, until they fit; false if they cannot."""
    while sum(widths) > room:
        spare = [now - minimum for now, minimum in zip(widths, least, strict=True)]
        if max(spare) <= 0:
            return False
        widths[spare.index(max(spare))] -= 1
    return True


def _longest(split: Callable[[str], list[str]], column: Sequence[str]) -> int:
    return max((len(part) for cell in column for part in split(click.unstyle(cell))), default=1)


def show_lines(*lines: str, indent: int = 0) -> None:
    """Paragraphs, wrapped and indented; what follows a paragraph's first line is indented further."""
    for line in lines:
        space = " " * indent
        text = " ".join(printable(line).split())
        click.echo(textwrap.fill(text, width(), initial_indent=space, subsequent_indent=space + "  "))


def status(word: str | None, disputed: bool = False) -> str:
    """A status as a mark and a word."""
    if word is None:
        return "– none"
    mark, colour, _ = MARKS[word]
    return click.style(f"{mark} {word}", fg=colour) + ("\n! disputed" if disputed else "")


def legend(words: Sequence[str]) -> str:
    """What the statuses that were shown mean."""
    return "; ".join(f"{MARKS[word][0]} {word}: {MARKS[word][2]}" for word in words)


def days(bounds: Mapping[str, Any]) -> str:
    """One day, or two between which something lies."""
    earliest, latest = bounds["earliest"], bounds["latest"]
    return str(earliest) if earliest == latest else f"{earliest}…{latest}"


def quoted(words: str | None) -> str:
    """The source's own words, with a space before them; empty if there are none."""
    return f" “{' '.join(words.split())}”" if words else ""


def since(told: Mapping[str, Any]) -> str:
    """When a spell began, and in whose words."""
    bounds = told["since"]
    earlier = " or earlier" if bounds["or_earlier"] else ""
    return f"since {days(bounds)}{earlier}{quoted(bounds['as_written'])}"


def until(told: Mapping[str, Any]) -> str:
    """When a spell ended, and in whose words."""
    bounds = told["until"]
    return "no end reported" if bounds is None else f"until {days(bounds)}{quoted(bounds['as_written'])}"


def stretch(told: Mapping[str, Any]) -> str:
    """When a spell was, and the last that is known of it, each on a line."""
    return f"{since(told)}\n{until(told)}\nlast evidence {days(told['last_evidence'])}"


def relation(told: Mapping[str, Any], actors: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Who stands how to whom: by name where the names are known, and by id, as commands take it."""
    ids = f"{told['subject']} {told['kind']} {told['object']}"
    lines = [ids]
    if actors is not None:
        subject, object = (actors[told[end]]["name"] for end in ("subject", "object"))
        lines = [f"{subject} {KINDS[told['kind']].label['en']} {object}", f"({ids})"]
    if "under" in told:
        lines.append(f"under {told['under']}")
    if "means" in told:
        lines.append(f"by {', '.join(told['means'])}")
    if told.get("attributed_only"):
        lines.append("only by somebody’s statement")
    return "\n".join(lines)


def known_at(told: Mapping[str, Any]) -> str:
    """The point of the log that an answer is from, and what was erased of the log up to there."""
    said = f"as known at position {told['position']} ({told['recorded_at'] or 'before the first entry'})"
    if "erased" in told:
        count, by = told["erased"]["entries"], ", ".join(map(str, told["erased"]["by"]))
        gone = "1 entry that was" if count == 1 else f"{count} entries that were"
        said += f", without {gone} erased by law (see position {by})"
    return said


class Bar:
    """How far something is, how fast, and how long it still takes, on stderr; nothing if it is no terminal.

    Called with how much is done and of how much; `rate` is how a number of them a second is written.
    """

    _EVERY_SECONDS = 0.1

    def __init__(self, what: str, rate: str = "{:,.0f}/s") -> None:
        self._what = what
        self._rate = rate
        self._shown = sys.stderr.isatty()
        self._began: float | None = None
        self._drawn = 0.0
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        now = monotonic()
        self._began = self._began or now
        if not self._shown or now - self._drawn < self._EVERY_SECONDS:
            return
        self._drawn = now
        if self._bar is None:
            self._bar = click.progressbar(
                length=total, label=self._what, file=sys.stderr, item_show_func=lambda rate: rate
            )
        self._bar.update(done - self._bar.pos, self._rate.format(done / max(now - self._began, 0.1)))

    def end(self) -> None:
        """Leave the line as it is, for what comes next."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None
        self._shown = False
