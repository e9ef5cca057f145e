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
from service.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Site:
    """An application's settings, its store, and what it keeps for a while: answers, records read."""

    settings: Settings
    store: Store
    state: Callable[[str, Question, Commit], bytes]
    packed: Callable[[bytes], bytes]
    waiting: Waiting
    record: Callable[[str, Commit], Record]
    page: Callable[..., bytes]
    counter: Counter


def site() -> Site:
    """The site of the application that answers this request."""
    found: Site = current_app.extensions["allegiance"]
    return found


def store() -> Store:
    """The store of the application that answers this request."""
    return site().store


def public_root() -> str:
    """The public address of the service, as the settings or else the request has it; no slash ends it."""
    return site().settings.base_url or request.host_url.rstrip("/")
