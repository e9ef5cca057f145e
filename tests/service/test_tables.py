"""A table sent over HTTP: what becomes of its rows, and what is said of those that cannot stand."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from werkzeug.test import TestResponse

from events.ingest.template import csv_text
from tests.cli.command import Command
from tests.domain.builders import actor
from tests.ingest.sheets import CLAIM, sheet
from tests.service.client import BASE, ENDORSED, NDJSON, Client, problem

EVENTS = f"{BASE}/events"
FIGHT = {
    "date": "2019-04-04",
    "subject": "Khalifa Haftar",
    "kind": "fights",
    "object": "gna",
    "source_url": "https://example.org/a",
}


@pytest.fixture
def allegiance(tmp_path: Path) -> Command:
    """The command over a database of its own."""
    directory = tmp_path / "command"
    directory.mkdir()
    command = Command(directory)
    command.out("init")
    return command


def send(client: Client, table: str, query: str = "") -> TestResponse:
    return client.send(f"{EVENTS}{query}", table.encode(), "text/csv; charset=utf-8")


def entries(client: Client) -> list[tuple[object, ...]]:
    """What the log says, without when and by whom."""
    items = client.get(f"{BASE}/log?limit=1000").json["items"]
    return [(item["op"], item["entity"], item["id"], item["body"]) for item in items]


def test_a_row_names_actors_by_id_name_or_alias_and_its_source_is_made(libya: Client) -> None:
    answer = send(libya, sheet(FIGHT, {**FIGHT, "subject": "خليفة حفتر", "date": "2019-05"}))
    assert (answer.status_code, answer.json["appended"]) == (201, 3)
    stated = [body for _, entity, _, body in entries(libya)[-3:] if entity == "event"]
    assert [body["effects"][0]["subject"] for body in stated] == ["haftar", "haftar"]


def test_the_same_table_again_appends_nothing(libya: Client) -> None:
    first = send(libya, csv_text(), "?create_actors=1")
    again = send(libya, csv_text(), "?create_actors=1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json["appended"], again.json["existing"]) == (0, 8)


def test_an_actor_that_is_new_is_made_only_if_that_is_asked_for(libya: Client) -> None:
    content = problem(send(libya, sheet(CLAIM)), 422)
    assert [fault["field"] for fault in content["errors"]] == ["subject", "object"]
    assert send(libya, sheet(CLAIM), "?create_actors=1").status_code == 201
    assert libya.get(f"{BASE}/actors/egypt").status_code == 200


def test_a_name_that_is_nearly_another_is_not_merged_and_not_made(libya: Client) -> None:
    content = problem(send(libya, sheet({**FIGHT, "subject": "Kalifa Haftar"}), "?create_actors=1"), 422)
    assert "did you mean 'Khalifa Haftar' (haftar)" in content["errors"][0]["detail"]


def test_every_fault_is_told_with_line_column_field_and_value_and_nothing_is_kept(libya: Client) -> None:
    table = sheet(FIGHT, {**FIGHT, "date": "1/2/2019"}, {**FIGHT, "kind": "figths", "object": ""})
    content = problem(send(libya, table), 422)
    assert [(f["line"], f["column"], f["field"], f.get("value")) for f in content["errors"]] == [
        (3, 1, "date", "1/2/2019"),
        (4, 3, "kind", "figths"),
        (4, 4, "object", None),
    ]
    assert libya.head() == 7


def test_a_table_that_is_no_text_or_lacks_columns_is_refused(libya: Client) -> None:
    assert problem(send(libya, "who,whom\na,b\n"), 422)["errors"][0]["line"] == 1
    body = "\ufeffdate\n".encode() + b"\xff\xff\n"
    assert 400 <= libya.send(EVENTS, body, "text/csv").status_code < 500
    problem(libya.send(EVENTS, "", "text/csv"), 400)
    problem(libya.send(EVENTS, "\n\n", "text/csv"), 400)
    assert libya.head() == 7


def test_what_is_not_read_of_a_table_is_told_in_the_receipt(libya: Client) -> None:
    answer = send(libya, sheet({**FIGHT, "colour": "red"}))
    (notice,) = answer.json["notices"]
    assert (notice["line"], notice["column"], notice["field"]) == (1, 6, "colour")
    described = libya.get("/openapi.json").json["components"]
    schema = {"$ref": "#/components/schemas/Receipt", "components": described}
    jsonschema.Draft202012Validator(schema).validate(answer.json)
    assert "notices" not in send(libya, sheet(FIGHT)).json


def test_a_dry_run_of_a_table_keeps_nothing(libya: Client) -> None:
    assert send(libya, csv_text(), "?create_actors=1&dry_run=1").status_code == 200
    assert libya.head() == 7


def test_making_actors_goes_with_a_table(libya: Client) -> None:
    assert "text/csv" in problem(libya.append(ENDORSED, query="?create_actors=1"), 422)["detail"]


def test_a_table_may_have_only_so_many_rows(libya: Client) -> None:
    rows = [{**FIGHT, "id": f"e{place}"} for place in range(2001)]
    assert "2000" in problem(send(libya, sheet(*rows)), 413)["detail"]


def test_a_table_over_http_says_the_same_as_on_the_command_line(libya: Client, allegiance: Command) -> None:
    send(libya, csv_text(), "?create_actors=1")
    allegiance.out("ingest", "libya", "-", "--create-actors", text=csv_text())
    there = allegiance.json("log", "libya", "--limit", 1000)["items"]
    ours = [(item["op"], item["entity"], item["id"], item["body"]) for item in there]
    assert entries(libya)[7:] == ours


def test_the_example_is_downloaded_and_can_be_sent_as_it_is(libya: Client) -> None:
    answer = libya.get("/v1/template.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text == csv_text()
    assert libya.get("/v1/template.csv", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert libya.send(f"{EVENTS}?create_actors=1", answer.data, "text/csv").status_code == 201


# How many there are


def test_a_declared_count_is_of_objects_or_of_rows_and_stands_when_it_is_sent_again(libya: Client) -> None:
    for _ in range(2):
        assert send(libya, sheet(FIGHT, {**FIGHT, "date": "2020"}), "?entries=2").status_code < 300
        assert libya.append(ENDORSED, actor("un"), query="?entries=2").status_code < 300
        assert libya.post(f"{EVENTS}?entries=1", ENDORSED).status_code < 300
        assert libya.post(f"{EVENTS}?entries=1", [ENDORSED]).status_code < 300


def test_another_count_than_the_declared_one_is_refused_with_both(libya: Client) -> None:
    detail = problem(libya.append(ENDORSED, actor("un"), query="?entries=3"), 422)["detail"]
    assert "declared 3" in detail
    assert "2 are here" in detail
    problem(send(libya, sheet(FIGHT), "?entries=2"), 422)
    problem(libya.send(f"{EVENTS}?entries=x", "{}", NDJSON), 422)
    assert libya.head() == 7


def test_a_fault_is_told_before_a_count(libya: Client) -> None:
    assert problem(libya.append({"date": "2019-13"}, query="?entries=3"), 422)["errors"][0]["line"] == 1
