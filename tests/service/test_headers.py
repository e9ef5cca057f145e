"""The headers that defend a reader, for every address: held line by line."""

from __future__ import annotations

import pytest
from flask import Flask

from events.stores import Store
from service import create_app
from service.embed.views import POLICY as EMBED
from service.scopes import NEEDS
from service.settings import Settings
from tests.service.client import Client
from tests.service.matrix import ADDRESSES, PUBLIC, address

JSON = "default-src 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DOCS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ERRORS = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
EMBEDDED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors *"
)

POLICIES = {
    "/embed/<timeline>": EMBEDDED,
    "/": PAGE,
    "/timelines/<timeline>": PAGE,
    "/timelines/<timeline>/entries": PAGE,
    "/timelines/<timeline>/changes": PAGE,
    "/timelines/<timeline>/embed": PAGE,
    "/docs": DOCS,
    "/docs/errors": ERRORS,
}
"""The policy of each page; every other address has that of JSON."""

READS = [rule for method, rule in ADDRESSES if method == "GET"]


def defences(client: Client, method: str, rule: str, status: int | None = None) -> dict[str, str]:
    """The headers of an answer that defend somebody."""
    response = client.flask.open(address(rule, PUBLIC), method=method)
    names = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Set-Cookie", "Server")
    cors = [name for name in dict(response.headers) if name.startswith("Access-Control-")]
    response.close()
    return {name: response.headers[name] for name in (*names, *sorted(cors)) if name in response.headers}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("rule", READS)
def test_every_answer_that_anybody_may_have_is_defended_so(untouched: Client, method: str, rule: str) -> None:
    assert defences(untouched, method, rule) == {
        "Content-Security-Policy": POLICIES.get(rule, JSON),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Allegiance-Erased, ETag, Link, Location, Memento-Datetime, "
        "RateLimit, RateLimit-Policy, Retry-After, X-Request-ID",
    }


@pytest.mark.parametrize(("method", "rule"), [item for item in ADDRESSES if item[0] != "GET"])
def test_no_answer_to_a_write_is_for_other_sites(untouched: Client, method: str, rule: str) -> None:
    assert defences(untouched, method, rule) == {
        "Content-Security-Policy": JSON,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }


@pytest.mark.parametrize("rule", sorted({rule for _, rule in ADDRESSES}))
def test_no_page_of_another_site_is_allowed_to_write_or_to_send_a_token(untouched: Client, rule: str) -> None:
    said = defences(untouched, "OPTIONS", rule)
    assert said["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert said["Access-Control-Allow-Headers"] == "Accept-Datetime, If-None-Match"
    assert "Access-Control-Allow-Credentials" not in said


def test_the_embed_alone_may_stand_in_other_pages() -> None:
    assert EMBED == EMBEDDED
    framed = [rule for rule in READS if "frame-ancestors 'none'" not in POLICIES.get(rule, JSON)]
    assert framed == ["/embed/<timeline>"]


@pytest.mark.parametrize("host", ["evil.example", "allegiance.example.evil.example", ""])
def test_a_host_that_is_not_ours_gets_nothing(store: Store, host: str) -> None:
    app: Flask = create_app(Settings(trusted_hosts=("allegiance.example",)), store)
    for _, rule in NEEDS:
        response = app.test_client().get(address(rule, PUBLIC), headers={"Host": host})
        assert response.status_code == 400
        response.close()


def test_no_cookie_is_ever_set(libya: Client) -> None:
    for rule in READS:
        response = libya.flask.get(address(rule, PUBLIC), headers=libya.headers)
        assert "Set-Cookie" not in response.headers
        response.close()
