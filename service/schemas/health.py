"""The service itself."""

from __future__ import annotations

from events.fields import Choice
from service.schemas.base import Answer


class HealthSchema(Answer):
    """Whether the service is up, or ready."""

    status = Choice(("up", "ready"), required=True)
