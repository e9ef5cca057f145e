"""What changed: in the world between two days, or in what is known between two states of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from service.cli import output
from service.cli.inputs import DAY, MOMENT, at_option, json_option, known_at_option, timeline_argument
from service.cli.record import Record, with_record


@click.command()
@timeline_argument
@click.option(
    "--from", "first", required=True, help="The first day; with --axis known the earlier position or time."
)
@click.option(
    "--to",
    "last",
    help="The last day; with --axis known the later position or time.  [default there: the latest]",
)
@click.option(
    "--axis",
    type=click.Choice(("valid", "known")),
    default="valid",
    show_default=True,
    help="valid: what changed in the world; known: what changed in what is known of it.",
)
@at_option("With --axis known: compare the answers for this day only.", required=False)
@known_at_option
@json_option
@with_record
def changes(  # noqa: PLR0913  # one for each option
    record: Record,
    *,
    first: str,
    last: str | None,
    axis: str,
    at: int | None,
    known_at: int | datetime | None,
    as_json: bool,
) -> None:
    """What changed between two days, or in what is known.

    On the axis `valid`, each change of a status in the world. On the axis `known`, what the log says
    otherwise at its later state than at its earlier one, and the entries that did it.
    """
    if axis == "valid":
        if at is not None:
            raise click.BadParameter("This goes with --axis known; leave it out.", param_hint="'--at'")
        items = _in_the_world(record, first, last, known_at)
        show = _show_changes_of_the_world
    else:
        if known_at is not None:
            raise click.BadParameter("This goes with --axis valid; leave it out.", param_hint="'--known-at'")
        items = _in_what_is_known(record, first, last, at)
        show = _show_changes_of_knowledge
    if as_json:
        output.show_json(output.collection(items))
    elif items:
        show(items)
    else:
        click.echo("Nothing changed.")


def _in_the_world(
    record: Record, first: str, last: str | None, known_at: int | datetime | None
) -> Sequence[Mapping[str, Any]]:
    if last is None:
        raise click.UsageError("Missing option '--to'.", click.get_current_context())
    days = _end("--from", DAY, first), _end("--to", DAY, last)
    if days[1] < days[0]:
        raise click.BadParameter("It is before --from; exchange the two.", param_hint="'--to'")
    return record.changes(*days, known_at)


def _in_what_is_known(
    record: Record, first: str, last: str | None, at: int | None
) -> Sequence[Mapping[str, Any]]:
    before = _end("--from", MOMENT, first)
    after = None if last is None else _end("--to", MOMENT, last)
    return record.learned(before, after, at)


def _end(option: str, kind: click.ParamType, text: str) -> Any:
    """One end of what is compared, a day or a point of the log."""
    try:
        return kind.convert(text, None, None)
    except click.BadParameter as error:
        raise click.BadParameter(error.message, param_hint=f"'{option}'") from None


def _show_changes_of_the_world(items: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (
            item["date"],
            output.relation(item),
            f"{output.status(item['before'])} →\n{output.status(item['after'], item['disputed'])}",
            output.stretch(item),
            "\n".join(item["evidence"]),
        )
        for item in items
    ]
    output.show_table(("DAY", "RELATION", "CHANGE", "WHEN", "EVENTS"), rows)


def _show_changes_of_knowledge(items: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (
            output.relation(item),
            _told(item["before"]),
            _told(item["after"]),
            "\n".join(
                ["It was wrong." if item["was_wrong"] else "More is known.", *map(_entry, item["entries"])]
            ),
        )
        for item in items
    ]
    output.show_table(("RELATION", "BEFORE", "AFTER", "ENTRIES"), rows)


def _entry(entry: Mapping[str, Any]) -> str:
    why = f" (because: {entry['reason']})" if "reason" in entry else ""
    return f"{entry['position']} {entry['op']} {entry['id']}{why}"


def _told(side: Any) -> str:
    """What was told of a relation: all its spells, or its item in the answer for a day."""
    if not side:
        return "nothing"
    if isinstance(side, list):
        return "\n".join(output.stretch(spell) for spell in side)
    return f"{output.status(side['status'], side['disputed'])}\n{output.stretch(side)}"
