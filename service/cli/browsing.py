"""The relations with their whole history, and the events, narrowed to those that a desk asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click

from events.listings import EventFilter, SpellFilter
from events.stores import Pattern
from events.vocabulary import CONFIDENCES, DATE_BASES
from service.cli import output
from service.cli.inputs import DAY, ID, KIND, json_option, known_at_option, timeline_argument
from service.cli.record import Record, with_record

_ATTRIBUTED = "of which every source is somebody's statement."


@click.command()
@timeline_argument
@click.option("--subject", type=ID, help="Only relations of this actor to others.")
@click.option("--kind", type=KIND, help="Only relations of this kind.")
@click.option("--object", type=ID, help="Only relations of others to this actor.")
@click.option("--under", help="Only relations under this treaty or deal.")
@click.option("--ongoing", is_flag=True, default=None, help="Only with a spell of which no end is known.")
@click.option("--disputed", is_flag=True, default=None, help="Only with a spell of which accounts differ.")
@click.option("--attributed-only", is_flag=True, default=None, help=f"Only with a spell {_ATTRIBUTED}")
@click.option(
    "--not-attested-since",
    type=DAY,
    metavar="DATE",
    help="Only relations that nothing shows on this day or after it.",
)
@known_at_option
@json_option
@with_record
def relations(record: Record, *, known_at: int | datetime | None, as_json: bool, **options: Any) -> None:
    """The relations with all their spells, and the evidence of each."""
    pattern = Pattern(*(options[name] for name in Pattern._fields))
    wanted = SpellFilter(*(options[name] for name in SpellFilter._fields))
    found = record.relations(pattern, wanted, known_at)
    if as_json:
        output.show_json(output.collection(found))
    elif found:
        output.show_table(("RELATION", "WHEN", "EVIDENCE"), [row for item in found for row in _spells(item)])
    else:
        click.echo("No relation is so.")


@click.command()
@timeline_argument
@click.option("--date-basis", type=click.Choice(DATE_BASES), help="Only events whose date rests on this.")
@click.option("--confidence", type=click.Choice(CONFIDENCES), help="Only events coded with this confidence.")
@click.option(
    "--approximate",
    is_flag=True,
    default=None,
    help="Only events whose date leaves a day open: a month, a range, about.",
)
@click.option("--attributed-only", is_flag=True, default=None, help=f"Only events {_ATTRIBUTED}")
@known_at_option
@json_option
@with_record
def events(record: Record, *, known_at: int | datetime | None, as_json: bool, **options: Any) -> None:
    """The events that stand, by their first day."""
    found = record.events(EventFilter(*(options[name] for name in EventFilter._fields)), known_at)
    if as_json:
        output.show_json(output.collection(found))
    elif found:
        output.show_table(("DATE", "EVENT", "RESTS ON"), [_event(item) for item in found])
    else:
        click.echo("No event is so.")


def _spells(item: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for spell in item["spells"]:
        disputed = "\n! disputed" if spell["disputed"] else ""
        ended = f"\none of its actors ended {output.days(spell['cap'])}" if spell["cap"] else ""
        evidence = [
            f"{piece['shows']} {output.days(piece)}: {', '.join(piece['events'])}"
            for piece in spell["evidence"]
        ]
        told = {**item, **spell}
        yield output.relation(told), output.stretch(told) + ended + disputed, "\n".join(evidence)


def _event(item: Mapping[str, Any]) -> tuple[str, str, str]:
    event = item["event"]
    basis = ", ".join(f"{event[name]}" for name in ("date_basis", "confidence") if name in event)
    sources = [
        source["document"]
        + (f", as said by {', '.join(source['attributed_to'])}" if source.get("attributed_to") else "")
        for source in event["sources"]
    ]
    return (
        event["date"] + "\n" + output.quoted(event.get("as_written")).strip(),
        f"{event.get('title', '')}\n({item['id']})".strip(),
        "\n".join([*([basis] if basis else []), *dict.fromkeys(sources)]),
    )
