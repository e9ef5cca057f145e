"""Tokens in PostgreSQL, read and written on the primary. Promises: `events.stores.tokens.Tokens`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from psycopg import Connection

from events.errors import UnknownError
from events.stores.clock import write_instant
from events.stores.postgres.access import note as noted
from events.stores.postgres.connection import ANSWER_SECONDS, Connections, Row
from events.stores.tokens import LOCAL, Secret, Token, after, digest, new_id, new_secret, renewed

_TOKENS = """
select t.id, scopes, timeline, note, created_at, revoked_at, author, request_limit,
    (select expires_at from secret where token = t.id order by made_at desc limit 1),
    (select max(expires_at) from secret where token = t.id
        and made_at < (select max(made_at) from secret where token = t.id))
from token t
"""
_INSERT_SECRET = "insert into secret (hash, token, made_at, expires_at) values (%s, %s, %s, %s)"


class PostgreSQLTokens:
    """The tokens of one database."""

    def __init__(
        self, primary: Connections, clock: Callable[[], datetime], entropy: Callable[[int], bytes]
    ) -> None:
        self._primary = primary
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
        with self._primary.writing() as connection:
            connection.execute(
                "insert into token (id, scopes, timeline, author, note, created_at)"
                " values (%s, %s, %s, %s, %s, %s)",
                (id, " ".join(scopes), timeline, author, note, made.made_at),
            )
            connection.execute(_INSERT_SECRET, (digest(secret), id, *made))
            what = {"token": id, "scopes": scopes, "timeline": timeline}
            noted(connection, now, by, "token created", what)
            return _get(connection, id), secret

    def find(self, secret: str) -> Token | None:
        which = (
            "where revoked_at is null and id = (select token from secret where hash = %s"
            " and (expires_at is null or expires_at > %s))"
        )
        now = write_instant(self._clock())
        found = self._primary.ask(
            lambda connection: _select(connection, which, digest(secret), now), ANSWER_SECONDS
        )
        return next(iter(found), None)

    def list(self) -> list[Token]:
        return self._primary.ask(
            lambda connection: _select(connection, "order by created_at, id"), ANSWER_SECONDS
        )

    def authors(self) -> Mapping[str, str]:
        return dict(
            self._primary.ask(
                lambda connection: connection.execute(
                    "select id, author from token where author <> ''"
                ).fetchall(),
                ANSWER_SECONDS,
            )
        )

    def rotate(
        self, id: str, overlap_days: int, days: int | None = None, by: str = LOCAL
    ) -> tuple[Token, str]:
        now, secret = self._clock(), new_secret(self._entropy)
        with self._primary.writing() as connection:
            token = _get(connection, id, locked=True)
            held = "select made_at, expires_at, hash from secret where token = %s order by made_at"
            older = [(Secret(*row), hash) for *row, hash in connection.execute(held, (id,)).fetchall()]
            made = renewed(token, older[-1][0], now, days)
            until = now + timedelta(days=overlap_days)
            with connection.cursor() as cursor:
                cursor.executemany(
                    "update secret set expires_at = %s where hash = %s",
                    [(kept.ending(until).expires_at, hash) for kept, hash in older],
                )
            connection.execute(_INSERT_SECRET, (digest(secret), id, *made))
            noted(connection, now, by, "token rotated", {"token": id, "overlap_days": overlap_days})
            return _get(connection, id), secret

    def limit(self, id: str, limit: int | None, by: str = LOCAL) -> Token:
        with self._primary.writing() as connection:
            _get(connection, id, locked=True)
            connection.execute("update token set request_limit = %s where id = %s", (limit, id))
            noted(connection, self._clock(), by, "token limited", {"token": id, "limit": limit})
            return _get(connection, id)

    def revoke(self, id: str, by: str = LOCAL) -> Token:
        now = self._clock()
        with self._primary.writing() as connection:
            if _get(connection, id, locked=True).revoked_at is None:
                connection.execute("update token set revoked_at = %s where id = %s", (write_instant(now), id))
                noted(connection, now, by, "token revoked", {"token": id})
            return _get(connection, id)


def _get(connection: Connection[Row], id: str, *, locked: bool = False) -> Token:
    """The token of an id. While it is `locked` nobody else changes it."""
    found = _select(connection, f"where t.id = %s{' for no key update of t' if locked else ''}", id)
    if not found:
        raise UnknownError("token", id)
    return found[0]


def _select(connection: Connection[Row], which: str, *values: str) -> list[Token]:
    rows = connection.execute(f"{_TOKENS} {which}", values).fetchall()
    return [Token(id, tuple(scopes.split()), *rest) for id, scopes, *rest in rows]
