"""Every append as a method: all of it or nothing, and nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

from service.client import answers
from service.client.asking import Questions, query_of, thing_path, timeline_path

Entity = Literal["event", "actor", "document"]

_JSON = "application/json"
_NDJSON = "application/x-ndjson"


class Client(Questions):
    """A service at an address, such as ``Client("https://example.org", token="…")``.

    A token is needed for writing only, and sent with that only. Each try waits `timeout` seconds
    at most, and what failed on the way is tried again `retries` times. Every method raises
    UnreachableError or ProblemError (`service.client.errors`). A client may be shared by threads.
    """

    def begin(self, timeline: str, description: Mapping[str, Any] | None = None) -> answers.Receipt:
        """Begin a timeline, with its description or empty; nothing happens where it is there already."""
        return self._post("/v1/timelines", {"id": timeline, **(description or {})}, {})

    def append(
        self,
        timeline: str,
        lines: Iterable[Mapping[str, Any]],
        *,
        dry_run: bool = False,
        expected_position: int | None = None,
    ) -> answers.Receipt:
        """Record events, actors, documents or the timeline's description, as one commit."""
        encoded = [json.dumps(line, ensure_ascii=False, allow_nan=False) for line in lines]
        query = query_of(
            {
                "dry_run": dry_run or None,
                "expected_position": expected_position,
                "entries": len(encoded),
            }
        )
        body = "".join(f"{line}\n" for line in encoded).encode()
        receipt = self._transport.post(f"{timeline_path(timeline)}/events", query, body, _NDJSON)
        return cast(answers.Receipt, receipt)

    def correct(
        self,
        timeline: str,
        entity: Entity,
        id: str,
        body: Mapping[str, Any],
        reason: str,
        *,
        expected_position: int | None = None,
    ) -> answers.Receipt:
        """Say that it was wrong from the start: `body` is the full new one."""
        path = f"{timeline_path(timeline)}{thing_path(entity, id)}/correction"
        return self._post(path, {**body, "reason": reason}, {"expected_position": expected_position})

    def correct_timeline(self, timeline: str, description: Mapping[str, Any], reason: str) -> answers.Receipt:
        """Replace a timeline's description by another."""
        return self._post(f"{timeline_path(timeline)}/correction", {**description, "reason": reason}, {})

    def retract(
        self, timeline: str, entity: Entity, id: str, reason: str, *, expected_position: int | None = None
    ) -> answers.Receipt:
        """Say that it should not stand."""
        path = f"{timeline_path(timeline)}{thing_path(entity, id)}/retraction"
        return self._post(path, {"reason": reason}, {"expected_position": expected_position})

    def _post(self, path: str, value: Mapping[str, Any], parameters: Mapping[str, Any]) -> answers.Receipt:
        body = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        return cast(answers.Receipt, self._transport.post(path, query_of(parameters), body, _JSON))
