"""Readers of files: from what people and data sets write to lines of the record, with line numbers.

A reader is pure: bytes in, `Line`s out, nothing appended. `recognise` chooses it.
"""

from __future__ import annotations

from pathlib import PurePath

from events.errors import InvalidError
from events.ingest.reading import Context, Format, Line, Reader, Row

# isort: split
# The readers take those names from here, so that these imports come after them.
from events.ingest import csv_file, ndjson, timelinejs, xlsx
from events.ingest.datasets import atop_members, cameo, cow_alliances, interval_facts, ucdp_esd

__all__ = ["FORMATS", "Context", "Format", "Line", "Reader", "Row", "recognise"]

# The narrowest first: what several of them can read is taken for the first.
_READERS = (
    cow_alliances,
    atop_members,
    ucdp_esd,
    cameo,
    interval_facts,
    timelinejs,
    csv_file,
    xlsx,
    ndjson,
)

FORMATS: dict[str, Format] = {reader.FORMAT.name: reader.FORMAT for reader in _READERS}
"""Every format by its name."""


def recognise(head: bytes, name: str | None = None, media_type: str | None = None) -> Format:
    """The format of a file that begins with `head`: by what it holds, else by its media type, else its name.

    A few kilobytes do, as long as the header of a table is in them. Raises
    InvalidError, naming the formats there are.
    """
    suffix = PurePath(name).suffix.lower() if name else None
    kind = media_type.partition(";")[0].strip().lower() if media_type else None
    for fits in (
        lambda format: format.recognise(head),
        lambda format: kind in format.media_types,
        lambda format: suffix in format.suffixes,
    ):
        for format in FORMATS.values():
            if fits(format):
                return format
    known = "; ".join(f"{format.name}: {format.description}" for format in FORMATS.values())
    raise InvalidError(f"What this file holds is not recognised; name its format. There is {known}.")
