"""Writing the folder of an exported embed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from events import ask
from events.model import Commit
from events.stores import Store
from service.app import create_app
from service.embed.folder import Folder
from service.embed.record import reader
from service.settings import Settings


def write_folder(store: Store, timeline: str, commit: Commit, directory: Path, lang: str, theme: str) -> int:
    """Write the pages of a timeline into a new or empty directory; gives the count. Raises UsageError."""
    if directory.exists() and any(directory.iterdir()):
        raise click.UsageError(f"{directory} is not empty; name a new folder.")
    directory.mkdir(parents=True, exist_ok=True)
    settings = Settings.read()
    count = 0
    with create_app(settings, store).app_context():
        erased = store.erased(timeline, commit.position)
        folder = Folder(reader(store)(timeline, commit, erased), lang, theme)
        state = ask.state(store, timeline, folder.question(), commit, None, erased).encode()
        for name, content in _files(folder, settings.base_url, state, directory.name):
            (directory / name).write_bytes(content)
            count += 1
    return count


def _files(folder: Folder, root: str, state: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    for page, text in folder.pages():
        yield page, text.encode()
    yield from folder.assets()
    yield from folder.pictures(root)
    yield "state.json", state
    yield "README.txt", folder.readme(name).encode()
