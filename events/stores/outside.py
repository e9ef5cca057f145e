"""The last checkpoint of each timeline, kept in a directory and not in the database.

Whoever restores an old backup, or edits the database, does not change it: a log that
is shorter than it, or another one, takes no writes, so that history is never forked.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.errors import ForkedError
from events.tlog.checkpoint import Checkpoint
from events.tlog.note import NoteError
from events.tlog.tree import Read

_SUFFIX = ".checkpoint"


class Outside:
    """The checkpoints in `directory`; without one none are kept, and nothing is checked."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory
        self._sound: dict[str, tuple[str, int]] = {}

    def note(self, timeline: str) -> str | None:
        """The signed note that is kept, None if there is none."""
        if self.directory is None:
            return None
        try:
            return (self.directory / f"{timeline}{_SUFFIX}").read_bytes().decode(errors="replace")
        except FileNotFoundError:
            return None

    def timelines(self) -> list[str]:
        """Those of which a checkpoint is kept, by name."""
        if self.directory is None or not self.directory.is_dir():
            return []
        return sorted(path.name.removesuffix(_SUFFIX) for path in self.directory.glob(f"*{_SUFFIX}"))

    def keep(self, timeline: str, note: str) -> None:
        """Keep a note in the place of the one before; it is on the disk when this returns."""
        if self.directory is None:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / f"{timeline}{_SUFFIX}"
        fresh = path.with_name(f".{path.name}.new")
        with fresh.open("wb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync(self.directory)

    def check(self, timeline: str, size: int, read: Read) -> None:
        """Raise ForkedError unless the log, of `size` entries, begins with what its checkpoint names.

        A note that was found sound is not read again: what a log holds never changes.
        """
        note = self.note(timeline)
        if note is None:
            return
        known, least = self._sound.get(timeline, ("", 0))
        if note != known or size < least:
            try:
                checkpoint = Checkpoint.read(note)
            except NoteError as error:
                raise ForkedError(timeline, f"what is kept of it cannot be read, {error.detail}") from None
            checkpoint.require(timeline, size, read)
            self._sound[timeline] = (note, checkpoint.size)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else signs: of two at once, the one who is late could keep the older note."""
        if self.directory is None:
            yield
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _sync(directory: Path) -> None:
    file = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
