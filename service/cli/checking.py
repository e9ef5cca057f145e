"""What an editor should look at again, and whether the store is what its log says."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from events.lint import lint as findings_of
from events.stores import Store
from service.cli import output
from service.cli.group import FINDINGS
from service.cli.inputs import head_of, json_option, timeline_argument, with_store
from service.cli.log_files import report_of
from service.cli.record import Record, record_of, timelines_of
from service.settings import Settings


def _documents(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, bytes]:
    """ID=FILE, read."""
    found = {}
    for text in given:
        id, equals, path = text.partition("=")
        if not (id and equals and path):
            raise click.BadParameter(
                f"{text!r} is not ID=FILE; write trt-world-2020=article.txt.", ctx, param
            )
        try:
            found[id] = Path(path).read_bytes()
        except OSError as error:
            raise click.BadParameter(f"{path!r} cannot be read: {error.strerror}.", ctx, param) from None
    return found


@click.command()
@timeline_argument
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="ID=FILE",
    callback=_documents,
    help="A document at hand, as UTF-8 text: check its SHA-256, the quotes and their offsets; repeatable.",
)
@json_option
@click.pass_context
@with_store
def lint(store: Store, ctx: click.Context, timeline: str, documents: dict[str, bytes], as_json: bool) -> None:
    """What an editor should look at again.

    Errors contradict a document at hand, warnings may be meant.
    """
    head_of(store, timeline)
    found = list(findings_of(store, timeline, documents))
    errors = sum(finding.severity == "error" for finding in found)
    if as_json:
        output.show_json(output.collection([finding._asdict() for finding in found]))
    else:
        if found:
            rows = [(item.severity, item.code, f"{item.entity} {item.id}", item.detail) for item in found]
            output.show_table(("SEVERITY", "CODE", "ABOUT", "WHAT IT IS"), rows)
            click.echo()
        click.echo(f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}.")
    if errors:
        ctx.exit(FINDINGS)


@click.command()
@click.argument("timeline", required=False)
@click.option(
    "--positions",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="At how many earlier states of the log to check the indexes too.",
)
@click.option("--tree", "tree_alone", is_flag=True, help="Check the tree and what was signed of it alone.")
@click.option(
    "--log",
    "place",
    metavar="URL|DIRECTORY",
    help="Check the files of a log and no database: https://allegiance.example/log/libya, or a copy of them.",
)
@click.option("--vkey", metavar="KEY", help="The verifier key that must have signed the newest checkpoint.")
@json_option
@click.pass_context
def verify(  # noqa: PLR0913, PLR0917  # one for each option
    ctx: click.Context,
    timeline: str | None,
    place: str | None,
    positions: int,
    tree_alone: bool,
    vkey: str | None,
    as_json: bool,
) -> None:
    """Check a timeline, or all, against its log.

    The hashes of every entry and the tree over them are made anew, checkpoints are held against that tree,
    and every index against the replay. Of a timeline at an address the log is fetched, and the answers of
    the service are held against its replay.
    """
    if place is not None and timeline is not None:
        raise click.UsageError("--log names the timeline already.")
    if vkey and place is None and timeline is None:
        raise click.UsageError("--vkey is the key of one timeline; name it.")
    reports = []
    for record in [None] if place is not None else _records(timeline):
        name = record.name if record else str(place)
        bar = output.Bar(name, "{:,.0f} checks/s")
        if record is None:
            found = report_of(str(place), vkey, bar, Settings.read().token)
        else:
            found = record.verify(positions, bar, tree_alone=tree_alone, vkey=vkey)
        bar.end()
        reports.append({"timeline": name, **asdict(found)})
    if as_json:
        output.show_json(output.collection(reports))
    else:
        for report in reports:
            _show_report(report)
    if any(report["faults"] for report in reports):
        ctx.exit(FINDINGS)


def _records(timeline: str | None) -> list[Record]:
    if timeline is not None:
        return [record_of(timeline)]
    return [record_of(item["id"]) for item in timelines_of(None)]


def _show_report(report: dict[str, Any]) -> None:
    faults = report["faults"]
    checked = f"{_count(report['entries'], 'entry', 'entries')} checked"
    if report["positions_checked"]:
        checked = (
            f"{_count(report['entries'], 'entry', 'entries')},"
            f" {_count(report['positions_checked'], 'position')}"
            f" and {_count(report['relations_checked'], 'relation')} checked"
        )
    click.echo(
        f"{report['timeline']}: {checked}; {_count(len(faults), 'fault') if faults else 'all is well'}."
    )
    output.show_lines(*faults, indent=2)


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"
