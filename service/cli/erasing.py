"""Destroying what the law does not let stand, and what to tell the caches that were given it before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import click

from events.errors import InvalidError, UnknownError
from events.model import Entry, Why
from events.stores import Store
from events.vocabulary import ENTITIES
from service.cli import output
from service.cli.inputs import head_of, json_option, timeline_argument, with_store
from service.settings import Settings

_PURGED = (
    "/v1/timelines",
    "/v1/timelines/{timeline}*",
    "/embed/{timeline}*",
    "/timelines/{timeline}*",
    "/oembed?*",
    "/",
)
"""Addresses whose answers may hold what was erased; the files below ``/log`` hold no words."""


@click.command()
@timeline_argument
@click.argument("what", nargs=-1, required=True, metavar="POSITION|ENTITY/ID...")
@click.option("--reason", required=True, help="Why, for everybody to read: name nobody.")
@click.option("--by", help="On whose word, for everybody to read.")
@click.option("--dry-run", is_flag=True, help="Show which entries it would be, and erase nothing.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
@with_store
def erase(
    store: Store, timeline: str, what: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool, **why: Any
) -> None:
    """Destroy the words of entries, by law and for good.

    What is named is a position of the log, or every entry about one thing: 12, event/ID, actor/ID,
    document/ID, timeline/ID. Their bodies and salts are destroyed, and with them everything that answers
    were made of, at every state of the log; an entry of the log says who had it done, when, and why.
    Hashes and proofs stay. Then the database file is written anew, which takes as much room again. What
    stands may not name an actor or a document that does not; correct it or erase it too. Doing it again
    appends nothing.
    """
    entries = _named(store, timeline, what)
    if not as_json:
        _show(entries)
    if dry_run:
        return
    if not yes:
        click.confirm(f"Erase what {len(entries)} entries say, for good?", abort=True, err=True)
    receipt = store.erase(timeline, [entry.position for entry in entries], Why(**why), author="local")
    addresses = [f"{Settings.read().base_url}{path.format(timeline=timeline)}" for path in _PURGED]
    if as_json:
        output.show_json({**asdict(receipt), "purge": addresses})
        return
    click.echo(
        f"\n{len(entries) - receipt.existing} erased, {receipt.existing} were already;"
        f" {timeline} stands at position {receipt.position}."
    )
    click.echo("\nCaches between here and the readers may still have it. Purge:")
    output.show_lines(*addresses, indent=2)
    click.echo(
        "\nFolders of exported pages, backups and copies made before have it too: replace or destroy them."
    )


def _named(store: Store, timeline: str, what: Iterable[str]) -> list[Entry]:
    """The entries that are meant, each once, in order. Raises InvalidError and UnknownError."""
    head = head_of(store, timeline).position
    found = {}
    for name in what:
        for entry in _entries(store, timeline, name, head):
            found[entry.position] = entry
    return [found[position] for position in sorted(found)]


def _entries(store: Store, timeline: str, name: str, head: int) -> Sequence[Entry]:
    if re.fullmatch("[0-9]{1,18}", name):
        position = int(name)
        if not 1 <= position <= head:
            raise UnknownError("position", name, f"the log stands at {head}")
        return list(store.entries(timeline, position - 1, position))
    entity, _, id = name.partition("/")
    if entity not in ENTITIES or not id:
        raise InvalidError(f"{name!r} names nothing; write a position, or event/ID, actor/ID or document/ID.")
    entries = [entry for entry in store.history(timeline, entity, id, head) if entry.op != "erase"]
    if not entries:
        raise UnknownError(entity, id)
    return entries


def _show(entries: Iterable[Entry]) -> None:
    rows = [
        (
            entry.position,
            entry.recorded_at,
            f"{entry.op} {entry.entity} {entry.id}",
            "erased already" if entry.body is None else f"{len(entry.body)} bytes",
        )
        for entry in entries
    ]
    output.show_table(("POSITION", "RECORDED", "ENTRY", "WHAT IT SAYS"), rows)
