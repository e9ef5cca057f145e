"""The state of alliances on a day, and why each relation stands as it does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import ask
from events.answer import Question, parameters
from events.explain import explain
from events.model import Commit, Erased, Relation
from events.stores import Store
from service import answers, memento
from service.current import site, store
from service.kept import Kept
from service.memento import Original
from service.parameters import ExplainQuery, LineageQuery, StateQuery, StateVersionsQuery
from service.routes import TIMELINE, reads
from service.schemas.states import ExplanationSchema, StateSchema
from service.versions import Versions, VersionsOfLog

blueprint = Blueprint(
    "states", __name__, url_prefix="/v1/timelines/<timeline>", description="Who stood with or against whom."
)

_ROOTS_KEPT = 256


@reads(blueprint, "/state", StateQuery, StateSchema, parameters=[TIMELINE])
def show_state(timeline: str, query: Mapping[str, Any]) -> Response:
    """Who stood with or against whom on a day, as known at a point of the log, and on whose word."""
    asked = answers.asked(timeline, query)
    question = _question(query)
    response = answers.read(
        asked, question, lambda: site().state(timeline, question, asked.commit, asked.erased)
    )
    return memento.mark(response, _place(timeline, question), asked)


def _question(query: Mapping[str, Any]) -> Question:
    return Question.of(
        query["at"], query["actor"], query["kind"], bool(query["include"]), bool(query["lineage"])
    )


def _place(timeline: str, question: Question) -> Original:
    return Original(f"/v1/timelines/{timeline}/state", tuple(parameters(question)))


def _original(timeline: str, query: Mapping[str, Any]) -> tuple[Original, Versions]:
    return _place(timeline, _question(query)), VersionsOfLog(timeline)


memento.offer(blueprint, "/state", (LineageQuery, StateVersionsQuery), _original, parameters=[TIMELINE])


@reads(blueprint, "/explain", ExplainQuery, ExplanationSchema, parameters=[TIMELINE])
def show_explanation(timeline: str, query: Mapping[str, Any]) -> Response:
    """Why a relation stands as it does on a day: each rule, each piece of evidence, each source."""
    asked = answers.asked(timeline, query)
    relation = Relation.canonical(query["subject"], query["kind"], query["object"], query["under"])

    def make() -> bytes:
        return answers.encode(explain(store(), timeline, relation, query["at"], asked.commit))

    return answers.read(asked, (relation, query["at"]), make)


def finished(store: Store, kept: int) -> Kept[bytes]:
    """States as bytes, of which the `kept` last asked for are kept: but for erasures none can ever change."""

    @lru_cache(_ROOTS_KEPT)
    def root(timeline: str, position: int) -> bytes:
        return ask.root(store, timeline, position)

    def finish(timeline: str, question: Question, commit: Commit, erased: Erased) -> bytes:
        known_root = root(timeline, commit.position)
        return ask.state(store, timeline, question, commit, known_root, erased).encode()

    return lru_cache(kept)(finish)
