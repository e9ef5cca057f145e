"""gunicorn's threaded worker, which refuses new connections from the moment it is to stop."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker

_MOST_TAKEN = 64


class Worker(ThreadWorker):  # type: ignore[misc]
    """Lets go of the address at once, where its base lets clients queue up until the last request ends.

    They would wait for nothing, and be cut off. Another worker that listens there goes on doing so.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        for listener in self.sockets:
            if listener.fileno() >= 0:
                for _ in range(_MOST_TAKEN):  # who was let in already is answered; otherwise it does nothing
                    self.accept(listener)
                listener.close()
