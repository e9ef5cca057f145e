"""What caches may keep: entity tags, conditional requests, gzip, HEAD, and the headers of every address."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest
from flask import Flask, Response

from events.stores import Store
from service import compression, create_app
from service.answers import FOR_EVER, REVALIDATED
from service.scopes import NEEDS, OPEN
from service.settings import Settings
from tests.service.client import BASE, ENDORSED, Client

STATE = f"{BASE}/state?at=2019-05-01"
LONG = f"{BASE}/log"
"""Longer than what is not worth compressing."""

AN_HOUR = "public, max-age=3600"
NO_STORE = "no-store"
ENCODED = "Accept-Encoding"
LISTED = "Accept-Encoding, Authorization"

HEADERS = {
    "/v1/timelines": ("/v1/timelines", 200, REVALIDATED, LISTED),
    "/v1/timelines/{timeline}": (BASE, 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/state": (STATE, 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/explain": (
        f"{BASE}/explain?subject=gna&kind=fights&object=haftar&at=2019-05-01",
        200,
        REVALIDATED,
        ENCODED,
    ),
    "/v1/timelines/{timeline}/changes": (f"{BASE}/changes?axis=known&from=0", 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/relations": (f"{BASE}/relations", 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/search": (f"{BASE}/search?q=haftar", 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/feed.json": (f"{BASE}/feed.json", 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/feed.atom": (f"{BASE}/feed.atom", 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/log": (f"{BASE}/log", 200, REVALIDATED, ENCODED),
    **{
        f"/v1/timelines/{{timeline}}/{things}{each}": (f"{BASE}/{things}{one}", status, REVALIDATED, vary)
        for things, id in (("events", "siege"), ("actors", "gna"), ("documents", "report"))
        for each, one, status, vary in (
            ("", "", 200, ENCODED),
            ("/{id}", f"/{id}", 200, ENCODED),
            ("/{id}/timegate", f"/{id}/timegate", 302, "Accept-Datetime"),
            ("/{id}/timemap.link", f"/{id}/timemap.link", 200, ENCODED),
            ("/{id}/timemap.json", f"/{id}/timemap.json", 200, ENCODED),
        )
    },
    "/v1/timelines/{timeline}/state/timegate": (
        f"{BASE}/state/timegate?at=2019-05-01",
        302,
        REVALIDATED,
        "Accept-Datetime",
    ),
    "/v1/timelines/{timeline}/state/timemap.link": (
        f"{BASE}/state/timemap.link?at=2019-05-01",
        200,
        REVALIDATED,
        ENCODED,
    ),
    "/v1/timelines/{timeline}/state/timemap.json": (
        f"{BASE}/state/timemap.json?at=2019-05-01",
        200,
        REVALIDATED,
        ENCODED,
    ),
    "/v1/timelines/{timeline}/common-membership": (
        f"{BASE}/common-membership?at=2019-05-01",
        200,
        REVALIDATED,
        ENCODED,
    ),
    **{
        f"/v1/timelines/{{timeline}}/export.{format}": (
            f"{BASE}/export.{format}?{query}",
            200,
            REVALIDATED,
            None if format == "zip" else ENCODED,
        )
        for format, query in (
            ("json", "at=2019-05-01"),
            ("csv", "at=2019-05-01"),
            ("graphml", "at=2019-05-01"),
            ("panel.csv", "from=2018&to=2020"),
            ("timelinejs.json", ""),
            ("ndjson", ""),
            ("log.ndjson", ""),
            ("zip", ""),
        )
    },
    **{
        f"/v1/timelines/{{timeline}}/{picture}.{format}": (
            f"{BASE}/{picture}.{format}",
            200,
            REVALIDATED,
            vary,
        )
        for picture in ("state", "timeline")
        for format, vary in (("svg", ENCODED), ("png", None))
    },
    "/embed/{timeline}": ("/embed/libya", 200, REVALIDATED, ENCODED),
    "/embed/{timeline}/card.png": ("/embed/libya/card.png", 200, REVALIDATED, None),
    "/embed/{timeline}/words": ("/embed/libya/words", 200, REVALIDATED, ENCODED),
    "/embed/style.css": ("/embed/style.css", 200, REVALIDATED, ENCODED),
    "/embed/script.js": ("/embed/script.js", 200, REVALIDATED, ENCODED),
    "/embed.js": ("/embed.js", 200, "public, max-age=86400", None),
    "/oembed": ("/oembed?url=http://localhost/embed/libya", 200, AN_HOUR, LISTED),
    "/timelines/{timeline}": ("/timelines/libya", 200, REVALIDATED, ENCODED),
    **{
        f"/timelines/{{timeline}}/{page}": (f"/timelines/libya/{page}", 200, REVALIDATED, ENCODED)
        for page in ("changes", "embed", "entries")
    },
    "/v1/timelines/{timeline}/log/proof": (f"{BASE}/log/proof?position=1&size=5", 200, REVALIDATED, ENCODED),
    "/v1/timelines/{timeline}/log/consistency": (
        f"{BASE}/log/consistency?from=1&to=5",
        200,
        FOR_EVER,
        ENCODED,
    ),
    "/log/{timeline}/checkpoint": ("/log/libya/checkpoint", 200, REVALIDATED, ENCODED),
    "/log/{timeline}/vkey": ("/log/libya/vkey", 200, REVALIDATED, ENCODED),
    "/log/{timeline}/tile/{tile}": ("/log/libya/tile/0/000.p/5", 200, FOR_EVER, None),
    "/v1/template.csv": ("/v1/template.csv", 200, REVALIDATED, ENCODED),
    "/healthz": ("/healthz", 200, NO_STORE, ENCODED),
    "/livez": ("/livez", 200, NO_STORE, ENCODED),
    "/readyz": ("/readyz", 200, NO_STORE, ENCODED),
    "/metrics": ("/metrics", 200, NO_STORE, ENCODED),
    "/openapi.json": ("/openapi.json", 200, REVALIDATED, ENCODED),
    "/docs": ("/docs", 200, REVALIDATED, ENCODED),
    "/docs/errors": ("/docs/errors", 200, REVALIDATED, ENCODED),
    "/": ("/", 200, REVALIDATED, LISTED),
    "/docs/assets/{filename}": ("/docs/assets/swagger-ui.css", 200, AN_HOUR, None),
    "/static/{filename}": ("/static/pages.css", 200, AN_HOUR, None),
}
"""Of each address an example, its status, its Cache-Control and its Vary."""


@pytest.mark.parametrize("path", HEADERS)
def test_every_address_says_what_caches_may_do(untouched: Client, path: str) -> None:
    address, status, cache_control, vary = HEADERS[path]
    with untouched.get(address) as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, cache_control)
        assert answer.headers.get("Vary") == vary
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert ("ETag" in answer.headers) == (status == 200 and cache_control != NO_STORE)


@pytest.mark.parametrize("path", HEADERS)
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_head_has_the_headers_of_get_and_no_body(untouched: Client, path: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding} if encoding else {}
    with (
        untouched.flask.get(HEADERS[path][0], headers=headers) as got,
        untouched.flask.head(HEADERS[path][0], headers=headers) as head,
    ):
        assert (head.status_code, head.data) == (got.status_code, b"")
        own = {"Date": "", "X-Request-ID": ""}
        assert {**head.headers, **own} == {**got.headers, **own}


@pytest.mark.parametrize("path", HEADERS)
def test_every_tagged_answer_is_revalidated_by_its_tag(untouched: Client, path: str) -> None:
    address, *_ = HEADERS[path]
    for encoding in ("identity", "gzip"):
        with untouched.get(address, Accept_Encoding=encoding) as answer:
            tag = answer.headers.get("ETag")
        if tag is None:
            continue
        with untouched.get(address, Accept_Encoding=encoding, If_None_Match=f'"x", {tag}') as again:
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == tag
            assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]
            assert again.headers.get("Vary") == answer.headers.get("Vary")
            assert not {"Content-Type", "Content-Encoding", "Content-Length"} & set(again.headers.keys())


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", W/{tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ('W/"other"', 200),
        ("", 200),
        ("not a tag", 200),
    ],
)
@pytest.mark.parametrize("address", [STATE, f"{STATE}&known_at=7", LONG, "/docs"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_if_none_match_compares_weakly_and_takes_lists(
    untouched: Client, address: str, known: str, status: int, encoding: str
) -> None:
    tag = untouched.get(address, Accept_Encoding=encoding).headers["ETag"]
    again = untouched.get(address, Accept_Encoding=encoding, If_None_Match=known.format(tag=tag))
    assert again.status_code == status
    assert again.headers["ETag"] == tag


@pytest.mark.parametrize(
    ("query", "cache_control"),
    [
        ("state?at=2019-05-01&known_at=7", FOR_EVER),
        ("state?at=2019-05-01&known_at=0", FOR_EVER),
        ("state?at=2019-05-01&known_at=2999-01-01T00:00:00Z", REVALIDATED),
        ("relations?known_at=7", FOR_EVER),
        ("changes?axis=known&from=0&to=7", FOR_EVER),
        ("changes?axis=known&from=0", REVALIDATED),
        ("events/siege?known_at=7", FOR_EVER),
        ("search?q=haftar&known_at=7", FOR_EVER),
    ],
)
def test_only_what_is_pinned_is_kept_for_ever(untouched: Client, query: str, cache_control: str) -> None:
    assert untouched.get(f"{BASE}/{query}").headers["Cache-Control"] == cache_control


@pytest.mark.parametrize("address", ["/nowhere", f"{BASE}/state", f"{BASE}/state?at=2019-05-01&known_at=8"])
def test_an_error_is_never_kept(untouched: Client, address: str) -> None:
    for method in (untouched.flask.get, untouched.flask.head):
        answer = method(address, headers={"If-None-Match": "*"})
        assert answer.status_code in (404, 422)
        assert answer.headers["Cache-Control"] == NO_STORE
        assert "ETag" not in answer.headers


def test_the_gzip_of_an_answer_has_a_tag_of_its_own(untouched: Client) -> None:
    plain = untouched.get(LONG, Accept_Encoding="identity")
    packed = untouched.get(LONG, Accept_Encoding="br, gzip;q=0.8")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert packed.headers["ETag"] not in (plain.headers["ETag"], f"W/{plain.headers['ETag']}")
    assert untouched.get(LONG, Accept_Encoding="gzip").data == packed.data
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        for encoding in ("identity", "gzip"):
            again = untouched.get(LONG, Accept_Encoding=encoding, If_None_Match=tag)
            assert (again.status_code, again.headers["ETag"]) == (304, tag)


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("*", True),
        ("gzip, deflate, br, zstd", True),
        ("gzip;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("br", False),
        ("", False),
        ("gzip;q=nonsense", False),
    ],
)
def test_gzip_is_sent_to_whoever_takes_it(untouched: Client, accepted: str, packed: bool) -> None:
    answer = untouched.get(LONG, Accept_Encoding=accepted)
    assert ("Content-Encoding" in answer.headers) == packed
    assert answer.headers["Vary"] == ENCODED


def test_what_is_short_or_no_text_is_not_compressed(untouched: Client) -> None:
    short = untouched.get("/healthz", Accept_Encoding="gzip")
    assert "Content-Encoding" not in short.headers
    with untouched.get("/docs/assets/favicon-32x32.png", Accept_Encoding="gzip") as picture:
        assert "Content-Encoding" not in picture.headers


def test_a_stream_is_compressed_as_it_goes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is held back until its end, and nothing gathered."""
    monkeypatch.setitem(NEEDS, ("GET", "/stream"), OPEN)
    made: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(2000):
            made.append(number)
            yield b'{"position":%d,"text":"%s"}\n' % (number, str(hash(number) ** 9).encode() * 4)

    @app.get("/stream")
    def stream() -> Response:
        response = Response(parts(), content_type="application/x-ndjson")
        response.set_etag("stream")
        return response

    answer = app.test_client().get("/stream", headers={"Accept-Encoding": "gzip"}, buffered=False)
    assert answer.headers["ETag"] == '"stream-gzip"'
    assert "Content-Length" not in answer.headers
    packed = answer.iter_encoded()
    unpacker = zlib.decompressobj(wbits=31)
    first = b""
    while len(first) < 1000:
        first += unpacker.decompress(next(packed))
    assert len(made) < 2000
    whole = first + b"".join(unpacker.decompress(part) for part in packed)
    assert whole.count(b"\n") == 2000


def test_a_gzip_is_made_once(store: Store, libya: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    pack = compression.pack
    monkeypatch.setattr(compression, "pack", lambda body: made.append(len(body)) or pack(body))
    client = Client(create_app(Settings(), store), "")
    libya.append(ENDORSED)
    for _ in range(3):
        for address in (f"{STATE}&kind=fights&kind=endorses", f"{STATE}&kind=endorses&kind=fights"):
            assert client.get(address, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    assert len(made) == 1


def test_a_browser_may_send_and_read_what_the_answers_are_about(untouched: Client) -> None:
    preflight = untouched.flask.options(STATE)
    assert preflight.headers["Access-Control-Allow-Headers"] == "Accept-Datetime, If-None-Match"
    exposed = untouched.get(STATE).headers["Access-Control-Expose-Headers"].split(", ")
    others = {"Allegiance-Erased", "RateLimit", "RateLimit-Policy", "X-Request-ID"}
    assert {"ETag", "Link", "Location", "Memento-Datetime", "Retry-After", *others} == set(exposed)


def test_the_table_of_headers_has_every_address(app: Flask) -> None:
    rules = {
        rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
    }
    assert rules == set(HEADERS)
