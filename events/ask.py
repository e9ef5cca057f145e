"""What is asked of a store: above all who stood with or against whom, the question that the record is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from events import answer, lineage, present
from events.answer import Question
from events.errors import UnknownError
from events.model import Commit, Erased
from events.stores import Store
from events.tlog import tree


def root(store: Store, timeline: str, position: int) -> bytes:
    """The root of the timeline's tree when its log stood at a position, no later than its head."""
    return tree.root(partial(store.hashes, timeline), position)


def state(
    store: Store,
    timeline: str,
    question: Question,
    commit: Commit,
    known_root: bytes | None = None,
    known_erased: Erased | None = None,
) -> str:
    """The answer, as JSON text; what is `known` of the commit is not read again.

    Raises UnknownError for an actor that the log had not heard of: an empty answer would
    look like one that stood alone.
    """
    erased = known_erased or store.erased(timeline, commit.position)
    require_actors(store, timeline, question.actors, commit)
    pieces = store.state(timeline, question, commit.position)
    if question.lineage:
        pieces = lineage.of_state(store, timeline, question, pieces, commit.position)
    of_commit = known_root or root(store, timeline, commit.position)
    return answer.document(timeline, question, commit, of_commit, erased, pieces)


def description(store: Store, timeline: str, upto: int) -> Mapping[str, Any]:
    """What a timeline said of itself at a position: the body, empty if that was nothing."""
    entries = store.history(timeline, "timeline", timeline, upto)
    return (present.history(entries)["timeline"] if entries else None) or {}


def require_actors(store: Store, timeline: str, actors: Iterable[str], commit: Commit) -> None:
    """Raise UnknownError unless each actor was recorded by `commit`, retracted since or not."""
    for actor in actors:
        if not store.history(timeline, "actor", actor, commit.position):
            raise UnknownError("actor", actor, f"none was recorded by position {commit.position}")
