"""Every setting of the service, read from the environment in this one place.

`SETTINGS` is the table that the documentation prints: name, default, meaning.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting that cannot stand. One line: the variable, its value, what to write instead."""

    def __init__(self, name: str, value: str, instead: str) -> None:
        super().__init__(f"{name}={value!r} cannot be used: {instead}.")
        self.name = name
        self.value = value
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as values; what each means stands in `SETTINGS`."""

    database: str = "sqlite:///var/allegiance.db"
    database_owner: str = ""
    database_replicas: tuple[str, ...] = ()
    port: int = 8000
    workers: int = 2
    base_url: str = ""
    max_body: int = 32 * 1024 * 1024
    max_entries: int = 100_000
    disk_reserve: int = 256 * 1024 * 1024
    cache_answers: int = 1024
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    read_limit: int | None = None
    write_limit: int | None = None
    token: str = field(default="", repr=False)
    signing_key: str = ""
    checkpoints: str = ""

    @property
    def outside(self) -> Path | None:
        """Where the last checkpoints are kept outside the database: beside its file unless said otherwise."""
        file = self.database.removeprefix("sqlite:///")
        if self.checkpoints:
            return Path(self.checkpoints)
        return Path(f"{file}-checkpoints") if file != self.database else None

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings of an environment. An empty variable counts as not set. Raises SettingsError."""
        given: dict[str, Any] = {}
        for setting in SETTINGS:
            name = next((name for name in setting.names if environ.get(name)), None)
            if name is not None:
                try:
                    given[setting.field] = setting.parse(environ[name].strip())
                except ValueError as error:
                    raise SettingsError(name, without_password(environ[name])[:200], str(error)) from None
        return cls(**given)


class Setting(NamedTuple):
    """A row of the table: the first of `names` that is set counts; `parse` raises ValueError with advice.

    The value of a `secret` one is never shown.
    """

    names: tuple[str, ...]
    field: str
    default: str
    meaning: str
    parse: Callable[[str], Any]
    secret: bool = False


_INSTEAD = (
    "write sqlite:///path/to/allegiance.db, with four slashes before an absolute path, or postgresql://…"
)


def database_address(text: str) -> str:
    """The address of a database that can be opened. Raises ValueError with advice."""
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return text
    return _postgresql(text, _INSTEAD)


def _postgresql(text: str, instead: str = "write postgresql://user@host/database") -> str:
    scheme, separator, rest = text.partition("://")
    if scheme not in ("postgresql", "postgres") or not separator or not rest:
        raise ValueError(instead)
    return text


def _replicas(text: str) -> tuple[str, ...]:
    # A comma may also part the hosts of one address: each address begins with its scheme.
    return tuple(_postgresql(url.strip()) for url in re.split(r",(?=\s*\w+://)", text))


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text) or not least <= int(text) <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return int(text)

    return parse


def _limit(text: str) -> int | None:
    try:
        return None if text == "auto" else _whole(0, 10_000_000)(text)
    except ValueError as error:
        raise ValueError(f"{error}, or auto") from None


def _base_url(text: str) -> str:
    instead = "write the address that the public uses, such as https://allegiance.example"
    try:
        parts = urlsplit(text)
        sound = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        raise ValueError(instead) from None
    if not sound or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(instead)
    return text.rstrip("/")


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    if not hosts or not all(
        re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", host) for host in hosts
    ):
        raise ValueError("write host names with commas between them; .example.org stands for all below it")
    return hosts


def without_password(address: str) -> str:
    """An address as it may be shown."""
    return re.sub(r"([?&]password=)[^&]*", r"\1…", re.sub(r"//[^/@]*@", "//…@", address))


SETTINGS = (
    Setting(
        ("ALLEGIANCE_DATABASE", "DATABASE_URL"),
        "database",
        "sqlite:///var/allegiance.db",
        "where the record is kept; DATABASE_URL is the fallback",
        database_address,
    ),
    Setting(
        ("ALLEGIANCE_DATABASE_OWNER",),
        "database_owner",
        "none",
        "PostgreSQL: the address for `init`, where another role owns the tables than the one that serves",
        _postgresql,
    ),
    Setting(
        ("ALLEGIANCE_DATABASE_REPLICAS",),
        "database_replicas",
        "none",
        "PostgreSQL: the addresses of standbys that answer questions, with commas between them",
        _replicas,
    ),
    Setting(("PORT",), "port", "8000", "the port to listen on", _whole(1, 65535)),
    Setting(("WEB_CONCURRENCY",), "workers", "2", "how many worker processes serve requests", _whole(1, 256)),
    Setting(
        ("ALLEGIANCE_BASE_URL",),
        "base_url",
        "none",
        "the public address of the service, as embed codes and the API's description name it",
        _base_url,
    ),
    Setting(
        ("ALLEGIANCE_MAX_BODY",),
        "max_body",
        "33554432",
        "the most bytes that one request may send",
        _whole(1024, 2**40),
    ),
    Setting(
        ("ALLEGIANCE_MAX_ENTRIES",),
        "max_entries",
        "100000",
        "the most entries that one request may send",
        _whole(1, 10_000_000),
    ),
    Setting(
        ("ALLEGIANCE_DISK_RESERVE",),
        "disk_reserve",
        "268435456",
        "nothing is appended while fewer bytes than this are free on the disk of the database",
        _whole(0, 2**50),
    ),
    Setting(
        ("ALLEGIANCE_CACHE_ANSWERS",),
        "cache_answers",
        "1024",
        "how many finished answers each process keeps; 0 keeps none",
        _whole(0, 1_000_000),
    ),
    Setting(
        ("ALLEGIANCE_TRUSTED_HOSTS",),
        "trusted_hosts",
        "any",
        "the host names that are answered, with commas between them",
        _hosts,
    ),
    Setting(
        ("ALLEGIANCE_PROXIES",),
        "proxies",
        "0",
        "how many proxies stand in front: so many of the addresses that they forward are believed",
        _whole(0, 16),
    ),
    Setting(
        ("ALLEGIANCE_READ_LIMIT",),
        "read_limit",
        "auto",
        "how many reads a minute one client has; auto is 6000, and no limit on the machine itself; 0 is none",
        _limit,
    ),
    Setting(
        ("ALLEGIANCE_WRITE_LIMIT",),
        "write_limit",
        "auto",
        "the same for writes; auto is 600, and no limit on the machine itself",
        _limit,
    ),
    Setting(
        ("ALLEGIANCE_TOKEN",),
        "token",
        "none",
        "the token that the command line sends to a service elsewhere, to write or to read what is private",
        str,
        secret=True,
    ),
    Setting(
        ("ALLEGIANCE_SIGNING_KEY",),
        "signing_key",
        "none",
        "the file of the key that checkpoints are signed with; for the signer alone",
        str,
    ),
    Setting(
        ("ALLEGIANCE_CHECKPOINTS",),
        "checkpoints",
        "beside the file of SQLite",
        "the directory in which the last checkpoints are kept outside the database",
        str,
    ),
)
"""Every setting, in the order in which the documentation lists them."""
