"""A file of NDJSON as one append, with progress for whoever waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from events.batch import Batch, numbered
from events.stores import Receipt, Store
from service.cli.output import Progress


def append_lines(store: Store, timeline: str, lines: Iterable[bytes], **how: Any) -> Receipt:
    """Append every line that is not blank, as one commit. Raises one error with all that is wrong."""
    store.timelines()  # a database that is not ready is told before a long file is read
    batch = Batch(timeline)
    progress = Progress("lines read")
    for number, text in numbered(lines):
        progress(number)
        batch.add_line(number, text)
    progress.end()
    batch.require_something()
    return batch.append(store, **how)
