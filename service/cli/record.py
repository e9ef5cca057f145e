"""A timeline as the commands ask it: kept here, or behind an address, with the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

import click

from events import exports
from events.answer import Question
from events.batch import Batch
from events.fields import TIMELINE_PATTERN
from events.foresight import Foreseen
from events.ingest import Context, Format
from events.listings import EventFilter, SpellFilter
from events.model import Relation
from events.stores import Mapper, Pattern, Progress, Receipt
from events.verify import Report
from service.cli.inputs import opened
from service.cli.local import LocalRecord
from service.settings import Settings

KnownAt = int | datetime | None

ADDRESS = re.compile(rf"(?P<url>https?://.+)/v1/timelines/(?P<timeline>{TIMELINE_PATTERN})")


class Record(Protocol):
    """One timeline. Answers are the domain's, as JSON-able values; what reads may raise UnknownError."""

    @property
    def name(self) -> str:
        """The timeline's id."""

    def state(self, question: Question, known_at: KnownAt) -> str:
        """The state on a day, as JSON text."""

    def explain(self, relation: Relation, at: int, known_at: KnownAt) -> Mapping[str, Any]:
        """Why a relation stands as it does."""

    def changes(self, first: int, last: int, known_at: KnownAt) -> list[Any]:
        """What changed in the world between two days."""

    def learned(self, before: KnownAt, after: KnownAt, at: int | None) -> list[Any]:
        """What changed in what is known. Raises InvalidError where `before` is the later one."""

    def relations(self, pattern: Pattern, wanted: SpellFilter, known_at: KnownAt) -> list[Any]:
        """The relations that are meant."""

    def events(self, wanted: EventFilter, known_at: KnownAt) -> list[Any]:
        """The events that are meant."""

    def log(self, after: int, limit: int, ops: Sequence[str]) -> tuple[list[Any], int | None]:
        """Some entries after a position, and the position to go on after."""

    def export(
        self,
        format: exports.Format,
        question: Question | None,
        years: tuple[int, int] | None,
        known_at: KnownAt,
    ) -> Iterator[bytes]:
        """An export, piece by piece; `question` and `years` are what the format takes."""

    def context(self, format: Format, *, create_actors: bool, origin: str | None) -> Context:
        """What a reader of files may know of the timeline, which may be new."""

    def append(
        self,
        batch: Batch,
        *,
        dry_run: bool,
        expected_position: int | None,
        workers: Mapper,
        progress: Progress,
    ) -> tuple[Receipt, Foreseen | None]:
        """Append as one commit, as `Batch.append` does. The timeline may be new."""

    def verify(
        self, positions: int, progress: Progress, *, tree_alone: bool = False, vkey: str | None = None
    ) -> Report:
        """Hold the answers, unless the tree alone is meant, and the tree against the log.

        The newest checkpoint must be signed with `vkey`, where one is given.
        """


def record_of(timeline: str) -> Record:
    """The timeline of this name in the database of the settings, or the one at this address."""
    settings = Settings.read()
    if "://" not in timeline:
        return LocalRecord(opened(settings), timeline)
    found = ADDRESS.fullmatch(timeline)
    if found is None:
        raise click.BadParameter(
            f"{timeline!r} is no address of a timeline; write https://HOST/v1/timelines/NAME.",
            param_hint="'TIMELINE'",
        )
    from service.cli.remote import RemoteRecord, client_of  # noqa: PLC0415  # only where it is used

    return RemoteRecord(client_of(found["url"], settings.token), found["timeline"], settings.token)


def with_record(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand a command the timeline that it names, here or elsewhere, and let go of it afterwards."""

    @wraps(command)
    def run(*args: Any, timeline: str, **kwargs: Any) -> Any:
        return command(*args, record_of(timeline), **kwargs)

    return run


def timelines_of(address: str | None) -> list[Any]:
    """The timelines of the database of the settings, or of the service at an address."""
    settings = Settings.read()
    if address is None:
        return LocalRecord.timelines(opened(settings))
    from service.cli.remote import client_of, timelines  # noqa: PLC0415

    return timelines(client_of(address.removesuffix("/v1/timelines"), settings.token))
