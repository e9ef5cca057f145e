"""The same rows in a plain table with a b-tree index, as one would keep them without the R*Tree."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bench.statement import STATUS

RANGE_QUERY = f"""
select subject, kind, object, under, {STATUS} as status, disputed, tail from spells
where first <= :day and last >= :day order by subject, kind, object, under
"""

_COPY = """
create table spells (
    subject text, kind text, object text, under text,
    first integer, attested_from integer, presumed_from integer, possible_from integer,
    lapsed_from integer, last integer, disputed integer, tail text
);

insert into spells
select r.subject, r.kind, r.object, r.under, s.first, s.attested_from, s.presumed_from, s.possible_from,
       s.lapsed_from, s.lapsed_from - 1, s.disputed, s.tail
from from_store.stretch s join from_store.relation r on r.id = s.relation
where s.until = 2147483647 and s.first < s.lapsed_from order by s.first;

create index spells_by_days on spells(first, last);
"""


def plain_copy(database: Path) -> Path:
    """A file beside `database` with what stands in it now, made unless an earlier run kept it."""
    path = database.with_name(f"{database.stem}-plain.db")
    if path.exists():
        return path
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    connection = sqlite3.connect(unfinished)
    connection.execute("attach ? as from_store", (str(database),))
    connection.executescript(_COPY)
    connection.close()
    return unfinished.rename(path)
