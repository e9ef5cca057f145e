"""A file of any format as one append, with progress for whoever waits, and its rejects for whoever mends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from events.batch import Batch, Heard
from events.errors import AllegianceError
from events.ingest import Line
from events.stores import Receipt
from service.cli.files import Faults, Source
from service.cli.group import where
from service.cli.output import Progress, printable
from service.cli.record import Record


def append_file(
    record: Record,
    source: Source,
    *,
    create_actors: bool = False,
    rejects: Path | None = None,
    **how: Any,
) -> Receipt:
    """Append all that a file holds, as one commit.

    Raises one error with all that is wrong; the rows at fault are then in the file `rejects`.
    """
    batch, faults, heard = Batch(record.name), Faults(), Heard(source.file)
    about = record.context(source.format, create_actors=create_actors, origin=source.name)
    lines = _told(source.read(heard, about))
    batch.take(faults.watch(lines) if rejects else lines, lambda: heard.last)
    _show_notices(batch)
    batch.require_something()
    try:
        return batch.append(record, **how)
    except AllegianceError as error:
        if rejects and error.problems:
            faults.note(error.problems)
            count = faults.write(source, rejects)
            _say(f"{count or 'No'} {'row' if count == 1 else 'rows'} written to {rejects}.")
        raise


def _told(lines: Iterable[Line]) -> Iterator[Line]:
    """The same lines, with progress."""
    progress = Progress("lines read")
    try:
        for line in lines:
            progress(line.number)
            yield line
    finally:
        progress.end()


def _show_notices(batch: Batch) -> None:
    for notice in batch.notices:
        _say(f"Notice: {where(notice)}: {notice.detail}")
    if batch.noticed > len(batch.notices):
        _say(f"Notice: there are {batch.noticed - len(batch.notices)} more, which are not shown.")


def _say(text: str) -> None:
    click.echo(printable(text), err=True)
