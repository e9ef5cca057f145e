"""The timelines, and the log of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from events.vocabulary import OPS
from service.cli import output
from service.cli.inputs import json_option, timeline_argument
from service.cli.record import Record, timelines_of, with_record

_MOST_LOGGED = 1000


@click.command()
@click.argument("address", required=False)
@json_option
def timelines(address: str | None, as_json: bool) -> None:
    """List the timelines, and where the log of each stands.

    Those kept here, or those of the service at ADDRESS.
    """
    items = timelines_of(address)
    if as_json:
        output.show_json(output.collection(items))
    elif items:
        rows = [
            (item["id"], _english(item["title"]), item["position"], item["recorded_at"]) for item in items
        ]
        output.show_table(("TIMELINE", "TITLE", "POSITION", "RECORDED"), rows)
    else:
        click.echo("There is no timeline yet; 'allegiance ingest TIMELINE FILE' makes one.")


def _english(names: Mapping[str, str] | None) -> str:
    return names.get("en") or next(iter(names.values())) if names else ""


@click.command()
@timeline_argument
@click.option(
    "--after", type=click.IntRange(0), default=0, show_default=True, help="Begin after this position."
)
@click.option(
    "--limit",
    type=click.IntRange(1, _MOST_LOGGED),
    default=100,
    show_default=True,
    help="Give this many entries at most.",
)
@click.option(
    "--op", "ops", type=click.Choice(OPS), multiple=True, help="Only entries of this op; repeatable."
)
@json_option
@with_record
def log(record: Record, *, after: int, limit: int, ops: Sequence[str], as_json: bool) -> None:
    """The entries of the log, as they were learned."""
    entries, following = record.log(after, limit, ops)
    if as_json:
        output.show_json(output.collection(entries, None if following is None else str(following)))
        return
    rows = [
        (
            entry["position"],
            entry["recorded_at"],
            f"{entry['op']} {entry['entity']} {entry['id']}\nby {_author(entry)}",
            _words(entry["body"] or {}),
        )
        for entry in entries
    ]
    output.show_table(("POSITION", "RECORDED", "ENTRY", "WHAT IT SAYS"), rows)
    if following is not None:
        click.echo(f"\nThe log goes on: --after {following}", err=True)


def _author(entry: Mapping[str, Any]) -> str:
    """Who wrote a line of the log: a name where there is one, and always the id."""
    return f"{entry['author_name']} ({entry['author']})" if "author_name" in entry else entry["author"]


def _words(body: Mapping[str, Any]) -> str:
    """A line of the log in a line: its title or name, and why it corrects."""
    title = body.get("title") or body.get("name") or ""
    if isinstance(title, dict):
        title = _english(title)
    when = f"{body['date']}: " if "date" in body else ""
    why = f" (because: {body['reason']})" if "reason" in body else ""
    return f"{when}{title}{why}"
