"""Which server answers: a standby that has reached what is asked about, else the primary."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TypeVar

from psycopg import Connection

from events.errors import BusyError, DatabaseError, UnknownError
from events.stores.postgres.connection import ANSWER_SECONDS, Connections, LostError, Row

T = TypeVar("T")

_REST_SECONDS = 5
"""How long a server that failed is left alone."""


STANDBY_SECONDS = 15
"""A standby that takes longer is left alone as well, and the primary is asked: a request has a minute."""


class BehindError(BusyError):
    """A server's log has not reached a position, or an instant, that was asked about."""

    def __init__(self, position: int | None = None) -> None:
        reached = "that instant" if position is None else f"position {position}"
        super().__init__(f"The log here has not reached {reached} yet.")


class Servers:
    """A primary and its standbys, none or more.

    A standby gives the same answer as of a position, provided that it has reached it. So each
    question checks that where it is put, and nothing has to be remembered between two.
    """

    def __init__(self, primary: Connections, standbys: Sequence[Connections] = ()) -> None:
        self.primary = primary
        self.standbys = standbys
        self._turn = count()
        self._rests_until: dict[Connections, float] = {}
        self._local = threading.local()

    def ask(self, question: Callable[[Connection[Row]], T]) -> T:
        """The first answer of the standbys in turn; the primary's where none has one."""
        within: Connection[Row] | None = getattr(self._local, "within", None)
        if within is not None:
            return question(within)
        for standby in self._in_turn():
            try:
                return standby.ask(question, STANDBY_SECONDS)
            except (BehindError, UnknownError):  # it may be that it has not heard of it yet
                continue
            except (BusyError, DatabaseError):
                self._rests_until[standby] = time.monotonic() + _REST_SECONDS
        if self._rests(self.primary):
            raise LostError("The database does not answer now; send the same again in a moment.")
        return self.primary.ask(question)

    def ask_primary(self, question: Callable[[Connection[Row]], T]) -> T:
        """The primary's answer to what must not be a moment old; a standby's only while nobody is there.

        One that is there and has no time for us is waited for: what was decided since a standby
        followed last, as that a timeline is private, must not be undone by many questions at once.
        """
        within: Connection[Row] | None = getattr(self._local, "within", None)
        if within is not None:
            return question(within)
        standbys = self._in_turn()
        if not standbys or not self._rests(self.primary):
            try:
                return self.primary.ask(question, ANSWER_SECONDS)
            except LostError:
                if not standbys:
                    raise
                self._rests_until[self.primary] = time.monotonic() + _REST_SECONDS
        return standbys[0].ask(question)

    @contextmanager
    def within(self, connection: Connection[Row]) -> Iterator[None]:
        """Put this thread's questions to a transaction, which knows what it is about to do."""
        before = getattr(self._local, "within", None)
        self._local.within = connection
        try:
            yield
        finally:
            self._local.within = before

    def close(self) -> None:
        """Close the connections to each of them."""
        for server in (self.primary, *self.standbys):
            server.close()

    def _in_turn(self) -> list[Connections]:
        if not self.standbys:
            return []
        start = next(self._turn) % len(self.standbys)
        turned = [*self.standbys[start:], *self.standbys[:start]]
        return [standby for standby in turned if not self._rests(standby)]

    def _rests(self, server: Connections) -> bool:
        """Whether a server failed a moment ago."""
        return self._rests_until.get(server, 0) > time.monotonic()
