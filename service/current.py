"""What one application works with, within a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from events.answer import Question
from events.model import Commit
from events.stores import Store
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """An application's settings, its store, and the finished bytes of a state, kept for a while."""

    settings: Settings
    store: Store
    state: Callable[[str, Question, Commit], bytes]


def site() -> Site:
    """The site of the application that answers this request."""
    found: Site = current_app.extensions["allegiance"]
    return found


def store() -> Store:
    """The store of the application that answers this request."""
    return site().store
