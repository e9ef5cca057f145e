"""Each known way to harm such a service, by name, with the status that it gets; nothing of it is kept."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.domain.builders import actor, document, effect, event
from tests.service.client import BASE, ENDORSED, NDJSON, Client, problem

EVENTS = f"{BASE}/events"
JSON = "application/json"
CSV = "text/csv"


class Threat(NamedTuple):
    """What is sent, and the status that it gets."""

    status: int
    body: str | bytes
    kind: str = NDJSON
    headers: Mapping[str, str] = MappingProxyType({})
    path: str = EVENTS


def line(value: dict[str, Any], status: int = 422) -> Threat:
    return Threat(status, json.dumps(value))


def entitled(**fields: Any) -> Threat:
    return line(event("x", "2019", **fields))


def table(**cells: str) -> Threat:
    good = {
        "date": "2019",
        "subject": "haftar",
        "kind": "fights",
        "object": "gna",
        "source_title": "T",
    } | cells
    return Threat(422, "\n".join([",".join(good), ",".join(good.values())]), CSV)


def gzipped(body: bytes, status: int) -> Threat:
    return Threat(status, body, NDJSON, {"Content_Encoding": "gzip"})


SIZES = {
    "a good line and a broken one": Threat(400, json.dumps({"title": "x" * 150_000}) + "\n" + "{" * 3),
    "very many short lines": Threat(413, "\n".join(["{}"] * 5000)),
    "a list of very many items": Threat(413, "[" + ",".join(["1"] * 5000) + "]", JSON),
    "very many effects": entitled(effects=[effect("holds", "haftar", "fights", "gna")] * 500),
    "a very long id": line(event("x" * 129, "2019")),
    "a very long title": entitled(title="x" * 5000),
    "a very long quote": entitled(sources=[{"document": "report", "quote": "x" * 100_000}]),
    "a very long date": line(event("x", "2019" + "X" * 10_000)),
    "a gzip bomb": gzipped(gzip.compress(bytes(50_000_000), 9), 413),
    "a gzip bomb in a gzip": gzipped(gzip.compress(gzip.compress(bytes(10_000_000))), 400),
    "a header instead of gzip": gzipped(b"\x1f\x8b\x08\0" * 5, 400),
}
DEPTH = {
    "33 levels": Threat(400, '{"a":' * 33 + "1" + "}" * 33),
    "levels that close wrongly": Threat(400, "[{" * 3000),
    "deep in a field that takes any value": Threat(400, '{"location":' + "[" * 60 + "]" * 60 + "}"),
}
NUMBERS = {
    "-2^63": Threat(400, '{"date": -9223372036854775809}'),
    "a fraction for an offset": entitled(sources=[{"document": "report", "offset": 1.5}]),
    "an offset below zero": entitled(sources=[{"document": "report", "offset": -1}]),
    "an offset that is a boolean": entitled(sources=[{"document": "report", "offset": True}]),
    "an offset as text": entitled(sources=[{"document": "report", "offset": "1"}]),
    "a latitude beyond the pole": entitled(location={"type": "Point", "coordinates": [0, 91]}),
    "a latitude that is minus nothing": Threat(400, '{"location": {"coordinates": [0, -]}}'),
    "a number with a leading zero": Threat(400, '{"date": 02019}'),
    "a hexadecimal number": Threat(400, '{"date": 0x1F}'),
}
ENCODINGS = {
    "UTF-16 without a mark": Threat(400, '{"date": "2019"}'.encode("utf-16-le"), JSON),
    "UTF-32": Threat(400, '{"date": "2019"}'.encode("utf-32"), JSON),
    "overlong UTF-8": Threat(400, b'{"title": "\xc0\xaf"}', JSON),
    "a surrogate in UTF-8": Threat(400, b'{"title": "\xed\xa0\x80"}', JSON),
    "beyond Unicode": Threat(400, b'{"title": "\xf4\x90\x80\x80"}', JSON),
    "UTF-7 by its name": Threat(415, "{}", "application/json; charset=utf-7"),
    "two codings": Threat(415, gzip.compress(b"{}"), NDJSON, {"Content_Encoding": "gzip, gzip"}),
    "a comment in JSON": Threat(400, '{"date": "2019" /* x */}', JSON),
    "a comma too many": Threat(400, '{"date": "2019",}', JSON),
    "two values": Threat(400, "{} {}", JSON),
    "single quotation marks": Threat(400, "{'date': '2019'}", JSON),
    "a key that differs in its escapes only": Threat(400, '{"date": "2019", "\\u0064ate": "2020"}', JSON),
}
DATES = {
    name: line(event("x", date))
    for name, date in {
        "a week": "2020-W53-7",
        "a leap day in a common year": "2021-02-29",
        "the 31st of April": "2019-04-31",
        "a line end behind it": "2019-04-04\n",
        "a blank before it": " 2019",
        "full-width digits": "２０１９",
        "Arabic-Indic digits": "٢٠١٩-٠٤-٠٤",
        "another minus": "\u22122019",
        "an interval backwards": "2020/2019",
        "all of a set": "{2019,2020}",
        "a set of nothing": "[]",
        "an exponent": "Y17E7",
        "before the first year": "-10000-01-01",
        "after the last year": "10000",
        "day and month, or month and day": "1/2/2019",
        "a word": "yesterday",
    }.items()
}
NAMES = {
    "a name not in NFC": line(actor("x", name="e\u0301")),
    "a name of blanks": line(actor("x", name="  ")),
    "a name on two lines": line(actor("x", name="a\nb")),
    "a name that runs leftwards": line(actor("x", name="a\u202eb")),
    "a name with an isolate": line(actor("x", name="a\u2066b")),
    "a name with a bell": line(actor("x", name="a\x07b")),
    "a name with an escape": line(actor("x", name="a\x1b[31mb")),
    "a name with a C1 control": line(actor("x", name="a\x85b")),
    "a name with a line separator": line(actor("x", name="a\u2028b")),
    "a name that is no character": line(actor("x", name="a\ufffeb")),
    "a quote that no XML can hold": entitled(sources=[{"document": "report", "quote": "a\uffffb"}]),
    "an id with a slash": line(actor("a/b")),
    "an id of other letters": line(actor("хафтар")),
    "an id with a line end": line(actor("x\n")),
    "a link with a script": line(document("x", url="javascript:alert(1)")),
    "a link with data": line(document("x", url="data:text/html,x")),
    "a link to a file": line(document("x", archive_url="file:///etc/passwd")),
    "a link with a line end": line(document("x", url="https://example.org/\nx")),
    "a link without a host": line(document("x", url="https://")),
    "a picture with a script": entitled(media=[{"url": "vbscript:x", "alt": "x"}]),
    "a language that is none": line(actor("x", names={"../x": "y"})),
}
TABLES = {
    "a formula for an actor": table(subject="=1+1"),
    "a command for an actor": table(subject="+cmd|' /C calc'!A0"),
    "NUL in a cell": table(quote="a\0b"),
    "a quotation mark that never closes": Threat(
        422, 'date,subject,kind,object,source_title\n2019,"a,b,c,d', CSV
    ),
    "columns without names": Threat(422, ",,,\n1,2,3,4", CSV),
    "a column twice": Threat(422, "date,date,subject,kind,object,source_title\n1,2,3,4,5,6", CSV),
    "no row": Threat(422, "date,subject,kind,object,source_title\n", CSV),
}
REQUESTS = {
    "a form": Threat(415, "date=2019", "application/x-www-form-urlencoded"),
    "a form with files": Threat(415, b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    "a type that is none": Threat(415, "{}", "é"),
    "fewer lines than declared": Threat(422, json.dumps(ENDORSED), path=f"{EVENTS}?entries=2"),
    "more lines than declared": Threat(422, json.dumps(ENDORSED), path=f"{EVENTS}?entries=0"),
    "a position of long ago": Threat(409, json.dumps(ENDORSED), path=f"{EVENTS}?expected_position=2"),
    "a position beyond all": Threat(409, json.dumps(ENDORSED), path=f"{EVENTS}?expected_position=999"),
    "another timeline's name": Threat(404, "{}", path="/v1/timelines/%2e%2e/events"),
    "what is not there": Threat(404, '{"reason": "x"}', JSON, path=f"{EVENTS}/nothing/retraction"),
    "an actor in use": Threat(409, '{"reason": "x"}', JSON, path=f"{BASE}/actors/gna/retraction"),
    "a correction to nothing new": Threat(422, json.dumps(ENDORSED), JSON, path=f"{EVENTS}/siege/correction"),
}
THREATS = SIZES | DEPTH | NUMBERS | ENCODINGS | DATES | NAMES | TABLES | REQUESTS


@pytest.mark.parametrize("name", THREATS)
def test_each_threat_is_refused_and_leaves_nothing(libya: Client, name: str) -> None:
    threat = THREATS[name]
    problem(libya.send(threat.path, threat.body, threat.kind, **threat.headers), threat.status)
    assert libya.head() == 7
