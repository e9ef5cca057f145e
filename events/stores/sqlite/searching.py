"""What entries can be found by, in SQLite's FTS5: kept equal to `events.search`, commit by commit.

The row of an entry has the timeline and the position as its number, so that the latest
come first by themselves, and a page reads no further than it shows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from events import search as rules
from events.codec import thing_of
from events.days import ymd
from events.model import Entry, Thing
from events.search import FOUND, Hit, Label, Query, Row

Stated = tuple[int, str, str, Thing | None]
"""An entry's position, entity, id and what it states: None where it takes something back."""

_FOREVER = 2**31 - 1
_FIELDS = ("n", "t", "x")
"""What a word begins with where it stands in a name, a title or another text: FTS5's own columns
would be gone through word by word."""

_BEFORE = "b"
_YEAR, _MANY = "year", "many"
_FEW_YEARS = 20
"""A span of so many years, or fewer, is looked up by each of them."""

_YEARS_BEFORE = 10_000
"""Added to a year, so that none is below 0."""

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
    for at in range(rank, len(_FIELDS) if query.words else 1):
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
    says = _all(_words(query, len(_FIELDS) - 1), *_among(labels))
    before_it = (f"{_BEFORE}_{word}" for word in query.words)
    corrects = _all(*(_any([word]) for word in before_it), *_among(labels, f"{_BEFORE}_"))
    found = connection.execute(
        _CONCERNING,
        {**_place(timeline), "match": f"({says}) OR ({corrects})", "before": before, "limit": limit},
    )
    return [Entry(*row) for row in found]


def record(connection: sqlite3.Connection, timeline: int, changes: Iterable[Stated]) -> None:
    """Add what the entries of one commit can be found by, and close what they supersede.

    Called once for each commit, in the transaction that writes it.
    """
    closed: list[tuple[int, int, int]] = []
    added = _Added(timeline)
    for position, entity, id, thing in changes:
        if entity not in FOUND:
            continue
        standing = _standing(connection, timeline, (entity, id), position)
        if standing is not None:
            closed.append((position - 1, timeline, standing.position))
        row = rules.row(position, entity, id, thing, standing)
        if row is not None:
            added.add(row)
    connection.executemany("update finding set until = ? where timeline = ? and position = ?", closed)
    added.write(connection)


def forget(connection: sqlite3.Connection, timeline: int, key: tuple[str, str]) -> None:
    """Find one thing by the bodies that are left of it, once some of them are erased.

    Nothing of the others stays in the file: by itself FTS5 drops it only when it next merges.
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
    connection.execute("insert into finding_words (finding_words) values ('optimize')")


def empty(connection: sqlite3.Connection, timeline: int) -> None:
    """Take everything of a timeline out of the index."""
    _remove(connection, timeline, (0, _FOREVER))


def fill(connection: sqlite3.Connection) -> None:
    """Add every timeline to an index that is new."""
    for timeline, head in connection.execute("select id, head from timeline").fetchall():
        rows = connection.execute(
            f"select {_ENTRY} from {_ENTRIES} where e.timeline = ? and e.position <= ? order by e.position",
            (timeline, head),
        )
        for _, commit in groupby((Entry(*row) for row in rows), key=lambda entry: entry.recorded_at):
            record(connection, timeline, [_stated(entry) for entry in commit])


class _Added:
    """Rows to insert, as the tables have them: sets of words would be many, and for long."""

    def __init__(self, timeline: int) -> None:
        self._timeline = timeline
        self._findings: list[tuple[object, ...]] = []
        self._words: list[tuple[object, ...]] = []

    def add(self, row: Row, until: int = _FOREVER) -> None:
        days = row.days or (None, None)
        self._findings.append((self._timeline, row.position, until, row.said, row.status, *days))
        self._words.append((_place(self._timeline)["base"] + row.position, _tokens(row)))

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


def _stated(entry: Entry) -> Stated:
    stated = entry.op in ("record", "correct") and entry.body is not None
    thing = thing_of(entry.entity, entry.body or b"") if stated else None
    return entry.position, entry.entity, entry.id, thing


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
    return _row(*found) if found else None


def _row(position: int, said: int, status: str, first: int | None, last: int | None, tokens: str) -> Row:
    """The inverse of `_tokens`, but for the days' years and what the row itself corrects."""
    fields: tuple[set[str], ...] = tuple(set() for _ in _FIELDS)
    labels: set[Label] = set()
    for token in tokens.split():
        name, _, value = token.partition("_")
        if name in _FIELDS:
            fields[_FIELDS.index(name)].add(value)
        elif name not in (_BEFORE, _YEAR):
            labels.add((name, bytes.fromhex(value).decode()))
    names, titles, texts = map(frozenset, fields)
    days = None if first is None or last is None else (first, last)
    return Row(position, said, status, names, titles, texts, frozenset(labels), days)


def _tokens(row: Row) -> str:
    """Everything that a row is found by, as FTS5 keeps it.

    Each token has an underscore, which no word of a text has, so that a label is never taken for a word.
    """
    found = [f"{_BEFORE}_{word if isinstance(word, str) else _token(word)}" for word in row.before]
    for field, words in zip(_FIELDS, (row.names, row.titles, row.texts), strict=True):
        found += [f"{field}_{word}" for word in words]
    found += map(_token, row.labels)
    if row.days:
        found += [f"{_YEAR}_{year}" for year in _years(*row.days) or [_MANY]]
    return " ".join(sorted(found))


@lru_cache(4096)
def _token(label: Label) -> str:
    """A label as one token; FTS5 would take A for a."""
    name, value = label
    return f"{name}_{value.encode().hex()}"


def _years(first: int, last: int) -> range | None:
    """The years of a span of days, from year 0 on so that none has a sign; None if they are many."""
    years = range(ymd(first)[0] + _YEARS_BEFORE, ymd(last)[0] + _YEARS_BEFORE + 1)
    return years if len(years) <= _FEW_YEARS else None


def _of_rank(query: Query, rank: int) -> str:
    """The expression for what is found with a rank and with no better one."""
    meant = _all(_words(query, rank), *_among(query.labels))
    if query.days and (years := _years(*query.days)):
        meant = _all(meant, _any(f"{_YEAR}_{year}" for year in [*years, _MANY]))
    better = " OR ".join(f"({_words(query, field)})" for field in range(rank))
    return f"({meant}) NOT ({better})" if better else meant


def _words(query: Query, rank: int) -> str:
    """All words in the names, or all in the titles, or each anywhere."""
    fields = _FIELDS if rank == len(_FIELDS) - 1 else _FIELDS[rank : rank + 1]
    return _all(*(_any(f"{field}_{word}" for field in fields) for word in query.words))


def _among(labels: Iterable[Sequence[Label]], prefix: str = "") -> Iterator[str]:
    return (_any(prefix + _token(label) for label in group) for group in labels)


def _any(tokens: Iterable[str]) -> str:
    quoted = (f'"{token}"' for token in tokens)
    return f"({' OR '.join(quoted)})"


def _all(*parts: str) -> str:
    return " AND ".join(part for part in parts if part)
