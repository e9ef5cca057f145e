"""What one application works with, within a request."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app, request

from events.model import Commit, Erased
from events.stores import Store
from service.counter import Counter
from service.drawing import measure, png
from service.embed.record import Record
from service.kept import Kept
from service.settings import Settings
from service.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Site:
    """An application's settings, its store, and what it keeps for a while: answers, records read.

    `forgot` are the erasures, by timeline, after which all of that was dropped last.
    """

    settings: Settings
    store: Store
    state: Kept[bytes]
    packed: Kept[bytes]
    waiting: Waiting
    record: Kept[Record]
    page: Kept[bytes]
    counter: Counter
    forgot: dict[str, int] = field(default_factory=dict)

    def forget(self) -> None:
        """Drop everything that is kept."""
        for kept in (self.state, self.packed, self.record, self.page, png.render, measure.ems):
            kept.cache_clear()


def site() -> Site:
    """The site of the application that answers this request."""
    found: Site = current_app.extensions["allegiance"]
    return found


def erased(timeline: str, commit: Commit) -> Erased:
    """What was erased of the log up to a commit. What is kept from before an erasure is dropped with that."""
    found, here = store().erased(timeline, commit.position), site()
    if found.by and found.by[-1] > here.forgot.get(timeline, 0):
        here.forgot[timeline] = found.by[-1]
        here.forget()
    return found


def store() -> Store:
    """The store of the application that answers this request."""
    return site().store


def public_root() -> str:
    """The public address of the service, as the settings or else the request has it; no slash ends it."""
    return site().settings.base_url or request.host_url.rstrip("/")
