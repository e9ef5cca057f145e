"""Every question as a method: the addresses of docs/http.md, for Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self, cast
from urllib.parse import quote

from service.client import answers
from service.client.transport import Transport

Day = str | date
Moment = int | str | datetime


class Questions:
    """What can be asked of a service. Every method raises UnreachableError or ProblemError."""

    def __init__(self, url: str, *, token: str | None = None, timeout: float = 30, retries: int = 4) -> None:
        self._transport = Transport(url, token, timeout, retries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._transport.url

    def close(self) -> None:
        """Let go of every connection."""
        self._transport.close()

    def timelines(self) -> Iterator[answers.TimelineItem]:
        """The timelines, by id."""
        return self._pages("/v1/timelines", {})

    def timeline(self, timeline: str, *, known_at: Moment | None = None) -> answers.TimelineDetail:
        """How a timeline describes itself, and where its log stands."""
        return cast(answers.TimelineDetail, self._get(timeline, "", known_at=known_at))

    def state(  # noqa: PLR0913  # one for each parameter
        self,
        timeline: str,
        at: Day,
        *,
        known_at: Moment | None = None,
        actors: Sequence[str] = (),
        kinds: Sequence[str] = (),
        lapsed: bool = False,
        lineage: bool = False,
        min_position: int | None = None,
    ) -> answers.State:
        """Who stood with or against whom on a day, and on whose word."""
        include = "lapsed" if lapsed else None
        found = self._get(
            timeline,
            "/state",
            at=at,
            known_at=known_at,
            actor=actors,
            kind=kinds,
            include=include,
            lineage=lineage or None,
            min_position=min_position,
        )
        return cast(answers.State, found)

    def explain(  # noqa: PLR0913
        self,
        timeline: str,
        subject: str,
        kind: str,
        object: str,
        at: Day,
        *,
        under: str | None = None,
        known_at: Moment | None = None,
    ) -> answers.Explanation:
        """Why a relation stands as it does on a day, and who says so."""
        relation = {"subject": subject, "kind": kind, "object": object, "under": under}
        found = self._get(timeline, "/explain", **relation, at=at, known_at=known_at)
        return cast(answers.Explanation, found)

    def changes(
        self, timeline: str, first: Day, last: Day, *, known_at: Moment | None = None
    ) -> Iterator[answers.ValidChange]:
        """What changed in the world from one day to another, by day."""
        return self._list(timeline, "/changes", {"from": first, "to": last, "known_at": known_at})

    def learned(
        self, timeline: str, before: Moment, after: Moment | None = None, *, at: Day | None = None
    ) -> Iterator[answers.KnownChange]:
        """What the log says otherwise at its state `after`, by default the latest, than at `before`."""
        return self._list(timeline, "/changes", {"axis": "known", "from": before, "to": after, "at": at})

    def relations(self, timeline: str, **parameters: Any) -> Iterator[answers.Relation]:
        """The relations with all their spells.

        `parameters` are those of the address: subject, kind, object, under, known_at, and the filters
        ongoing, disputed, attributed_only (True or False) and not_attested_since (a day).
        """
        return self._list(timeline, "/relations", parameters)

    def events(self, timeline: str, **parameters: Any) -> Iterator[answers.EventItem]:
        """The live events, by first day.

        `parameters` are those of the address: known_at, and the filters date_basis, confidence,
        approximate and attributed_only (True or False).
        """
        return self._list(timeline, "/events", parameters)

    def actors(self, timeline: str, *, known_at: Moment | None = None) -> Iterator[answers.ActorItem]:
        """The live actors, by id."""
        return self._list(timeline, "/actors", {"known_at": known_at})

    def documents(self, timeline: str, *, known_at: Moment | None = None) -> Iterator[answers.DocumentItem]:
        """The live documents, by id."""
        return self._list(timeline, "/documents", {"known_at": known_at})

    def event(self, timeline: str, id: str, *, known_at: Moment | None = None) -> answers.EventHistory:
        """An event with all that was ever said of it."""
        return cast(answers.EventHistory, self._get(timeline, thing_path("event", id), known_at=known_at))

    def actor(self, timeline: str, id: str, *, known_at: Moment | None = None) -> answers.ActorHistory:
        """An actor with all that was ever said of it."""
        return cast(answers.ActorHistory, self._get(timeline, thing_path("actor", id), known_at=known_at))

    def document(self, timeline: str, id: str, *, known_at: Moment | None = None) -> answers.DocumentHistory:
        """A document with all that was ever said of it."""
        return cast(
            answers.DocumentHistory, self._get(timeline, thing_path("document", id), known_at=known_at)
        )

    def log(
        self, timeline: str, after: int = 0, *, ops: Sequence[str] = (), limit: int | None = None
    ) -> Iterator[answers.Entry]:
        """The entries after a position, in order: all of them, fetched `limit` at a time."""
        return self._list(timeline, "/log", {"after": after, "op": ops, "limit": limit}, "after")

    def follow(
        self, timeline: str, after: int = 0, *, ops: Sequence[str] = (), wait: int = 20
    ) -> Iterator[answers.Entry]:
        """The entries after a position, and then each as it is learned, without end.

        Whoever goes on after the last position seen misses nothing. `wait` seconds is how long one request
        waits for something new, and must be less than the timeout.
        """
        query = query_of({"after": after, "op": ops, "wait": wait})
        while True:
            page = self._transport.get(f"{timeline_path(timeline)}/log", query)
            yield from page["items"]
            query = {**query, "after": page["next"]}

    def search(self, timeline: str, q: str, **parameters: Any) -> Iterator[answers.Hit]:
        """What has all the words, the best first. `parameters` are those of the address."""
        return self._list(timeline, "/search", {"q": q, **parameters})

    def common_membership(
        self, timeline: str, at: Day, **parameters: Any
    ) -> Iterator[answers.CommonMembership]:
        """The pairs that are members of the same on a day: derived, and none of it recorded."""
        return self._list(timeline, "/common-membership", {"at": at, **parameters})

    def export(self, timeline: str, format: str, **parameters: Any) -> Iterator[bytes]:
        """An export in a format of the service, piece by piece as it comes.

        `parameters` are those of the address, such as at and known_at.
        """
        return self._transport.stream(
            f"{timeline_path(timeline)}/export.{quote(format)}", query_of(parameters)
        )

    def _get(self, timeline: str, path: str, **parameters: Any) -> Any:
        return self._transport.get(timeline_path(timeline) + path, query_of(parameters))

    def _list(
        self, timeline: str, path: str, parameters: Mapping[str, Any], following: str = "cursor"
    ) -> Iterator[Any]:
        return self._pages(timeline_path(timeline) + path, parameters, following)

    def _pages(self, path: str, parameters: Mapping[str, Any], following: str = "cursor") -> Iterator[Any]:
        """Every item of a collection, page after page as they are asked for, from one state of the log."""
        query = query_of(parameters)
        while True:
            page = self._transport.get(path, query)
            yield from page["items"]
            if page["next"] is None:
                return
            query = {**query, following: page["next"]}


def timeline_path(timeline: str) -> str:
    """The path of a timeline."""
    return f"/v1/timelines/{quote(timeline, safe='')}"


def thing_path(entity: str, id: str) -> str:
    """The path of an event, actor or document, below that of its timeline."""
    return f"/{entity}s/{quote(id, safe=':')}"


def query_of(parameters: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    """Parameters as an address has them, without those left out."""
    told = {name: _told(value) for name, value in parameters.items()}
    return {name: value for name, value in told.items() if value}


def _told(value: Any) -> str | list[str]:
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{value!r} has no time zone; give it one.")
            return value.isoformat()
        case list() | tuple():
            return [str(_told(item)) for item in value]
    return str(value)
