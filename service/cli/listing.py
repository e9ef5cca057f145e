"""The timelines, and the log of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from events import present
from events.model import Commit
from events.stores import Store
from service.cli import output
from service.cli.inputs import head_of, json_option, timeline_argument, with_store

_MOST_LOGGED = 1000


@click.command()
@json_option
@with_store
def timelines(store: Store, as_json: bool) -> None:
    """List the timelines, and where the log of each stands."""
    items = [
        {"id": name, "title": _title(store, name, head), **present.commit(head)}
        for name, head in store.timelines()
    ]
    if as_json:
        output.show_json(output.collection(items))
    elif items:
        rows = [
            (item["id"], _english(item["title"]), item["position"], item["recorded_at"]) for item in items
        ]
        output.show_table(("TIMELINE", "TITLE", "POSITION", "RECORDED"), rows)
    else:
        click.echo("There is no timeline yet; 'allegiance ingest TIMELINE FILE' makes one.")


def _title(store: Store, timeline: str, head: Commit) -> Mapping[str, str] | None:
    entries = store.history(timeline, "timeline", timeline, head.position)
    described = present.history(entries)["timeline"] if entries else None
    return described["title"] if described else None


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
@json_option
@with_store
def log(store: Store, timeline: str, after: int, limit: int, as_json: bool) -> None:
    """The entries of the log, as they were learned."""
    head = head_of(store, timeline).position
    last = min(after + limit, head)
    names = store.tokens.authors()
    logged = store.entries(timeline, after, last) if after < last else ()
    entries = [present.entry(entry, names) for entry in logged]
    following = str(last) if after < last < head else None
    if as_json:
        output.show_json(output.collection(entries, following))
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
    if following:
        click.echo(f"\nThe log goes on to position {head}: --after {following}", err=True)


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
