"""A file of any format as one append, with progress for whoever waits, and its rejects for whoever mends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import click

from events.batch import Batch, Heard, take
from events.errors import AllegianceError
from events.foresight import Foreseen
from events.ingest.pieces import pieces, read_piece, restored
from events.stores import Receipt
from events.workers import workers
from service.cli.files import Faults, Source
from service.cli.group import where
from service.cli.output import Bar, printable
from service.cli.record import Record

T = TypeVar("T")

_LARGE_BYTES = 4 << 20
"""From here on other processes help: to start them takes half a second."""


def append_file(
    record: Record,
    source: Source,
    *,
    dry_run: bool,
    expected_position: int | None,
    create_actors: bool = False,
    rejects: Path | None = None,
) -> tuple[Receipt, Foreseen | None]:
    """Append all that a file holds, as one commit; with `dry_run` what that would change.

    Raises one error with all that is wrong; the rows at fault are then in the file `rejects`.
    """
    about = record.context(source.format, create_actors=create_actors, origin=source.name)
    faults = Faults()
    with ExitStack() as until_done:
        reading, indexing = Bar("Reading", "{:,.0f} bytes/s"), Bar("Indexing", "{:,.0f} relations/s")
        until_done.callback(indexing.end)
        until_done.callback(reading.end)
        if source.has_lines and source.size > _LARGE_BYTES:
            mapper = until_done.enter_context(workers())
            parts = _told(pieces(source.file, record.name), source, reading)
            taken = restored(mapper(read_piece, parts))
        else:
            mapper = map
            heard = Heard(source.file)
            lines = _told(source.read(heard, about), source, reading)
            taken = take(faults.watch(lines) if rejects else lines, record.name, lambda: heard.last)
        batch = Batch(record.name, taken)
        until_done.callback(_show_notices, batch)
        try:
            return record.append(
                batch,
                dry_run=dry_run,
                expected_position=expected_position,
                workers=mapper,
                progress=indexing,
            )
        except AllegianceError as error:
            if rejects and error.problems:
                faults.note(error.problems)
                until_done.callback(_show_rejects, faults, source, rejects)
            raise


def _told(parts: Iterable[T], source: Source, bar: Bar) -> Iterator[T]:
    """The same parts of a file, with progress."""
    for one in parts:
        bar(source.file.tell(), source.size)
        yield one
    bar.end()


def _show_notices(batch: Batch) -> None:
    for notice in batch.notices:
        _say(f"Notice: {where(notice)}: {notice.detail}")
    if batch.noticed > len(batch.notices):
        _say(f"Notice: there are {batch.noticed - len(batch.notices)} more, which are not shown.")


def _show_rejects(faults: Faults, source: Source, path: Path) -> None:
    count = faults.write(source, path)
    _say(f"{count or 'No'} {'row' if count == 1 else 'rows'} written to {path}.")


def _say(text: str) -> None:
    click.echo(printable(text), err=True)
