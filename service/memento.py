"""Memento (RFC 7089): the versions of an answer, found by the time at which the log gave it.

What changes with the log is the original; the same address with a position as its `known_at`
is a memento. Beside the original lie its TimeGate, which redirects to the memento of a time,
and its TimeMap, which lists all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from events.errors import Problem, UnreadableError, shorten
from events.model import Commit
from events.stores.clock import read_instant
from service import answers
from service.answers import Asked
from service.current import public_root
from service.cursors import Place
from service.routes import reads
from service.schemas.memento import TimeMapSchema
from service.versions import Versions

LINKS = "application/link-format"

_ACCEPT_DATETIME = {
    "name": "Accept-Datetime",
    "in": "header",
    "description": "Such as Sun, 22 Nov 2026 18:00:00 GMT; without it, the last memento.",
    "schema": {"type": "string"},
}
_UP_TO_THE_NEXT_SECOND = timedelta(microseconds=999_999)


class Original(NamedTuple):
    """Where something is that has versions: its path, and the parameters of its address."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    def address(self, part: str = "", *more: tuple[str, str]) -> str:
        """Its own address, or that of a part below it; `more` stands where a permalink has `known_at`."""
        query = urlencode([*self.query[:1], *more, *self.query[1:]], safe=":")
        return f"{public_root()}{self.path}{part}{'?' if query else ''}{query}"

    def memento(self, commit: Commit) -> str:
        """The address of its version at a commit."""
        return self.address("", ("known_at", str(commit.position)))


def mark(response: Response, original: Original, asked: Asked) -> Response:
    """Say of an answer where its other versions are found, and of a pinned one when it was so."""
    links = [_link(original.address("/timegate"), "timegate"), _link_to_map(original)]
    if asked.pinned and asked.commit.recorded_at:
        response.headers["Memento-Datetime"] = http_date(asked.commit.recorded_at)
        links.insert(0, _link(original.address(), "original"))
    response.headers["Link"] = ", ".join(links)
    return response


def offer(
    blueprint: Blueprint,
    rule: str,
    queries: tuple[type[Schema], type[Schema]],
    find: Callable[..., tuple[Original, Versions]],
    **options: Any,
) -> None:
    """Hang up the TimeGate and the TimeMaps of what is at `rule`.

    `queries` are the parameters of either; `find` is called as (**names in the address, query).
    """
    of_gate, of_map = queries

    @reads(
        blueprint,
        f"{rule}/timegate",
        of_gate,
        None,
        status=302,
        headers=[_ACCEPT_DATETIME],
        **options,
    )
    def show_timegate(query: Mapping[str, Any], **names: str) -> Response:
        """Leads to the answer that was given at a time (RFC 7089)."""
        return _gate(*find(**names, query=query))

    @reads(
        blueprint,
        f"{rule}/timemap.link",
        of_map,
        {"type": "string"},
        content_type=LINKS,
        **options,
    )
    def show_timemap(query: Mapping[str, Any], **names: str) -> Response:
        """Every version of the answer, in the link format (RFC 7089)."""
        return _map(names["timeline"], *find(**names, query=query), query, _as_links, LINKS)

    @reads(blueprint, f"{rule}/timemap.json", of_map, TimeMapSchema, **options)
    def show_timemap_as_json(query: Mapping[str, Any], **names: str) -> Response:
        """Every version of the answer, in JSON."""
        return _map(names["timeline"], *find(**names, query=query), query, _as_json, answers.MEDIA_TYPE)


def _gate(original: Original, versions: Versions) -> Response:
    head = versions.by(datetime.max.replace(tzinfo=UTC))
    chosen = versions.by(_accepted()) if "Accept-Datetime" in request.headers else head
    (first,) = versions.following(0, head.position, 1)
    before = versions.before(chosen.position)
    after = next(iter(versions.following(chosen.position, head.position, 1)), None)
    links = [
        _link(original.address(), "original"),
        _link(original.address("/timegate"), "timegate"),
        _link_to_map(original),
        *_mementos(original, {"first": first, "prev": before, "": chosen, "next": after, "last": head}),
    ]
    response = Response(status=302, headers={"Location": original.memento(chosen), "Link": ", ".join(links)})
    del response.headers["Content-Type"]
    response.headers["Vary"] = "Accept-Datetime"
    response.headers["Cache-Control"] = answers.REVALIDATED
    return response


def _accepted() -> datetime:
    """The time that Accept-Datetime names, to the end of its second. Raises UnreadableError."""
    text = request.headers["Accept-Datetime"].strip()
    try:
        instant = parsedate_to_datetime(text)
        if instant.tzinfo is None or format_datetime(instant.astimezone(UTC), usegmt=True) != text:
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        detail = "Accept-Datetime is no date of HTTP; write it like Sun, 22 Nov 2026 18:00:00 GMT."
        problem = Problem(detail, field="Accept-Datetime", value=shorten(text))
        raise UnreadableError(detail, [problem]) from None
    # What the log learned within that second has that second as its Memento-Datetime.
    return instant + _UP_TO_THE_NEXT_SECOND


class _Page(NamedTuple):
    """A page of a TimeMap: the mementos on it, and whether it has the first and the last of all."""

    original: Original
    commits: list[Commit]
    cursors: tuple[str | None, str | None]
    first: bool
    last: bool

    def address(self, format: str, cursor: str | None) -> str:
        limit = request.args.get("limit")
        more = [("limit", limit)] if limit else []
        return self.original.address(f"/timemap.{format}", *more, *([("cursor", cursor)] if cursor else []))


def _map(  # what, which of it, and how it is shown
    timeline: str,
    original: Original,
    versions: Versions,
    query: Mapping[str, Any],
    show: Callable[[_Page], bytes],
    content_type: str,
) -> Response:
    asked = answers.asked(timeline, query)
    (after,) = query["cursor"].key if query["cursor"] else (0,)
    limit = query["limit"]

    def make() -> bytes:
        found = versions.following(after, asked.position, limit + 1)
        shown, following = answers.page(found, limit, lambda item: Place(asked.position, (item.position,)))
        cursors = (request.args.get("cursor"), following)
        return show(_Page(original, list(shown), cursors, not after, following is None))

    question = (original, after, limit, public_root())
    return answers.read(asked, question, make, content_type)


def _as_links(page: _Page) -> bytes:
    here, following = page.cursors
    span = ""
    if page.commits:
        ends = (page.commits[0].recorded_at or "", page.commits[-1].recorded_at or "")
        span = f'; from="{http_date(ends[0])}"; until="{http_date(ends[1])}"'
    links = [
        _link(page.original.address(), "original"),
        _link(page.address("link", here), "self", f'; type="{LINKS}"{span}'),
        _link(page.original.address("/timegate"), "timegate"),
        *(_memento(page.original, commit, rel) for commit, rel in _numbered(page)),
    ]
    if following:
        links.append(_link(page.address("link", following), "timemap next", f'; type="{LINKS}"'))
    return (",\n".join(links) + "\n").encode()


def _as_json(page: _Page) -> bytes:
    here, following = page.cursors
    listed = [
        {"datetime": commit.recorded_at, "uri": page.original.memento(commit)} for commit in page.commits
    ]
    content: dict[str, Any] = {
        "original_uri": page.original.address(),
        "timegate_uri": page.original.address("/timegate"),
        "timemap_uri": {
            "link_format": page.original.address("/timemap.link"),
            "json_format": page.original.address("/timemap.json"),
        },
        "self": page.address("json", here),
        "mementos": {"list": listed},
        "pages": {"next": {"uri": page.address("json", following)}} if following else {},
    }
    if page.first and listed:
        content["mementos"]["first"] = listed[0]
    if page.last and listed:
        content["mementos"]["last"] = listed[-1]
    return answers.encode(content)


def _numbered(page: _Page) -> list[tuple[Commit, str]]:
    """Each memento of a page, and whether it is the first or the last of all."""
    rels = [["memento"] for _ in page.commits]
    if page.last and rels:
        rels[-1].insert(0, "last")
    if page.first and rels:
        rels[0].insert(0, "first")
    return [(commit, " ".join(rel)) for commit, rel in zip(page.commits, rels, strict=True)]


def _mementos(original: Original, named: Mapping[str, Commit | None]) -> list[str]:
    """Links to mementos, each once, with every relation it stands in."""
    found: dict[Commit, list[str]] = {}
    for rel, commit in named.items():
        if commit is not None:
            found.setdefault(commit, []).extend([rel] if rel else [])
    return [_memento(original, commit, " ".join([*rels, "memento"])) for commit, rels in found.items()]


def _memento(original: Original, commit: Commit, rel: str) -> str:
    return _link(original.memento(commit), rel, f'; datetime="{http_date(commit.recorded_at or "")}"')


def _link_to_map(original: Original) -> str:
    return _link(original.address("/timemap.link"), "timemap", f'; type="{LINKS}"')


def _link(address: str, rel: str, more: str = "") -> str:
    return f'<{address}>; rel="{rel}"{more}'


@lru_cache(1024)
def http_date(recorded_at: str) -> str:
    """An instant of the log as HTTP writes it, to the second."""
    return format_datetime(read_instant(recorded_at), usegmt=True)
