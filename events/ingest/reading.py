"""What every reader of files is made of: what it takes, what it gives, and the lines of a byte stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from events.codec import MAX_BODY
from events.errors import Problem

LONGEST_LINE = 2 * MAX_BODY
"""The most bytes of a line that is read. JSON may take twice the bytes of its canonical form."""

_CHUNK_BYTES = 64 * 1024


class Line(NamedTuple):
    """What a reader makes of one place in a file.

    `number` is the line of the file as an editor shows it, from 1. `value` is what
    docs/record.md calls a line, or None where `problems` say why there is none.
    `notices` say what a person should know and what hinders nothing; a line may
    be a notice alone. One line of a file may give several: its source, its actors,
    its event.
    """

    number: int
    value: Any | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a reader may know beside the file.

    `actors` are the actors there are, id -> name and aliases, and `documents` the
    documents, id -> body: rows that mean one of them name it instead of making
    another. `origin` is the file's name or its address.
    """

    actors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    create_actors: bool = False
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origin: str | None = None


class Row(NamedTuple):
    """A row of a table as it stands in the file: the line it begins on, and its cells.

    With `problems` the row could not be read in full; its cells are then the best that can be made of it.
    """

    number: int
    cells: Sequence[str]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


Reader = Callable[[Iterable[bytes], Context], Iterator[Line]]
"""Reads an open binary file, or its bytes in chunks of any size, and gives lines as it goes.

It never holds the whole file, unless its format says so, and raises nothing for
what is wrong with the file except InvalidError or UnreadableError where nothing
at all can be made of it.
"""


@dataclass(frozen=True)
class Format:
    """One format that files come in. `rows` gives its rows as they stand, where it has rows."""

    name: str
    description: str
    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    recognise: Callable[[bytes], bool]
    read: Reader
    rows: Callable[[Iterable[bytes]], Iterator[Row]] | None = None


def chunks(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of an open file or of a stream, in chunks: a file without line ends is not one huge line."""
    read = getattr(stream, "read", None)
    if read is None:
        yield from stream
        return
    while chunk := read(_CHUNK_BYTES):
        yield chunk


def lines(
    stream: Iterable[bytes], longest: int = LONGEST_LINE, first: int = 1
) -> Iterator[tuple[int, bytes | None]]:
    r"""Each line with its number, from `first`, without its end, which is \n, \r\n or \r.

    A line of more than `longest` bytes is None, and is never held.
    """
    number, rest, too_long = first, b"", False
    for chunk in chunks(stream):
        pieces = (rest + chunk).splitlines(keepends=True)
        # The last goes on in the next chunk if it has no end yet, or a \r whose \n may be to come.
        rest = pieces.pop() if pieces and not pieces[-1].endswith(b"\n") else b""
        for piece in pieces:
            yield number, None if too_long or len(piece) > longest else piece.rstrip(b"\r\n")
            number, too_long = number + 1, False
        if len(rest) > longest:
            rest, too_long = rest[-1:], True
    if rest:
        yield number, None if too_long else rest.rstrip(b"\r\n")
