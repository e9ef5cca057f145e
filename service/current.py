"""What one application works with, within a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request

from events.answer import Question
from events.model import Commit
from events.stores import Store
from service.counter import Counter
from service.embed.record import Record
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """An application's settings, its store, and what is kept for a while: finished answers, records read."""

    settings: Settings
    store: Store
    state: Callable[[str, Question, Commit], bytes]
    record: Callable[[str, Commit], Record]
    page: Callable[..., bytes]
    counter: Counter


def site() -> Site:
    """The site of the application that answers this request."""
    found: Site = current_app.extensions["allegiance"]
    return found


def public_root() -> str:
    """The public address of the service, without a slash at its end: as set, else as it was asked."""
    return site().settings.base_url or request.host_url.rstrip("/")


def store() -> Store:
    """The store of the application that answers this request."""
    return site().store
