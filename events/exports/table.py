"""The relations of a day as CSV, one in each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from events.days import iso
from events.exports.cells import Cell, row
from events.exports.things import Source

COLUMNS = (
    "at", "position", "subject", "subject_name", "kind", "object", "object_name", "under",
    "status", "disputed", "attributed_only",
    "since_earliest", "since_latest", "since_or_earlier", "since_as_written",
    "until_earliest", "until_latest", "until_as_written",
    "last_evidence_earliest", "last_evidence_latest",
    "means", "evidence", "sources", "links",
)  # fmt: skip


def parts(source: Source) -> Iterator[bytes]:
    """The header, then the relations in the order of the answer."""
    actors, relations = source.state()
    yield row(COLUMNS)
    for item in relations:
        yield row(_cells(source, actors, item))


def _cells(source: Source, actors: Mapping[str, Any], item: Mapping[str, Any]) -> list[Cell]:
    since, until, last = item["since"], item["until"] or {}, item["last_evidence"]
    documents = source.documents(item["evidence"])
    return [
        iso(source.question.at),
        source.wanted.commit.position,
        item["subject"],
        actors[item["subject"]]["name"],
        item["kind"],
        item["object"],
        actors[item["object"]]["name"],
        item.get("under"),
        item["status"],
        item["disputed"],
        item["attributed_only"],
        since["earliest"],
        since["latest"],
        since["or_earlier"],
        since["as_written"],
        until.get("earliest"),
        until.get("latest"),
        until.get("as_written"),
        last["earliest"],
        last["latest"],
        item.get("means"),
        item["evidence"],
        documents,
        source.links(documents),
    ]
