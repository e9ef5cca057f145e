"""Many rows in few round trips: a pipeline for some, COPY for many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from psycopg import Connection, sql

from events.stores.postgres.connection import Row

COPIED = 200
"""From so many rows on, COPY is the faster way into a table."""


def fill(
    connection: Connection[Row], tables: Mapping[str, tuple[str, ...]], rows: Mapping[str, Collection[Any]]
) -> None:
    """Insert `rows` into their tables, of which `tables` names the columns."""
    few = {table: lines for table, lines in rows.items() if 0 < len(lines) < COPIED}
    if few:
        with connection.pipeline(), connection.cursor() as cursor:
            for table, lines in few.items():
                marks = sql.SQL(", ").join([sql.Placeholder()] * len(tables[table]))
                insert = sql.SQL("insert into {} ({}) values ({})")
                cursor.executemany(insert.format(*_names(table, tables[table]), marks), lines)
    for table, lines in rows.items():
        if len(lines) >= COPIED:
            statement = sql.SQL("copy {} ({}) from stdin").format(*_names(table, tables[table]))
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                for line in lines:
                    copy.write_row(line)


def _names(table: str, columns: tuple[str, ...]) -> tuple[sql.Composable, sql.Composable]:
    return sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
