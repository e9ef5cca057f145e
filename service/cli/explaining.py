"""An explanation in words: each spell, the rule that decided, the evidence, and whose word it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from service.cli import output
from service.cli.output import days, quoted, show_lines


def show_explanation(found: Mapping[str, Any]) -> None:
    """The status of one relation on one day, and all that it comes from."""
    relation = output.relation(found["relation"]).replace("\n", ", ")
    show_lines(f"{relation} on {found['at']}, {output.known_at(found)}")
    click.echo()
    click.echo(output.status(found["status"], found["disputed"]).replace("\n", "  "))
    show_lines(found["because"], indent=2)
    for number, spell in enumerate(found["spells"], 1):
        click.echo()
        _show_spell(number, len(found["spells"]), spell)


def _show_spell(number: int, of: int, spell: Mapping[str, Any]) -> None:
    speaks = ", which speaks for the relation on this day" if spell["speaks"] else ""
    show_lines(f"Spell {number} of {of}{speaks}")
    show_lines(f"{output.since(spell)}; {output.until(spell)}", indent=2)
    if spell["cap"]:
        show_lines(f"one of its actors ended {days(spell['cap'])}", indent=2)
    word = output.status(spell["status"], spell["disputed_on_day"]).replace("\n", "  ")
    click.echo(f"  rule {spell['rule']}: {word}")
    show_lines(spell["because"], indent=4)
    for item in spell["evidence"]:
        _show_evidence(item)
    if spell["set_aside"]:
        show_lines(
            f"set aside, since they would end it before it begins: {', '.join(spell['set_aside'])}", indent=2
        )


def _show_evidence(item: Mapping[str, Any]) -> None:
    span = "throughout " if item["throughout"] else ""
    show_lines(f"{item['shows']} {span}{days(item)}{quoted(item['as_written'])}", indent=2)
    for event in item["events"]:
        basis = f", {event['date_basis']}" if "date_basis" in event else ""
        title = f": {event['title']}" if "title" in event else ""
        show_lines(f"entry {event['position']}, {event['id']} ({event.get('date')}{basis}){title}", indent=4)
        for source in event.get("sources", ()):
            _show_source(source)


def _show_source(source: Mapping[str, Any]) -> None:
    place = f" at {source['offset']}" if "offset" in source else ""
    said = f", as said by {', '.join(source['attributed_to'])}" if source.get("attributed_to") else ""
    words = quoted(source.get("quote"))
    show_lines(f"{source['document']}{place}{said}{':' + words if words else ''}", indent=6)
