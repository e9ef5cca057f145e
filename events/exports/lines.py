"""Lines of JSON: what is live, to be ingested elsewhere, and the log, to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from events import codec, present
from events.exports.things import Source
from events.model import Entry
from events.strict_json import compact


def live_parts(source: Source) -> Iterator[bytes]:
    """What is live, a line each, in the order of the log.

    Ingested elsewhere they give the same live things in the same order, and so the same answers. What was
    corrected or retracted, when and by whom, stays behind: it cannot be said again by anybody else.
    """
    for entry in live_entries(source.entries):
        yield compact(wire(entry)).encode() + b"\n"


def log_parts(source: Source) -> Iterator[bytes]:
    """Every entry, a line each, as the log shows them. They are no lines to ingest."""
    for entry in source.entries():
        yield compact(present.entry(entry)).encode() + b"\n"


def live_entries(entries: Callable[[], Iterator[Entry]]) -> Iterator[Entry]:
    """The entries that state what is live at the end of a log, in order.

    It is read twice. Only what was corrected, retracted or erased is remembered in between.
    """
    changed = {(entry.entity, entry.id): entry.position for entry in entries() if entry.op != "record"}
    for entry in entries():
        last = entry.position >= changed.get((entry.entity, entry.id), 0)
        if last and entry.op in ("record", "correct") and entry.body is not None:
            yield entry


def wire(entry: Entry) -> dict[str, Any]:
    """A live thing as a line to ingest. A timeline's has no id: the line is good for any timeline."""
    assert entry.body is not None
    says = {name: value for name, value in codec.content(entry.body).items() if name != "reason"}
    named = {} if entry.entity == "event" else {"entity": entry.entity}
    if entry.entity != "timeline":
        named["id"] = entry.id
    return {**named, **says}
