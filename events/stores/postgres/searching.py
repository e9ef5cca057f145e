"""What entries can be found by, in PostgreSQL: kept equal to `events.search`, commit by commit.

An index of arrays, in which words are no language's: what is found is decided by the tokens
alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from psycopg import Connection

from events import found_by
from events import search as rules
from events.codec import thing_of
from events.found_by import BEFORE, FIELDS, MANY, YEAR
from events.log import Key
from events.model import Entry
from events.search import FOUND, Hit, Label, Query, Row
from events.stores.postgres.bulk import fill
from events.stores.postgres.connection import Row as Found
from events.stores.postgres.entries import BODY, ENTRY
from events.stores.postgres.schema import FOREVER
from events.stores.rows import Placed

_FINDING = ("timeline", "position", "until", "said", "status", "first", "last", "words")

_NEAR = 1000
"""So many of the latest are gone through first, in which words that many things have are soon found."""

_FAR = 50_000
"""More are never gone through: what few things have the index finds."""

_WORDS = "string_to_array(f.words, ' ')"

_ONE_BY_ONE = """
select position, said, status from (
    select * from finding where timeline = %(timeline)s::integer
      and position >= %(low)s::bigint and position < %(high)s::bigint offset 0
) f where {meant} order by position desc limit %(limit)s::bigint
"""

_BY_INDEX = """
select position, said, status from ({found} offset 0) f order by position desc limit %(limit)s::bigint
"""
_INDEXED = """
select position, said, status from finding f
where timeline = %(timeline)s::integer and position < %(high)s::bigint and {meant}
"""

_STANDING = "f.until >= %(upto)s::bigint"
_DATED = "f.first <= %(last)s::integer and f.last >= %(first)s::integer"

_ENTRIES = f"""
select e.* from unnest(%(positions)s::bigint[]) f(position)
cross join lateral (
    select {ENTRY} from entry e {BODY}
    where e.timeline = %(timeline)s::integer and e.position = f.position offset 0
) e
"""

Place = tuple[int, int, str]
"""Where a row of `finding` stands, which entry's words it has, and its status."""


class _Meant:
    """What a query asks of the tokens of a row: conditions, and the arrays of tokens that they name."""

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}

    def all_of(self, tokens: Iterable[str]) -> str:
        """Every one of them."""
        return f"{_WORDS} @> {self._named(tokens)}"

    def any_of(self, tokens: Iterable[str]) -> str:
        """One of them."""
        return f"{_WORDS} && {self._named(tokens)}"

    def _named(self, tokens: Iterable[str]) -> str:
        name = f"tokens_{len(self.values)}"
        self.values[name] = list(tokens)
        return f"%({name})s::text[]"

    def words(self, query: Query, rank: int) -> list[str]:
        """All words in the names, or all in the titles, or each anywhere."""
        if not query.words:
            return []
        if rank < len(FIELDS) - 1:
            return [self.all_of(f"{FIELDS[rank]}_{word}" for word in query.words)]
        return [self.any_of(f"{field}_{word}" for field in FIELDS) for word in query.words]

    def among(self, labels: Iterable[Sequence[Label]], prefix: str = "") -> list[str]:
        """One label of each group."""
        return [self.any_of(prefix + found_by.token(label) for label in group) for group in labels]

    def of_rank(self, query: Query, rank: int) -> str:
        """What is found with a rank and with no better one."""
        found = [_STANDING, *self.words(query, rank), *self.among(query.labels)]
        if query.days:
            if years := found_by.years(*query.days):
                found.append(self.any_of(f"{YEAR}_{year}" for year in [*years, MANY]))
            found.append(_DATED)
        found += [f"not ({' and '.join(self.words(query, better))})" for better in range(rank)]
        return " and ".join(found)

    def said(self, query: Query) -> str:
        """What an entry says, or what is said of anything."""
        found = [*self.words(query, len(FIELDS) - 1), *self.among(_about(query))]
        return " and ".join(found) or "true"

    def corrected(self, query: Query) -> str:
        """What an entry says no longer."""
        found = self.among(_about(query), f"{BEFORE}_")
        if query.words:
            found.append(self.all_of(f"{BEFORE}_{word}" for word in query.words))
        return " and ".join(found) or "true"


def _about(query: Query) -> list[tuple[Label, ...]]:
    return [group for group in query.labels if group[0][0] != "status"]


def search(  # what is looked for, and from where on
    connection: Connection[Found],
    timeline: int,
    query: Query,
    upto: int,
    after: tuple[int, int] | None,
    limit: int,
) -> list[Hit]:
    """What is found, by rank, then from the latest on."""
    rank, before = after or (0, upto + 1)
    hits: list[Hit] = []
    first, last = query.days or (None, None)
    for at in range(rank, len(FIELDS) if query.words else 1):
        meant = _Meant()
        ways = [meant.of_rank(query, at)]
        values = {"timeline": timeline, "upto": upto, "first": first, "last": last, **meant.values}
        places = _latest(connection, ways, values, before, limit - len(hits))
        entries = _entries(connection, timeline, [said for _, said, _ in places])
        hits += [
            Hit(at, position, status, entries[said])
            for position, said, status in places
            if entries[said].body is not None
        ]
        before = upto + 1
    return hits


def concerning(
    connection: Connection[Found], timeline: int, query: Query, before: int, limit: int
) -> list[Entry]:
    """The entries about what is looked for, or correcting it, the latest first."""
    meant = _Meant()
    ways = [meant.said(query), meant.corrected(query)]
    places = _latest(connection, ways, {"timeline": timeline, **meant.values}, before, limit)
    entries = _entries(connection, timeline, [position for position, *_ in places])
    return [entries[position] for position, *_ in places]


def _latest(
    connection: Connection[Found], ways: Sequence[str], values: Mapping[str, object], before: int, limit: int
) -> list[Place]:
    """The latest rows below a position that fit in one of some ways.

    Whether words are rare no plan can know that is made once for all of them: the latest rows tell.
    """
    one_by_one = _ONE_BY_ONE.format(meant=f"({' or '.join(ways)})")
    found: list[Place] = []
    low, width = before, _NEAR
    while low > 1 and len(found) < limit:
        high, low = low, max(1, low - width)
        asked = {**values, "low": low, "high": high, "limit": limit - len(found)}
        found += connection.execute(one_by_one, asked).fetchall()
        width = before - low
        if not found or width * limit // len(found) > _FAR:
            break
    if low > 1 and len(found) < limit:
        by_index = _BY_INDEX.format(found=" union ".join(_INDEXED.format(meant=way) for way in ways))
        asked = {**values, "high": low, "limit": limit - len(found)}
        found += connection.execute(by_index, asked).fetchall()
    return found


def _entries(connection: Connection[Found], timeline: int, positions: Sequence[int]) -> dict[int, Entry]:
    rows = connection.execute(_ENTRIES, {"timeline": timeline, "positions": list(positions)})
    return {row[0]: Entry(*row) for row in rows}


def record(connection: Connection[Found], timeline: int, entries: Sequence[Placed]) -> None:
    """Add what the entries of one commit, at their positions, can be found by, and close what they supersede.

    Called once for each commit, in the transaction that writes it, when their versions are there.
    """
    entries = [placed for placed in entries if placed[1].entity in FOUND and placed[1].op != "erase"]
    standing = _superseded(connection, timeline, entries)
    new: list[Placed] = []
    made: list[tuple[object, ...]] = []
    for position, entry in entries:
        stands = standing.get((entry.entity, entry.id))
        if stands is None:
            new.append((position, entry))
        elif entry.live or entry.op == "retract":
            thing = thing_of(entry.entity, entry.body) if entry.live else None
            row = rules.row(position, entry.entity, entry.id, thing, stands)
            assert row is not None
            made.append(_written(timeline, row))
    _close(connection, timeline, standing, entries)
    _add(connection, [*_new(timeline, new), *made])


def forget(connection: Connection[Found], timeline: int, entries: Sequence[Entry]) -> None:
    """Find one thing by the bodies that are left of it: `entries` are all about it, some of them erased."""
    positions = [entry.position for entry in entries]
    connection.execute(
        "delete from finding where timeline = %s::integer and position = any(%s::bigint[])",
        (timeline, positions),
    )
    until = dict(zip(positions, [*(position - 1 for position in positions[1:]), FOREVER], strict=True))
    _add(connection, [_written(timeline, row, until[row.position]) for row in rules.rows(entries)])


def record_new(connection: Connection[Found], timeline: int, entries: Sequence[Placed]) -> None:
    """The same for entries that supersede none."""
    _add(connection, _new(timeline, entries))


def _new(timeline: int, entries: Iterable[Placed]) -> list[tuple[object, ...]]:
    return [
        (timeline, position, FOREVER, position, "recorded", *(entry.days or (None, None)), entry.found_by)
        for position, entry in entries
        if entry.found_by is not None
    ]


def _add(connection: Connection[Found], rows: Sequence[tuple[object, ...]]) -> None:
    fill(connection, {"finding": _FINDING}, {"finding": rows})


def _written(timeline: int, row: Row, until: int = FOREVER) -> tuple[object, ...]:
    days = row.days or (None, None)
    return (timeline, row.position, until, row.said, row.status, *days, found_by.tokens(row))


_SUPERSEDED = """
select k.entity, k.id, f.position, f.said, f.status, f.first, f.last, f.words
from unnest(%(entities)s::text[], %(ids)s::text[], %(positions)s::bigint[]) k(entity, id, position)
cross join lateral (
    select since from version v
    where v.timeline = %(timeline)s::integer and v.entity = k.entity and v.id = k.id and v.since < k.position
    order by since desc limit 1
) v
cross join lateral (
    select * from finding where timeline = %(timeline)s::integer and position = v.since offset 0
) f
cross join lateral (
    select 1 from body where timeline = %(timeline)s::integer and position = f.said offset 0
) kept
"""


def _superseded(connection: Connection[Found], timeline: int, entries: Sequence[Placed]) -> dict[Key, Row]:
    """The rows that entries supersede, as far as `events.search.row` asks about them. Erased ones are not."""
    if not entries:
        return {}
    found = connection.execute(
        _SUPERSEDED,
        {
            "timeline": timeline,
            "entities": [entry.entity for _, entry in entries],
            "ids": [entry.id for _, entry in entries],
            "positions": [position for position, _ in entries],
        },
    )
    return {
        (entity, id): found_by.row(at, said, status, None if first is None else (first, last), words)
        for entity, id, at, said, status, first, last, words in found
    }


def _close(
    connection: Connection[Found], timeline: int, standing: dict[Key, Row], entries: Sequence[Placed]
) -> None:
    ends = [
        (standing[entry.entity, entry.id].position, position - 1)
        for position, entry in entries
        if (entry.entity, entry.id) in standing
    ]
    if ends:
        connection.execute(
            "update finding f set until = k.until"
            " from unnest(%s::bigint[], %s::bigint[]) k(position, until)"
            " where f.timeline = %s::integer and f.position = k.position",
            (*map(list, zip(*ends, strict=True)), timeline),
        )
