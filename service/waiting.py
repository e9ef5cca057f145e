"""Waiting for the log to grow, so that a consumer learns of an entry as soon as it is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST_SECONDS = 30
MOST_WAITING = 2
"""Of the four threads of a process, so that half of them go on answering whatever waits."""

_PAUSE = 0.1
"""Between two looks at the head, in seconds: other processes write too, and a look takes 30 µs."""


class Waiting:
    """The requests of one process that wait; at most so many do at once."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._ended = threading.Event()

    def until(self, grown: Callable[[], bool], seconds: int) -> bool:
        """Wait until `grown` or the `end`, but not longer than so; False if there was no place to wait."""
        if seconds == 0 or grown():
            return True
        if not self._places.acquire(blocking=False):
            return False
        try:
            ends_at = time.monotonic() + seconds
            while time.monotonic() < ends_at and not grown() and not self._ended.wait(_PAUSE):
                pass
        finally:
            self._places.release()
        return True

    def end(self) -> None:
        """Let nobody wait any longer: the process is to stop. Another one can be asked again."""
        self._ended.set()
