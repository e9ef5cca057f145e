"""Backups, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from events.forks import forks, unguarded
from events.stores import Store
from events.stores.sqlite import SQLiteStore
from events.stores.sqlite.backup import Standing, back_up
from events.stores.sqlite.backup import restore as put_back
from service.cli import output
from service.cli.group import FINDINGS, message_of
from service.cli.inputs import json_option, with_store


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@with_store
def backup(store: Store, file: Path, as_json: bool) -> None:
    """Copy the whole record into a new FILE, while others read and write.

    The copy is of one instant. It is restored for trial, and compared, before it gets its name;
    what is not whole is not kept. It holds the hashes of the tokens: keep it as you keep the database.
    """
    if file.exists():
        raise click.UsageError(f"{file} is there already; name a new file.")
    bar = output.Bar("Copying", "{:,.0f} pages/s")
    standings = back_up(_sqlite(store), file, bar)
    bar.end()
    _show("backed up", file, standings, as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_context
@with_store
def restore(store: Store, ctx: click.Context, file: Path, as_json: bool) -> None:
    """Put the backup FILE where ALLEGIANCE_DATABASE says.

    A database that is there already is replaced only if it holds nothing that the backup does not;
    otherwise what would be lost is told, and nothing is done. The service may go on meanwhile.

    What was signed since the backup was made is told, with the ways out: until then such a timeline can
    be read, but not written. The exit code is 1 then.
    """
    _show("restored", file, put_back(_sqlite(store), file), as_json)
    for name in unguarded(store):
        click.echo(
            f"Of {name} no checkpoint is kept outside the database: whether this is all of it, nobody here"
            " knows. 'allegiance sign' keeps one there again.",
            err=True,
        )
    found = list(forks(store))
    for fork in found:
        click.echo(message_of(fork), err=True)
    if found:
        ctx.exit(FINDINGS)


def _sqlite(store: Store) -> SQLiteStore:
    if not isinstance(store, SQLiteStore):
        raise click.UsageError(
            "This is for a file of SQLite; PostgreSQL has pg_dump and pg_restore (docs/scaling.md)."
        )
    return store


def _show(done: str, file: Path, standings: Sequence[Standing], as_json: bool) -> None:
    if as_json:
        output.show_json({"file": str(file), "timelines": [standing._asdict() for standing in standings]})
        return
    output.show_table(
        ("TIMELINE", "POSITION", "RECORDED AT", "ROOT OF ITS TREE"),
        [(name, position, at or "", root) for name, position, at, root in standings],
    )
    click.echo()
    count = f"{len(standings)} timeline{'' if len(standings) == 1 else 's'}"
    click.echo(f"{file}: {count} {done}, whole and verified.")
