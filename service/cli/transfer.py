"""Taking a file of events into the log, and giving the live record back as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
from click.core import ParameterSource

from events import exports
from events.answer import Question
from events.foresight import Foreseen
from events.ingest import FORMATS, template
from events.stores import Receipt
from service.cli import output
from service.cli.batch import append_file
from service.cli.files import Source, name_of
from service.cli.inputs import (
    NEW_TIMELINE_OR_ADDRESS,
    YEAR,
    at_option,
    json_option,
    known_at_option,
    timeline_argument,
)
from service.cli.local import LocalRecord
from service.cli.record import Record, with_record
from service.embed.language import LANGUAGES
from service.embed.options import THEMES


@click.command()
@click.argument("timeline", type=NEW_TIMELINE_OR_ADDRESS)
@click.argument("file", type=click.File("rb"))
@click.option(
    "--format",
    type=click.Choice(tuple(FORMATS)),
    metavar="NAME",
    help=f"What the file holds: {', '.join(FORMATS)}.  [default: what it looks like]",
)
@click.option("--create-actors", is_flag=True, help="Make the actors that a table names and that are new.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="CSV",
    help="Write the rows of a table that cannot stand here, with the reason, to be mended.",
)
@click.option(
    "--mended",
    type=click.File("rb"),
    multiple=True,
    metavar="CSV",
    help="Read the rows here, mended from --rejects, in place of the table's own. May be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Decide everything and keep nothing.")
@click.option(
    "--expected-position",
    type=click.IntRange(0),
    metavar="N",
    help="Append only if the log stands at this position.",
)
@json_option
@with_record
def ingest(
    record: Record,
    *,
    file: BinaryIO,
    mended: Sequence[BinaryIO],
    as_json: bool,
    **options: Any,
) -> None:
    """Append a file of events to a timeline.

    FILE is NDJSON, a table (CSV or .xlsx), a timeline of TimelineJS or a known data set; - is stdin. The
    timeline is made if it is new. All or nothing: with one bad line nothing is appended, and every problem
    is listed. Sending it again appends nothing. A timeline at an address takes a token, in ALLEGIANCE_TOKEN.
    """
    source = Source(file, options.pop("format"), mended)
    _check(source, options["rejects"], options["create_actors"], (file, *mended))
    receipt, foreseen = append_file(record, source, **options)
    if as_json:
        output.show_json(asdict(receipt) | ({} if foreseen is None else {"changes": foreseen}))
        return
    click.echo(_told(record.name, receipt, options["dry_run"]))
    if foreseen is not None and foreseen["items"]:
        _show_foreseen(foreseen)


def _check(source: Source, rejects: Path | None, create_actors: bool, files: Sequence[BinaryIO]) -> None:
    """Refuse options that the file's format has no use for, and to write over what is read."""
    for name, given in (("--rejects", rejects), ("--create-actors", create_actors)):
        if given and not source.has_rows:
            raise click.UsageError(f"{name} goes with a table; this is {source.format.name}.")
    read = [Path(name).resolve() for name in map(name_of, files) if name]
    if rejects and rejects.resolve() in read:
        raise click.UsageError("--rejects names a file that is read; choose another one.")


@click.command("template")
@click.option("--csv", "as_csv", is_flag=True, required=True, help="As CSV, the form there is.")
def show_template(as_csv: bool) -> None:
    """Print a filled-in example of a table to ingest.

    Replace its rows by your own. It is read with --create-actors where its actors are new.
    """
    click.echo(template.csv_text(), nl=False)


def _told(timeline: str, receipt: Receipt, dry_run: bool) -> str:
    done = "would be appended (a dry run: nothing was)" if dry_run else "appended"
    stands = "would then stand" if dry_run else "stands"
    return (
        f"{receipt.appended} {done}, {receipt.existing} there already;"
        f" {timeline} {stands} at position {receipt.position}."
    )


def _show_foreseen(foreseen: Foreseen) -> None:
    """Which relations would change, on which days, and how."""
    rows = [
        (
            output.relation(item) if place == 0 else "",
            f"{run['from']} to {run['to'] or 'the end of time'}",
            f"{output.status(run['before'])} → {output.status(run['after'])}",
        )
        for item in foreseen["items"]
        for place, run in enumerate(item["days"])
    ]
    click.echo()
    output.show_table(("RELATION", "DAYS", "CHANGE"), rows)
    if foreseen["total"] > len(foreseen["items"]):
        click.echo(f"\n{foreseen['total']} relations would change; these are the first.")


@click.command()
@timeline_argument
@click.option(
    "--format",
    "name",
    type=click.Choice(tuple(exports.FORMATS)),
    metavar="NAME",
    default="ndjson",
    show_default=True,
    help="; ".join(f"{format.name}: {format.meaning}" for format in exports.FORMATS.values()) + ".",
)
@at_option("The day, for a format that takes one.", required=False)
@click.option("--from", "first", type=YEAR, metavar="YEAR", help="The first year, for panel.csv.")
@click.option("--to", "last", type=YEAR, metavar="YEAR", help="The last year, for panel.csv.")
@known_at_option
@click.option(
    "--embed",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write instead a folder of pages that any static host can serve.",
)
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language of the pages."
)
@click.option(
    "--theme", type=click.Choice(THEMES), default="auto", show_default=True, help="The colours of the pages."
)
@with_record
def export(
    record: Record,
    *,
    known_at: int | datetime | None,
    embed: Path | None,
    lang: str,
    theme: str,
    **wanted: Any,
) -> None:
    """Print a timeline in a form that others read.

    By default what is live, as lines to ingest, in the order of the log. Ingested elsewhere they give the
    same live things, and so the same answers; corrections and retractions are applied, their history stays
    behind. A .zip has all of it, to be checked offline; write it to a file with > NAME.zip.
    """
    if embed is not None:
        _refuse_beside_embed(wanted)
        _write_embed(record, known_at, embed, lang, theme)
        return
    for part in record.export(*_wanted(**wanted), known_at):
        click.echo(part, nl=False)


def _wanted(
    name: str, at: int | None, first: int | None, last: int | None
) -> tuple[exports.Format, Question | None, tuple[int, int] | None]:
    """The format, and the day or the years that it takes."""
    format = exports.FORMATS[name]
    _check_export(format, at, first, last)
    years = None if first is None or last is None else (first, last)
    return format, None if at is None else Question.of(at), years


def _refuse_beside_embed(wanted: Mapping[str, Any]) -> None:
    """Refuse what a folder of pages, which has every day, has no use for."""
    given = click.get_current_context().get_parameter_source
    for name, option in (("name", "--format"), ("at", "--at"), ("first", "--from"), ("last", "--to")):
        if name in wanted and given(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--embed writes pages for every day; leave {option} out.")


def _write_embed(record: Record, known_at: int | datetime | None, embed: Path, lang: str, theme: str) -> None:
    if not isinstance(record, LocalRecord):
        raise click.UsageError("--embed takes a timeline that is kept here; name one without an address.")
    # The whole service, which takes as long to load as all else: no other command needs it.
    from service.cli.folder import write_folder  # noqa: PLC0415

    written = write_folder(record.store, record.name, record.commit(known_at), embed, lang, theme)
    click.echo(f"{written} files are in {embed}; {embed / 'README.txt'} has the lines to paste.")


def _check_export(format: exports.Format, at: int | None, first: int | None, last: int | None) -> None:
    """Refuse what the format has no use for, and ask for what it needs."""
    for takes, names, given in (
        (exports.DAY, "--at", (at,)),
        (exports.YEARS, "--from and --to", (first, last)),
    ):
        if format.takes == takes and None in given:
            raise click.UsageError(f"{format.name} needs {names}.")
        if format.takes != takes and any(part is not None for part in given):
            raise click.UsageError(
                f"{format.name} has no use for {names}; leave it out, or name another format."
            )
    if first is not None and last is not None and last < first:
        raise click.UsageError("--to is before --from; exchange the two.")
