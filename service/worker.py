"""gunicorn's threaded worker, which lets nobody in from the moment it is to stop, and whoever is in go on."""

from __future__ import annotations

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):  # type: ignore[misc]
    """Lets go of the address at once, where its base lets clients queue up until the last request ends.

    They would wait for nothing, and be cut off. Another worker that listens there goes on doing so.
    """

    _told = False

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._told = True
        super().handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        self.wsgi.extensions["allegiance"].waiting.end()
        for listener in self.sockets:
            if listener.sock is None:  # this was done already
                continue
            if self._told:  # it may be the last one there: who has come as far as the door is answered
                for _ in range(self.cfg.backlog):
                    self.accept(listener)
            listener.close()
