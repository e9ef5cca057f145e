"""Every parser on its own: whatever it is handed, it reads it or says in words why it does not, and soon."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema

from events import codec, strict_json
from events.dates import parse
from events.errors import AllegianceError
from events.ingest import FORMATS, Context, recognise, rejects
from events.moments import parse_at, parse_known_at
from service import codings, parameters, pictures, queries
from service.embed import oembed, options
from service.settings import SETTINGS, Settings, SettingsError
from tests.fuzz import nasty
from tests.fuzz.requests import LINES, PICTURES, READS, TABLE, spoil
from tests.ingest.datasets import cow_files
from tests.ingest.datasets.test_atop_members import FILE as ATOP
from tests.ingest.datasets.test_cameo import ICEWS, POLECAT
from tests.ingest.datasets.test_interval_facts import FILE as FACTS
from tests.ingest.datasets.test_ucdp_esd import FILE as UCDP
from tests.ingest.test_timelinejs import SLIDE, as_json, saved
from tests.ingest.test_xlsx import claim

pytestmark = pytest.mark.torture

LONGEST = 1.0
"""Seconds of a reader's own time, however busy the machine is. What takes longer is tried once again."""

NDJSON = b"\n".join(strict_json.canonical(line) for line in LINES)
FILES: dict[str, tuple[bytes, ...]] = {
    "cow-alliances": (cow_files.MEMBERS.encode(),),
    "atop-members": (ATOP.encode(),),
    "ucdp-esd": (UCDP.encode(),),
    "cameo": (ICEWS.encode(), POLECAT.encode()),
    "interval-facts": (FACTS.encode(),),
    "timelinejs": (
        saved(SLIDE),
        as_json({"start_date": {"year": "2019", "month": "4"}, "text": {"headline": "x"}}),
    ),
    "csv": (TABLE, TABLE.replace(b",", b";"), TABLE.decode().encode("utf-16")),
    "xlsx": (claim(),),
    "ndjson": (NDJSON,),
}
"""What is good, for each format."""

QUERIES = [
    schema
    for module in (parameters, options, pictures, oembed)
    for schema in vars(module).values()
    if isinstance(schema, type) and issubclass(schema, Schema) and schema.__module__ == module.__name__
]

randoms = st.randoms(use_true_random=False)


def soon(read: Callable[[], Any]) -> Any:
    """What is read, or None where that is refused in words."""
    began = time.thread_time()
    found = _told(read)
    if time.thread_time() - began > LONGEST:
        again = time.thread_time()
        _told(read)
        assert time.thread_time() - again < LONGEST, "it hangs"
    return found


def _told(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except AllegianceError as error:
        refusal = error
    assert refusal.detail
    assert all(problem.detail for problem in refusal.problems)
    return None


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Text that is a date, was one, or never was."""
    if draw(st.booleans()):
        return draw(st.text())
    random = draw(randoms)
    return nasty.spoilt(random, nasty.text(random).encode("utf-8", "replace")).decode("utf-8", "replace")


def mutants(goods: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """One of the good ones, spoilt; sometimes anything at all behind its beginning."""
    spoilt = st.builds(nasty.spoilt, randoms, st.sampled_from(goods))
    anything = st.builds(lambda good, rest: good[:40] + rest, st.sampled_from(goods), st.binary())
    return st.one_of(spoilt, spoilt, anything)


@pytest.mark.parametrize("read", [parse, parse_at, parse_known_at])
def test_dates_and_moments(read: Callable[[str], Any]) -> None:
    @given(texts())
    def fuzz(text: str) -> None:
        soon(lambda: read(text))

    fuzz()


@given(mutants((NDJSON.splitlines()[0], b'[1, 2.5e3, "x", {"a": null}]')))
def test_json(content: bytes) -> None:
    value = soon(lambda: strict_json.read(content))
    if value is not None:
        assert strict_json.read(strict_json.compact(value)) == value


@given(randoms)
def test_lines_of_the_record(random: Random) -> None:
    value = nasty.altered(random, spoil(random, random.choice(LINES)))
    draft = soon(lambda: codec.record(value, "libya"))
    if draft is not None:
        assert codec.record(strict_json.read(draft.body), "libya") == draft
    soon(lambda: codec.correction("event", "siege", value if isinstance(value, dict) else {"reason": value}))
    soon(lambda: codec.retraction("event", "siege", value if isinstance(value, dict) else {"reason": value}))


@pytest.mark.parametrize("name", FORMATS)
def test_files(name: str) -> None:
    format = FORMATS[name]

    @given(mutants(FILES[name]), st.booleans())
    def fuzz(content: bytes, create_actors: bool) -> None:
        soon(lambda: recognise(content[:4000]))
        lines = soon(lambda: list(format.read([content], Context(create_actors=create_actors)))) or []
        for line in lines:
            assert line.value is not None or line.problems or line.notices
            if line.value is not None:
                soon(lambda value=line.value: codec.record(value, "libya"))

    fuzz()


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.rows])
def test_rejects_of_tables_hold_no_formulas(name: str) -> None:
    format = FORMATS[name]
    assert format.rows is not None

    @given(mutants(FILES[name]))
    def fuzz(content: bytes) -> None:
        context = Context(create_actors=True)
        lines = soon(lambda: list(format.read([content], context))) or []
        problems = {line.number: line.problems for line in lines if line.problems}
        written = "".join(soon(lambda: list(rejects.reject(format.rows([content]), problems))) or [])
        for row in FORMATS["csv"].rows([written.encode("utf-8", "replace")]):  # type: ignore[misc]
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.cells)

    fuzz()


@pytest.mark.parametrize("schema", QUERIES, ids=lambda schema: schema.__name__)
def test_parameters_of_every_address(schema: type[Schema]) -> None:
    names = [field.data_key or name for name, field in schema().fields.items()] or ["at"]
    good = tuple(request.coded_query().encode() for request in (*READS, *PICTURES))

    @given(
        st.one_of(
            mutants(good),
            st.lists(st.tuples(st.sampled_from(names), texts()), max_size=4).map(
                lambda pairs: "&".join(f"{name}={text}" for name, text in pairs).encode("utf-8", "replace")
            ),
        )
    )
    def fuzz(query: bytes) -> None:
        soon(lambda: queries.read(schema, query))

    fuzz()


@given(mutants((gzip.compress(NDJSON), gzip.compress(bytes(100_000)), gzip.compress(b"a") * 3)))
def test_gzip(content: bytes) -> None:
    unpacked = soon(lambda: codings.inflated(content, 50_000))
    assert unpacked is None or len(unpacked) <= 50_000


@given(mutants((b"sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:, md5=:AAAA:",)))
def test_digests(said: bytes) -> None:
    soon(lambda: codings.check_digest("Content-Digest", said.decode("latin-1"), b""))


@given(st.dictionaries(st.sampled_from([setting.names[0] for setting in SETTINGS]), texts()))
def test_settings(environ: dict[str, str]) -> None:
    with suppress(SettingsError):
        Settings.read(environ)
