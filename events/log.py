"""What a batch does to the log: a pure decision from the drafts and what the log already holds.

`decide` says which drafts become entries and which are there already, or raises
with every reason why the batch cannot stand. It reads no store: the store hands
it the `Held` of each thing that `touched` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from events.codec import Draft, content
from events.errors import ConflictError, InvalidError, Problem, UnknownError, shorten
from events.model import Actor, Commit, Entry, references

Key = tuple[str, str]
"""What an entry is about: (entity, id)."""

MOST_PROBLEMS = 1000
"""How many problems an error lists; it says how many there are."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the log holds of one thing.

    `op` and `body` are of its last entry, `recorded` is the body of its first.
    `users` are ids of live things that name it, a few of them, and only looked up
    for what a batch would retract.
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
    deciding.raise_problems()
    return Decision(tuple(deciding.append), deciding.existing)


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
        self.invalid: list[Problem] = []
        self.conflicts: list[Problem] = []

    def take(self, draft: Draft) -> None:
        key = (draft.entity, draft.id)
        before = self.here.get(key)
        if before is not None:
            self.take_again(draft, before)
            return
        standing = self.known.get(key)
        if draft.op == "record":
            self.record(draft, standing)
        elif standing is None:
            raise UnknownError(draft.entity, draft.id, f"record it before you {draft.op} it")
        elif draft.op == standing.op and standing.body is not None and _alike(draft.body, standing.body):
            self.existing += 1
        elif draft.op == "correct":
            self.accept(draft)
        else:
            self.retract(draft, standing)

    def take_again(self, draft: Draft, before: Draft) -> None:
        if before.op == draft.op and _alike(draft.body, before.body):
            self.existing += 1
        else:
            self.conflict(
                draft, f"another one in this batch, number {before.line}, has the same id with other content"
            )

    def record(self, draft: Draft, standing: Held | None) -> None:
        if standing is None:
            self.accept(draft)
        elif any(
            body is not None and _alike(draft.body, body) for body in (standing.recorded, standing.body)
        ):
            self.existing += 1
        elif standing.live:
            self.conflict(draft, "it is in the log with other content: correct it, or choose another id")
        else:
            self.conflict(draft, "it was retracted: correct it to reinstate it, or choose another id")

    def retract(self, draft: Draft, standing: Held) -> None:
        if not standing.live:
            self.conflict(draft, "it is retracted already, with another reason")
        elif standing.users:
            users = ", ".join(repr(user) for user in standing.users)
            self.conflict(draft, f"it is named by {users}: retract or correct those first")
        else:
            self.accept(draft)

    def accept(self, draft: Draft) -> None:
        self.here[draft.entity, draft.id] = draft
        self.append.append(draft)

    def conflict(self, draft: Draft, why: str) -> None:
        detail = f"The {draft.entity} {shorten(draft.id)!r}: {why}."
        self.conflicts.append(Problem(detail, line=draft.line, field="id", value=shorten(draft.id)))

    def check_references(self) -> None:
        for draft in self.append:
            if draft.thing is None:
                continue
            for entity, id, field in references(draft.thing):
                if isinstance(draft.thing, Actor) and id == draft.id:
                    detail = "An actor cannot succeed itself; name its predecessor."
                elif not self.is_live((entity, id)):
                    detail = f"There is no {entity} {shorten(id)!r}; record it, in this batch or before."
                else:
                    continue
                self.invalid.append(Problem(detail, line=draft.line, field=field, value=shorten(id)))

    def is_live(self, key: Key) -> bool:
        draft = self.here.get(key)
        if draft is not None:
            return draft.op != "retract"
        return key in self.known and self.known[key].live

    def raise_problems(self) -> None:
        problems = [*self.invalid, *self.conflicts]
        if not problems:
            return
        shown = problems[:MOST_PROBLEMS]
        detail = problems[0].detail
        if len(problems) > 1:
            detail = f"{len(problems)} problems, nothing was appended; the first: {detail}"
        if self.invalid:
            raise InvalidError(detail, shown)
        raise ConflictError(detail, shown)


def _alike(one: bytes, other: bytes) -> bool:
    return one == other or content(one) == content(other)
