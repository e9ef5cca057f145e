"""For whoever runs the service: is it up, can it answer, and how is it doing?"""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint

from events.errors import AllegianceError, DatabaseError
from events.forks import forks
from service import answers, metrics
from service.current import store
from service.errors import UnnamedForkError
from service.schemas.health import HealthSchema

blueprint = Blueprint("health", __name__, description="For whoever runs the service.")

_FIGURES = """\
# HELP allegiance_ready What /readyz says: 1 if it is ready.
# TYPE allegiance_ready gauge
allegiance_ready 1.0
"""


@blueprint.get("/healthz")
@blueprint.response(200, HealthSchema)
def show_health() -> Response:
    """Whether the process is up."""
    return _status("up")


@blueprint.get("/livez")
@blueprint.response(200, HealthSchema)
def show_life() -> Response:
    """Whether the process is up; where it is not, start it again."""
    return _status("up")


@blueprint.get("/readyz")
@blueprint.response(200, HealthSchema)
@blueprint.alt_response(503, "DEFAULT_ERROR")
@blueprint.alt_response(507, "DEFAULT_ERROR")
def show_readiness() -> Response:
    """Whether it can do all that it is for.

    503 if the database cannot be read or is of another version, or a log is not the one that was
    signed; 507 if there is no room to append.
    """
    _require_ready()
    return _status("ready")


@blueprint.get("/metrics")
@blueprint.response(200, {"type": "string"}, content_type="text/plain", example=_FIGURES)
def show_metrics() -> Response:
    """Figures for Prometheus, of all worker processes."""
    try:
        _require_ready()
        ready = True
    except AllegianceError:
        ready = False
    text = metrics.exposition(store(), ready)
    return Response(text, content_type=metrics.MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _require_ready() -> None:
    """Raise why the service cannot do all that it is for, if so."""
    try:
        store().timelines()
        for _ in forks(store()):
            raise UnnamedForkError
        store().ready()
    except AllegianceError:
        raise
    except Exception as error:  # each store's driver has its own errors; none of them is ready
        raise DatabaseError("The database does not answer; `allegiance doctor` says more.") from error


def _status(word: str) -> Response:
    return Response(
        answers.encode({"status": word}),
        content_type=answers.MEDIA_TYPE,
        headers={"Cache-Control": "no-store"},
    )
