"""Who may write over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

import click

from events.stores import Store
from events.stores.tokens import SCOPES
from service.cli import output
from service.cli.inputs import NEW_TIMELINE, json_option, with_store


@click.group()
def token() -> None:
    """Make, list and revoke tokens for writing over HTTP."""


@token.command()
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("append", "correct"),
    show_default=True,
    help="What it may do; repeatable.",
)
@click.option("--timeline", type=NEW_TIMELINE, help="The only timeline it is good for.  [default: any]")
@click.option("--note", default="", help="What it is for, to know it by later.")
@json_option
@with_store
def create(store: Store, scopes: Sequence[str], timeline: str | None, note: str, as_json: bool) -> None:
    """Make a token. It is shown now and never again: only its hash is kept."""
    wanted = tuple(scope for scope in SCOPES if scope in scopes)
    made, secret = store.tokens.create(wanted, timeline, note)
    if as_json:
        output.show_json({"id": made.id, "token": secret, "scopes": made.scopes})
        return
    click.echo(secret)
    good_for = f"for the timeline {timeline}" if timeline else "for every timeline"
    click.echo(f"Token {made.id}: {', '.join(made.scopes)}, {good_for}. It is not shown again.", err=True)


@token.command("list")
@json_option
@with_store
def list_tokens(store: Store, as_json: bool) -> None:
    """List the tokens, without their secrets."""
    found = store.tokens.list()
    if as_json:
        output.show_json(output.collection([item._asdict() for item in found]))
    elif found:
        rows = [
            (
                item.id,
                ", ".join(item.scopes),
                item.timeline or "any",
                item.note,
                item.created_at,
                f"revoked {item.revoked_at}" if item.revoked_at else "good",
            )
            for item in found
        ]
        output.show_table(("TOKEN", "SCOPES", "TIMELINE", "NOTE", "MADE", "IT IS"), rows)
    else:
        click.echo("There is no token yet; 'allegiance token create' makes one.")


@token.command()
@click.argument("id")
@json_option
@with_store
def revoke(store: Store, id: str, as_json: bool) -> None:
    """Make the token of this ID useless, now and for ever."""
    revoked = store.tokens.revoke(id)
    if as_json:
        output.show_json(revoked._asdict())
    else:
        click.echo(f"Token {revoked.id} was revoked at {revoked.revoked_at}.")
