"""What the tests of data sets share: a file in, the lines out, and what a store makes of them."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from typing import Any

from events.answer import Question
from events.codec import record
from events.days import day_of
from events.errors import Problem
from events.ingest.reading import Context, Format, Line
from events.stores import Receipt, Store
from events.stores.memory import MemoryStore

TIMELINE = "t"


def lines(format: Format, text: str | bytes) -> list[Line]:
    """All that a reader says of a file."""
    return list(format.read(BytesIO(text.encode() if isinstance(text, str) else text), Context()))


def values(format: Format, text: str | bytes) -> list[dict[str, Any]]:
    """The wire format that a reader makes of a file; each is checked as the record would."""
    found = [line.value for line in lines(format, text) if line.value is not None]
    for value in found:
        record(value, TIMELINE)
    return found


def events(format: Format, text: str | bytes) -> list[dict[str, Any]]:
    """The events alone."""
    return [value for value in values(format, text) if "entity" not in value]


def actors(format: Format, text: str | bytes) -> dict[str, dict[str, Any]]:
    """The actors by id."""
    return {value["id"]: value for value in values(format, text) if value.get("entity") == "actor"}


def problems(format: Format, text: str | bytes) -> list[Problem]:
    """What a reader says is wrong."""
    return [problem for line in lines(format, text) for problem in line.problems]


def notices(format: Format, text: str | bytes) -> list[Problem]:
    """What a reader says is odd, in a file with nothing wrong."""
    assert problems(format, text) == []
    return [notice for line in lines(format, text) for notice in line.notices]


def said(event: dict[str, Any]) -> tuple[str, str]:
    """An event's op and date."""
    return event["effects"][0]["op"], event["date"]


def count(format: Format, text: str | bytes) -> Counter[str]:
    """How many of each entity."""
    return Counter(value.get("entity", "event") for value in values(format, text))


def ingest(store: Store, format: Format, text: str | bytes) -> Receipt:
    """Append all that a reader makes of a file."""
    drafts = [record(value, TIMELINE) for value in values(format, text)]
    return store.append(TIMELINE, drafts, author="tests", create=True)


def ingested(format: Format, text: str | bytes) -> MemoryStore:
    """A store that holds a file."""
    store = MemoryStore()
    ingest(store, format, text)
    return store


def relations(store: Store, year: int, month: int, day: int) -> dict[tuple[str, str], str]:
    """The status of each relation on a day, by subject and object."""
    question = Question.of(day_of(year, month, day))
    pieces = store.state(TIMELINE, question, store.head(TIMELINE).position)
    return {(item["subject"], item["object"]): item["status"] for item in json.loads(f"[{pieces.relations}]")}
