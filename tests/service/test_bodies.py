"""What is sent: which types are read, and what no body gets past."""

from __future__ import annotations

import json

import pytest

from tests.domain.builders import actor, event
from tests.service.client import BASE, ENDORSED, NDJSON, Client, problem

EVENTS = f"{BASE}/events"
LINE = json.dumps(ENDORSED)


def test_one_object_a_list_or_lines_say_the_same(libya: Client) -> None:
    assert libya.send(EVENTS, LINE, "application/json").json["appended"] == 1
    assert libya.send(EVENTS, f"[{LINE}]", "application/json; charset=utf-8").json["existing"] == 1
    assert libya.send(EVENTS, f"\ufeff{LINE}\r\n\r\n", "application/x-ndjson").json["existing"] == 1
    assert libya.send(EVENTS, LINE, "application/ndjson").json["existing"] == 1
    assert libya.send(EVENTS, LINE, "application/jsonl").json["existing"] == 1


@pytest.mark.parametrize(
    "kind", [None, "", "text/tab-separated-values", "text/plain", "application/xml", "multipart/form-data"]
)
def test_another_type_is_refused_with_those_that_are_read(libya: Client, kind: str | None) -> None:
    response = libya.send(EVENTS, LINE, kind)
    assert "application/json" in problem(response, 415)["detail"]
    assert "application/x-ndjson" in response.headers["Accept-Post"]


def test_another_coding_is_refused(libya: Client) -> None:
    problem(libya.send(EVENTS, LINE, "application/json", Content_Encoding="br"), 415)
    problem(libya.send(EVENTS, LINE, "application/json; charset=latin-1"), 415)
    assert libya.send(EVENTS, LINE, "application/json", Content_Encoding="identity").status_code == 201


def test_a_correction_takes_one_object(libya: Client) -> None:
    problem(libya.send(f"{EVENTS}/siege/retraction", '[{"reason": "x"}]', "application/json"), 422)
    problem(libya.send(f"{EVENTS}/siege/retraction", '{"reason": "x"}', NDJSON), 415)


HOSTILE = {
    "nested too deeply": ('{"a":' * 5000 + "1" + "}" * 5000, 400),
    "lists nested too deeply": ("[" * 100_000, 400),
    "2^63": ('{"date": "2019", "sources": 9223372036854775808}', 400),
    "a number of many digits": ('{"date": ' + "9" * 5000 + "}", 400),
    "1e400": ('{"date": 1e400}', 400),
    "a lone surrogate": ('{"date": "\\ud800"}', 400),
    "NaN": ('{"date": NaN}', 400),
    "Infinity": ('{"date": -Infinity}', 400),
    "duplicate keys": ('{"date": "2019", "date": "2020"}', 400),
    "NUL": ('{"date": "2019\\u0000"}', 400),
    "NUL in a key": ('{"da\\u0000te": "2019"}', 400),
    "not JSON": ("{date: 2019}", 400),
    "cut JSON": ('{"date": "20', 400),
    "not UTF-8": (b'{"title": "\xff"}', 400),
    "UTF-16": ('{"date": "2019"}'.encode("utf-16"), 400),
    "nothing": ("", 400),
    "only blanks": ("  \n \n", 400),
    "null": ("null", 422),
    "a number": ("7", 422),
    "an empty object": ("{}", 422),
    "a list for an object": ('{"date": "2019", "sources": [[]]}', 422),
    "an object for a list": ('{"date": "2019", "sources": {"document": "report"}}', 422),
    "a numeric id": (json.dumps(ENDORSED | {"id": 7}), 422),
    "an id of dots": (json.dumps(ENDORSED | {"id": ".."}), 422),
    "a boolean date": (json.dumps(ENDORSED | {"date": True}), 422),
    "an unknown field": (json.dumps(ENDORSED | {"effect": []}), 422),
    "an unknown entity": (json.dumps(ENDORSED | {"entity": "evnt"}), 422),
    "an entity that is a list": (json.dumps(ENDORSED | {"entity": ["event"]}), 422),
    "a date that is none": (json.dumps(ENDORSED | {"date": "2019-02-30"}), 422),
    "a date with another script's digits": (json.dumps(ENDORSED | {"date": "٢٠١٩"}), 422),
    "an unknown actor": (json.dumps(ENDORSED | {"participants": [{"actor": "nobody"}]}), 422),
    "an unknown document": (json.dumps(ENDORSED | {"sources": [{"document": "nothing"}]}), 422),
    "a bidi override": (json.dumps(ENDORSED | {"title": "a\u202eb"}), 422),
    "a script for a link": (json.dumps({"entity": "document", "title": "x", "url": "javascript:x()"}), 422),
    "one large body": (json.dumps(ENDORSED | {"title": "x" * 300_000}), 413),
}


@pytest.mark.parametrize("kind", ["application/json", NDJSON])
@pytest.mark.parametrize("what", HOSTILE)
def test_no_hostile_body_is_kept_or_breaks_anything(libya: Client, what: str, kind: str) -> None:
    body, status = HOSTILE[what]
    if what == "only blanks" and kind == NDJSON:
        status = 422
    problem(libya.send(EVENTS, body, kind), status)
    assert libya.head() == 7


@pytest.mark.parametrize("path", ["/v1/timelines", f"{BASE}/correction", f"{EVENTS}/siege/correction"])
@pytest.mark.parametrize("what", HOSTILE)
def test_no_hostile_body_gets_past_any_other_address(untouched: Client, what: str, path: str) -> None:
    response = untouched.send(path, HOSTILE[what][0], "application/json")
    assert 400 <= response.status_code < 500
    problem(response, response.status_code)
    assert untouched.head() == 7


def test_the_faults_of_every_line_are_told_at_once(libya: Client) -> None:
    lines = [LINE, "", "{", json.dumps({"date": "2019-13", "sources": []}), json.dumps(ENDORSED | {"id": 1})]
    content = problem(libya.send(EVENTS, "\n".join(lines), NDJSON), 400)
    assert [(fault["line"], fault.get("field")) for fault in content["errors"]] == [
        (3, None),
        (4, "date"),
        (4, "sources"),
        (5, "id"),
    ]
    assert content["errors"][0]["column"] == 2
    assert content["errors"][1]["value"] == "2019-13"


def test_the_faults_of_a_list_are_told_by_field(libya: Client) -> None:
    wrong = event("x", "2020", {"op": "starts", "subject": "gna", "kind": "fihgts", "object": "haftar"})
    content = problem(libya.post(EVENTS, [ENDORSED, wrong, 7]), 422)
    assert [fault["field"] for fault in content["errors"]] == ["[1].effects[0].kind", "[2]"]
    assert "fights" in content["errors"][0]["detail"]
    assert "line" not in content["errors"][0]
    content = problem(
        libya.post(EVENTS, [ENDORSED, ENDORSED | {"id": "y", "sources": [{"document": "z"}]}]), 422
    )
    assert content["errors"][0]["field"] == "[1].sources[0].document"


def test_only_the_first_thousand_faults_are_listed_and_all_are_counted(libya: Client) -> None:
    content = problem(libya.send(EVENTS, "{}\n" * 1500, NDJSON), 422)
    assert len(content["errors"]) == 1000
    assert "3000" in content["detail"]


def test_a_body_may_have_only_so_many_bytes_and_entries(libya: Client) -> None:
    assert "200000" in problem(libya.send(EVENTS, "x" * 200_001, NDJSON), 413)["detail"]
    assert "2000" in problem(libya.send(EVENTS, "{}\n" * 2001, NDJSON), 413)["detail"]
    problem(libya.post(EVENTS, [{}] * 2001), 413)


def test_a_batch_may_use_what_it_declares_further_down(libya: Client) -> None:
    uses = event("visit", "2020-01-01", participants=[{"actor": "un"}])
    assert libya.append(uses, actor("un", type="igo")).status_code == 201
