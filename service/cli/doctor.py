"""Whether this installation is well, and what to do where it is not."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import click

from events.errors import AllegianceError, ForkedError
from events.forks import forks, unguarded
from events.stores import Store, connect
from events.stores.outside import Outside
from service.cli import output
from service.cli.database import trouble
from service.cli.group import FINDINGS, ways_out
from service.cli.inputs import json_option
from service.settings import SETTINGS, Settings, SettingsError, without_password
from service.signing import read_key

_PACKAGES = ("allegiance", "flask", "flask-smorest", "gunicorn", "marshmallow", "sqlite-utils", "werkzeug")
_WAL_RESET_FIXED = ((3, 44, 6), (3, 50, 7))


class Check(NamedTuple):
    """One thing that was looked at: `ok`, a `note`, or a `problem` that needs doing something."""

    name: str
    verdict: str
    detail: str


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say what needs doing to this installation.

    Looks at the settings, the database and its standbys, the disk, SQLite and Python.
    """
    checks = list(_checks())
    problems = sum(check.verdict == "problem" for check in checks)
    if as_json:
        output.show_json({"well": not problems, "checks": [check._asdict() for check in checks]})
    else:
        marks = {"ok": ("✓ ok", "green"), "note": ("• note", "yellow"), "problem": ("✗ problem", "red")}
        rows = [
            (click.style(marks[verdict][0], fg=marks[verdict][1]), name, detail)
            for name, verdict, detail in checks
        ]
        output.show_table(("", "WHAT", "HOW IT IS"), rows)
        click.echo()
        click.echo(
            f"{problems} {'thing needs' if problems == 1 else 'things need'} doing."
            if problems
            else "All is well."
        )
    if problems:
        ctx.exit(FINDINGS)


def _checks() -> Iterator[Check]:
    try:
        settings = Settings.read()
    except SettingsError as error:
        yield Check("settings", "problem", str(error))
    else:
        yield from _settings(settings)
        if settings.database.startswith("sqlite:"):
            yield from _database(settings)
            yield wal_reset(sqlite3.sqlite_version_info)
        else:
            yield from _postgresql(settings)
        yield from _signing(settings)
    yield from _sqlite_features()
    yield Check("Python", "ok", platform.python_version())
    yield Check("packages", "ok", ", ".join(f"{name} {_version(name)}" for name in _PACKAGES))


def _settings(settings: Settings) -> Iterator[Check]:
    for setting in SETTINGS:
        source = next((name for name in setting.names if os.environ.get(name)), None)
        value = getattr(settings, setting.field)
        shown = _shown(value)
        if setting.secret and shown:
            shown = "not shown"
        origin = f"from {source}" if source else "the default"
        detail = f"{without_password(shown) or setting.default} ({origin})"
        yield Check(setting.names[0], "ok", detail)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(without_password, value))
    return "" if value is None else str(value)


def _database(settings: Settings) -> Iterator[Check]:
    url = settings.database
    path = Path(url.removeprefix("sqlite:///")).absolute()
    store = connect(url, settings.outside)
    history: list[Check] = []
    try:
        wrong = trouble(store)
        names = [] if wrong else [name for name, _ in store.timelines()]
        history = [] if wrong else list(_history(store, settings))
    except (sqlite3.Error, AllegianceError) as error:
        wrong = f"{path} cannot be used as a database: {error}."
    finally:
        store.close()
    if wrong:
        yield Check("database", "problem", wrong)
    else:
        size = path.stat().st_size
        timelines = ", ".join(names[:20]) or "none yet"
        yield Check("database", "ok", f"{path}, {_size(size)}, initialised; timelines: {timelines}")
    yield from history
    yield from _disk(path, settings.disk_reserve)


def _postgresql(settings: Settings) -> Iterator[Check]:
    try:
        from events.stores.postgres import PostgreSQLStore  # noqa: PLC0415
    except ImportError:
        yield Check("database", "problem", "PostgreSQL needs its driver: pip install 'allegiance[postgres]'.")
        return
    store = PostgreSQLStore(settings.database, settings.database_replicas)
    store.outside = Outside(settings.outside)
    try:
        found = [Check(*finding) for finding in store.examine()]
        yield from found
        if found[0].verdict == "ok":
            yield from _history(store, settings)
    finally:
        store.close()


def _history(store: Store, settings: Settings) -> Iterator[Check]:
    """Whether the logs are those that were signed, and whether that would be noticed."""
    for fork in forks(store):
        instead = f" {ways_out(fork, settings)}" if isinstance(fork, ForkedError) else ""
        yield Check("history", "problem", f"{fork.detail}{instead}")
    names = list(unguarded(store))
    if names:
        yield Check(
            "history",
            "note",
            f"{settings.outside} has no checkpoint of {', '.join(names[:20])}, though the database has:"
            " an old backup would not be noticed; 'allegiance sign' keeps it there again",
        )


def _signing(settings: Settings) -> Iterator[Check]:
    """Whether what is appended gets signed, and whether others can read the key."""
    if not settings.signing_key:
        yield Check(
            "signing", "note", "no key is named here; if no other process signs, checkpoints are not made"
        )
        return
    path = Path(settings.signing_key)
    try:
        name = read_key(path).verifier.name
    except (OSError, AllegianceError) as error:
        yield Check("signing", "problem", f"The key at {path} cannot be read: {error}.")
        return
    if path.stat().st_mode & 0o077:
        yield Check("signing", "problem", f"Others may read the key at {path}; say 'chmod 600 {path}'.")
    else:
        yield Check(
            "signing", "ok", f"with {path}, as {name}; kept outside the database in {settings.outside}"
        )


def _disk(path: Path, reserve: int) -> Iterator[Check]:
    directory = next(parent for parent in path.parents if parent.exists())
    # Beside the database SQLite writes its log (-wal) and its index of it (-shm).
    unwritable = [
        str(place) for place in (directory, path) if place.exists() and not os.access(place, os.W_OK)
    ]
    if unwritable:
        yield Check(
            "writable", "problem", f"Give the service's user the right to write {' and '.join(unwritable)}."
        )
    else:
        yield Check("writable", "ok", str(directory))
    free = shutil.disk_usage(directory).free
    if free < reserve:
        kept = f"{_size(reserve)} are kept in reserve"
        yield Check(
            "free disk", "problem", f"{_size(free)} at {directory}, and {kept}: make room to append again."
        )
    else:
        yield Check("free disk", "ok", f"{_size(free)} at {directory}")


def _sqlite_features() -> Iterator[Check]:
    connection = sqlite3.connect(":memory:")
    trials = {
        "R*Tree": "create virtual table t using rtree_i32(id, a, b)",
        "JSON": "select json_group_array(1)",
    }
    for name, statement in trials.items():
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            yield Check(f"SQLite {name}", "problem", f"{error}; use a Python whose SQLite is built with it.")
        else:
            yield Check(f"SQLite {name}", "ok", "available")
    connection.close()


def wal_reset(version: tuple[int, ...]) -> Check:
    """Where this SQLite stands regarding the WAL-reset bug (sqlite.org/wal.html), and our defence."""
    name, shown = "SQLite", ".".join(map(str, version))
    if not has_wal_reset_bug(version):
        return Check(name, "ok", f"{shown}, without the WAL-reset bug")
    return Check(
        name,
        "note",
        f"{shown} has the WAL-reset bug (3.7.0 to 3.51.2 but for 3.44.6 and 3.50.7), unless its packager"
        " mended it: where connections write and checkpoint at the same instant, committed pages can be lost."
        " Allegiance lets one of its own connections at a time do either, under a lock beside the database."
        " Another program that writes to the file does not know that lock: do not let one.",
    )


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether a version of SQLite has it, by its number."""
    mended = any(version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_RESET_FIXED)
    return (3, 7, 0) <= version < (3, 51, 3) and not mended


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _size(count: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
