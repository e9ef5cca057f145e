"""What a batch does to the log: a pure decision from the drafts and what the log already holds.

`decide` says which drafts become entries and which are there already, or raises
with every reason why the batch cannot stand. It reads no store: the store hands
it the `Held` of each thing that `touched` names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from events.codec import Draft, content
from events.errors import ConflictError, InvalidError, Problem, UnknownError, shorten
from events.model import Actor, Commit, Entry, Thing, references

Key = tuple[str, str]
"""What an entry is about: (entity, id)."""

MOST_PROBLEMS = 1000
"""How many problems an error lists; it says how many there are."""


class Sent(Protocol):
    """What was sent to be appended, whoever has read it."""

    @property
    def line(self) -> int | None: ...
    @property
    def op(self) -> str: ...
    @property
    def entity(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Held:
    """What the log holds of one thing.

    `op` and `body` are of its last entry, `recorded` is the body of its first. Where the body of
    the last was erased by law the op is ``erase``.
    `users` are ids of live things that name it, the first few to do so, and only looked
    up for what a batch would retract.
    """

    op: str
    body: bytes | None
    recorded: bytes | None
    users: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        return self.op in ("record", "correct")


@dataclass(frozen=True, slots=True)
class Decision:
    """`append` in the order of the batch, and how many drafts were there already."""

    append: tuple[Draft, ...]
    existing: int


def touched(batch: Iterable[Draft]) -> set[Key]:
    """Everything that a decision on `batch` depends on."""
    keys: set[Key] = set()
    for draft in batch:
        keys.add((draft.entity, draft.id))
        if draft.thing is not None:
            keys.update((reference.entity, reference.id) for reference in references(draft.thing))
    return keys


def decide(batch: Sequence[Draft], known: Mapping[Key, Held]) -> Decision:
    """Which drafts to append.

    Raises InvalidError for a reference to what is not there, UnknownError for a
    correction or retraction of what is not there, ConflictError for what
    contradicts the log; each with every problem of its sort in the batch.
    """
    deciding = _Deciding(known)
    for draft in batch:
        deciding.take(draft)
    deciding.check_references()
    deciding.faults.raise_them()
    return Decision(tuple(deciding.append), deciding.existing)


def stands_already(sent: Sent, held: Held, faults: Faults) -> bool:
    """Whether the log holds what is to be recorded; a fault where it holds something else of that id."""
    bodies = (held.recorded, held.body)
    if any(body is not None and _alike(sent.body, body) for body in bodies):
        return True
    if held.live:
        faults.conflict(sent, "it is in the log with other content: correct it, or choose another id")
    elif held.op == "erase":
        faults.conflict(sent, "it was erased by law: leave it out, or choose another id")
    else:
        faults.conflict(sent, "it was retracted: correct it to reinstate it, or choose another id")
    return False


def said_before(sent: Sent, op: str, body: bytes, line: int | None, faults: Faults) -> bool:
    """Whether an earlier one of the batch says the same; a fault where it says something else of that id."""
    if op == sent.op and _alike(sent.body, body):
        return True
    faults.conflict(sent, f"another one in this batch, number {line}, has the same id with other content")
    return False


def unfounded(thing: Thing, id: str, line: int | None, is_live: Callable[[Key], bool]) -> Iterator[Problem]:
    """A problem for each name in `thing`, which has `id`, of something that is not there."""
    for entity, named, field in references(thing):
        if isinstance(thing, Actor) and named == id:
            detail = "An actor cannot succeed itself; name its predecessor."
        elif not is_live((entity, named)):
            detail = f"There is no {entity} {shorten(named)!r}; record it, in this batch or before."
        else:
            continue
        yield Problem(detail, line=line, field=field, value=shorten(named))


class Faults:
    """What hinders a batch. Every problem is counted; of each sort the first are kept."""

    def __init__(self) -> None:
        self.count = 0
        self._invalid: list[Problem] = []
        self._conflicts: list[Problem] = []

    def invalid(self, problem: Problem) -> None:
        """Note what cannot stand, whatever the log holds of it."""
        self._note(problem, self._invalid)

    def conflict(self, sent: Sent, why: str) -> None:
        """Note what contradicts the log, or another part of the batch."""
        detail = f"The {sent.entity} {shorten(sent.id)!r}: {why}."
        self._note(Problem(detail, line=sent.line, field="id", value=shorten(sent.id)), self._conflicts)

    def _note(self, problem: Problem, sort: list[Problem]) -> None:
        self.count += 1
        if len(sort) < MOST_PROBLEMS:
            sort.append(problem)

    def raise_them(self) -> None:
        """Raise all of them as one error, if there are any."""
        if not self.count:
            return
        problems = [*self._invalid, *self._conflicts]
        detail = problems[0].detail
        if self.count > 1:
            detail = f"{self.count} problems, nothing was appended; the first: {detail}"
        raise (InvalidError if self._invalid else ConflictError)(detail, problems[:MOST_PROBLEMS])


def entries_of(drafts: Sequence[Draft], commit: Commit, author: str) -> list[Entry]:
    """The entries that `drafts` become as `commit`."""
    assert commit.recorded_at is not None
    first = commit.position - len(drafts) + 1
    return [
        Entry(position, commit.recorded_at, draft.op, draft.entity, draft.id, author, draft.body)
        for position, draft in enumerate(drafts, first)
    ]


class _Deciding:
    def __init__(self, known: Mapping[Key, Held]) -> None:
        self.known = known
        self.append: list[Draft] = []
        self.existing = 0
        self.here: dict[Key, Draft] = {}
        self.faults = Faults()

    def take(self, draft: Draft) -> None:
        key = (draft.entity, draft.id)
        before = self.here.get(key)
        standing = self.known.get(key)
        if before is not None:
            self.existing += said_before(draft, before.op, before.body, before.line, self.faults)
        elif draft.op == "record":
            self.record(draft, standing)
        elif standing is None:
            raise UnknownError(draft.entity, draft.id, f"record it before you {draft.op} it")
        elif draft.op == standing.op and standing.body is not None and _alike(draft.body, standing.body):
            self.existing += 1
        elif draft.op == "correct":
            self.accept(draft)
        else:
            self.retract(draft, standing)

    def record(self, draft: Draft, standing: Held | None) -> None:
        if standing is None:
            self.accept(draft)
        else:
            self.existing += stands_already(draft, standing, self.faults)

    def retract(self, draft: Draft, standing: Held) -> None:
        if standing.op == "erase":
            self.faults.conflict(draft, "it was erased by law, and does not stand")
        elif not standing.live:
            self.faults.conflict(draft, "it is retracted already, with another reason")
        elif standing.users:
            users = ", ".join(repr(user) for user in standing.users)
            self.faults.conflict(draft, f"it is named by {users}: retract or correct those first")
        else:
            self.accept(draft)

    def accept(self, draft: Draft) -> None:
        self.here[draft.entity, draft.id] = draft
        self.append.append(draft)

    def check_references(self) -> None:
        for draft in self.append:
            if draft.thing is not None:
                for problem in unfounded(draft.thing, draft.id, draft.line, self.is_live):
                    self.faults.invalid(problem)

    def is_live(self, key: Key) -> bool:
        draft = self.here.get(key)
        if draft is not None:
            return draft.op != "retract"
        return key in self.known and self.known[key].live


def _alike(one: bytes, other: bytes) -> bool:
    return one == other or content(one) == content(other)
