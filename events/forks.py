"""Whether the logs are those that were signed, by the last checkpoints, kept outside the database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from events.errors import AllegianceError, UnknownError
from events.stores import Store


def forks(store: Store) -> Iterator[AllegianceError]:
    """Why timelines take no writes: the log of each is shorter than what was signed of it, or another one."""
    for timeline in store.outside.timelines():
        try:
            store.outside.check(timeline, _size(store, timeline), partial(store.hashes, timeline))
        except AllegianceError as error:
            yield error


def unguarded(store: Store) -> Iterator[str]:
    """The timelines of which something is signed, and nothing is kept outside."""
    for timeline, _ in store.timelines() if store.outside.directory else ():
        if store.checkpoints.newest(timeline) and store.outside.note(timeline) is None:
            yield timeline


def _size(store: Store, timeline: str) -> int:
    try:
        return store.head(timeline).position
    except UnknownError:
        return 0
