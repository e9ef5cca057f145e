"""A batch on its way in: lines become drafts, and all that is wrong with any of them is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Protocol

from events import codec, strict_json
from events.codec import Draft
from events.errors import AllegianceError, InvalidError, Problem, TooLargeError, UnreadableError
from events.ingest import Line
from events.ingest.reading import LONGEST_LINE
from events.log import MOST_PROBLEMS
from events.stores import Receipt


class Heard:
    """The lines of an open file as a reader takes them; `last` is what it took last."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.last = b""

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.readline(LONGEST_LINE):
            self.last = piece
            yield piece


class Appends(Protocol):
    """What takes a batch: a store, or what speaks for one elsewhere."""

    def append(self, timeline: str, batch: Sequence[Draft], **how: Any) -> Receipt:
        """As `events.stores.Store.append`."""


class Batch:
    """What is to be appended to one timeline: good lines as drafts, and the faults of the others.

    `notices` are what a person should know and what hinders nothing: the first of them, while
    `noticed` counts them all.
    """

    def __init__(self, timeline: str, drafts: Iterable[Draft] = ()) -> None:
        self.timeline = timeline
        self.drafts = list(drafts)
        self.notices: list[Problem] = []
        self.noticed = 0
        self._total = 0
        self._problems: list[Problem] = []
        self._error: type[AllegianceError] = InvalidError
        self._broken: list[str] = []

    def take(self, lines: Iterable[Line], heard: Callable[[], bytes] = bytes) -> None:
        """Take what a reader makes of a file. `heard` gives the text that the reader took last."""
        for line in lines:
            self._notice(line.notices)
            if line.problems:
                self._broken.append(heard().decode("utf-8", "replace"))
                self._fault(_error_of(line))
            elif line.value is not None:
                self.add(line.number, line.value)

    def add(self, number: int | None, value: Any) -> None:
        """Take a value read from line `number`, or from a place in a list, or alone (None)."""
        try:
            self.drafts.append(codec.record(value, self.timeline, number))
        except AllegianceError as error:
            self._broken.append(strict_json.compact(value))
            self._fault(error, number)

    def require_something(self) -> None:
        """Raise InvalidError if nothing was added: it looks like a cut upload."""
        if not self.drafts and not self._total:
            raise InvalidError("There is nothing in this; at least one object must be.")

    def require(self, entries: int) -> None:
        """Raise InvalidError unless what is here was made of so many objects, or rows of a table.

        Nothing is said of a batch with faults, which is refused for these.
        """
        found = len({draft.line for draft in self.drafts})
        if not self._total and found != entries:
            raise InvalidError(
                f"You declared {entries} entries, and {found} are here; send it again, or declare as many."
            )

    def append(self, store: Appends, **how: Any) -> Receipt:
        """Append it as one commit, as `Store.append` does, or raise one error with all that is wrong."""
        if self._total:
            self._try_the_rest(store, how)
            raise self._fault_of_all()
        return store.append(self.timeline, self.drafts, **how)

    def _fault(self, error: AllegianceError, number: int | None = None) -> None:
        if isinstance(error, UnreadableError | TooLargeError) and self._error is not UnreadableError:
            self._error = type(error)
        self._count(error.problems or (Problem(error.detail, line=number),))

    def _notice(self, notices: Iterable[Problem]) -> None:
        for notice in notices:
            self.noticed += 1
            if len(self.notices) < MOST_PROBLEMS:
                self.notices.append(notice)

    def _count(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._total += 1
            if len(self._problems) < MOST_PROBLEMS:
                self._problems.append(problem)

    def _try_the_rest(self, store: Appends, how: dict[str, Any]) -> None:
        """Find what would also be wrong once the broken lines are mended.

        A name that is missing may be declared in one of them, and is no problem yet.
        """
        try:
            store.append(self.timeline, self.drafts, **{**how, "dry_run": True})
        except AllegianceError as error:
            broken = "\n".join(self._broken)
            self._count(item for item in error.problems if not item.value or item.value not in broken)

    def _fault_of_all(self) -> AllegianceError:
        problems = sorted(self._problems, key=lambda problem: problem.line or 0)
        shown = f", the first {len(problems)} of them here" if len(problems) < self._total else ""
        count = "1 problem" if self._total == 1 else f"{self._total} problems"
        return self._error(f"{count}{shown}; nothing was appended.", problems)


def _error_of(line: Line) -> AllegianceError:
    """The error of a line that has problems.

    One that names no field and shows no value is about the line itself: it could not be read.
    """
    said = any(problem.field or problem.value is not None for problem in line.problems)
    return (InvalidError if said else UnreadableError)("", line.problems)
