"""Who may write over HTTP, and read what is private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from marshmallow import ValidationError

from events.fields import Name
from events.stores import Store
from events.stores.clock import write_instant
from events.stores.tokens import SCOPES, Token
from service.cli import output
from service.cli.inputs import NEW_TIMELINE, json_option, operator, with_store
from service.cli.output import minute

_DAYS = click.IntRange(1, 36_500)


class _Author(click.ParamType):
    """A name as the log shows it."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value:
            return ""
        try:
            return Name(100).deserialize(value)
        except ValidationError as error:
            self.fail(" ".join(error.messages), param, ctx)


@click.group()
def token() -> None:
    """Make, list, renew and revoke tokens for use over HTTP."""


@token.command()
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("append", "correct"),
    show_default=True,
    help="What it may do; repeatable. Each scope allows to read.",
)
@click.option("--timeline", type=NEW_TIMELINE, help="The only timeline it is good for.  [default: any]")
@click.option("--author", type=_Author(), default="", help="The public name of who writes with it, for good.")
@click.option("--note", default="", help="What it is for, to know it by later.")
@click.option("--days", type=_DAYS, help="How long it is good.  [default: until it is revoked]")
@json_option
@with_store
def create(store: Store, scopes: Sequence[str], as_json: bool, **given: Any) -> None:
    """Make a token. It is shown now and never again: only its hash is kept."""
    wanted = tuple(scope for scope in SCOPES if scope in scopes)
    made, secret = store.tokens.create(wanted, by=operator(), **given)
    _show_secret(made, secret, as_json)


@token.command()
@click.argument("id")
@click.option(
    "--overlap",
    type=click.IntRange(0, 365),
    default=7,
    show_default=True,
    help="For how many days the old one stays good.",
)
@click.option("--days", type=_DAYS, help="How long the new one is good.  [default: as long as the last]")
@json_option
@with_store
def rotate(store: Store, id: str, overlap: int, days: int | None, as_json: bool) -> None:
    """Give the token of this ID a new secret, shown now and never again.

    The old one stays good for a while, so that nothing stops while they are exchanged.
    """
    _show_secret(*store.tokens.rotate(id, overlap, days, operator()), as_json)


def _show_secret(made: Token, secret: str, as_json: bool) -> None:
    if as_json:
        output.show_json({"id": made.id, "token": secret, "scopes": made.scopes})
        return
    click.echo(secret)
    good_for = f"for the timeline {made.timeline}" if made.timeline else "for every timeline"
    until = f", until {made.expires_at}" if made.expires_at else ""
    old = f" The old one is good until {made.overlap_until}." if made.overlap_until else ""
    scopes = ", ".join(made.scopes)
    click.echo(f"Token {made.id}: {scopes}, {good_for}{until}. It is not shown again.{old}", err=True)


@token.command("list")
@json_option
@with_store
def list_tokens(store: Store, as_json: bool) -> None:
    """List the tokens, without their secrets, and when each was last used, to the hour."""
    found, used = store.tokens.list(), store.usage.last_used()
    if as_json:
        items = [{**item._asdict(), "last_used": used.get(item.id)} for item in found]
        output.show_json(output.collection(items))
    elif found:
        output.show_table(
            ("TOKEN", "SCOPES", "TIMELINE", "AUTHOR AND NOTE", "MADE, LAST USED", "IT IS"),
            [_row(item, used) for item in found],
        )
    else:
        click.echo("There is no token yet; 'allegiance token create' makes one.")


def _row(item: Token, used: Mapping[str, str]) -> tuple[str, ...]:
    return (
        item.id,
        ", ".join(item.scopes),
        item.timeline or "any",
        "\n".join(filter(None, (item.author, item.note))),
        f"{minute(item.created_at)}\n{minute(used[item.id]) if item.id in used else 'never used'}",
        _standing(item, write_instant(datetime.now(UTC))),
    )


def _standing(item: Token, now: str) -> str:
    if item.revoked_at:
        return f"revoked {minute(item.revoked_at)}"
    lines = ["good" if item.expires_at is None else f"good until {minute(item.expires_at)}"]
    if item.expires_at and item.expires_at <= now:
        lines = [f"expired {minute(item.expires_at)}"]
    if item.overlap_until and item.overlap_until > now:
        lines.append(f"its old secret until {minute(item.overlap_until)}")
    if item.limit is not None:
        lines.append(f"at most {item.limit} a minute" if item.limit else "never limited")
    return "\n".join(lines)


@token.command()
@click.argument("id")
@click.argument("requests", type=click.IntRange(0, 10_000_000), required=False)
@json_option
@with_store
def limit(store: Store, id: str, requests: int | None, as_json: bool) -> None:
    """Limit the token of this ID to so many REQUESTS a minute, of reads and of writes each.

    0 is no limit; without a number the settings' limits are its own again.
    """
    limited = store.tokens.limit(id, requests, operator())
    if as_json:
        output.show_json(limited._asdict())
    else:
        click.echo(f"Token {limited.id}: {'the limits of the settings' if requests is None else requests}.")


@token.command()
@click.argument("id")
@json_option
@with_store
def revoke(store: Store, id: str, as_json: bool) -> None:
    """Make the token of this ID useless, now and for ever."""
    revoked = store.tokens.revoke(id, operator())
    if as_json:
        output.show_json(revoked._asdict())
    else:
        click.echo(f"Token {revoked.id} was revoked at {revoked.revoked_at}.")
