"""Signing what the logs have become: after the commit, and never in a process that serves."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from events.errors import ConflictError
from events.stores import Store
from events.tlog import tree
from events.tlog.checkpoint import Checkpoint, Signed, signed
from events.tlog.note import Signer


def read_key(path: Path) -> Signer:
    """The key in a file. Raises OSError and `events.tlog.note.NoteError`."""
    return Signer.read(path.read_text(encoding="utf-8"))


def write_key(path: Path, signer: Signer) -> None:
    """Keep a key in a new file that its owner alone may read. Raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as stream:
        stream.write(signer.text + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def of_timeline(signer: Signer, timeline: str) -> Signer:
    """The key as it signs for one timeline: each is a log with an origin of its own."""
    return signer.named(f"{signer.verifier.name}/{timeline}")


def sign(store: Store, signer: Signer, timeline: str) -> Signed | None:
    """Sign what the log of a timeline is now; None if that was signed already.

    Never two that contradict one another: raises ForkedError if the log does not begin with what was
    signed last. The note is on the disk outside before anybody is shown it.
    """
    own = of_timeline(signer, timeline)
    with store.outside.alone():
        size = store.head(timeline).position
        read = partial(store.hashes, timeline)
        store.outside.check(timeline, size, read)
        newest = store.checkpoints.newest(timeline)
        if newest is not None and (newest.size, newest.vkey) == (size, own.verifier.text):
            if store.outside.note(timeline) is None:
                store.outside.keep(timeline, newest.note)
            return None
        if newest is not None:
            Checkpoint.read(newest.note).require(timeline, size, read)
        made = signed(own, size, tree.root(read, size))
        store.outside.keep(timeline, made.note)
        try:
            store.checkpoints.add(timeline, made)
        except ConflictError:  # another signer, who keeps its notes elsewhere, was faster
            return None
        return made
