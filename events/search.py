"""What an entry can be found by, and which entries are found: pure, and the definition for every store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from events.codec import thing_of
from events.days import FIRST_DAY, LAST_DAY
from events.model import Actor, Document, Entry, Event, Thing
from events.words import snippet, terms, words

MOST_WORDS = 32
FOUND = ("event", "actor", "document")
"""The sorts of things that can be found."""

STATUSES = ("live", "corrected", "retracted")
"""What can be asked for; `corrected` things are live too."""

_MOST_PASSAGES = 10
_NONE: frozenset[str] = frozenset()

Label = tuple[str, str]
"""What an entry is sorted under: such as ("actor", "haftar") or ("kind", "fights")."""


class Query(NamedTuple):
    """What is looked for, in the normal form that `of` makes: all of the words, and one of each filter."""

    words: tuple[str, ...] = ()
    labels: tuple[tuple[Label, ...], ...] = ()
    days: tuple[int, int] | None = None

    @classmethod
    def of(cls, text: str = "", days: tuple[int, int] | None = None, **filters: Iterable[str]) -> Query:
        """The query for a text's words, narrowed by filters such as ``actor=["haftar"]``.

        Of one filter several values widen it. Without a `status` only what stands is found.
        """
        given = {name: tuple(sorted(set(values))) for name, values in filters.items()}
        given["status"] = given.get("status") or ("live",)
        labels = tuple(
            tuple((name, value) for value in values) for name, values in sorted(given.items()) if values
        )
        return cls(tuple(terms(text)[:MOST_WORDS]), labels, days)

    @property
    def words_or_filters(self) -> bool:
        """Whether anything is asked for but what stands."""
        return bool(self.words or self.days or any(group[0][0] != "status" for group in self.labels))


class Row(NamedTuple):
    """What one entry can be found by, from its position on until the next entry about its thing.

    `said` is the position of the entry whose words these are: its own, but for a
    retraction, which is found by what it retracts. `before` are the words and labels
    of what the entry corrects.
    """

    position: int
    said: int
    status: str
    names: frozenset[str]
    titles: frozenset[str]
    texts: frozenset[str]
    labels: frozenset[Label]
    days: tuple[int, int] | None
    before: frozenset[str | Label] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        """All of them, wherever they stand."""
        return self.names | self.titles | self.texts


class Hit(NamedTuple):
    """A thing that is found: how well (0 by name, 1 by title, 2), by which entry, and who says it.

    `entry` is the one that states it; `status` is recorded, corrected or retracted.
    Hits are in order of `rank`, then from the latest `position` on.
    """

    rank: int
    position: int
    status: str
    entry: Entry


def row(position: int, entity: str, id: str, thing: Thing | None, standing: Row | None) -> Row | None:
    """What an entry can be found by; `thing` is None for a retraction, `standing` the row it supersedes."""
    if entity not in FOUND:
        return None
    if thing is None:
        if standing is None:
            return None
        kept = {label for label in standing.labels if label[0] != "status"}
        return standing._replace(
            position=position,
            status="retracted",
            labels=frozenset(kept | {("status", "retracted")}),
            before=frozenset(),
        )
    status = "recorded" if standing is None else "corrected"
    found: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    for rank, _, text in passages(thing):
        found[rank].update(words(text))
    names, titles, texts = map(frozenset, found)
    before = frozenset() if standing is None else standing.words | standing.labels
    labels = frozenset(_labels(entity, id, thing, status))
    return Row(position, position, status, names, titles, texts, labels, _days(thing), before)


def rows(entries: Iterable[Entry]) -> Iterator[Row]:
    """The row of each entry that has one, in order."""
    standing: dict[tuple[str, str], Row | None] = {}
    for entry in entries:
        key = (entry.entity, entry.id)
        if entry.op == "erase":
            continue  # it takes nothing back by itself
        if entry.op != "retract" and entry.body is None:
            standing[key] = None  # erased: nothing of it can be found
            continue
        thing = None if entry.op == "retract" else thing_of(entry.entity, entry.body or b"")
        made = standing[key] = row(entry.position, *key, thing, standing.get(key))
        if made is not None:
            yield made


def rank(row: Row, query: Query) -> int | None:
    """How well an entry fits, by what itself says; None if it does not."""
    wanted = frozenset(query.words)
    if query.days is not None and not (
        row.days and row.days[0] <= query.days[1] and query.days[0] <= row.days[1]
    ):
        return None
    if not all(row.labels & set(group) for group in query.labels):
        return None
    if wanted <= row.names:
        return 0
    if wanted <= row.titles:
        return 1
    return 2 if wanted <= row.words else None


def concerns(row: Row, query: Query) -> bool:
    """Whether an entry is about what is looked for: by what it says, or by what it corrects.

    The days do not count, and what is asked of the status neither: entries tell of every change of it.
    """
    wanted: set[str | Label] = set(query.words)
    groups = [set(group) for group in query.labels if group[0][0] != "status"]
    says = wanted <= row.words and all(row.labels & group for group in groups)
    return says or (bool(row.before) and wanted <= row.before and all(row.before & group for group in groups))


def find(entries: Iterable[Entry], *queries: Query) -> list[list[Hit]]:
    """What each of some queries finds in a log, in order."""
    log = list(entries)
    newest = {(entry.entity, entry.id): entry.position for entry in log if entry.op != "erase"}
    last: dict[tuple[str, str], tuple[Row, list[int | None]]] = {}
    for made in rows(log):
        entry = log[made.position - 1]
        # Of a long log there is room for the ranks, not for every word.
        bare = made._replace(names=_NONE, titles=_NONE, texts=_NONE, labels=frozenset(), before=frozenset())
        last[entry.entity, entry.id] = bare, [rank(made, query) for query in queries]
    return [
        sorted(
            (
                Hit(found, made.position, made.status, log[made.said - 1])
                for key, (made, ranks) in last.items()
                # Of what was said last, and then erased, nothing can be found.
                if made.position == newest[key] and (found := ranks[place]) is not None
            ),
            key=lambda hit: (hit.rank, -hit.position),
        )
        for place in range(len(queries))
    ]


def passages(thing: Thing) -> Iterator[tuple[int, str, str]]:
    """The texts of a thing: how well it is found by them, in which field they stand, and what they say."""
    match thing:
        case Actor():
            for field, name in _names(thing):
                yield 0, field, name
        case Event():
            yield from ((1, field, text) for field, text in _titles(thing.title, thing.names))
            for place, source in enumerate(thing.sources):
                if source.quote:
                    yield 2, f"sources[{place}].quote", source.quote
        case Document():
            yield 1, "title", thing.title
            if thing.publisher:
                yield 2, "publisher", thing.publisher


def matches(thing: Thing, query: Query) -> list[dict[str, Any]]:
    """The fields of a thing that have one of the words, and the words about it."""
    wanted = set(query.words)
    found = [
        {"field": field, "snippet": snippet(text, wanted)}
        for _, field, text in passages(thing)
        if not wanted.isdisjoint(words(text))
    ]
    return found[:_MOST_PASSAGES]


def _titles(title: str | None, names: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    if title:
        yield "title", title
    for language, name in (names or {}).items():
        yield f"names.{language}", name


def _names(actor: Actor) -> Iterator[tuple[str, str]]:
    yield from _called("", actor.name, actor.names, actor.aliases)
    for place, known in enumerate(actor.known_as):
        yield from _called(f"known_as[{place}].", known.name, known.names, known.aliases)


def _called(
    where: str, name: str, names: Mapping[str, str] | None, aliases: Iterable[str]
) -> Iterator[tuple[str, str]]:
    yield f"{where}name", name
    for language, other in (names or {}).items():
        yield f"{where}names.{language}", other
    for place, alias in enumerate(aliases):
        yield f"{where}aliases[{place}]", alias


def _labels(entity: str, id: str, thing: Thing, status: str) -> set[Label]:
    found = {("entity", entity), (entity, id), ("status", "live"), ("status", status)}
    match thing:
        case Event():
            found.add(("type", thing.type))
            for effect in thing.effects:
                subject, kind, object, _ = effect.relation
                found |= {("actor", subject), ("kind", kind), ("actor", object)}
            for participant in thing.participants:
                found.add(("actor", participant.actor))
            for source in thing.sources:
                found.add(("document", source.document))
                found.update(("actor", actor) for actor in source.attributed_to)
        case Actor():
            found.update(("actor", predecessor) for predecessor in thing.succeeds)
    return found


def _days(thing: Thing) -> tuple[int, int] | None:
    """The first and the last day that an event may be of."""
    if not isinstance(thing, Event):
        return None
    date = thing.date
    return date.a if date.a is not None else FIRST_DAY, date.f if date.f is not None else LAST_DAY
