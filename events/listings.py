"""Lists narrowed by what their items say: read in order, so that every store gives the same ones.

No index knows these things. A page therefore reads a bounded stretch of the list, and may hold
fewer items than were asked for, even none, and yet not be the last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from events.actors import codes_of, names_of
from events.codec import thing_of
from events.model import Actor, Entry, Event, Relation
from events.spells import Spell
from events.stores import Listed, Pattern, Store

MOST_READ = 10_000
"""How many items a page reads at most."""

_MOST_AT_ONCE = 1000


class EventFilter(NamedTuple):
    """Which events are meant; None leaves a part free."""

    date_basis: str | None = None
    confidence: str | None = None
    approximate: bool | None = None
    attributed_only: bool | None = None

    def fits(self, event: Event) -> bool:
        """Whether `event` is one of those meant."""
        told = (event.date_basis, event.confidence, event.date.approximate, event.attributed)
        return all(wanted in (None, said) for wanted, said in zip(self, told, strict=True))


class ActorFilter(NamedTuple):
    """Which actors are meant: by a (scheme, code) or a name that each has or had; None leaves a part free.

    A name is taken in any case, and may be one in another language or an alias.
    """

    code: tuple[str, str] | None = None
    name: str | None = None

    def fits(self, actor: Actor) -> bool:
        """Whether `actor` is one of those meant."""
        return (self.code is None or self.code in codes_of(actor)) and (
            self.name is None or self.name.casefold() in {name.casefold() for name in names_of(actor)}
        )


class SpellFilter(NamedTuple):
    """Which relations are meant, by their spells; None leaves a part free.

    `ongoing`, `disputed` and `attributed_only` are to be true, or false, of one and the same spell.
    `not_attested_since` is a day: nothing shows the relation on it or after it.
    """

    ongoing: bool | None = None
    disputed: bool | None = None
    attributed_only: bool | None = None
    not_attested_since: int | None = None

    def fits(self, spells: Sequence[Spell]) -> bool:
        """Whether a relation with these spells is one of those meant."""
        since = self.not_attested_since
        return any(self._fits_one(spell) for spell in spells) and (
            since is None or all(spell.last_evidence[1] < since for spell in spells)
        )

    def _fits_one(self, spell: Spell) -> bool:
        told = (spell.ongoing, spell.disputed, spell.attributed_only)
        return all(wanted in (None, said) for wanted, said in zip(self, told, strict=False))


class Page(NamedTuple):
    """Some items, and the key of the item to go on after; None at the end."""

    items: list[Any]
    after: Any


def events(
    store: Store, timeline: str, wanted: EventFilter, upto: int, *, after: tuple[int, int] | None, limit: int
) -> Page:
    """The live events that are meant (`Listed`), by (first day, position)."""

    def read(after: Any, count: int) -> list[Listed]:
        return store.listing(timeline, "event", upto, after, count)

    def fits(item: Listed) -> bool:
        return not any_of(wanted) or (item.entry.body is not None and _fits(wanted, item.entry.body))

    return _sift(read, lambda item: item.key, fits, after, limit)


def actors(
    store: Store, timeline: str, wanted: ActorFilter, upto: int, *, after: str | None, limit: int
) -> Page:
    """The live actors that are meant (`Listed`), by id."""

    def read(after: Any, count: int) -> list[Listed]:
        return store.listing(timeline, "actor", upto, after, count)

    def fits(item: Listed) -> bool:
        if not any_of(wanted) or item.entry.body is None:
            return not any_of(wanted)
        actor = thing_of("actor", item.entry.body)
        assert isinstance(actor, Actor)
        return wanted.fits(actor)

    return _sift(read, lambda item: item.key, fits, after, limit)


def relations(  # noqa: PLR0913  # which relations, by their names and by their spells
    store: Store,
    timeline: str,
    pattern: Pattern,
    wanted: SpellFilter,
    upto: int,
    *,
    after: Relation | None,
    limit: int,
) -> Page:
    """The relations that are meant, each with its spells, in their order."""

    def read(after: Any, count: int) -> list[tuple[Relation, tuple[Spell, ...]]]:
        return store.spells(timeline, pattern, upto, after, count)

    return _sift(
        read, lambda item: item[0], lambda item: not any_of(wanted) or wanted.fits(item[1]), after, limit
    )


def entries(store: Store, timeline: str, ops: Sequence[str], upto: int, *, after: int, limit: int) -> Page:
    """The entries of these ops, or all, in order of position."""

    def read(after: int, count: int) -> list[Entry]:
        return list(store.entries(timeline, after, min(after + count, upto))) if after < upto else []

    return _sift(read, lambda entry: entry.position, lambda entry: not ops or entry.op in ops, after, limit)


def any_of(wanted: Sequence[object]) -> bool:
    """Whether a filter asks for anything."""
    return any(part is not None for part in wanted)


def _fits(wanted: EventFilter, body: bytes) -> bool:
    event = thing_of("event", body)
    assert isinstance(event, Event)
    return wanted.fits(event)


def _sift(
    read: Callable[[Any, int], list[Any]],
    key: Callable[[Any], Any],
    fits: Callable[[Any], bool],
    after: Any,
    limit: int,
) -> Page:
    """The first `limit` items that fit. `read` gives so many from after a key on, fewer only at the end."""
    found: list[Any] = []
    done, count = 0, limit + 1
    while done < MOST_READ:
        items = read(after, count)
        for item in items:
            if fits(item):
                if len(found) == limit:
                    return Page(found, after)
                found.append(item)
            after = key(item)
        if len(items) < count:
            return Page(found, None)
        done += count
        count = min(2 * count, _MOST_AT_ONCE)
    return Page(found, after)
