"""The signed checkpoints that a store keeps beside its logs, for whoever asks."""

from __future__ import annotations

from typing import Protocol

from events.tlog.checkpoint import Signed


class Checkpoints(Protocol):
    """The checkpoints of a store. They only grow: one is never changed, nor followed by a smaller one.

    Each raises UnknownError for a timeline that is not there.
    """

    def add(self, timeline: str, signed: Signed) -> None:
        """Keep a checkpoint as the newest; nothing is done if the very same size and key is there.

        Raises ConflictError for one that is smaller than the newest.
        """

    def newest(self, timeline: str) -> Signed | None:
        """The one that was added last; None if nothing was signed yet."""

    def list(self, timeline: str) -> list[Signed]:
        """Every one, in the order in which they were added."""
