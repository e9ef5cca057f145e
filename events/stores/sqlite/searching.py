"""What entries can be found by, in SQLite's FTS5: kept equal to `events.search`, commit by commit.

The row of an entry has the timeline and the position as its number, so that the latest
come first by themselves, and a page reads no further than it shows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from events import found_by
from events import search as rules
from events.codec import thing_of
from events.columns import Columns
from events.found_by import BEFORE, FIELDS, MANY, YEAR
from events.model import Entry
from events.prepared import Prepared, prepare, stated
from events.search import FOUND, Hit, Label, Query, Row

_FOREVER = 2**31 - 1
_ANYTHING = tuple(("entity", entity) for entity in FOUND)

_ENTRY = "e.position, e.recorded_at, e.op, e.entity, e.id, e.author, b.body"
_ENTRIES = "entry e left join body b on b.timeline = e.timeline and b.position = e.position"

_SEARCH = f"""
select f.position, f.status, {_ENTRY}
from finding_words w cross join finding f on f.timeline = :timeline and f.position = w.rowid - :base
     cross join {_ENTRIES}
where w.finding_words match :match and w.rowid > :base and w.rowid < :base + :before
  and f.until >= :upto and {{dated}} and e.timeline = :timeline and e.position = f.said
order by w.rowid desc limit :limit
"""

_DATED = "f.first <= :last and f.last >= :first"

_CONCERNING = f"""
select {_ENTRY}
from finding_words w cross join {_ENTRIES}
where w.finding_words match :match and w.rowid > :base and w.rowid < :base + :before
  and e.timeline = :timeline and e.position = w.rowid - :base
order by w.rowid desc limit :limit
"""


def search(  # what is looked for, and from where on
    connection: sqlite3.Connection,
    timeline: int,
    query: Query,
    upto: int,
    after: tuple[int, int] | None,
    limit: int,
) -> list[Hit]:
    """What is found, by rank, then from the latest on."""
    rank, before = after or (0, upto + 1)
    hits: list[Hit] = []
    sql = _SEARCH.format(dated=_DATED if query.days else "true")
    first, last = query.days or (None, None)
    parameters = {**_place(timeline), "upto": upto, "first": first, "last": last}
    for at in range(rank, len(FIELDS) if query.words else 1):
        rows = connection.execute(
            sql,
            {**parameters, "match": _of_rank(query, at), "before": before, "limit": limit - len(hits)},
        )
        hits += [Hit(at, position, status, Entry(*entry)) for position, status, *entry in rows]
        before = upto + 1
    return hits


def concerning(
    connection: sqlite3.Connection, timeline: int, query: Query, before: int, limit: int
) -> list[Entry]:
    """The entries about what is looked for, or correcting it, the latest first."""
    labels = [group for group in query.labels if group[0][0] != "status"] or [_ANYTHING]
    says = _all(_words(query, len(FIELDS) - 1), *_among(labels))
    before_it = (f"{BEFORE}_{word}" for word in query.words)
    corrects = _all(*(_any([word]) for word in before_it), *_among(labels, f"{BEFORE}_"))
    found = connection.execute(
        _CONCERNING,
        {**_place(timeline), "match": f"({says}) OR ({corrects})", "before": before, "limit": limit},
    )
    return [Entry(*row) for row in found]


def record(connection: sqlite3.Connection, timeline: int, entries: Iterable[tuple[int, Prepared]]) -> None:
    """Add what the entries of one commit, at their positions, can be found by, and close what they supersede.

    Called once for each commit, in the transaction that writes it, when their versions are there.
    """
    closed: list[tuple[int, int, int]] = []
    added = _Added(timeline)
    for position, entry in entries:
        if entry.entity not in FOUND or entry.op == "erase":
            continue
        standing = _standing(connection, timeline, (entry.entity, entry.id), position)
        if standing is None:
            added.add_new(position, entry)
            continue
        closed.append((position - 1, timeline, standing.position))
        if entry.live or entry.op == "retract":
            thing = thing_of(entry.entity, entry.body) if entry.live else None
            row = rules.row(position, entry.entity, entry.id, thing, standing)
            assert row is not None
            added.add(row)
    connection.executemany("update finding set until = ? where timeline = ? and position = ?", closed)
    added.write(connection)


def record_new(connection: sqlite3.Connection, timeline: int, part: Columns, first: int) -> None:
    """The same for entries that supersede none, at positions from `first` on."""
    added = _Added(timeline)
    added.add_columns(part, first)
    added.write(connection)


def forget(connection: sqlite3.Connection, timeline: int, key: tuple[str, str]) -> None:
    """Find one thing by the bodies that are left of it, once some of them are erased.

    `let_go` at the end of the transaction: until then the words of the others are in the index.
    """
    entries = [
        Entry(*row)
        for row in connection.execute(
            f"select {_ENTRY} from version v cross join {_ENTRIES} where v.timeline = ? and v.entity = ?"
            " and v.id = ? and e.timeline = v.timeline and e.position = v.since order by v.since",
            (timeline, *key),
        )
    ]
    for entry in entries:
        _remove(connection, timeline, (entry.position, entry.position))
    nexts = [entry.position - 1 for entry in entries[1:]] + [_FOREVER]
    until = dict(zip((entry.position for entry in entries), nexts, strict=True))
    added = _Added(timeline)
    for row in rules.rows(entries):
        added.add(row, until[row.position])
    added.write(connection)


def let_go(connection: sqlite3.Connection) -> None:
    """Leave nothing of what was forgotten in the index: by itself FTS5 drops it only when it next merges.

    Once for a transaction: the index is written anew, and FTS5 fails when that is done a thousand times.
    """
    connection.execute("insert into finding_words (finding_words) values ('optimize')")


def empty(connection: sqlite3.Connection, timeline: int) -> None:
    """Take everything of a timeline out of the index."""
    _remove(connection, timeline, (0, _FOREVER))


def fill(connection: sqlite3.Connection) -> None:
    """Add every timeline to an index that is new."""
    for timeline, head in connection.execute("select id, head from timeline").fetchall():
        rows = connection.execute(
            "select e.recorded_at, e.position, e.op, e.entity, e.id, b.body"
            f" from {_ENTRIES} where e.timeline = ? and e.position <= ? order by e.position",
            (timeline, head),
        )
        for _, commit in groupby(rows, key=lambda row: str(row[0])):
            record(connection, timeline, [(at, prepare(stated(*said))) for _, at, *said in commit])


def clear(connection: sqlite3.Connection, timeline: int, above: int, limit: int) -> bool:
    """Take some of what is above a position out of the index; gives whether there may be more."""
    positions = connection.execute(
        "select position from finding where timeline = ? and position > ? order by position desc limit ?",
        (timeline, above, limit),
    ).fetchall()
    if positions:
        _remove(connection, timeline, (positions[-1][0], positions[0][0]))
    return bool(positions)


class _Added:
    """Rows to insert, as the tables have them: sets of words would be many, and for long."""

    def __init__(self, timeline: int) -> None:
        self._timeline = timeline
        self._findings: list[tuple[object, ...]] = []
        self._words: list[tuple[object, ...]] = []

    def add(self, row: Row, until: int = _FOREVER) -> None:
        days = row.days or (None, None)
        self._findings.append((self._timeline, row.position, until, row.said, row.status, *days))
        self._words.append((_place(self._timeline)["base"] + row.position, found_by.tokens(row)))

    def add_new(self, position: int, entry: Prepared) -> None:
        if entry.found_by is not None:
            days = entry.days or (None, None)
            self._findings.append((self._timeline, position, _FOREVER, position, "recorded", *days))
            self._words.append((_place(self._timeline)["base"] + position, entry.found_by))

    def add_columns(self, part: Columns, first: int) -> None:
        found = [
            (position, words, days or (None, None))
            for position, (words, days) in enumerate(zip(part.found_by, part.days, strict=True), first)
            if words is not None
        ]
        base = _place(self._timeline)["base"]
        self._findings += [(self._timeline, at, _FOREVER, at, "recorded", *days) for at, _, days in found]
        self._words += [(base + at, words) for at, words, _ in found]

    def write(self, connection: sqlite3.Connection) -> None:
        connection.executemany("insert into finding values (?, ?, ?, ?, ?, ?, ?)", self._findings)
        connection.executemany("insert into finding_words (rowid, words) values (?, ?)", self._words)


def _remove(connection: sqlite3.Connection, timeline: int, positions: tuple[int, int]) -> None:
    base = _place(timeline)["base"]
    connection.execute(
        "delete from finding_words where rowid between ? and ?", [base + position for position in positions]
    )
    connection.execute(
        "delete from finding where timeline = ? and position between ? and ?", (timeline, *positions)
    )


def _place(timeline: int) -> dict[str, int]:
    return {"timeline": timeline, "base": timeline << 32}


def _standing(
    connection: sqlite3.Connection, timeline: int, key: tuple[str, str], position: int
) -> Row | None:
    """The row that an entry about a thing supersedes, as far as `events.search.row` asks about it."""
    last = connection.execute(
        "select since from version where timeline = ? and entity = ? and id = ? and since < ?"
        " order by since desc limit 1",
        (timeline, *key, position),
    ).fetchone()
    found = (
        last
        and connection.execute(
            "select f.position, said, status, first, last, words"
            " from finding f join finding_words w on w.rowid = ? join body b using (timeline)"
            " where f.timeline = ? and f.position = ? and b.position = f.said",
            (_place(timeline)["base"] + last[0], timeline, last[0]),
        ).fetchone()
    )
    if not found:
        return None
    at, said, status, first, last, words = found
    return found_by.row(at, said, status, None if first is None else (first, last), words)


def _of_rank(query: Query, rank: int) -> str:
    """The expression for what is found with a rank and with no better one."""
    meant = _all(_words(query, rank), *_among(query.labels))
    if query.days and (years := found_by.years(*query.days)):
        meant = _all(meant, _any(f"{YEAR}_{year}" for year in [*years, MANY]))
    better = " OR ".join(f"({_words(query, field)})" for field in range(rank))
    return f"({meant}) NOT ({better})" if better else meant


def _words(query: Query, rank: int) -> str:
    """All words in the names, or all in the titles, or each anywhere."""
    fields = FIELDS if rank == len(FIELDS) - 1 else FIELDS[rank : rank + 1]
    return _all(*(_any(f"{field}_{word}" for field in fields) for word in query.words))


def _among(labels: Iterable[Sequence[Label]], prefix: str = "") -> Iterator[str]:
    return (_any(prefix + found_by.token(label) for label in group) for group in labels)


def _any(tokens: Iterable[str]) -> str:
    quoted = (f'"{token}"' for token in tokens)
    return f"({' OR '.join(quoted)})"


def _all(*parts: str) -> str:
    return " AND ".join(part for part in parts if part)
