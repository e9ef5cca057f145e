"""Lines of text from bytes in whatever encoding a spreadsheet saved them.

UTF-8 and UTF-16 with a byte order mark are what it says; otherwise the first line that is
not ASCII decides between UTF-8 and Windows-1252, and every later line must agree.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from events.errors import Problem
from events.ingest.reading import LONGEST_LINE, chunks, lines

_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class TextLine(NamedTuple):
    """One line without its end. With `problems` its text is what could be made of it."""

    number: int
    text: str
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


def text_lines(stream: Iterable[bytes]) -> Iterator[TextLine]:
    """The lines of a text file, numbered from 1."""
    decoder = _Decoder()
    for number, line in lines(_utf8(chunks(stream))):
        if line is None:
            detail = f"This line has more than {LONGEST_LINE} bytes; is a line break or a delimiter missing?"
            yield TextLine(number, "", (Problem(detail, line=number),))
        else:
            yield decoder.decode(number, line)


class _Decoder:
    """Decides on one encoding for a file, as late as it can, and keeps to it."""

    def __init__(self) -> None:
        self._encoding: str | None = None

    def decode(self, number: int, line: bytes) -> TextLine:
        if number == 1 and line.startswith(codecs.BOM_UTF8):
            self._encoding, line = "utf-8", line.removeprefix(codecs.BOM_UTF8)
        if line.isascii():
            return TextLine(number, line.decode())
        for encoding in (self._encoding,) if self._encoding else ("utf-8", "cp1252"):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError as error:
                byte = error.start + 1
                continue
            return TextLine(number, text, (), self._decide(encoding, number))
        expected = "Windows-1252" if self._encoding == "cp1252" else "UTF-8"
        detail = f"Byte {byte} of this line is not {expected}; save the file as UTF-8."
        return TextLine(number, line.decode("utf-8", "replace"), (Problem(detail, line=number),))

    def _decide(self, encoding: str, number: int) -> tuple[Problem, ...]:
        """Keep to `encoding`; the notice it takes if that is a guess made just now."""
        undecided, self._encoding = self._encoding is None, encoding
        if not undecided or encoding == "utf-8":
            return ()
        detail = "This file is not UTF-8 and is read as Windows-1252; if names look wrong, save it as UTF-8."
        return (Problem(detail, line=number),)


def _utf8(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The same text as UTF-8 where it says that it is UTF-16; half a surrogate pair stays invalid."""
    head = b""
    while len(head) < 2 and (chunk := next(stream, None)) is not None:
        head += chunk
    encoding = _UTF_16.get(head[:2])
    if encoding is None:
        yield from chain((head,), stream)
        return
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    yield codecs.BOM_UTF8
    for chunk in chain((head[2:],), stream):
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"  # the file ends within a character: its last line must not pass for whole
