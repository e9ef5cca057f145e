"""Tokens in PostgreSQL, read and written on the primary. Promises: `events.stores.tokens.Tokens`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from events.errors import UnknownError
from events.stores.clock import write_instant
from events.stores.postgres.connection import Connections, Row
from events.stores.tokens import Token, digest, new_id, new_secret

_COLUMNS = "id, scopes, timeline, note, created_at, revoked_at"


class PostgreSQLTokens:
    """The tokens of one database."""

    def __init__(
        self, primary: Connections, clock: Callable[[], datetime], entropy: Callable[[int], bytes]
    ) -> None:
        self._primary = primary
        self._clock = clock
        self._entropy = entropy

    def create(
        self, scopes: tuple[str, ...], timeline: str | None = None, note: str = ""
    ) -> tuple[Token, str]:
        secret = new_secret(self._entropy)
        token = Token(new_id(self._entropy), scopes, timeline, note, write_instant(self._clock()))
        with self._primary.writing() as connection:
            connection.execute(
                "insert into token (id, hash, scopes, timeline, note, created_at)"
                " values (%s, %s, %s, %s, %s, %s)",
                (token.id, digest(secret), " ".join(scopes), timeline, note, token.created_at),
            )
        return token, secret

    def find(self, secret: str) -> Token | None:
        return next(self._select("where hash = %s and revoked_at is null", digest(secret)), None)

    def list(self) -> list[Token]:
        return [*self._select("order by created_at, id")]

    def revoke(self, id: str) -> Token:
        with self._primary.writing() as connection:
            connection.execute(
                "update token set revoked_at = %s where id = %s and revoked_at is null",
                (write_instant(self._clock()), id),
            )
        found = next(self._select("where id = %s", id), None)
        if found is None:
            raise UnknownError("token", id)
        return found

    def _select(self, which: str, *values: str) -> Iterator[Token]:
        query = f"select {_COLUMNS} from token {which}"
        rows = self._primary.ask(lambda connection: connection.execute(query, values).fetchall())
        return map(_token, rows)


def _token(row: Row) -> Token:
    id, scopes, timeline, note, created_at, revoked_at = row
    return Token(id, tuple(scopes.split()), timeline, note, created_at, revoked_at)
