"""How a database of PostgreSQL and its standbys are, for whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from psycopg import Connection

from events.errors import AllegianceError
from events.stores.postgres import entries
from events.stores.postgres.connection import Row
from events.stores.postgres.servers import Servers

_ABOUT = """
select current_setting('server_version'), pg_size_pretty(pg_database_size(current_database())),
    pg_has_role(current_user, (select relowner from pg_class where oid = 'entry'::regclass), 'usage'),
    current_setting('fsync'), current_setting('synchronous_commit'),
    current_setting('synchronous_standby_names')
"""


class Finding(NamedTuple):
    """One thing that was looked at: `ok`, a `note`, or a `problem` that needs doing something."""

    name: str
    verdict: str
    detail: str


def examine(servers: Servers) -> Iterator[Finding]:
    """The primary, what it promises of a commit, and each standby."""
    try:
        with servers.primary.get() as connection:
            heads = _heads(connection)
            yield from _primary(connection, heads, bool(servers.standbys))
    except AllegianceError as error:
        yield Finding("database", "problem", error.detail)
        return
    for number, standby in enumerate(servers.standbys, 1):
        try:
            yield _standby(f"standby {number}", standby.ask(_standing), heads)
        except AllegianceError as error:
            yield Finding(f"standby {number}", "problem", error.detail)


def _primary(connection: Connection[Row], heads: dict[str, int], has_standbys: bool) -> Iterator[Finding]:
    row = connection.execute(_ABOUT).fetchone()
    assert row is not None
    version, size, owns, fsync, commit, synchronous = row
    timelines = ", ".join([*heads][:20]) or "none yet"
    yield Finding("database", "ok", f"PostgreSQL {version}, {size}, initialised; timelines: {timelines}")
    if owns:
        yield Finding(
            "role",
            "note",
            "The service's role owns its tables: it could drop what guards the log. Serve as another role,"
            " and name this one in ALLEGIANCE_DATABASE_OWNER for init.",
        )
    else:
        yield Finding("role", "ok", "it can add to the log, and change nothing of it")
    if fsync != "on" or commit == "off":
        detail = (
            f"fsync is {fsync}, synchronous_commit {commit}: acknowledged appends can be lost. Set both on."
        )
        yield Finding("durability", "problem", detail)
    elif has_standbys and (not synchronous or commit == "local"):
        detail = "No standby is synchronous: the last appends are lost with the primary."
        yield Finding("durability", "note", detail)
    else:
        yield Finding("durability", "ok", f"synchronous_commit {commit}, standbys {synchronous or 'none'}")


def _standby(name: str, found: tuple[bool, dict[str, int]], heads: dict[str, int]) -> Finding:
    follows, reached = found
    behind = sum(max(0, head - reached.get(timeline, 0)) for timeline, head in heads.items())
    if not follows:
        return Finding(name, "problem", "It is a primary; ALLEGIANCE_DATABASE_REPLICAS names standbys.")
    shown = "1 entry" if behind == 1 else f"{behind} entries"
    return Finding(name, "ok", f"follows the primary, {shown} behind")


def _standing(connection: Connection[Row]) -> tuple[bool, dict[str, int]]:
    return entries.is_standby(connection), _heads(connection)


def _heads(connection: Connection[Row]) -> dict[str, int]:
    return {name: head for _, name, head, _ in connection.execute(f"{entries.HEADS} order by name")}
