"""Whether there is room on the disk, and what is said where there is none."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.errors import FullError

_FROM_SQLITE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,  # how it tells of a quota, or of a limit on the size of files
    sqlite3.SQLITE_IOERR_SHMSIZE,
)
_FROM_THE_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def free(path: Path) -> int:
    """The bytes that are free on the disk of a file, for whoever runs this."""
    return shutil.disk_usage(path.parent).free


def require(path: Path, reserve: int) -> None:
    """Raise FullError while fewer bytes than the reserve are free on the disk of a file."""
    if not reserve:
        return
    left = free(path)
    if left < reserve:
        raise FullError(
            f"Only {left >> 20} MiB of the disk are free, and {reserve >> 20} MiB are kept in reserve."
            " Nothing was appended; send the same again once there is room."
        )


@contextmanager
def told_when_full(
    how: str = "Nothing was kept of this; try the same again once there is room on it.",
) -> Iterator[None]:
    """What fails for want of room, as FullError that says how things stand then."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) not in _FROM_SQLITE:
            raise
        raise FullError(f"The disk is full. {how}") from error
    except OSError as error:
        if error.errno not in _FROM_THE_SYSTEM:
            raise
        raise FullError(f"The disk is full. {how}") from error
