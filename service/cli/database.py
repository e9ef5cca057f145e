"""Making the database, and its indexes anew."""

from __future__ import annotations

import click

from events.errors import DatabaseError
from events.stores import Store, connect
from service.cli.inputs import chosen, with_store
from service.settings import Settings


@click.command()
def init() -> None:
    """Make the database, or bring it up to date.

    Safe to repeat; nothing else ever migrates.
    """
    settings = Settings.read()
    database = settings.database
    store = connect(database, settings.outside)
    click.get_current_context().call_on_close(store.close)
    before = trouble(store)
    if before is not None:
        store.initialise()
    count = len(store.timelines())
    holds = f"It holds {count} timeline{'' if count == 1 else 's'}."
    if before is None:
        click.echo(f"{database} is up to date; nothing was done. {holds}")
    else:
        click.echo(f"{database} was made or brought up to date. {holds}")


def trouble(store: Store) -> str | None:
    """Why the database cannot be used, or None if it can."""
    try:
        store.timelines()
    except DatabaseError as error:
        return error.detail
    return None


@click.command()
@click.argument("timeline", required=False)
@with_store
def rebuild(store: Store, timeline: str | None) -> None:
    """Make the indexes of a timeline, or of all, anew."""
    for name in chosen(store, timeline):
        click.echo(f"{name}: read {store.rebuild(name)} entries, its indexes are new.")
