"""What every address that writes does once it has its batch: append it, and say what that did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response

from events.batch import Batch
from events.codec import Draft
from events.errors import AllegianceError, Problem
from service import answers
from service.current import store

COLLECTIONS = {"event": "events", "actor": "actors", "document": "documents"}
"""The last part of the address of each sort of thing."""


def append(
    batch: Batch, author: str, query: Mapping[str, Any], *, create: bool = False, listed: bool = False
) -> Response:
    """Append a batch, all or nothing. With `create` its timeline is made if it is new.

    Raises one error with all that is wrong. The numbers of a `listed` batch are places in a JSON
    list, and its problems point into that list.
    """
    kept = not query["dry_run"]
    begins = create and store().access.visibility(batch.timeline) is None  # of which no standby is asked
    try:
        done, foreseen = batch.append(
            store(),
            author=author,
            expected_position=query["expected_position"],
            create=create,
            dry_run=not kept,
        )
    except AllegianceError as error:
        if listed:
            error.problems = tuple(_in_list(item) for item in error.problems)
        raise
    made = kept and (begins or done.appended > 0)
    location = _location(batch, begins) if made else None
    return answers.receipt(done, made, location, batch.notices, foreseen)


def _location(batch: Batch, begins: bool) -> str | None:
    """Where to read the one thing that was sent, or the timeline that begins."""
    if begins:
        return f"/v1/timelines/{batch.timeline}"
    return address(batch.timeline, batch.drafts[0]) if len(batch.drafts) == 1 else None


def address(timeline: str, draft: Draft) -> str:
    """Where the thing of a draft is to be read."""
    if draft.entity == "timeline":
        return f"/v1/timelines/{timeline}"
    return f"/v1/timelines/{timeline}/{COLLECTIONS[draft.entity]}/{draft.id}"


def _in_list(item: Problem) -> Problem:
    """A problem whose line is a place in a list, as a path into that list."""
    if item.line is None:
        return item
    field = item.field or ""
    dot = "." if field and not field.startswith("[") else ""
    return replace(item, line=None, field=f"[{item.line - 1}]{dot}{field}")
