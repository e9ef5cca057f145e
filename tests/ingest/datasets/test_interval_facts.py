"""Facts with an interval in Wikidata's manner."""

from __future__ import annotations

import pytest

from events.errors import DateError
from events.ingest.datasets.interval_facts import FORMAT
from events.ingest.datasets.wikidata_dates import endpoint
from events.stores.memory import MemoryStore
from tests.ingest.datasets.reading import (
    actors,
    count,
    events,
    ingest,
    ingested,
    notices,
    problems,
    relations,
    said,
    values,
)

FILE = """\
subject,subjectLabel,property,object,objectLabel,start,end,start_precision,end_precision,point_in_time
Q142,France,P463,Q7184,NATO,+1949-04-04T00:00:00Z,,11,,
http://www.wikidata.org/entity/Q41,Greece,wdt:P463,Q7184,NATO,+1952-00-00T00:00:00Z,1974-08-14,,,
Q41,Greece,P463,Q7184,NATO,+1980-10-01T00:00:00Z,novalue,10,,
Q1,One,member_of,Q2,Two,somevalue,1990,,,
Q142,France,P530,Q41,Greece,1900,,,,
Free Officers,,opposes,King Farouk,,1949?,1952-07-23,,,
Q142,France,P530,Q7184,NATO,1900,,,,
Q3,Three,allied_with,Q4,Four,,,,,1999-05
"""


def test_the_header_is_recognised():
    assert FORMAT.recognise(FILE.encode())
    assert FORMAT.recognise(b"Subject;Predicate;Object;Start;End\n")
    assert not FORMAT.recognise(b"date,subject,kind,object,source_url\n")


def test_start_and_end_are_an_interval_with_unknown_and_open_ends():
    assert [said(event) for event in events(FORMAT, FILE)] == [
        ("lasts", "1949-04-04/.."),
        ("lasts", "1952/1974-08-14"),
        ("lasts", "1980-10/.."),
        ("lasts", "/1990"),
        ("lasts", "1949?/1952-07-23"),
        ("holds", "1999-05"),
    ]


def test_the_properties_that_are_certain_are_kinds_and_others_are_reported_once():
    kinds = [event["effects"][0]["kind"] for event in events(FORMAT, FILE)]
    assert kinds == ["member_of"] * 4 + ["opposes", "allied_with"]
    [notice] = notices(FORMAT, FILE)
    assert (notice.line, notice.value) == (6, "P530")


def test_items_of_wikidata_are_actors_with_their_code_and_other_names_are_actors_too():
    found = actors(FORMAT, FILE)
    assert found["wikidata-Q41"] == {
        "entity": "actor",
        "type": "other",
        "id": "wikidata-Q41",
        "name": "Greece",
        "codes": {"wikidata": "Q41"},
    }
    assert found["fact-king-farouk"]["name"] == "King Farouk"
    assert count(FORMAT, FILE) == {"document": 1, "actor": 9, "event": 6}


def test_a_row_may_name_its_own_source():
    text = "subject,property,object,start,end,source_title,source_url\nA,supports,B,1990,1991,A book,https://example.org/\n"
    [document] = [value for value in values(FORMAT, text) if value.get("entity") == "document"]
    assert (document["title"], document["url"]) == ("A book", "https://example.org/")


def test_the_state_follows_the_intervals():
    store = ingested(FORMAT, FILE)
    greece = ("wikidata-Q41", "wikidata-Q7184")
    assert relations(store, 1960, 1, 1)[greece] == "attested"
    assert greece not in relations(store, 1975, 1, 1)
    assert relations(store, 1980, 10, 15)[greece] == "possible"
    assert relations(store, 2020, 1, 1)[greece] == "presumed"


@pytest.mark.parametrize(
    ("text", "precision", "edtf"),
    [("+1949-04-04T00:00:00Z", "11", "1949-04-04"), ("+1949-04-04T00:00:00Z", "10", "1949-04"),
     ("+1949-04-04T00:00:00Z", "9", "1949"), ("+1940-00-00T00:00:00Z", "8", "194X"),
     ("1949-01-01T00:00:00Z", "", "1949"), ("1949-01-01T00:00:00Z", "11", "1949-01-01"),
     ("+00000001949-04-00T00:00:00Z", "", "1949-04"), ("2019-~04", "", "2019-~04"), ("", "", ""),
     ("_:b1", "", ""), ("somevalue", "", ""), ("novalue", "", ".."), ("..", "", "..")],
)  # fmt: skip
def test_wikidatas_dates_are_no_more_precise_than_they_say(text, precision, edtf):
    assert endpoint(text, precision) == edtf


@pytest.mark.parametrize("precision", ["day", "nan", "inf", "1e999"])
def test_a_precision_is_a_number_of_wikidatas(precision):
    with pytest.raises(DateError, match="is not a precision"):
        endpoint("+1949-04-04T00:00:00Z", precision)


@pytest.mark.parametrize("text", ["-0044-03-15T00:00:00Z", "1949/1950", "4/4/1949", "[1949,1950]"])
def test_what_is_not_one_date_or_may_be_two_is_refused(text):
    with pytest.raises(DateError):
        endpoint(text)


@pytest.mark.parametrize(
    ("row", "field"),
    [("A,supports,B,,", "start"), (",supports,B,1990,", "subject"), ("A,supports,B,1/2/1990,", "start")],
)
def test_a_fact_without_date_or_actor_is_a_fault_with_its_line_and_column(row, field):
    text = f"subject,property,object,start,end\nA,supports,B,1989,1990\n{row}\n"
    [problem] = problems(FORMAT, text)
    assert (problem.line, problem.field) == (3, field)


def test_the_same_file_again_appends_nothing():
    store = MemoryStore()
    assert ingest(store, FORMAT, FILE).appended == 16
    assert ingest(store, FORMAT, FILE).appended == 0
