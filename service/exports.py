"""The record in the forms that others read, to be kept as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import exports
from events.answer import Question
from events.exports import DAY, FORMATS, NOTHING, YEARS, Format, Wanted
from service import answers
from service.answers import Asked
from service.current import store
from service.parameters import PanelQuery, StandingQuery, StateExportQuery
from service.routes import TIMELINE, reads
from service.schemas.states import StateSchema

blueprint = Blueprint(
    "exports", __name__, url_prefix="/v1/timelines/<timeline>", description="Files for other programs."
)

_QUERIES = {DAY: StateExportQuery, YEARS: PanelQuery, NOTHING: StandingQuery}
_ANSWERS = {
    "json": StateSchema,
    "timelinejs.json": {"type": "object"},
    "zip": {"type": "string", "format": "binary"},
}
_TEXT = {"type": "string"}


def _offer(format: Format) -> None:
    """Hang up one format."""

    def export(timeline: str, query: Mapping[str, Any]) -> Response:
        asked = answers.asked(timeline, query)
        wanted = _wanted(asked, format, query)
        response = answers.read(
            asked,
            (exports.VERSION, wanted.question, wanted.years),
            lambda: exports.parts(store(), format, wanted),
            format.media_type,
        )
        name = exports.filename(format, wanted)
        if response.status_code == 200:
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    export.__name__ = f"export_{format.name.replace('.', '_')}"
    export.__doc__ = f"A file of {format.meaning}."
    media_type = format.media_type.partition(";")[0]
    answer = _ANSWERS.get(format.name, _TEXT)
    query = _QUERIES[format.takes]
    reads(
        blueprint,
        f"/export.{format.name}",
        query,
        answer,
        content_type=media_type,
        parameters=[TIMELINE],
    )(export)


def _wanted(asked: Asked, format: Format, query: Mapping[str, Any]) -> Wanted:
    if format.takes == DAY:
        question = Question.of(query["at"], query["actor"], query["kind"], bool(query["include"]))
        return Wanted(asked.timeline, asked.commit, question)
    years = (query["first"], query["last"]) if format.takes == YEARS else None
    return Wanted(asked.timeline, asked.commit, years=years)


for _format in FORMATS.values():
    _offer(_format)
