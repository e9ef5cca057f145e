"""NDJSON in pieces that other processes can read: many lines each, in plain values both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from io import BytesIO
from typing import Any, BinaryIO

from events.batch import Fault, Heard, Taken, take
from events.codec import Draft
from events.columns import Columns, turned
from events.errors import AllegianceError, InvalidError, Problem, TooLargeError, UnreadableError
from events.ingest import ndjson
from events.ingest.reading import LONGEST_LINE
from events.prepared import prepare

PIECE_BYTES = 400 * 1024

Piece = tuple[int, bytes, str]
"""The number of its first line, its bytes, and the timeline it is meant for."""

_ERRORS: dict[str, type[AllegianceError]] = {
    error.__name__: error for error in (InvalidError, TooLargeError, UnreadableError)
}


def pieces(file: BinaryIO, timeline: str) -> Iterator[Piece]:
    """An open file in whole lines, some hundred kilobytes at a time.

    Of a line that is too long to be read no more is kept than shows that.
    """
    number, rest = 1, b""
    while chunk := file.read(PIECE_BYTES):
        data = rest + chunk
        # A \r at the very end may have its \n to come.
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
        whole, rest = data[:end], data[end:]
        if whole:
            yield number, whole, timeline
            number += len(whole.splitlines())
        if len(rest) > 2 * LONGEST_LINE:
            rest = rest[: LONGEST_LINE + 1] + rest[-1:]
    if rest:
        yield number, rest, timeline


def read_piece(piece: Piece) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """What stands in the lines of a piece, and what is wrong with the others; `restored` takes it back."""
    number, data, timeline = piece
    heard = Heard(BytesIO(data))
    good, bad = [], []
    for one in take(ndjson.read_lines(heard, number), timeline, lambda: heard.last):
        if isinstance(one, Draft):
            good.append(prepare(one))
        elif isinstance(one, Fault):
            bad.append((one.error.__name__, [astuple(problem) for problem in one.problems], one.text))
    return (*turned(good),), bad


def restored(
    read: Iterable[tuple[tuple[Any, ...], list[tuple[Any, ...]]]],
) -> Iterator[Taken]:
    """What was read of pieces, for a batch."""
    for good, bad in read:
        yield Columns._make(good)
        for kind, problems, text in bad:
            yield Fault(_ERRORS[kind], tuple(Problem(*problem) for problem in problems), text)
