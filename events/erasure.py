"""Erasure by law: which bodies go, and the entry that says who had them destroyed, when, and why.

Of an entry that is erased its header and its leaf stay, and with them every proof. An `erase`
entry changes nothing of what stands but for that: its body names the positions whose bodies are
gone, at every state of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from events import codec, strict_json
from events.codec import Draft
from events.errors import ConflictError, Problem, UnknownError, shorten
from events.log import Key
from events.model import Entry, Why


def decide(entries: Sequence[Entry], why: Why) -> list[Draft]:
    """The `erase` entries to append: one for each thing, none for what was erased before.

    Raises ConflictError for an erasure: what it says has to stay.
    """
    wanted: dict[Key, list[int]] = {}
    for entry in entries:
        if entry.op == "erase":
            raise ConflictError(f"The entry at position {entry.position} is an erasure, which stays.")
        if entry.body is not None:
            wanted.setdefault((entry.entity, entry.id), []).append(entry.position)
    return [codec.erasure(entity, id, positions, why) for (entity, id), positions in wanted.items()]


def require_there(positions: Iterable[int], entries: Iterable[Entry]) -> None:
    """Raise UnknownError unless there is an entry at each of the positions."""
    missing = set(positions) - {entry.position for entry in entries}
    if missing:
        raise UnknownError("position", min(missing), "the log has no entry there")


def require_unused(gone: Iterable[Key], users: Callable[[Key], Sequence[str]]) -> None:
    """Raise ConflictError if what stands after an erasure names what does not stand any more.

    `gone` are the things that the erasure leaves without a statement, `users` gives ids of live
    things that name one.
    """
    problems = [
        Problem(
            f"The {entity} {shorten(id)!r} is named by {', '.join(map(repr, named_by))}: erase those too, or"
            f" correct them first; or correct the {entity}, and then erase what it said before.",
            field="id",
            value=shorten(id),
        )
        for entity, id in gone
        if (named_by := users((entity, id)))
    ]
    if problems:
        raise ConflictError(problems[0].detail, problems)


def erased_by(entry: Entry) -> list[int]:
    """The positions whose bodies an `erase` entry had destroyed."""
    assert entry.body is not None
    found: list[int] = strict_json.read(entry.body)["positions"]
    return found


def faults(entries: Iterable[Entry]) -> Iterator[str]:
    """What of the erasures in a log is not as its `erase` entries say, in sentences."""
    there: Mapping[int, Entry] = {entry.position: entry for entry in entries}
    said: dict[int, int] = {}
    for entry in there.values():
        if entry.op == "erase" and entry.body is not None:
            said |= dict.fromkeys(erased_by(entry), entry.position)
    for position, by in said.items():
        erased = there.get(position)
        if erased is None or (erased.entity, erased.id) != (there[by].entity, there[by].id):
            yield f"Position {by} erases {position}, which is not about the same."
        elif erased.body is not None:
            yield f"The body at position {position} is there, though position {by} erased it."
    for entry in there.values():
        if entry.body is None and entry.position not in said:
            yield f"The body at position {entry.position} is missing, and no entry erased it."
        elif entry.erased != said.get(entry.position):
            yield f"Position {entry.position} is not said to be erased by the entry that did."
