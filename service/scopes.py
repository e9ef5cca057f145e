"""What each address needs, in one table. An address that has no line here is refused to everybody."""

from __future__ import annotations

OPEN = "open"
"""Says nothing of any timeline: for everybody."""

LISTED = "listed"
"""For everybody, and shows of the timelines those that one may read."""

READ = "read"
"""A token, where the timeline in the address is private."""

APPEND, CORRECT, ADMIN = "append", "correct", "admin"
"""A token with this scope, for the timeline in the address if there is one."""

_TIMELINE = "/v1/timelines/<timeline>"

NEEDS: dict[tuple[str, str], str] = {
    ("GET", "/v1/timelines"): LISTED,
    ("POST", "/v1/timelines"): APPEND,
    ("GET", _TIMELINE): READ,
    ("PATCH", _TIMELINE): ADMIN,
    ("POST", f"{_TIMELINE}/correction"): CORRECT,
    ("GET", f"{_TIMELINE}/state"): READ,
    ("GET", f"{_TIMELINE}/state/timegate"): READ,
    ("GET", f"{_TIMELINE}/state/timemap.link"): READ,
    ("GET", f"{_TIMELINE}/state/timemap.json"): READ,
    ("GET", f"{_TIMELINE}/explain"): READ,
    ("GET", f"{_TIMELINE}/changes"): READ,
    ("GET", f"{_TIMELINE}/relations"): READ,
    ("GET", f"{_TIMELINE}/common-membership"): READ,
    ("GET", f"{_TIMELINE}/search"): READ,
    ("GET", f"{_TIMELINE}/log"): READ,
    ("GET", f"{_TIMELINE}/log/proof"): READ,
    ("GET", f"{_TIMELINE}/log/consistency"): READ,
    ("GET", f"{_TIMELINE}/events"): READ,
    ("POST", f"{_TIMELINE}/events"): APPEND,
    ("GET", f"{_TIMELINE}/events/<id>"): READ,
    ("GET", f"{_TIMELINE}/events/<id>/timegate"): READ,
    ("GET", f"{_TIMELINE}/events/<id>/timemap.link"): READ,
    ("GET", f"{_TIMELINE}/events/<id>/timemap.json"): READ,
    ("POST", f"{_TIMELINE}/events/<id>/correction"): CORRECT,
    ("POST", f"{_TIMELINE}/events/<id>/retraction"): CORRECT,
    ("GET", f"{_TIMELINE}/actors"): READ,
    ("GET", f"{_TIMELINE}/actors/<id>"): READ,
    ("GET", f"{_TIMELINE}/actors/<id>/timegate"): READ,
    ("GET", f"{_TIMELINE}/actors/<id>/timemap.link"): READ,
    ("GET", f"{_TIMELINE}/actors/<id>/timemap.json"): READ,
    ("POST", f"{_TIMELINE}/actors/<id>/correction"): CORRECT,
    ("POST", f"{_TIMELINE}/actors/<id>/retraction"): CORRECT,
    ("GET", f"{_TIMELINE}/documents"): READ,
    ("GET", f"{_TIMELINE}/documents/<id>"): READ,
    ("GET", f"{_TIMELINE}/documents/<id>/timegate"): READ,
    ("GET", f"{_TIMELINE}/documents/<id>/timemap.link"): READ,
    ("GET", f"{_TIMELINE}/documents/<id>/timemap.json"): READ,
    ("POST", f"{_TIMELINE}/documents/<id>/correction"): CORRECT,
    ("POST", f"{_TIMELINE}/documents/<id>/retraction"): CORRECT,
    ("GET", f"{_TIMELINE}/state.svg"): READ,
    ("GET", f"{_TIMELINE}/state.png"): READ,
    ("GET", f"{_TIMELINE}/timeline.svg"): READ,
    ("GET", f"{_TIMELINE}/timeline.png"): READ,
    ("GET", f"{_TIMELINE}/feed.json"): READ,
    ("GET", f"{_TIMELINE}/feed.atom"): READ,
    ("GET", f"{_TIMELINE}/export.json"): READ,
    ("GET", f"{_TIMELINE}/export.csv"): READ,
    ("GET", f"{_TIMELINE}/export.panel.csv"): READ,
    ("GET", f"{_TIMELINE}/export.graphml"): READ,
    ("GET", f"{_TIMELINE}/export.timelinejs.json"): READ,
    ("GET", f"{_TIMELINE}/export.ndjson"): READ,
    ("GET", f"{_TIMELINE}/export.log.ndjson"): READ,
    ("GET", f"{_TIMELINE}/export.zip"): READ,
    ("GET", "/log/<timeline>/checkpoint"): READ,
    ("GET", "/log/<timeline>/vkey"): READ,
    ("GET", "/log/<timeline>/tile/<path:tile>"): READ,
    ("GET", "/embed/<timeline>"): READ,
    ("GET", "/embed/<timeline>/words"): READ,
    ("GET", "/embed/<timeline>/card.png"): READ,
    ("GET", "/oembed"): LISTED,
    ("GET", "/"): LISTED,
    ("GET", "/timelines/<timeline>"): READ,
    ("GET", "/timelines/<timeline>/entries"): READ,
    ("GET", "/timelines/<timeline>/changes"): READ,
    ("GET", "/timelines/<timeline>/embed"): READ,
    ("GET", "/v1/template.csv"): OPEN,
    ("GET", "/embed/script.js"): OPEN,
    ("GET", "/embed/style.css"): OPEN,
    ("GET", "/embed.js"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/livez"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/docs"): OPEN,
    ("GET", "/docs/errors"): OPEN,
    ("GET", "/docs/assets/<path:filename>"): OPEN,
    ("GET", "/static/<path:filename>"): OPEN,
}


def needed(method: str, rule: str) -> str | None:
    """What a method of an address needs; None if nobody said. HEAD is GET without the body."""
    return NEEDS.get(("GET" if method == "HEAD" else method, rule))
