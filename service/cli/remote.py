"""A timeline behind an address, asked and written to over HTTP with the client that everybody has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

import click

from events import exports
from events.answer import Question
from events.audit import audit
from events.batch import Batch
from events.codec import Draft
from events.days import iso
from events.errors import AllegianceError, PositionConflictError, Problem
from events.foresight import Foreseen
from events.ingest import Context, Format
from events.known import names_of
from events.listings import EventFilter, SpellFilter
from events.model import Entry, Relation
from events.stores import Pattern, Progress, Receipt
from events.strict_json import canonical, compact, read
from events.verify import Report
from service.cli.group import CONFLICT, INVALID, UNKNOWN, UNUSABLE, RefusedError
from service.cli.log_files import report_of
from service.client import Client, ClientError, ProblemError, answers
from service.client.answers import Fault

KnownAt = int | datetime | None

_CODES = {404: UNKNOWN, 409: CONFLICT, 429: UNUSABLE}
_PAGE = 1000


def client_of(url: str, token: str) -> Client:
    """A client of the service at a URL, which is let go of when the command ends."""
    try:
        client = Client(url, token=token or None)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    click.get_current_context().call_on_close(client.close)
    return client


def timelines(client: Client) -> list[Any]:
    """The timelines of a service."""
    with _told_here():
        return list(client.timelines())


class RemoteRecord:
    """One timeline of a service elsewhere. Promises: `service.cli.record.Record`."""

    def __init__(self, client: Client, name: str, token: str) -> None:
        self.client = client
        self.name = name
        self._token = token

    def state(self, question: Question, known_at: KnownAt) -> str:
        with _told_here():
            return compact(
                self.client.state(
                    self.name,
                    iso(question.at),
                    known_at=known_at,
                    actors=question.actors,
                    kinds=question.kinds,
                    lapsed=question.lapsed,
                )
            )

    def explain(self, relation: Relation, at: int, known_at: KnownAt) -> Mapping[str, Any]:
        with _told_here():
            return self.client.explain(
                self.name, *relation[:3], iso(at), under=relation.under or None, known_at=known_at
            )

    def changes(self, first: int, last: int, known_at: KnownAt) -> list[Any]:
        with _told_here():
            return list(self.client.changes(self.name, iso(first), iso(last), known_at=known_at))

    def learned(self, before: KnownAt, after: KnownAt, at: int | None) -> list[Any]:
        assert before is not None
        with _told_here():
            return list(self.client.learned(self.name, before, after, at=None if at is None else iso(at)))

    def relations(self, pattern: Pattern, wanted: SpellFilter, known_at: KnownAt) -> list[Any]:
        since = wanted.not_attested_since
        parameters = {
            **pattern._asdict(),
            **wanted._asdict(),
            "not_attested_since": None if since is None else iso(since),
        }
        with _told_here():
            return list(self.client.relations(self.name, **parameters, known_at=known_at))

    def events(self, wanted: EventFilter, known_at: KnownAt) -> list[Any]:
        with _told_here():
            return list(self.client.events(self.name, **wanted._asdict(), known_at=known_at))

    def log(self, after: int, limit: int, ops: Sequence[str]) -> tuple[list[Any], int | None]:
        with _told_here():
            stream = self.client.log(self.name, after, ops=ops, limit=min(limit + 1, _PAGE))
            found = list(islice(stream, limit + 1))
        return found[:limit], found[limit - 1]["position"] if len(found) > limit else None

    def export(
        self,
        format: exports.Format,
        question: Question | None,
        years: tuple[int, int] | None,
        known_at: KnownAt,
    ) -> Iterator[bytes]:
        takes: dict[str, Any] = {} if years is None else _years(years)
        if question is not None:
            takes["at"] = iso(question.at)
        with _told_here():
            yield from self.client.export(self.name, format.name, **takes, known_at=known_at)

    def entries(self, known_at: KnownAt) -> Callable[[], Iterator[Entry]]:
        with _told_here():
            upto = self.client.timeline(self.name, known_at=known_at)["position"]
            stream = islice(self.client.log(self.name, limit=_PAGE), upto)
            kept = [_entry(entry) for entry in stream]
        return lambda: iter(kept)

    def context(self, format: Format, *, create_actors: bool, origin: str | None) -> Context:
        if format.rows is None:
            return Context(create_actors=create_actors, origin=origin)
        try:
            actors = {item["id"]: names_of(item["actor"]) for item in self.client.actors(self.name)}
            documents = {item["id"]: item["document"] for item in self.client.documents(self.name)}
        except ProblemError as error:
            if error.status != 404:
                raise _ours(error) from None
            actors, documents = {}, {}
        except ClientError as error:
            raise _ours(error) from None
        return Context(actors, create_actors, documents, origin)

    def append(
        self, batch: Batch, *, dry_run: bool, expected_position: int | None, **how: Any
    ) -> tuple[Receipt, Foreseen | None]:
        def append(drafts: Sequence[Draft], dry_run: bool) -> answers.Receipt:
            lines = [read(draft.body) for draft in drafts]
            with _told_here(drafts):
                try:
                    return self._append(lines, dry_run, expected_position)
                except ProblemError as error:
                    if error.slug != "unknown" or error.problem.get("errors") or dry_run:
                        raise
                    self.client.begin(self.name)
                    return self._append(lines, dry_run, expected_position)

        done = batch.send(append, dry_run=dry_run)
        receipt = Receipt(done["position"], done["recorded_at"], done["appended"], done["existing"])
        return receipt, done.get("changes")

    def _append(self, lines: list[Any], dry_run: bool, expected_position: int | None) -> answers.Receipt:
        return self.client.append(self.name, lines, dry_run=dry_run, expected_position=expected_position)

    def verify(
        self, positions: int, progress: Progress, *, tree_alone: bool = False, vkey: str | None = None
    ) -> Report:
        if tree_alone or vkey:
            signed = report_of(f"{self.client.url}/log/{self.name}", vkey, progress, self._token)
            if tree_alone or signed.faults:
                return signed

        def ask(question: Question, position: int) -> str:
            return compact(read(self.state(question, position))["relations"])[1:-1]

        return audit(list(self.entries(None)()), positions, ask, progress)


@contextmanager
def _told_here(batch: Sequence[Draft] = ()) -> Iterator[None]:
    """Raise what goes wrong elsewhere as if it had gone wrong here."""
    try:
        yield
    except ClientError as error:
        raise _ours(error, batch) from None


def _ours(error: ClientError, batch: Sequence[Draft] = ()) -> AllegianceError:
    """An error of the service as one of ours; the lines of what was sent become those of the file."""
    if not isinstance(error, ProblemError):
        return RefusedError(error.detail, (), UNUSABLE)
    problem = error.problem
    if error.slug == "position-conflict":
        missed = [
            (entry["position"], entry["op"], entry["entity"], entry["id"])
            for entry in problem.get("missed", ())
        ]
        return PositionConflictError(problem["expected_position"], problem["position"], missed)
    problems = [_problem(fault, batch) for fault in problem.get("errors", ())]
    code = _CODES.get(error.status, UNUSABLE if error.status >= 500 else INVALID)
    return RefusedError(error.detail, problems, code)


def _years(years: tuple[int, int]) -> dict[str, str]:
    return dict(zip(("from", "to"), map(exports.year_text, years), strict=True))


def _problem(fault: Fault, batch: Sequence[Draft]) -> Problem:
    line = fault.get("line")
    if line is not None and batch:
        line = batch[line - 1].line
    return Problem(fault["detail"], line, fault.get("column"), fault.get("field"), fault.get("value"))


def _entry(told: Mapping[str, Any]) -> Entry:
    """A line of the log without its author's name, which is not in the log itself."""
    body = told["body"]
    said = {name: value for name, value in told.items() if name != "author_name"}
    return Entry(**{**said, "body": None if body is None else canonical(body)})
