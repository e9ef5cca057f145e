"""The command `allegiance`: the same answers as over HTTP, and the care of the database.

One module for each group of commands; each command parses, asks and shows.
"""

from __future__ import annotations

import click

from service.cli import (
    access,
    asking,
    browsing,
    checking,
    comparing,
    database,
    doctor,
    erasing,
    keeping,
    listing,
    serve,
    signing,
    tokens,
    transfer,
)
from service.cli.group import EXIT_CODES, Commands
from service.cli.manual import manual

__all__ = ["main", "reference"]


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(package_name="allegiance", message="%(prog)s %(version)s")
def main() -> None:
    """Who stood with or against whom at a date, as known at another, and who says so.

    The settings are read from the environment; ALLEGIANCE_DATABASE says where the record is kept.
    """


for command in (
    database.init,
    serve.serve,
    transfer.ingest,
    transfer.show_template,
    transfer.export,
    listing.timelines,
    asking.state,
    asking.explain,
    comparing.changes,
    browsing.relations,
    browsing.events,
    listing.log,
    checking.lint,
    checking.verify,
    erasing.erase,
    database.rebuild,
    database.copy,
    tokens.token,
    access.visibility,
    access.audit,
    signing.key,
    signing.sign,
    keeping.backup,
    keeping.restore,
    doctor.doctor,
):
    main.add_command(command)


def reference() -> str:
    """The page docs/cli.md: the help of every command."""
    return manual(main, "allegiance")
