"""For whoever runs the service: is the process up, and can it answer?"""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint

from events.errors import AllegianceError, DatabaseError
from service import answers
from service.current import store
from service.schemas.health import HealthSchema

blueprint = Blueprint("health", __name__, description="For whoever runs the service.")


@blueprint.get("/healthz")
@blueprint.response(200, HealthSchema)
def show_health() -> Response:
    """Whether the process is up."""
    return _status("up")


@blueprint.get("/readyz")
@blueprint.response(200, HealthSchema)
@blueprint.alt_response(503, "DEFAULT_ERROR")
def show_readiness() -> Response:
    """Whether the database answers and is initialised; 503 if not."""
    try:
        store().timelines()
    except AllegianceError:
        raise
    except Exception as error:  # each store's driver has its own errors; none of them is ready
        raise DatabaseError("The database does not answer; `allegiance doctor` says more.") from error
    return _status("ready")


def _status(word: str) -> Response:
    return Response(
        answers.encode({"status": word}),
        content_type=answers.MEDIA_TYPE,
        headers={"Cache-Control": "no-store"},
    )
