"""A timeline with everything in it that a file can trip over, and how tests take an export of it."""

from __future__ import annotations

from typing import Any

from events import exports
from events.answer import Question
from events.codec import Draft
from events.days import LAST_DAY
from events.moments import parse_at
from events.stores import Store
from tests.domain.builders import actor, correct, document, draft, effect, event, retract

T = "libya"

HOSTILE = '=HYPERLINK("http://example.org","x") & <b>\'ab"</b>'
LINES: tuple[tuple[dict[str, Any] | Draft, ...], ...] = (
    (
        {"entity": "timeline", "title": {"fr": "Libye", "en": "Libya & <us>"}, "description": {"en": "<i>"}},
        document("report", title="A report", url="https://example.org/?a=1&b=2", publisher="<Paper>"),
        document("memoir", title="=A memoir", archive_url="https://example.org/m", published="1990~"),
        actor("gna", type="government", name="Government of National Accord", codes={"wikidata": "Q19878"}),
        actor("haftar", type="person", name=HOSTILE, names={"ar": "خليفة حفتر"}),
        actor("-odd", name="'=odd", codes={"cow": "620"}),
        actor("pact", type="alliance", name="@pact", existed="1999/2003"),
        actor("burma", name="Myanmar", known_as=[{"name": "Burma", "during": "../1989-06-18"}]),
        event("offensive", "2019-04", effect("starts", "haftar", "fights", "gna"), as_written="=since\tMay"),
        event("aid", "2018-06-01", effect("holds", "burma", "supports", "haftar", means=["weapons"])),
        event("joined", "1999-05-01/..", effect("lasts", "-odd", "member_of", "pact", under="+charter")),
    ),
    (
        event("siege", "2020-02-22", effect("holds", "gna", "fights", "haftar"), title="<script>Siege",
              sources=[{"document": "report", "quote": "Tom & \"Jerry\" <3"}, {"document": "memoir"}],
              media=[{"url": "https://example.org/a.jpg?x=1&y", "caption": "<b>A</b>", "credit": "me"}]),
        event("wrong", "2019-05-05", effect("ends", "haftar", "fights", "gna")),
        event("caesar", "-0043-03-15", effect("holds", "-odd", "opposes", "gna"), as_written="the Ides"),
        event("vague", "[2001,2003-05]", participants=[{"actor": "gna"}], type="state_report"),
        event("until", "/1989", effect("ends", "burma", "endorses", "gna"), as_written="until 1989"),
        event("before", "1988-01-01/1989-06-18", effect("lasts", "burma", "opposes", "gna")),
    ),
    (
        correct(event("aid", "2018-06-02", effect("holds", "burma", "supports", "haftar", means=["bases"]))),
        retract("event", "wrong"),
    ),
)  # fmt: skip
"""Three commits: everything, more, and second thoughts."""


def filled(store: Store, timeline: str = T) -> Store:
    """The store with the timeline in it."""
    for batch in LINES:
        store.append(timeline, [draft(line) for line in batch], author="desk", create=True)
    return store


def wanted(
    store: Store,
    at: str | None = None,
    known_at: int = LAST_DAY,
    years: tuple[int, int] | None = None,
    **of: Any,
) -> exports.Wanted:
    """What to export of it; by default as known at the head."""
    commit = store.resolve(T, min(known_at, store.head(T).position))
    return exports.Wanted(T, commit, None if at is None else Question.of(parse_at(at), **of), years)


def exported(store: Store, name: str, *asked: Any, **of: Any) -> bytes:
    """An export in a format, whole."""
    return b"".join(exports.parts(store, exports.FORMATS[name], wanted(store, *asked, **of)))
