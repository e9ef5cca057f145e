"""An entry with what proves it, as one store hands it to another: verbatim, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from events import merkle, strict_json
from events.errors import AllegianceError, ConflictError, InvalidError
from events.model import Commit, Entry


class Sealed(NamedTuple):
    """An entry, its header and leaf, and the salt of its body; body and salt are None once erased."""

    entry: Entry
    header: bytes
    leaf: bytes
    salt: bytes | None


def seal(timeline: str, entry: Entry, salt: bytes) -> Sealed:
    """A new entry with its proof."""
    header = merkle.header(timeline, entry, salt)
    return Sealed(entry, header, merkle.leaf(header), salt)


def commits_of(
    timeline: str, head: Commit, sealed: Sequence[Sealed]
) -> Iterator[tuple[Commit, list[Sealed]]]:
    """What was sealed elsewhere, by commit, where it can follow `head`.

    Raises ConflictError where it does not follow, InvalidError where an entry is not what its proof says.
    """
    position, recorded_at = head.position, head.recorded_at or ""
    for instant, group in groupby(sealed, key=lambda item: item.entry.recorded_at):
        commit = list(group)
        for item in commit:
            position += 1
            if item.entry.position != position or instant <= recorded_at:
                raise ConflictError(
                    f"Position {item.entry.position}, recorded at {instant}, cannot follow"
                    f" position {position - 1}, recorded at {recorded_at or 'no time'}."
                )
            _check(timeline, item)
        recorded_at = instant
        yield Commit(position, instant), commit


def _check(timeline: str, sealed: Sealed) -> None:
    entry, header, leaf, salt = sealed
    if salt is None or entry.body is None:
        hashed = _body_hash_in(header)
    else:
        hashed = merkle.body_hash(salt, entry.body)
    if merkle.leaf(header) != leaf or merkle.header_of(timeline, entry, hashed) != header:
        raise InvalidError(f"The entry at position {entry.position} is not what its proof says.")


def _body_hash_in(header: bytes) -> str:
    """What a header says of a body that was erased; empty where it is no header."""
    try:
        return str(strict_json.read(header)["body"])
    except (AllegianceError, LookupError, TypeError):
        return ""
