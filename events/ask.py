"""What is asked of a store: above all who stood with or against whom, the question that the record is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from events import answer, present
from events.answer import Question
from events.errors import UnknownError
from events.model import Commit
from events.stores import Store


def state(store: Store, timeline: str, question: Question, commit: Commit) -> str:
    """The answer, as JSON text.

    Raises UnknownError for an actor that the log had not heard of: an empty answer would
    look like one that stood alone.
    """
    require_actors(store, timeline, question.actors, commit)
    pieces = store.state(timeline, question, commit.position)
    return answer.document(timeline, question, commit, pieces)


def description(store: Store, timeline: str, upto: int) -> Mapping[str, Any]:
    """What a timeline said of itself at a position: the body, empty if that was nothing."""
    entries = store.history(timeline, "timeline", timeline, upto)
    return (present.history(entries)["timeline"] if entries else None) or {}


def require_actors(store: Store, timeline: str, actors: Iterable[str], commit: Commit) -> None:
    """Raise UnknownError unless each actor was recorded by `commit`, retracted since or not."""
    for actor in actors:
        if not store.history(timeline, "actor", actor, commit.position):
            raise UnknownError("actor", actor, f"none was recorded by position {commit.position}")
