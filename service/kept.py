"""What a process keeps of the answers it has made, to give them again."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Kept(Protocol[T_co]):
    """A function whose last results are kept, as `functools.lru_cache` makes it."""

    def __call__(self, *args: Any) -> T_co:
        """The result, made or kept."""

    def cache_clear(self) -> None:
        """Drop what is kept."""
