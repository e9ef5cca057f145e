"""How every command ends: its exit code, and one clear message instead of a traceback."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Sequence
from typing import Any

import click

from events import errors
from events.errors import AllegianceError, ForkedError, PositionConflictError, Problem
from service.cli.output import printable
from service.settings import Settings, SettingsError

FINDINGS, INVALID, UNKNOWN, CONFLICT, UNUSABLE, STOPPED, CUT_OFF = 1, 2, 3, 4, 5, 130, 141

EXIT_CODES = """\b
Exit codes:
  0  it is done, or here is the answer
  1  lint, verify, restore or doctor found something
  2  wrong usage, or input that cannot be read or cannot stand
  3  there is no such timeline, position or token
  4  it contradicts the log, or the log has moved on
  5  the database, a service or a file is busy, full or not usable, or the log is not the one that was signed
  130 and 141: it was stopped, or the reader of its output went away


Every --json is on one line, and the same as over HTTP where HTTP has that answer.
"""

_CODES: dict[type[AllegianceError], int] = {
    errors.UnknownError: UNKNOWN,
    errors.ConflictError: CONFLICT,
    errors.BusyError: UNUSABLE,
    errors.DatabaseError: UNUSABLE,
    errors.FullError: UNUSABLE,
    errors.ForkedError: UNUSABLE,
    AllegianceError: INVALID,
}
"""The exit code of each class of error; a class that is not here has that of its nearest base."""


class RefusedError(AllegianceError):
    """What a service elsewhere refused, and the exit code that goes with it."""

    def __init__(self, detail: str, problems: Sequence[Problem], exit_code: int) -> None:
        super().__init__(detail, problems)
        self.exit_code = exit_code


class Commands(click.Group):
    """The commands in the order in which they are told, with every error as a message and a code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # whatever the locale: the record is in every script
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except AllegianceError as error:
            raise Failure(message_of(error), _code_of(error)) from None
        except SettingsError as error:
            raise Failure(str(error), INVALID) from None
        except sqlite3.Error as error:
            raise Failure(f"The database fails: {error}. See 'allegiance doctor'.", UNUSABLE) from None
        except BrokenPipeError:
            # Whoever read this has enough: nothing more to write, not even at the interpreter's end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(CUT_OFF)
        except OSError as error:
            raise Failure(f"{error.filename or 'The system'}: {error.strerror}.", UNUSABLE) from None
        except KeyboardInterrupt:
            raise Failure("Stopped.", STOPPED) from None


class Failure(click.ClickException):
    """A message for stderr, and the exit code that goes with it."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    def show(self, file: Any = None) -> None:
        click.echo(f"Error: {self.format_message()}", file=file, err=file is None)


def _code_of(error: AllegianceError) -> int:
    if isinstance(error, RefusedError):
        return error.exit_code
    return next(_CODES[cls] for cls in type(error).__mro__ if cls in _CODES)


def message_of(error: AllegianceError) -> str:
    """An error in words: every problem with its place, then what it comes to."""
    lines = [printable(error.detail)]
    if len(error.problems) > 1 or any(where(problem) for problem in error.problems):
        lines += [_problem(problem) for problem in error.problems]
    if isinstance(error, PositionConflictError):
        lines += _missed(error.missed)
    if isinstance(error, ForkedError):
        lines.append(ways_out(error, Settings.read()))
    return "\n".join(lines)


def ways_out(fork: ForkedError, settings: Settings) -> str:
    """What an operator can do about a log that is not the one that was signed."""
    kept = f"{settings.outside}/{fork.timeline}.checkpoint" if settings.outside else "what was signed"
    key = settings.signing_key or "the key that signs"
    return (
        "There are two ways out. Bring back the whole log: the newest backup of the database, or the entries"
        f" that are missing. Or begin a new log on purpose: move {kept} away, and {key} too,"
        " which vouches for the old one."
    )


def where(problem: Problem) -> str:
    """The place of a problem in what was sent; empty if it has none."""
    parts = (("line", problem.line), ("column", problem.column), ("field", problem.field))
    return ", ".join(f"{name} {value}" for name, value in parts if value is not None)


def _problem(problem: Problem) -> str:
    value = "" if problem.value is None else f" = {problem.value!r}"
    return printable(f"  {where(problem)}{value}: {problem.detail}")


def _missed(missed: Sequence[tuple[int, str, str, str]]) -> list[str]:
    return [f"  missed: position {position}, {op} {entity} {id}" for position, op, entity, id in missed]
