"""The questions: who stood with whom, and why it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from events import strict_json
from events.answer import Question
from events.model import Relation
from service.cli import output
from service.cli.explaining import show_explanation
from service.cli.inputs import ID, KIND, at_option, json_option, known_at_option, timeline_argument
from service.cli.record import Record, with_record


@click.command()
@timeline_argument
@at_option("The day: 2019-05-01, or words with one reading such as '4 April 2019'.")
@known_at_option
@click.option("--actor", "actors", type=ID, multiple=True, help="Only relations of this actor; repeatable.")
@click.option("--kind", "kinds", type=KIND, multiple=True, help="Only relations of this kind; repeatable.")
@click.option("--lapsed", is_flag=True, help="Show also what was once known and no longer is.")
@json_option
@with_record
def state(  # noqa: PLR0913  # one for each option
    record: Record,
    *,
    at: int,
    known_at: int | datetime | None,
    actors: Sequence[str],
    kinds: Sequence[str],
    lapsed: bool,
    as_json: bool,
) -> None:
    """Who stood with or against whom on a day, and on whose word."""
    found = record.state(Question.of(at, actors, kinds, lapsed), known_at)
    if as_json:
        click.echo(found)
    else:
        _show_state(strict_json.read(found))


def _show_state(found: Mapping[str, Any]) -> None:
    output.show_lines(f"{found['timeline']} on {found['at']}, {output.known_at(found)}")
    click.echo()
    if found["relations"]:
        rows = [
            (
                output.status(item["status"], item["disputed"]),
                output.relation(item, found["actors"]),
                output.stretch(item),
                "\n".join(item["evidence"]),
            )
            for item in found["relations"]
        ]
        output.show_table(("STATUS", "RELATION", "WHEN", "EVENTS"), rows)
    else:
        click.echo(
            "No relation that was asked for stands on this day. --lapsed shows what is not known any more."
        )
    click.echo()
    output.show_lines(", ".join(f"{count} {word}" for word, count in found["counts"].items()))
    if found["relations"]:
        output.show_lines(output.legend([word for word, count in found["counts"].items() if count]))


@click.command()
@timeline_argument
@click.argument("subject", type=ID)
@click.argument("kind", type=KIND)
@click.argument("object", type=ID)
@at_option("The day whose status is to be explained.")
@click.option("--under", help="The treaty or deal that the relation is under.")
@known_at_option
@json_option
@with_record
def explain(  # noqa: PLR0913  # one for each option
    record: Record,
    *,
    subject: str,
    kind: str,
    object: str,
    at: int,
    under: str | None,
    known_at: int | datetime | None,
    as_json: bool,
) -> None:
    """Why a relation stands as it does, and who says so.

    Each stretch of it, the rule that decided on that day, the entries behind it and their sources.
    """
    found = record.explain(Relation.canonical(subject, kind, object, under), at, known_at)
    (output.show_json if as_json else show_explanation)(found)
