"""Who may read what, and what was done by those who decide on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from events.stores import Store
from events.stores.access import VISIBILITIES
from service.cli import output
from service.cli.inputs import NEW_TIMELINE, json_option, operator, with_store

_MOST_SHOWN = 1000


@click.command()
@click.argument("timeline", type=NEW_TIMELINE)
@click.argument("visibility", type=click.Choice(VISIBILITIES), required=False)
@json_option
@with_store
def visibility(store: Store, timeline: str, visibility: str | None, as_json: bool) -> None:
    """Say who may read a timeline, or make it private or public.

    A private one is there for nobody but who has a token for it. It can be made private before
    it begins.
    """
    if visibility is not None:
        store.access.set_visibility(timeline, visibility, operator())
    begun = store.access.visibility(timeline)
    now = "private" if timeline in store.access.private() else begun
    if now is None:
        store.head(timeline)  # which says that there is none
    if as_json:
        output.show_json({"id": timeline, "visibility": now})
    else:
        click.echo(f"{timeline} is {now}{'' if begun else ', and has not begun'}.")


@click.command()
@click.option("--after", type=click.IntRange(0), default=0, show_default=True, help="Begin after this line.")
@click.option(
    "--limit",
    type=click.IntRange(1, _MOST_SHOWN),
    default=100,
    show_default=True,
    help="Give this many lines at most.",
)
@json_option
@with_store
def audit(store: Store, after: int, limit: int, as_json: bool) -> None:
    """The audit trail: who made, renewed, limited or revoked a token, or decided who may read."""
    found = store.access.audit(after, limit + 1)
    acts, following = found[:limit], str(found[limit - 1].number) if len(found) > limit else None
    if as_json:
        output.show_json(output.collection([act._asdict() for act in acts], following))
        return
    rows = [(act.number, output.minute(act.at), act.who, act.action, _words(act.what)) for act in acts]
    output.show_table(("NUMBER", "WHEN (UTC)", "WHO", "DID", "WHAT"), rows)
    if following:
        click.echo(f"\nIt goes on: --after {following}", err=True)


def _words(what: Mapping[str, Any]) -> str:
    """What an act was about, in a line; what does not apply is left out."""
    said = {name: ", ".join(value) if isinstance(value, list) else value for name, value in what.items()}
    return "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in said.items() if value is not None)
