"""Tokens in SQLite. Promises: `events.stores.tokens.Tokens`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from events.errors import UnknownError
from events.stores.clock import write_instant
from events.stores.sqlite.connection import Connections
from events.stores.tokens import Token, digest, new_id, new_secret

_COLUMNS = "id, scopes, timeline, note, created_at, revoked_at"


class SQLiteTokens:
    """The tokens of one database."""

    def __init__(
        self, connections: Connections, clock: Callable[[], datetime], entropy: Callable[[int], bytes]
    ) -> None:
        self._connections = connections
        self._clock = clock
        self._entropy = entropy

    def create(
        self, scopes: tuple[str, ...], timeline: str | None = None, note: str = ""
    ) -> tuple[Token, str]:
        secret = new_secret(self._entropy)
        token = Token(new_id(self._entropy), scopes, timeline, note, write_instant(self._clock()))
        with self._connections.writing() as connection:
            connection.execute(
                "insert into token (id, hash, scopes, timeline, note, created_at) values (?, ?, ?, ?, ?, ?)",
                (token.id, digest(secret), " ".join(scopes), timeline, note, token.created_at),
            )
        return token, secret

    def find(self, secret: str) -> Token | None:
        row = self._connections.get().execute(
            f"select {_COLUMNS} from token where hash = ? and revoked_at is null", (digest(secret),)
        )
        return next(map(_token, row), None)

    def list(self) -> list[Token]:
        rows = self._connections.get().execute(f"select {_COLUMNS} from token order by created_at, id")
        return [_token(row) for row in rows]

    def revoke(self, id: str) -> Token:
        with self._connections.writing(grows=False) as connection:
            connection.execute(
                "update token set revoked_at = ? where id = ? and revoked_at is null",
                (write_instant(self._clock()), id),
            )
        row = connection.execute(f"select {_COLUMNS} from token where id = ?", (id,)).fetchone()
        if row is None:
            raise UnknownError("token", id)
        return _token(row)


def _token(row: tuple[Any, ...]) -> Token:
    id, scopes, timeline, note, created_at, revoked_at = row
    return Token(id, tuple(scopes.split()), timeline, note, created_at, revoked_at)
