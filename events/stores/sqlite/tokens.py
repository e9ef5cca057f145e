"""Tokens in SQLite. Promises: `events.stores.tokens.Tokens`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from events.errors import UnknownError
from events.stores.clock import write_instant
from events.stores.sqlite.access import note as noted
from events.stores.sqlite.connection import Connections
from events.stores.tokens import LOCAL, Secret, Token, after, digest, new_id, new_secret, renewed

_TOKEN = """
select id, scopes, timeline, note, created_at, revoked_at, author, request_limit,
    (select expires_at from secret where secret.token = token.id order by made_at desc limit 1),
    (select max(expires_at) from secret where secret.token = token.id
        and made_at < (select max(made_at) from secret where secret.token = token.id))
from token
"""


class SQLiteTokens:
    """The tokens of one database."""

    def __init__(
        self, connections: Connections, clock: Callable[[], datetime], entropy: Callable[[int], bytes]
    ) -> None:
        self._connections = connections
        self._clock = clock
        self._entropy = entropy

    def create(
        self,
        scopes: tuple[str, ...],
        timeline: str | None = None,
        note: str = "",
        *,
        author: str = "",
        days: int | None = None,
        by: str = LOCAL,
    ) -> tuple[Token, str]:
        now, secret, id = self._clock(), new_secret(self._entropy), new_id(self._entropy)
        made = Secret(write_instant(now), after(now, days))
        with self._connections.writing() as connection:
            connection.execute(
                "insert into token (id, scopes, timeline, author, note, created_at)"
                " values (?, ?, ?, ?, ?, ?)",
                (id, " ".join(scopes), timeline, author, note, made.made_at),
            )
            connection.execute("insert into secret values (?, ?, ?, ?)", (digest(secret), id, *made))
            what = {"token": id, "scopes": scopes, "timeline": timeline}
            noted(connection, now, by, "token created", what)
        return self._get(id), secret

    def find(self, secret: str) -> Token | None:
        return next(
            self._select(
                "where revoked_at is null and id = (select token from secret where hash = ?"
                " and (expires_at is null or expires_at > ?))",
                digest(secret),
                write_instant(self._clock()),
            ),
            None,
        )

    def list(self) -> list[Token]:
        return [*self._select("order by created_at, id")]

    def authors(self) -> Mapping[str, str]:
        rows = self._connections.get().execute("select id, author from token where author <> ''")
        return dict(rows.fetchall())

    def rotate(
        self, id: str, overlap_days: int, days: int | None = None, by: str = LOCAL
    ) -> tuple[Token, str]:
        now, secret = self._clock(), new_secret(self._entropy)
        with self._connections.writing() as connection:
            token = self._get(id)
            held = "select made_at, expires_at, hash from secret where token = ? order by made_at"
            older = [(Secret(*row), hash) for *row, hash in connection.execute(held, (id,)).fetchall()]
            made = renewed(token, older[-1][0], now, days)
            until = now + timedelta(days=overlap_days)
            connection.executemany(
                "update secret set expires_at = ? where hash = ?",
                [(kept.ending(until).expires_at, hash) for kept, hash in older],
            )
            connection.execute("insert into secret values (?, ?, ?, ?)", (digest(secret), id, *made))
            noted(connection, now, by, "token rotated", {"token": id, "overlap_days": overlap_days})
        return self._get(id), secret

    def limit(self, id: str, limit: int | None, by: str = LOCAL) -> Token:
        with self._connections.writing() as connection:
            self._get(id)
            connection.execute("update token set request_limit = ? where id = ?", (limit, id))
            noted(connection, self._clock(), by, "token limited", {"token": id, "limit": limit})
        return self._get(id)

    def revoke(self, id: str, by: str = LOCAL) -> Token:
        now = self._clock()
        with self._connections.writing(grows=False) as connection:
            if self._get(id).revoked_at is None:
                connection.execute("update token set revoked_at = ? where id = ?", (write_instant(now), id))
                noted(connection, now, by, "token revoked", {"token": id})
        return self._get(id)

    def _get(self, id: str) -> Token:
        found = next(self._select("where id = ?", id), None)
        if found is None:
            raise UnknownError("token", id)
        return found

    def _select(self, which: str, *values: str) -> Iterator[Token]:
        rows = self._connections.get().execute(f"{_TOKEN} {which}", values)
        return map(_token, rows.fetchall())


def _token(row: tuple[Any, ...]) -> Token:
    id, scopes, *rest = row
    return Token(id, tuple(scopes.split()), *rest)
