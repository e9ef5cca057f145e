"""Tokens, visibility, audit trail and usage in this process's memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from events.errors import UnknownError
from events.stores.access import Act, Count, Taken, grain, spend
from events.stores.clock import write_instant
from events.stores.tokens import LOCAL, Secret, Token, after, digest, new_id, new_secret, renewed


class MemoryAccess:
    """Visibility and the audit trail. Promises: `events.stores.access.Access`."""

    def __init__(self, clock: Callable[[], datetime], begun: Callable[[str], bool]) -> None:
        self._clock = clock
        self._begun = begun
        self._private: frozenset[str] = frozenset()
        self._acts: list[Act] = []

    def visibility(self, timeline: str) -> str | None:
        if not self._begun(timeline):
            return None
        return "private" if timeline in self._private else "public"

    def private(self) -> frozenset[str]:
        return self._private

    def set_visibility(self, timeline: str, visibility: str, by: str = LOCAL) -> None:
        was_private, private = timeline in self._private, visibility == "private"
        if not (private or was_private or self._begun(timeline)):
            raise UnknownError("timeline", timeline)
        if private != was_private:
            self._private = self._private ^ {timeline}
            self.note(by, "visibility", {"timeline": timeline, "visibility": visibility})

    def audit(self, after: int = 0, limit: int = 100) -> list[Act]:
        return self._acts[after : after + limit]

    def note(self, who: str, action: str, what: Mapping[str, Any]) -> None:
        """Add a line to the audit trail."""
        self._acts.append(Act(len(self._acts) + 1, write_instant(self._clock()), who, action, what))


class MemoryTokens:
    """The tokens of this process. Promises: `events.stores.tokens.Tokens`."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        note: Callable[[str, str, Mapping[str, Any]], None],
    ) -> None:
        self._clock = clock
        self._entropy = entropy
        self._note = note
        self._tokens: dict[str, Token] = {}
        self._secrets: dict[str, tuple[str, Secret]] = {}

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
        secret, now = new_secret(self._entropy), self._clock()
        token = Token(
            new_id(self._entropy),
            scopes,
            timeline,
            note,
            write_instant(now),
            author=author,
            expires_at=after(now, days),
        )
        self._tokens[token.id] = token
        self._secrets[digest(secret)] = token.id, Secret(token.created_at, token.expires_at)
        self._note(by, "token created", {"token": token.id, "scopes": scopes, "timeline": timeline})
        return token, secret

    def find(self, secret: str) -> Token | None:
        id, kept = self._secrets.get(digest(secret), ("", None))
        if kept is None or self._tokens[id].revoked_at is not None:
            return None
        good = kept.expires_at is None or kept.expires_at > write_instant(self._clock())
        return self._tokens[id] if good else None

    def list(self) -> list[Token]:
        return sorted(self._tokens.values(), key=lambda token: (token.created_at, token.id))

    def authors(self) -> Mapping[str, str]:
        return {id: token.author for id, token in self._tokens.items() if token.author}

    def rotate(
        self, id: str, overlap_days: int, days: int | None = None, by: str = LOCAL
    ) -> tuple[Token, str]:
        token, now = self._get(id), self._clock()
        held = {hash: kept for hash, (owner, kept) in self._secrets.items() if owner == id}
        made = renewed(token, max(held.values()), now, days)
        older = {hash: kept.ending(now + timedelta(days=overlap_days)) for hash, kept in held.items()}
        secret = new_secret(self._entropy)
        for hash, kept in {**older, digest(secret): made}.items():
            self._secrets[hash] = id, kept
        self._note(by, "token rotated", {"token": id, "overlap_days": overlap_days})
        overlap = max(kept.expires_at or "" for kept in older.values())
        return self._keep(token._replace(expires_at=made.expires_at, overlap_until=overlap)), secret

    def limit(self, id: str, limit: int | None, by: str = LOCAL) -> Token:
        token = self._keep(self._get(id)._replace(limit=limit))
        self._note(by, "token limited", {"token": id, "limit": limit})
        return token

    def revoke(self, id: str, by: str = LOCAL) -> Token:
        token = self._get(id)
        if token.revoked_at is None:
            token = self._keep(token._replace(revoked_at=write_instant(self._clock())))
            self._note(by, "token revoked", {"token": id})
        return token

    def _get(self, id: str) -> Token:
        if id not in self._tokens:
            raise UnknownError("token", id)
        return self._tokens[id]

    def _keep(self, token: Token) -> Token:
        self._tokens[token.id] = token
        return token


class MemoryUsage:
    """Counts of this process. Promises: `events.stores.access.Usage`."""

    _MOST_KEPT = 50_000

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._counts: dict[str, Count] = {}
        self._used: dict[str, str] = {}
        self._lock = threading.Lock()

    def take(self, key: str, wanted: int, most: int, seconds: int) -> Taken:
        now = self._clock().timestamp()
        with self._lock:
            if len(self._counts) > self._MOST_KEPT:
                self._counts = {name: count for name, count in self._counts.items() if count.until > now}
            taken, self._counts[key] = spend(self._counts.get(key), wanted, most, seconds, now)
        return taken

    def use(self, token: str) -> None:
        self._used[token] = grain(self._clock())

    def last_used(self) -> Mapping[str, str]:
        return dict(self._used)

    def close(self) -> None:
        """Nothing to let go of."""
