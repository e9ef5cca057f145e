"""Making the database, its indexes anew, and a copy of it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from events import copying
from events.errors import DatabaseError
from events.stores import Store, connect
from service.cli import output
from service.cli.inputs import DATABASE, chosen, head_of, json_option, with_store
from service.settings import Settings, without_password


@click.command()
def init() -> None:
    """Make the database, or bring it up to date.

    Safe to repeat; nothing else ever migrates.
    """
    settings = Settings.read()
    database = without_password(settings.database)
    store = connect(settings.database, settings.outside, owner=settings.database_owner or None)
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


@click.command()
@click.argument("source", metavar="FROM", type=DATABASE)
@click.argument("target", metavar="TO", type=DATABASE)
@click.argument("timelines", nargs=-1, metavar="[TIMELINE]...")
@json_option
def copy(source: str, target: str, timelines: Sequence[str], as_json: bool) -> None:
    """Copy timelines from one database to another, verbatim.

    FROM and TO are addresses such as sqlite:///var/allegiance.db and postgresql://user@host/database; TO was
    initialised. Every entry keeps its position, time and proof, and what was signed comes along. Stopped, it
    goes on where it was when it is started again. At the end both logs have the same root and gave the same
    answers. Tokens are not copied.
    """
    settings = Settings.read()
    here = connect(source)
    there = connect(target, settings.outside if target == settings.database else None)
    click.get_current_context().call_on_close(here.close)
    click.get_current_context().call_on_close(there.close)
    done = []
    for name in timelines or chosen(here, None):
        head_of(here, name)
        bar = output.Bar(name, "{:,.0f} entries/s")
        copied = copying.copy(here, there, name, bar)
        bar.end()
        done.append({"timeline": name, **copied._asdict()})
        if not as_json:
            click.echo(
                f"{name}: {copied.copied} entries copied, it stands at position {copied.position} in both;"
                f" the same root, {copied.answers} answers compared."
            )
    if as_json:
        output.show_json(output.collection(done))
