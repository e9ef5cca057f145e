"""The question the record is for, put to a store: who stood with or against whom."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from events import answer
from events.answer import Question
from events.errors import UnknownError
from events.model import Commit, Erased
from events.stores import Store
from events.tlog import tree


def root(store: Store, timeline: str, position: int) -> bytes:
    """The root of the timeline's tree when its log stood at a position, no later than its head."""
    return tree.root(partial(store.hashes, timeline), position)


def state(
    store: Store, timeline: str, question: Question, commit: Commit, root: bytes, erased: Erased
) -> str:
    """The answer, as JSON text; `root` and `erased` are those of the commit.

    Raises UnknownError for an actor that the log had not heard of: an empty answer would
    look like one that stood alone.
    """
    require_actors(store, timeline, question.actors, commit)
    pieces = store.state(timeline, question, commit.position)
    return answer.document(timeline, question, commit, root, erased, pieces)


def require_actors(store: Store, timeline: str, actors: Iterable[str], commit: Commit) -> None:
    """Raise UnknownError unless each actor was recorded by `commit`, retracted since or not."""
    for actor in actors:
        if not store.history(timeline, "actor", actor, commit.position):
            raise UnknownError("actor", actor, f"none was recorded by position {commit.position}")
