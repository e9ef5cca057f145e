"""Several connections that write the parts of a large batch at once, each part a transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from psycopg import Connection

from events.stores.postgres.connection import Connections, Row
from events.stores.postgres.lease import Batch, fenced

_CONNECTIONS = 3
_WAITING = 2 * _CONNECTIONS

Part = Callable[[Connection[Row]], object]
"""What a transaction is to write."""


class Writers:
    """Writes the parts of one batch, in any order."""

    def __init__(self, connections: Connections, batch: Batch) -> None:
        self.connections = connections
        self.batch = batch
        self._pool = ThreadPoolExecutor(_CONNECTIONS, "staging")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Writers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def write(self, part: Part) -> Future[None]:
        """Have a part written, as soon as not too many wait. Raises what hindered one before it."""
        while self._waiting and (len(self._waiting) >= _WAITING or self._waiting[0].done()):
            self._waiting.popleft().result()
        future = self._pool.submit(self._write, part)
        self._waiting.append(future)
        return future

    def wait(self) -> None:
        """Wait until all is written. Raises what hindered it."""
        while self._waiting:
            self._waiting.popleft().result()

    def _write(self, part: Part) -> None:
        with self.connections.get() as connection, fenced(connection, self.batch):
            part(connection)
