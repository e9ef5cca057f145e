"""What a body is wrapped in: gzip within bounds, and a digest that it must have."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import TooLargeError, UnreadableError
from service import codings
from tests.service.client import BASE, ENDORSED, NDJSON, Client, problem

EVENTS = f"{BASE}/events"
LINE = json.dumps(ENDORSED).encode()
GZIP = {"Content_Encoding": "gzip"}


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


# gzip


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", " GZIP "])
def test_a_body_may_come_as_gzip(libya: Client, coding: str) -> None:
    body = gzip.compress(LINE)
    assert libya.send(EVENTS, body, NDJSON, Content_Encoding=coding).status_code == 201
    assert libya.send(EVENTS, body, "application/json", Content_Encoding=coding).status_code == 200


def test_gzip_of_several_members_is_read_to_its_end(libya: Client) -> None:
    body = gzip.compress(LINE + b"\n") + gzip.compress(LINE)
    assert libya.send(EVENTS, body, NDJSON, **GZIP).json == libya.send(EVENTS, body, NDJSON, **GZIP).json | {
        "appended": 1,
        "existing": 1,
    }


def test_a_small_body_that_unpacks_to_a_large_one_is_refused_at_once(libya: Client) -> None:
    for body in (gzip.compress(bytes(1_000_000)), gzip.compress(bytes(150_000_000), 9)):
        began = time.perf_counter()
        assert "200000" in problem(libya.send(EVENTS, body, NDJSON, **GZIP), 413)["detail"]
        assert time.perf_counter() - began < 0.5
    assert libya.head() == 7


def test_gzip_that_is_cut_anywhere_is_refused(libya: Client) -> None:
    body = gzip.compress(LINE)
    for size in range(1, len(body)):
        problem(libya.send(EVENTS, body[:size], NDJSON, **GZIP), 400)
    assert libya.head() == 7


@pytest.mark.parametrize("body", [LINE, zlib.compress(LINE), gzip.compress(LINE) + b"more", b""])
def test_what_is_not_gzip_is_refused(libya: Client, body: bytes) -> None:
    problem(libya.send(EVENTS, body, NDJSON, **GZIP), 400)


def test_a_flipped_bit_in_gzip_is_refused(libya: Client) -> None:
    body = bytearray(gzip.compress(LINE))
    body[-6] ^= 1
    problem(libya.send(EVENTS, bytes(body), NDJSON, **GZIP), 400)


def test_gzip_of_very_many_members_is_refused() -> None:
    with pytest.raises(UnreadableError, match="members"):
        codings.inflated(gzip.compress(b"") * 2000, 1000)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(0, 9))
def test_gzip_gives_what_went_in(parts: list[bytes], level: int) -> None:
    body = b"".join(gzip.compress(part, level) for part in parts)
    assert codings.inflated(body, 1500) == b"".join(parts)


@pytest.mark.parametrize("content", [random.Random(1).randbytes(500_000), bytes(500_000), b"ab" * 65_536])
def test_content_of_any_size_is_unpacked_up_to_the_limit(content: bytes) -> None:
    body = gzip.compress(content)
    assert codings.inflated(body, len(content)) == content
    with pytest.raises(TooLargeError):
        codings.inflated(body, len(content) - 1)


# Digests


@pytest.mark.parametrize("header", ["Content_Digest", "Repr_Digest"])
def test_a_body_with_the_declared_digest_is_taken(libya: Client, header: str) -> None:
    assert libya.send(EVENTS, LINE, NDJSON, **{header: digest(LINE)}).status_code == 201
    several = f"md5=:AAAA:, {digest(LINE)}"
    assert libya.send(EVENTS, LINE, NDJSON, **{header: several}).status_code == 200


def test_the_digest_is_of_the_body_as_it_is_sent(libya: Client) -> None:
    body = gzip.compress(LINE)
    assert libya.send(EVENTS, body, NDJSON, Content_Digest=digest(body), **GZIP).status_code == 201
    problem(libya.send(EVENTS, body, NDJSON, Content_Digest=digest(LINE), **GZIP), 400)


@pytest.mark.parametrize("header", ["Content_Digest", "Repr_Digest"])
def test_another_digest_is_refused_with_both(libya: Client, header: str) -> None:
    detail = problem(libya.send(EVENTS, LINE, NDJSON, **{header: digest(LINE + b" ")}), 400)["detail"]
    assert hashlib.sha256(LINE).hexdigest() in detail
    assert hashlib.sha256(LINE + b" ").hexdigest() in detail
    assert libya.head() == 7


@pytest.mark.parametrize("said", ["sha-256=abc", "sha-256=:a:", "sha-256=::", "sha-256=:é:", "sha-256="])
def test_a_malformed_digest_is_refused(libya: Client, said: str) -> None:
    problem(libya.send(EVENTS, LINE, NDJSON, Content_Digest=said), 400)
    assert libya.head() == 7


def test_a_digest_by_another_algorithm_alone_is_not_looked_at(libya: Client) -> None:
    assert libya.send(EVENTS, LINE, NDJSON, Content_Digest="sha-1=:AAAA:").status_code == 201
