"""Who is meant: actors by id, name or alias, and new ones from the names in a table.

A name fits whatever its case, in Unicode form NFC. One that is nearly that of another actor
is never taken for it, and never made into an actor by itself: it is refused, with the other's
name. Whoever means another actor all the same writes ``new: Name``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from events import codec
from events.errors import InvalidError, shorten
from events.ingest.naming import digest, plain, same, slug, tidy

NEAR = 0.85
"""From which likeness on (difflib's ratio, without case, marks and punctuation) a name is a near miss.

So is one of the same letters in another order, which that ratio thinks little of.
"""

_NEW = "new:"
_CROWD = 1000  # names
_MOST_REFUSED = 10_000  # names are kept with what is wrong with them, to be said again


class Roster:
    """The actors there are and, with `create`, those made of names that are not among them."""

    def __init__(self, known: Mapping[str, Sequence[str]], create: bool) -> None:
        self._create = create
        self._ids: dict[str, str] = {}  # id -> the first name
        self._named: dict[str, list[str]] = {}  # name, as `same` has it -> ids
        self._alike: dict[str, dict[str, str]] = {}  # letters, or beginning of a word -> plain name -> id
        self._unsent: dict[str, dict[str, Any]] = {}
        self._refused: dict[str, str] = {}
        for id, names in known.items():
            self._add(id, names)

    def find(self, text: str) -> str:
        """The id of the actor that `text` names. InvalidError, saying what to write, if it names none."""
        name = tidy(text)
        if name in self._ids:
            return name
        if name in self._refused:
            raise InvalidError(self._refused[name])
        try:
            return self._find(name)
        except InvalidError as error:
            if len(self._refused) < _MOST_REFUSED:
                self._refused[name] = error.detail
            raise

    def take_unsent(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """The lines of those of these actors that were made and not yet taken."""
        return [self._unsent.pop(id) for id in dict.fromkeys(ids) if id in self._unsent]

    def _find(self, name: str) -> str:
        insists = name.casefold().startswith(_NEW)
        wanted = name[len(_NEW) :].strip() if insists else name
        ids = self._named.get(same(wanted), [])
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise InvalidError(f"{shorten(wanted)!r} may be any of {', '.join(sorted(ids))}; write the id.")
        near = None if insists else self._near(wanted)
        if near or not self._create:
            raise InvalidError(self._refusal(wanted, near))
        return self._make(wanted)

    def _near(self, name: str) -> str | None:
        wanted = plain(name)
        swapped = self._alike.get(_letters(wanted), {})
        if swapped:
            return next(iter(swapped.values()))
        groups = sorted((self._alike.get(key, {}) for key in _beginnings(wanted)), key=len)
        # "Government of …" is shared by too many to compare; what else a name has finds the few that matter.
        few = [group for group in groups if group is groups[0] or len(group) <= _CROWD]
        nearby = {other: id for group in few for other, id in group.items()}
        found = get_close_matches(wanted, nearby, 1, NEAR)
        return nearby[found[0]] if found else None

    def _refusal(self, name: str, near: str | None) -> str:
        refusal = f"There is no actor {shorten(name)!r}; "
        if near and self._create:
            return (
                f"{refusal}did you mean {self._ids[near]!r} ({near})? If not, write '{_NEW} {shorten(name)}'."
            )
        if near:
            return f"{refusal}did you mean {self._ids[near]!r} ({near})?"
        return f"{refusal}record it first, or have the actors that are named created."

    def _make(self, name: str) -> str:
        id = slug(name)
        if not id or id in self._ids:
            id = "-".join((id or "actor", digest(same(name))))
        actor = {"entity": "actor", "id": id, "type": "other", "name": name}
        codec.record(actor, "")
        self._add(id, [name])
        self._unsent[id] = actor
        return id

    def _add(self, id: str, names: Sequence[str]) -> None:
        self._ids[id] = names[0] if names else id
        for name in names:
            ids = self._named.setdefault(same(name), [])
            if id not in ids:
                ids.append(id)
        for bare in map(plain, (id, *names)):
            for key in (_letters(bare), *_beginnings(bare)):
                self._alike.setdefault(key, {})[bare] = id


def _beginnings(name: str) -> set[str]:
    """What a name shares with most that are nearly the same, so that few need to be compared."""
    return {word[:2] for word in name.split()}


def _letters(name: str) -> str:
    return "=" + "".join(sorted(name))  # no word begins so
