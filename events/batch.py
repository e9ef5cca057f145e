"""A batch on its way in: lines become drafts, and all that is wrong with any of them is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from events import codec, strict_json
from events.codec import Draft
from events.errors import AllegianceError, InvalidError, Problem, TooLargeError, UnreadableError
from events.log import MOST_PROBLEMS
from events.stores import Receipt, Store

_BOM = b"\xef\xbb\xbf"


def numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1, without a byte order mark."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(_BOM) if number == 1 else line
        if text.strip():
            yield number, text


class Batch:
    """What is to be appended to one timeline: good lines as drafts, and the faults of the others."""

    def __init__(self, timeline: str, drafts: Iterable[Draft] = ()) -> None:
        self.timeline = timeline
        self.drafts = list(drafts)
        self._total = 0
        self._problems: list[Problem] = []
        self._error: type[AllegianceError] = InvalidError
        self._broken: list[str] = []

    def add_line(self, number: int, text: bytes) -> None:
        """Take a line of NDJSON."""
        try:
            value = strict_json.read(text, number)
        except AllegianceError as error:
            self._fault(error, number, text.decode("utf-8", "replace"))
        else:
            self.add(number, value)

    def add(self, number: int | None, value: Any) -> None:
        """Take a value read from line `number`, or from a place in a list, or alone (None)."""
        try:
            self.drafts.append(codec.record(value, self.timeline, number))
        except AllegianceError as error:
            self._fault(error, number, strict_json.compact(value))

    def require_something(self) -> None:
        """Raise InvalidError if nothing was added: it looks like a cut upload."""
        if not self.drafts and not self._total:
            raise InvalidError("There is nothing in this; at least one object must be.")

    def append(self, store: Store, **how: Any) -> Receipt:
        """Append it as one commit, as `Store.append` does, or raise one error with all that is wrong."""
        if self._total:
            self._try_the_rest(store, how)
            raise self._fault_of_all()
        return store.append(self.timeline, self.drafts, **how)

    def _fault(self, error: AllegianceError, number: int | None, text: str) -> None:
        self._broken.append(text)
        if isinstance(error, UnreadableError | TooLargeError) and self._error is not UnreadableError:
            self._error = type(error)
        self._count(error.problems or (Problem(error.detail, line=number),))

    def _count(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._total += 1
            if len(self._problems) < MOST_PROBLEMS:
                self._problems.append(problem)

    def _try_the_rest(self, store: Store, how: dict[str, Any]) -> None:
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
