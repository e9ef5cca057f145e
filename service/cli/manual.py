"""The documentation of the commands, made of their own help so that it cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator

import click

_WIDTH = 100

_INTRODUCTION = """\
# The command line

What every command of `allegiance` takes. This page is made from their own help:

```
python -c 'from service.cli import reference; print(reference(), end="")' > docs/cli.md
```
"""


def manual(command: click.Command, name: str) -> str:
    """The help of `command` and of all commands below it, as Markdown."""
    sections = [f"## {path}\n\n```\n{text}\n```\n" for path, text in _pages(command, name, None)]
    return "\n".join([_INTRODUCTION, *sections])


def _pages(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    # The width is given, not the terminal's: the page is the same wherever it is made.
    context = click.Context(command, parent, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield context.command_path, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                yield from _pages(found, below, context)
