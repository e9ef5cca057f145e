"""Everything that can be wrong with what somebody asked or sent, as one tree.

Each error carries its data, never only a sentence, and knows nothing of HTTP:
`service/problems.py` holds the one table of statuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one place: what is wrong and what to write instead.

    `line` and `column` count from 1 in the text that was sent; `field` is a path
    such as ``effects[0].kind``; `value` is what stood there, shortened.
    """

    detail: str
    line: int | None = None
    column: int | None = None
    field: str | None = None
    value: str | None = None


class AllegianceError(Exception):
    """The root: `detail` says what is wrong and what to do."""

    def __init__(self, detail: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.problems = tuple(problems)


class UnreadableError(AllegianceError):
    """The text is not what it claims to be: broken JSON, a cut body, a bad encoding."""


class InvalidError(AllegianceError):
    """It reads well but says something that cannot stand."""


class DateError(InvalidError):
    """A date that is impossible, ambiguous, unsupported or not a date at all."""

    def __init__(self, value: str, problem: str, instead: str) -> None:
        super().__init__(f"{shorten(value)!r} {problem}; write {instead}")
        self.value = value
        self.problem = problem
        self.instead = instead


class TooLargeError(AllegianceError):
    """More than a stated limit; the limit is in the detail."""


class UnknownError(AllegianceError):
    """What was asked for by name is not there."""

    def __init__(self, what: str, name: Any, instead: str = "") -> None:
        super().__init__(f"There is no {what} {shorten(str(name))!r}{'; ' + instead if instead else ''}.")
        self.what = what
        self.name = name


class ConflictError(AllegianceError):
    """It contradicts what the log already holds."""


class PositionConflictError(ConflictError):
    """An append was conditional on a position that is no longer the head.

    `missed` lists the entries since, as ``(position, op, entity, id)``, oldest
    first and at most `MISSED_SHOWN` of them.
    """

    MISSED_SHOWN = 100

    def __init__(self, expected: int, position: int, missed: Sequence[tuple[int, str, str, str]]) -> None:
        super().__init__(
            f"You expected the log to stand at position {expected}; it stands at {position}. "
            "Read what was missed, then send again with the new expected_position."
        )
        self.expected = expected
        self.position = position
        self.missed = tuple(missed)


class BusyError(AllegianceError):
    """The store could not take this now; the same request may succeed later."""

    def __init__(self, detail: str, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class FullError(AllegianceError):
    """There is no room to write; reading goes on, and the same request may succeed once there is."""

    retry_after = 60


class ForkedError(AllegianceError):
    """The log is not the one that was signed before: to append to it would give one history two endings."""

    def __init__(self, timeline: str, how: str) -> None:
        super().__init__(
            f"The log of {shorten(timeline)!r} is not the one that was signed: {how}. It can be read, but "
            "nothing is appended to it until the whole log is back; 'allegiance doctor' says more."
        )
        self.timeline = timeline


class DatabaseError(AllegianceError):
    """The database is not one this version can serve: not initialised, older or newer."""


def shorten(value: str, length: int = 80) -> str:
    """`value`, cut to `length` characters with an ellipsis, for showing in an error."""
    return value if len(value) <= length else value[: length - 1] + "…"
