"""Requests that are nearly good: each is made of one that is taken, with something wrong in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import quote, quote_from_bytes, quote_plus

from service.cursors import Place, write
from tests.domain.builders import actor, document, effect, event
from tests.fuzz import nasty
from tests.ingest.sheets import claims
from tests.service.client import BASE, ENDORSED, NDJSON, OFFENSIVE

JSON = "application/json"
CSV = "text/csv"


@dataclass(frozen=True)
class Request:
    """One request. `query` are the parameters, as text that is still to be encoded."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def coded_path(self) -> str:
        """The path as it stands in the first line."""
        return quote(self.path, safe="/%:.", errors="surrogatepass")

    def coded_query(self) -> str:
        """The query as it stands there."""
        return "&".join(f"{_coded(name)}={_coded(value)}" for name, value in self.query)


def _coded(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def _get(path: str, **query: str) -> Request:
    return Request("GET", path, tuple((name.rstrip("_"), value) for name, value in query.items()))


PINNED = {"at": "2019-05-01", "known_at": "8"}
ENDS = {"subject": "gna", "kind": "fights", "object": "haftar"}
READS = (
    _get("/v1/timelines", limit="2"),
    _get(BASE, known_at="7"),
    _get(f"{BASE}/state", at="2019-05-01", actor="haftar", kind="fights", include="lapsed"),
    _get(f"{BASE}/state", **PINNED, min_position="3"),
    _get(f"{BASE}/explain", **ENDS, at="2019-05-01", under="treaty"),
    _get(f"{BASE}/changes", from_="2010-01-01", to="2030-01-01", axis="valid", limit="3"),
    _get(f"{BASE}/changes", from_="0", to="7", axis="known", at="2019-05-01"),
    _get(f"{BASE}/relations", **ENDS, known_at="2026-11-22T18:00:00Z"),
    _get(f"{BASE}/events", limit="1", cursor=write(Place(7, (0, 1)))),
    _get(f"{BASE}/search", q="haftar", cursor=write(Place(7, (1, 6)))),
    _get(f"{BASE}/feed.json", q="haftar", cursor=write(Place(7, (6,)))),
    _get(f"{BASE}/events/siege", known_at="7"),
    _get(f"{BASE}/actors", limit="1"),
    _get(f"{BASE}/actors/haftar"),
    _get(f"{BASE}/documents/report"),
    _get(f"{BASE}/log", after="3", limit="2"),
    _get(f"{BASE}/state.svg", **PINNED, sides="1", lang="ar", theme="dark", width="400", axis="rtl"),
    _get(f"{BASE}/timeline.svg", from_="2018-01-01", to="2020-12-31", actor="haftar", known_at="7"),
    _get("/embed/libya", **PINNED, view="matrix", lang="fr", theme="auto", between="haftar,gna", cited="3"),
    _get("/embed/libya/words", from_="1", known_at="7", live="1"),
    _get("/embed/script.js", lang="ar", v="x"),
    _get("/oembed", url="http://localhost/embed/libya?at=2019-05-01", format="json", maxwidth="400"),
    _get("/timelines/libya", lang="fr", at="2019-05-01"),
    _get("/timelines/libya/entries", before="5"),
    _get("/timelines/libya/changes", axis="known", from_="1", to="7", after="0"),
    _get("/timelines/libya/embed", view="camps", at="2019-05-01", language="ar", mode="pinned"),
    _get(f"{BASE}/search", q="haftar", entity="event", actor="gna", from_="2019-01-01", limit="2"),
    _get(f"{BASE}/feed.json", q="april", kind="fights", limit="2"),
    _get(f"{BASE}/feed.atom", actor="haftar"),
    _get(f"{BASE}/export.csv", **PINNED, include="lapsed"),
    _get(f"{BASE}/export.panel.csv", from_="2018", to="2020", known_at="7"),
    _get(f"{BASE}/export.graphml", at="2019-05-01", kind="fights"),
    _get(f"{BASE}/export.timelinejs.json", known_at="7"),
    _get(f"{BASE}/export.log.ndjson", known_at="3"),
    _get(f"{BASE}/common-membership", **PINNED, type="government"),
    _get(f"{BASE}/state/timemap.json", at="2019-05-01", limit="2"),
    _get(f"{BASE}/log/proof", position="3", size="5"),
    _get(f"{BASE}/log/consistency", from_="3", to="5"),
    _get("/log/libya/tile/0/000.p/5"),
    _get("/healthz"),
    _get("/docs/errors"),
    _get("/static/icon.svg"),
)
PICTURES = (
    _get(f"{BASE}/state.png", **PINNED, width="320"),
    _get("/embed/libya/card.png", **PINNED, lang="en"),
)

_REASON = {"reason": "a slip"}
LINES = (
    ENDORSED,
    actor("un", type="igo", name="United Nations", names={"fr": "Nations unies"}, existed="1945/.."),
    document("other", url="https://example.org", published="[2020-02-22..2020-03]", sha256="ab" * 32),
    event(None, "1970/1989", effect("lasts", "russia", "supports", "haftar", means=["troops"], note="n")),
    event("spot", "2011~", location={"type": "Point", "coordinates": [13.2, 32.9]}, tags=["a"]),
    {"entity": "timeline", "title": {"en": "Libya"}, "sides": [{"name": {"en": "A"}, "actors": ["gna"]}]},
)
TABLE = claims(subject="Russia", object="haftar", kind="supports", date="2018-07", quote="so it was").encode()


def sound(random: Random) -> Request:
    """A request that is taken."""
    if random.random() < 0.55:
        return random.choice(READS if random.random() < 0.97 else PICTURES)
    return _write(random)


def _write(random: Random) -> Request:
    query: tuple[tuple[str, str], ...] = (("dry_run", random.choice("0111")), ("expected_position", "7"))
    query = tuple(pair for pair in query if random.random() < 0.3)
    match random.randrange(6):
        case 0:
            return _post(f"{BASE}/events/offensive/correction", {**OFFENSIVE, **_REASON}, random, query)
        case 1:
            thing = random.choice(("events/siege", "actors/russia", "documents/report"))
            return _post(f"{BASE}/{thing}/retraction", _REASON, random, query)
        case 2:
            new = {"id": random.choice(("new", "libya")), "title": {"en": "New"}}
            return _post("/v1/timelines", new, random, query)
        case 3:
            return _sent(f"{BASE}/events", TABLE, CSV, (*query, ("create_actors", "1")))
    lines = [spoil(random, line) for line in random.sample(LINES, random.randint(1, 3))]
    if random.random() < 0.5:
        return _sent(f"{BASE}/events", b"\n".join(json.dumps(line).encode() for line in lines), NDJSON, query)
    return _post(f"{BASE}/events", lines[0] if len(lines) == 1 else lines, random, query, spoilt=True)


def spoil(random: Random, line: Any) -> Any:
    """Half of the lines as they are, with a new id, the other half altered."""
    if random.random() < 0.5:
        return line if "id" not in line else {**line, "id": f"{line['id']}-{random.randrange(50)}"}
    return nasty.altered(random, line)


def _post(
    path: str, value: Any, random: Random, query: tuple[tuple[str, str], ...], spoilt: bool = False
) -> Request:
    if not spoilt and random.random() < 0.6:
        value = nasty.altered(random, value)
    return _sent(path, nasty.as_json(random, value), JSON, query)


def _sent(path: str, body: bytes, content_type: str, query: tuple[tuple[str, str], ...]) -> Request:
    return Request("POST", path, query, (("Content-Type", content_type),), body)


HEADERS: dict[str, tuple[str, ...]] = {
    "Accept": ("*/*", "text/html;q=2", "application/json;q=", ";;;", "a" * 5000, "*/*;q=0", "é"),
    "Accept-Encoding": ("gzip", "br;q=x", "identity;q=0", "*", "," * 500, "gzip;q=1e5"),
    "Accept-Language": ("ar", "fr-CH, fr;q=0.9", "xx-" * 500, "*;q=-1", "é"),
    "If-None-Match": ("*", '"x"', 'W/"x"', "x", '"', 'W/"', "," * 999, '"\\"', "é", '"a", ' * 300),
    "If-Match": ("*", '"x"', "x"),
    "If-Modified-Since": ("Mon, 01 Jan 2035 00:00:00 GMT", "yesterday", "0", "99999999999999999999", ""),
    "If-Unmodified-Since": ("x", "Mon, 32 Jan 0000 99:00:00 GMT"),
    "If-Range": ('"x"', "x"),
    "Range": ("bytes=0-1", "bytes=5-1", "bytes=-0", "bytes=0-" + "9" * 30, "lines=1", "bytes=,,",
    "bytes=0-0,0-0"),
    "Content-Type": (
        "", "text/plain", "application/json; charset=utf-7", "application/json; charset=\"", "x", "/", ";",
        "application/json;" * 200, "multipart/form-data", "multipart/form-data; boundary=x", CSV, NDJSON,
        JSON,
        "application/x-www-form-urlencoded", "application/json; charset=é",
    ),
    "Content-Encoding": ("gzip", "x-gzip", "deflate", "gzip, gzip", "identity", "", "br", "é"),
    "Content-Digest": ("sha-256=:AAAA:", "sha-256=", "sha-256=::", "x", "sha-256=:" + "A" * 5000 + ":",
    "é=:é:"),
    "Repr-Digest": ("sha-256=:a:", "sha-512=:AAAA:, sha-256=:=:"),
    "Content-Length": ("0", "1", "5", "999999999999999999999", "-1", "x", "1, 1", "+3", "1_0", "²", ""),
    "Transfer-Encoding": ("chunked", "gzip, chunked", "identity"),
    "Authorization": ("", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer é", "Bearer " + "a" * 5000,
    "Digest x"),
    "Host": ("", "evil.example", "localhost:99999", "[::1", "a b", "é", "localhost:x", "x" * 300, "@", "a/b"),
    "Origin": ("null", "https://evil.example", "é"),
    "X-Forwarded-Host": ("evil.example", ""),
    "X-Forwarded-For": ("x", "::1, " * 99),
    "X-HTTP-Method-Override": ("DELETE",),
    "Expect": ("100-continue", "x"),
    "Cookie": ("a=b", "=", ";" * 500, "é"),
    "User-Agent": ("", "() { :;}; x", "x" * 5000),
    "Prefer": ("return=minimal", ";"),
    "Connection": ("close", "upgrade"),
    "Upgrade": ("h2c", "websocket"),
}  # fmt: skip
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "FOO",
    "get",
    "QUERY",
)


def fuzzed(random: Random) -> Request:
    """A request with one thing or a few wrong; one in eight is left as it is."""
    request = sound(random)
    for _ in range(random.choice((0, 1, 1, 1, 1, 2, 2, 4))):
        request = random.choice(_WAYS)(random, request)
    return request


def _parameter(random: Random, request: Request) -> Request:
    pairs = list(request.query)
    if not pairs:
        return replace(request, query=((nasty.text(random), nasty.text(random)),))
    place = random.randrange(len(pairs))
    name, value = pairs[place]
    match random.randrange(7):
        case 0:
            del pairs[place]
        case 1:
            pairs.append((name, nasty.text(random)))
        case 2:
            pairs[place] = (nasty.text(random), value)
        case 3:
            spoilt = nasty.spoilt(random, value.encode()).decode("utf-8", "surrogateescape")
            pairs[place] = (name, spoilt.encode("utf-8", "surrogateescape").decode("latin-1"))
        case _:
            pairs[place] = (name, nasty.text(random))
    return replace(request, query=tuple(pairs))


def _header(random: Random, request: Request) -> Request:
    name = random.choice(list(HEADERS))
    value = random.choice(HEADERS[name])
    others = tuple(header for header in request.headers if header[0] != name)
    return replace(request, headers=(*others, (name, value)))


def _path(random: Random, request: Request) -> Request:
    parts = request.path.split("/")
    place = random.randrange(1, len(parts))
    match random.randrange(4):
        case 0:
            parts[place] = quote(nasty.text(random)[:200], safe="", errors="surrogatepass")
        case 1:
            parts[place] = quote_from_bytes(nasty.spoilt(random, parts[place].encode()))
        case 2:
            parts.insert(
                place, random.choice(("", ".", "..", "%2e%2e", "%2f", "%00", "%ff", "%C0%AF", "x" * 200))
            )
        case 3:
            parts[place] += random.choice(("/", ".json", "%20", "%0a", ";x", "~"))
    return replace(request, path="/".join(parts))


def _body(random: Random, request: Request) -> Request:
    return replace(request, body=nasty.spoilt(random, request.body or b"{}"))


def _method(random: Random, request: Request) -> Request:
    return replace(request, method=random.choice(METHODS))


def _packed(random: Random, request: Request) -> Request:
    """As gzip that is perhaps not quite sound, or with a digest."""
    if random.random() < 0.3:
        digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
        return replace(request, headers=(*request.headers, ("Content-Digest", f"sha-256=:{digest}:")))
    body = gzip.compress(request.body, 1, mtime=0)
    if random.random() < 0.5:
        body = nasty.spoilt(random, body)
    return replace(request, body=body, headers=(*request.headers, ("Content-Encoding", "gzip")))


_WAYS: tuple[Callable[[Random, Request], Request], ...] = (
    _parameter, _parameter, _parameter, _header, _header, _path, _body, _body, _method, _packed,
)  # fmt: skip
