"""A filled-in example of a table: the Suez crisis of 1956, in eight claims."""

from __future__ import annotations

import csv
from io import StringIO

from events.ingest.table import COLUMNS

_KYLE = {
    "source_title": "Suez",
    "source_published": "1991",
    "publisher": "Weidenfeld & Nicolson",
}
_RESOLUTION = {
    "source_url": "https://undocs.org/A/RES/997(ES-I)",
    "source_title": "General Assembly resolution 997 (ES-I)",
    "source_published": "1956-11-02",
    "publisher": "United Nations",
}

ROWS: tuple[dict[str, str], ...] = (
    {
        "date": "1955-09", "subject": "Soviet Union", "kind": "supports", "object": "Egypt",
        "op": "starts", "title": "Egypt buys Soviet arms through Czechoslovakia", "means": "weapons",
        "confidence": "high", "tags": "cold war; arms", **_KYLE,
    },
    {
        "date": "1956-10-24", "subject": "France", "kind": "party_to_deal_with",
        "object": "Israel", "op": "starts", "under": "Protocol of Sèvres",
        "title": "France, Israel and Britain agree at Sèvres", **_KYLE,
    },
    {
        "date": "1956-10-29", "subject": "Israel", "kind": "fights", "object": "Egypt",
        "op": "starts", "title": "Israel attacks in Sinai", "tags": "suez", "id": "israel-attacks",
        **_KYLE,
    },
    {
        "date": "1956-10-31/1956-11-06", "subject": "United Kingdom", "kind": "fights", "object": "Egypt",
        "title": "Britain bombs, then lands in Egypt", "tags": "suez", **_KYLE,
    },
    {
        "date": "1956-11-02", "as_written": "2 November 1956",
        "subject": "France", "kind": "fights", "object": "Egypt",
        "quote": "the armed forces of France and the United Kingdom of Great Britain and Northern Ireland "
        "are conducting military operations against Egyptian territory",
        "attributed_to": "General Assembly", "confidence": "high", **_RESOLUTION,
    },
    {
        "date": "1956-11-05", "subject": "Soviet Union", "kind": "threatens", "object": "United Kingdom",
        "op": "holds", "title": "Bulganin’s letters speak of rockets", "tags": "suez", **_KYLE,
    },
    {
        "date": "1956-11", "subject": "United States", "kind": "opposes",
        "object": "United Kingdom", "title": "Washington holds back money until there is a ceasefire",
        "confidence": "medium", **_KYLE,
    },
    {
        "date": "1957-03", "subject": "Israel", "kind": "fights", "object": "Egypt",
        "op": "ends", "title": "The last Israeli troops leave Gaza and Sinai", "tags": "suez", **_KYLE,
    },
)  # fmt: skip


def csv_text() -> str:
    """The example as CSV, with every column there is."""
    text = StringIO()
    writer = csv.DictWriter(text, [column.name for column in COLUMNS], restval="")
    writer.writeheader()
    writer.writerows(ROWS)
    return text.getvalue()
