"""NDJSON, the record's own format: one JSON value on each line, as docs/record.md has them.

A byte order mark at the start, blank lines, CRLF and a last line without an end are fine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from events import strict_json
from events.errors import Problem, UnreadableError
from events.ingest.reading import LONGEST_LINE, Context, Format, Line, lines

_BOM = b"\xef\xbb\xbf"


def recognise(head: bytes) -> bool:
    """Whether it begins as an object does."""
    return head.removeprefix(_BOM).lstrip().startswith(b"{")


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """The value of each line that is not blank, as it stands there."""
    return read_lines(stream)


def read_lines(stream: Iterable[bytes], first: int = 1) -> Iterator[Line]:
    """What `read` gives, of a part of a file that begins with line `first`."""
    for number, line in lines(stream, first=first):
        if line is None:
            detail = f"This line has more than {LONGEST_LINE} bytes; send less in one line."
            yield Line(number, None, (Problem(detail, line=number),))
            continue
        text = line.removeprefix(_BOM) if number == 1 else line
        if not text.strip():
            continue
        yield _line(number, text)


def _line(number: int, text: bytes) -> Line:
    try:
        value = strict_json.read(text, number)
    except UnreadableError as error:
        return Line(number, None, error.problems)
    if value is None:  # which would say that there is nothing on this line
        return Line(number, None, (Problem("This must be a JSON object.", line=number, value="null"),))
    return Line(number, value)


FORMAT = Format(
    name="ndjson",
    description="one JSON object a line: actors, documents and events as the record keeps them",
    media_types=("application/x-ndjson", "application/ndjson", "application/jsonl"),
    suffixes=(".ndjson", ".jsonl"),
    recognise=recognise,
    read=read,
)
