"""A batch on its way in: lines become drafts, and all that is wrong with any of them is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, TypeVar

from events import codec, strict_json
from events.codec import Draft
from events.columns import Columns
from events.errors import AllegianceError, InvalidError, Problem, TooLargeError, UnreadableError
from events.foresight import Foreseen, foreseen
from events.ingest import Line
from events.ingest.reading import LONGEST_LINE
from events.log import MOST_PROBLEMS
from events.prepared import Prepared, prepare, unprepared
from events.stores import Mapper, Progress, Receipt, Store, in_silence

LARGE = 2000
"""More entries than this are staged: one transaction for all of them would keep others waiting."""

_MOST_BROKEN_TEXT = 16 << 20

T = TypeVar("T")


class Heard:
    """The lines of an open file as a reader takes them; `last` is what it took last."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.last = b""

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.readline(LONGEST_LINE):
            self.last = piece
            yield piece


class Fault(NamedTuple):
    """A line that cannot stand: the sort of error, its problems, and the text that they are in."""

    error: type[AllegianceError]
    problems: tuple[Problem, ...]
    text: str


class Notices(NamedTuple):
    """What a person should know of a line, and what hinders nothing."""

    problems: tuple[Problem, ...]


Taken = Draft | Columns | Fault | Notices


def take(lines: Iterable[Line], timeline: str, heard: Callable[[], bytes] = bytes) -> Iterator[Taken]:
    """What a batch can do with the lines of a reader. `heard` gives the text that the reader took last."""
    for line in lines:
        if line.notices:
            yield Notices(line.notices)
        if line.problems:
            yield Fault(_error_of(line), line.problems, heard().decode("utf-8", "replace"))
        elif line.value is not None:
            yield take_value(line.value, timeline, line.number)


def take_value(value: Any, timeline: str, number: int | None) -> Draft | Fault:
    """What a batch can do with a value from line `number`, from a place in a list, or alone (None)."""
    try:
        return codec.record(value, timeline, number)
    except AllegianceError as error:
        problems = error.problems or (Problem(error.detail, line=number),)
        return Fault(type(error), problems, strict_json.compact(value))


def _error_of(line: Line) -> type[AllegianceError]:
    """The error of a line that has problems.

    One that names no field and shows no value is about the line itself: it could not be read.
    """
    said = any(problem.field or problem.value is not None for problem in line.problems)
    return InvalidError if said else UnreadableError


class Batch:
    """What is to be appended to one timeline. It is read once, while it is appended.

    `entries` is how many objects or rows the sender says there are; none at all looks like a
    cut upload, unless it `may_be_empty`. Afterwards `notices` are what a person should know and
    what hinders nothing, the first of them, while `noticed` counts them all; `drafts` are what
    was sent, where that was not much.
    """

    def __init__(
        self,
        timeline: str,
        taken: Iterable[Taken] = (),
        *,
        entries: int | None = None,
        may_be_empty: bool = False,
    ) -> None:
        self.timeline = timeline
        self.entries = entries
        self.notices: list[Problem] = []
        self.noticed = 0
        self.drafts: list[Draft] = []
        self._taken = taken
        self._may_be_empty = may_be_empty
        self._faults = _Faults()
        self._found = 0

    def append(
        self,
        store: Store,
        *,
        dry_run: bool = False,
        workers: Mapper = map,
        progress: Progress = in_silence,
        **how: Any,
    ) -> tuple[Receipt, Foreseen | None]:
        """Append it as one commit, as `Store.append` does, or raise one error with all that is wrong.

        With `dry_run` nothing is kept, and what would change is told.
        """
        good = self._good()
        first, count = [], 0
        while count <= LARGE and (one := next(good, None)) is not None:
            first.append(one)
            count += one.size if isinstance(one, Columns) else 1
        if count > LARGE:
            with store.stage(self.timeline, **how) as staging:
                staging.add(map(_prepared, chain(first, good)))
                self._refuse_faults(staging.check)
                staging.check()
                receipt = staging.finish(workers, progress)
                if dry_run:
                    return receipt, foreseen(store, self.timeline, receipt)
                return staging.seal(), None
        self.drafts = list(_drafts(first))
        self._refuse_faults(lambda: _try(store.trial(self.timeline, self.drafts, **how)))
        if dry_run:
            with store.trial(self.timeline, self.drafts, **how) as receipt:
                return receipt, foreseen(store, self.timeline, receipt)
        return store.append(self.timeline, self.drafts, **how), None

    def send(self, append: Callable[[Sequence[Draft], bool], T], *, dry_run: bool = False) -> T:
        """Hand all of it to what appends elsewhere, or raise one error with all that is wrong.

        `append` takes drafts, and whether to keep nothing.
        """
        self.drafts = list(_drafts(self._good()))
        self._refuse_faults(lambda: append(self.drafts, True))
        return append(self.drafts, dry_run)

    def _good(self) -> Iterator[Draft | Columns]:
        """What can stand by itself; the rest is noted."""
        last = 0
        for one in self._taken:
            if isinstance(one, Columns):
                self._found += one.size
                yield one
            elif isinstance(one, Draft):
                self._found += one.line != last  # one row of a table may make several things
                last = one.line or 0
                yield one
            elif isinstance(one, Fault):
                self._faults.add(one)
            else:
                self._notice(one.problems)

    def _notice(self, notices: Iterable[Problem]) -> None:
        for notice in notices:
            self.noticed += 1
            if len(self.notices) < MOST_PROBLEMS:
                self.notices.append(notice)

    def _refuse_faults(self, rest: Callable[[], object]) -> None:
        """Raise what is wrong with lines, and what `rest` says would be wrong once these are mended."""
        if self._faults.total:
            try:
                rest()
            except AllegianceError as error:
                self._faults.add_beside(error.problems)
            raise self._faults.error()
        if not self._found and not self._may_be_empty:
            raise InvalidError("There is nothing in this; at least one object must be.")
        if self.entries not in (None, self._found):
            raise InvalidError(
                f"You declared {self.entries} entries, and {self._found} are here; send it again,"
                " or declare as many."
            )


class _Faults:
    """The faults of lines: each counted, the first of them kept."""

    def __init__(self) -> None:
        self.total = 0
        self._problems: list[Problem] = []
        self._error: type[AllegianceError] = InvalidError
        self._broken: list[str] = []
        self._broken_room = _MOST_BROKEN_TEXT

    def add(self, fault: Fault) -> None:
        """Take the faults of one line."""
        if issubclass(fault.error, UnreadableError | TooLargeError) and self._error is not UnreadableError:
            self._error = fault.error
        self._broken_room -= len(fault.text)
        if self._broken_room >= 0:
            self._broken.append(fault.text)
        self._count(fault.problems)

    def add_beside(self, problems: Iterable[Problem]) -> None:
        """Take what would also be wrong.

        A name that is missing may be declared in a line at fault, and is no problem yet.
        """
        if self._broken_room < 0:
            return
        broken = "\n".join(self._broken)
        self._count(problem for problem in problems if not problem.value or problem.value not in broken)

    def _count(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.total += 1
            if len(self._problems) < MOST_PROBLEMS:
                self._problems.append(problem)

    def error(self) -> AllegianceError:
        """All of them as one error."""
        problems = sorted(self._problems, key=lambda problem: problem.line or 0)
        shown = f", the first {len(problems)} of them here" if len(problems) < self.total else ""
        count = "1 problem" if self.total == 1 else f"{self.total} problems"
        return self._error(f"{count}{shown}; nothing was appended.", problems)


def _try(trial: AbstractContextManager[Receipt]) -> None:
    with trial:
        pass


def _prepared(one: Draft | Columns) -> Prepared | Columns:
    return prepare(one) if isinstance(one, Draft) else one


def _drafts(good: Iterable[Draft | Columns]) -> Iterator[Draft]:
    for one in good:
        if isinstance(one, Draft):
            yield one
        else:
            yield from map(unprepared, one.entries())
