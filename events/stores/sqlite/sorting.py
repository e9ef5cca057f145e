"""More rows than memory should hold, put in order on the way to a table.

A table that is written in its own order is appended to. One that is written in the order of a
file has as many pages changed in each transaction as rows, and each page goes to the disk twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

_CACHE_KIB = 8 * 1024


class Sorter:
    """Keeps rows in a file of its own, which ends with it, and gives them back ordered by their keys."""

    def __init__(self) -> None:
        # Beside the database's connection: a checkpoint is refused while that one still reads.
        self._connection = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = off", "synchronous = off", f"cache_size = -{_CACHE_KIB}"):
            self._connection.execute(f"pragma {setting}")
        self._connection.execute("create table kept (major, minor, row)")
        self._count = 0

    def add(self, rows: Iterable[tuple[Any, Any, Any]]) -> None:
        """Keep rows, each with the two parts of its key before it. Of one key the first stays the first."""
        self._connection.execute("begin")
        self._count += self._connection.executemany("insert into kept values (?, ?, ?)", rows).rowcount
        self._connection.execute("commit")

    def __iter__(self) -> Iterator[tuple[Any, Any, Any]]:
        """What was kept, in order."""
        return self._connection.execute("select major, minor, row from kept order by major, minor, rowid")

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
