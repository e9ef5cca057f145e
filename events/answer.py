"""The bytes of an answer: the same for the replay and for every store.

A relation's item is made of a head (who and what), a status, and a tail (the
facts of the spell that speaks). The tail is fixed for a spell, so that an index
can keep it and an answer is no more than pieces put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from events.actors import name_on, named_days
from events.days import iso
from events.model import Actor, Commit, Erased, Relation
from events.spells import Spell
from events.status import Verdict
from events.strict_json import compact
from events.tlog.checkpoint import encoded
from events.vocabulary import KINDS

RULES = 1
"""The number of the rules that answers follow; a change of any answer's meaning raises it."""


COUNTED = ("attested", "possible", "presumed", "lapsed")
"""The statuses in the order in which an answer counts them."""


class Question(NamedTuple):
    """What a state is asked for: a day, and what to narrow it to, in the normal form that `of` makes."""

    at: int
    actors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    lapsed: bool = False
    lineage: bool = False

    @classmethod
    def of(
        cls,
        at: int,
        actors: Iterable[str] = (),
        kinds: Iterable[str] = (),
        lapsed: bool = False,
        lineage: bool = False,
    ) -> Question:
        """The question in its one normal form, so that equal questions have equal answers and addresses."""
        return cls(at, tuple(sorted(set(actors))), tuple(sorted(set(kinds))), lapsed, lineage)


class Pieces(NamedTuple):
    """What a store finds for a question: finished JSON, in the order of the answer.

    `actors` are the members of an object, `relations` the items of a list, both
    without their brackets; `counts` are by status, in the order attested,
    possible, presumed, lapsed. `lineage` (`events.lineage`) is no part of what a store finds.
    """

    actors: str
    relations: str
    counts: Sequence[int]
    lineage: str | None = None


def identity(relation: Relation) -> dict[str, object]:
    """Which relation an item is about."""
    named: dict[str, object] = {
        "subject": relation.subject,
        "kind": relation.kind,
        "object": relation.object,
    }
    if relation.under:
        named["under"] = relation.under
    named["sign"] = KINDS[relation.kind].sign
    return named


def head(relation: Relation) -> str:
    """The beginning of a relation's item, up to its status."""
    return compact(identity(relation))[:-1] + ',"status":"'


def middle(status: str, disputed: bool) -> str:
    """The part of an item that depends on the day."""
    return f'{status}","disputed":{"true" if disputed else "false"},'


def facts(spell: Spell) -> dict[str, object]:
    """What an answer says of a spell, whatever the day."""
    earliest, latest = spell.last_evidence
    found: dict[str, object] = {
        "since": {
            "earliest": iso(spell.a),
            "latest": iso(spell.b),
            "as_written": spell.since_as_written,
            "or_earlier": spell.or_earlier,
        },
        "until": None
        if spell.e is None or spell.f is None
        else {"earliest": iso(spell.e), "latest": iso(spell.f), "as_written": spell.until_as_written},
        "last_evidence": {"earliest": iso(earliest), "latest": iso(latest)},
        "attributed_only": spell.attributed_only,
    }
    if spell.means:
        found["means"] = spell.means
    found["evidence"] = spell.events
    return found


def tail(spell: Spell) -> str:
    """The rest of a relation's item: what its spell rests on."""
    return compact(facts(spell))[1:]


def item(relation: Relation, spell: Spell, verdict: Verdict) -> str:
    """A whole item: how a relation stands on a day."""
    assert verdict.status is not None
    return head(relation) + middle(verdict.status, verdict.disputed) + tail(spell)


def actor_member(id: str, actor: Actor, at: int) -> str:
    """An actor as a member of the `actors` of an answer for a day: with its name of that day."""
    return _member(id, name_on(actor, at), actor.type)


def actor_members(id: str, actor: Actor) -> tuple[str, list[tuple[int, int, str]]]:
    """What `actor_member` gives by default, and on runs of days (first, last) where that is another one."""
    dated = [(first, last, _member(id, name, actor.type)) for first, last, name in named_days(actor)]
    return _member(id, actor.name, actor.type), dated


def _member(id: str, name: str, type: str) -> str:
    return f"{compact(id)}:{compact({'name': name, 'type': type})}"


def named_member(id: str, actor: Actor | None, at: int) -> str:
    """The same, also of one of whom what was said by then was erased by law."""
    if actor is not None:
        return actor_member(id, actor, at)
    return f"{compact(id)}:{compact({'name': id, 'type': None, 'erased': True})}"


def less(erased: Erased) -> dict[str, object]:
    """What an answer says where it rests on less than was known then; nothing where nothing was erased."""
    return {"erased": erased._asdict()} if erased.entries else {}


def permalink(timeline: str, question: Question, position: int) -> str:
    """The address of the answer that stays the same for ever."""
    at, *narrowed = parameters(question)
    query = [at, ("known_at", str(position)), *narrowed]
    return f"/v1/timelines/{timeline}/state?{urlencode(query, safe=':')}"


def parameters(question: Question) -> list[tuple[str, str]]:
    """The parameters of a question's address, the day first."""
    query = [("at", iso(question.at))]
    query += [("actor", actor) for actor in question.actors]
    query += [("kind", kind) for kind in question.kinds]
    if question.lapsed:
        query.append(("include", "lapsed"))
    if question.lineage:
        query.append(("lineage", "1"))
    return query


def document(
    timeline: str, question: Question, commit: Commit, root: bytes, erased: Erased, pieces: Pieces
) -> str:
    """The whole answer, as JSON text; `root` is that of the timeline's tree at the commit.

    `erased` is what was erased of the log up to there: an answer says so, if anything was.
    """
    opening = compact(
        {
            "timeline": timeline,
            "at": iso(question.at),
            "position": commit.position,
            "recorded_at": commit.recorded_at,
            "root": encoded(root),
            "rules": RULES,
            "permalink": permalink(timeline, question, commit.position),
            **less(erased),
        }
    )
    counted = COUNTED if question.lapsed else COUNTED[:-1]
    counts = compact(dict(zip(counted, pieces.counts, strict=False)))
    lineage = "" if pieces.lineage is None else f'"lineage":{pieces.lineage},'
    return (
        f'{opening[:-1]},"actors":{{{pieces.actors}}},"relations":[{pieces.relations}],{lineage}'
        f'"counts":{counts}}}'
    )
