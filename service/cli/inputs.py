"""What commands take: the types of their arguments, and the store they work on."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import click

from events.days import FIRST_YEAR, LAST_YEAR
from events.errors import DateError, UnknownError
from events.fields import ID_PATTERN, TIMELINE_PATTERN, unknown_choice
from events.model import Commit
from events.moments import parse_at, parse_known_at
from events.stores import Store, connect
from events.stores.tokens import LOCAL
from events.vocabulary import KINDS
from service.settings import Settings, database_address, without_password


class _Read(click.ParamType):
    """A text that one of the domain's readers understands."""

    def __init__(self, name: str, reads: Callable[[str], Any]) -> None:
        self.name = name
        self.reads = reads

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self.reads(value)
        except DateError as error:
            self.fail(f"{error.detail}.", param, ctx)


class _Kind(click.ParamType):
    """A kind of relation."""

    name = "kind"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value in KINDS else self.fail(unknown_choice(value, tuple(KINDS)), param, ctx)


class _Database(click.ParamType):
    """The address of a database."""

    name = "database"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return database_address(value)
        except ValueError as error:
            self.fail(f"{without_password(value)!r} cannot be used: {error}.", param, ctx)


class _Pattern(click.ParamType):
    """A text that follows a pattern; `rule` tells it."""

    def __init__(self, name: str, pattern: str, rule: str) -> None:
        self.name = name
        self.pattern = re.compile(pattern)
        self.rule = rule

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if self.pattern.fullmatch(value) else self.fail(f"{value!r}: {self.rule}", param, ctx)


DAY = _Read("date", parse_at)
MOMENT = _Read("known_at", parse_known_at)
YEAR = click.IntRange(FIRST_YEAR, LAST_YEAR)
KIND = _Kind()
ID = _Pattern("id", ID_PATTERN, "an id is 1 to 128 of A-Z a-z 0-9 . _ : and -.")
NEW_TIMELINE = _Pattern("timeline", TIMELINE_PATTERN, "a timeline's id is 1 to 64 of a-z 0-9 and -.")
NEW_TIMELINE_OR_ADDRESS = _Pattern(
    "timeline", rf"{TIMELINE_PATTERN}|https?://.*", "a timeline's id is 1 to 64 of a-z 0-9 and -."
)

DATABASE = _Database()

timeline_argument = click.argument("timeline")
json_option = click.option("--json", "as_json", is_flag=True, help="Give the answer as JSON.")
known_at_option = click.option(
    "--known-at",
    type=MOMENT,
    metavar="POSITION|TIME",
    help="Answer from an earlier state of the log: a position, or an RFC 3339 time with its offset."
    "  [default: the latest]",
)


def at_option(meaning: str, required: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option that takes a day."""
    return click.option("--at", type=DAY, metavar="DATE", required=required, help=meaning)


def opened(settings: Settings) -> Store:
    """The store of the settings, which is let go of when the command ends."""
    store = connect(settings.database, settings.outside, settings.disk_reserve)
    click.get_current_context().call_on_close(store.close)
    return store


def with_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the store of the environment's settings to a command, and let go of it afterwards."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        return command(opened(Settings.read()), *args, **kwargs)

    return run


def operator() -> str:
    """Who works on the command line, as the audit trail names them."""
    try:
        return f"{LOCAL}:{getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, as in many containers
        return LOCAL


def commit_at(store: Store, timeline: str, known_at: int | datetime | None) -> Commit:
    """The point of the log that a question is put to. Raises UnknownError."""
    head = head_of(store, timeline)
    return head if known_at is None else store.resolve(timeline, known_at)


def head_of(store: Store, timeline: str) -> Commit:
    """Where a timeline stands. Raises UnknownError, which tells the timelines that there are."""
    try:
        return store.head(timeline)
    except UnknownError:
        names = [name for name, _ in store.timelines()]
        instead = (
            f"there is {', '.join(names[:20])}"
            if names
            else "there is none yet: 'allegiance ingest' makes one"
        )
        raise UnknownError("timeline", timeline, instead) from None


def chosen(store: Store, timeline: str | None) -> list[str]:
    """The timeline that was named, or all. Raises UnknownError."""
    if timeline is None:
        return [name for name, _ in store.timelines()]
    head_of(store, timeline)
    return [timeline]
