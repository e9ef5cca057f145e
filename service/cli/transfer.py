"""Taking a file of events into the log, and giving the live record back as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from events import codec
from events.foresight import Foreseen
from events.ingest import FORMATS, template
from events.model import Entry
from events.stores import Receipt, Store
from events.strict_json import compact
from service.cli import output
from service.cli.batch import append_file
from service.cli.files import Source, name_of
from service.cli.folder import write_folder
from service.cli.inputs import (
    NEW_TIMELINE,
    commit_at,
    json_option,
    known_at_option,
    timeline_argument,
    with_store,
)
from service.embed.language import LANGUAGES
from service.embed.options import THEMES


@click.command()
@click.argument("timeline", type=NEW_TIMELINE)
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
@with_store
def ingest(
    store: Store,
    timeline: str,
    file: BinaryIO,
    mended: Sequence[BinaryIO],
    as_json: bool,
    **options: Any,
) -> None:
    """Append a file of events to a timeline.

    FILE is NDJSON, a table (CSV or .xlsx), a timeline of TimelineJS or a known data set; - is stdin. The
    timeline is made if it is new. All or nothing: with one bad line nothing is appended, and every problem
    is listed. Sending it again appends nothing.
    """
    source = Source(file, options.pop("format"), mended)
    _check(source, options["rejects"], options["create_actors"], (file, *mended))
    receipt, foreseen = append_file(store, timeline, source, author="local", create=True, **options)
    if as_json:
        output.show_json(asdict(receipt) | ({} if foreseen is None else {"changes": foreseen}))
        return
    click.echo(_told(timeline, receipt, options["dry_run"]))
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
@with_store
def export(
    store: Store, timeline: str, known_at: int | datetime | None, embed: Path | None, lang: str, theme: str
) -> None:
    """Print what is live, as lines to ingest.

    They are NDJSON, in the order of the log. Ingested elsewhere they give the same live things, and
    so the same answers; corrections and retractions are applied, their history stays behind.
    """
    commit = commit_at(store, timeline, known_at)
    if embed is not None:
        written = write_folder(store, timeline, commit, embed, lang, theme)
        click.echo(f"{written} files are in {embed}; {embed / 'README.txt'} has the lines to paste.")
        return
    for entry in live_entries(store, timeline, commit.position):
        click.echo(compact(wire(entry)))


def live_entries(store: Store, timeline: str, upto: int) -> Iterator[Entry]:
    """The entries that state what is live at a position, in order. Two readings, so that no body is kept."""
    stated = {
        (entry.entity, entry.id): entry.position
        for entry in store.entries(timeline, 0, upto)
        if entry.op != "erase"
    }
    for entry in store.entries(timeline, 0, upto):
        last = stated[entry.entity, entry.id] == entry.position
        if last and entry.op in ("record", "correct") and entry.body is not None:
            yield entry


def wire(entry: Entry) -> dict[str, Any]:
    """A live thing as a line to ingest. A timeline's has no id: the line is good for any timeline."""
    assert entry.body is not None
    says = {name: value for name, value in codec.content(entry.body).items() if name != "reason"}
    named = {} if entry.entity == "event" else {"entity": entry.entity}
    if entry.entity != "timeline":
        named["id"] = entry.id
    return {**named, **says}
