"""Checkpoints (c2sp.org/tlog-checkpoint): what a log was at one size, in three lines, and signed."""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from events.errors import ForkedError, shorten
from events.tlog import tree
from events.tlog.note import NoteError, Signer, parts, unbase64
from events.tlog.tree import Read


class Checkpoint(NamedTuple):
    """The log `origin` had `root` when it had `size` entries."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def read(cls, note: str) -> Checkpoint:
        """The checkpoint of a signed note, whoever signed it: see `events.tlog.note.Verifier.open`.

        Raises NoteError.
        """
        text, _ = parts(note)
        lines = text[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise NoteError("This is no checkpoint: origin, size and root, each on a line.")
        origin, size, root = lines[0], lines[1], unbase64(lines[2])
        if not re.fullmatch("0|[1-9][0-9]{0,17}", size, re.ASCII) or root is None or len(root) != 32:
            raise NoteError(f"The checkpoint of {shorten(origin)!r} names no size and root.")
        return cls(origin, int(size), root)

    @property
    def text(self) -> str:
        """The three lines."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    def require(self, timeline: str, size: int, read: Read) -> None:
        """Raise ForkedError unless the log, of `size` entries, begins with what was signed here."""
        if size < self.size:
            here = f"it ends at position {size}" if size else "this database has nothing of it"
            raise ForkedError(timeline, f"{here}, and it was signed at {self.size}")
        if tree.root(read, self.size) != self.root:
            raise ForkedError(timeline, f"what it holds up to position {self.size} is not what was signed")


class Signed(NamedTuple):
    """A checkpoint of `size` entries as a signed note, and the verifier key of the log that signed it."""

    size: int
    note: str
    vkey: str


def signed(signer: Signer, size: int, root: bytes) -> Signed:
    """That the log which the signer is named for had `root` at `size`."""
    note = signer.sign(Checkpoint(signer.verifier.name, size, root).text)
    return Signed(size, note, signer.verifier.text)


def encoded(hash: bytes) -> str:
    """A hash as a checkpoint writes it, and every answer: in base64."""
    return base64.b64encode(hash).decode()
