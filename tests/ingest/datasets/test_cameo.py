"""Machine-coded events, on small files in the layouts of ICEWS and POLECAT."""

from __future__ import annotations

import pytest

from events.ingest.datasets.cameo import FORMAT
from events.ingest.datasets.cameo_codes import root_type
from events.stores.memory import MemoryStore
from events.vocabulary import EVENT_TYPES
from tests.ingest.datasets.reading import actors, count, events, ingest, notices, values


def table(*rows: str) -> str:
    """A tab-separated file, written here with bars."""
    return "".join("\t".join(cell.strip() for cell in row.split("|")) + "\n" for row in rows)


ICEWS = table(
    "Event ID|Event Date|Source Name|Source Sectors|Source Country|Event Text|CAMEO Code|Intensity"
    "|Target Name|Target Sectors|Target Country|Story ID|Sentence Number|Publisher|City|District|Province"
    "|Country|Latitude|Longitude",
    "1|2011-03-19|France||France|Use conventional military force|190|-10.0|Libya||Libya|77|2|AFP|Tripoli"
    "|||Libya|32.88743|13.18733",
    "2|2011-03-20|Citizen (Libya)|General Population|Libya|Make an appeal|020|3.0||||78|1|Reuters||||Libya||",
    '2|2011-03-21|Ahmad "the Lion"|Rebel|Libya|Sign formal agreement|057|high|France||France|79'
    "|1|Reuters||||||",
)
POLECAT = table(
    "Event ID|Event Date|Event Type|Event Mode|Intensity|Quad Code|Contexts|Actor Name|Actor Country"
    "|Recipient Name|Recipient Country|Placename|City|Province|Country|Latitude|Longitude"
    "|Source|Publication Date",
    "NGEC1|2020-01-05|ASSAULT|firearms|-9.0|MATERIAL CONFLICT|military;territory|Khalifa Haftar; "
    "Libyan National Army|LBY|None|LBY||Tripoli||LBY|32.9|13.2|BBC|2020-01-06",
    "NGEC2|2020-01-06|AGREE||6.5|VERBAL COOPERATION||Turkey|TUR|Libya|LBY||||None|None|None|BBC|2020-01-07",
)


def test_both_layouts_are_recognised_by_their_header():
    assert FORMAT.recognise(ICEWS.encode())
    assert FORMAT.recognise(POLECAT.encode())
    assert not FORMAT.recognise(b"Event ID\tEvent Date\n")


def test_a_row_is_an_event_with_participants_and_without_relations():
    event = events(FORMAT, ICEWS)[0]
    assert event == {
        "type": "attack",
        "date": "2011-03-19",
        "date_basis": "stated",
        "title": "France: Use conventional military force → Libya",
        "sources": [{"document": "icews"}],
        "tags": [
            "cameo:190",
            "intensity:-10.0",
            "event:1",
            "story:77/2",
            "publisher:AFP",
            "place:Tripoli, Libya",
        ],
        "participants": [
            {"actor": "icews-france", "role": "source"},
            {"actor": "icews-libya", "role": "target"},
        ],
        "location": {"type": "Point", "coordinates": [13.18733, 32.88743]},
    }


def test_names_are_actors_once_each_and_states_where_they_are_their_country():
    found = actors(FORMAT, ICEWS)
    assert count(FORMAT, ICEWS) == {"document": 1, "actor": 4, "event": 3}
    assert {actor["name"]: actor["type"] for actor in found.values()} == {
        "France": "state",
        "Libya": "state",
        "Citizen (Libya)": "other",
        'Ahmad "the Lion"': "other",
    }


def test_what_has_no_coordinates_is_at_its_place_and_what_has_no_target_has_one_participant():
    event = events(FORMAT, ICEWS)[1]
    assert (event["type"], event["location"], len(event["participants"])) == ("request", "Libya", 1)


def test_an_intensity_that_is_no_number_is_left_out_and_reported():
    assert [(notice.line, notice.field) for notice in notices(FORMAT, ICEWS)] == [(4, "intensity")]
    assert not any(tag.startswith("intensity") for tag in events(FORMAT, ICEWS)[2]["tags"])


def test_several_actors_of_a_polecat_row_take_part_together():
    first, second = events(FORMAT, POLECAT)
    assert [participant["role"] for participant in first["participants"]] == ["source", "source"]
    assert first["tags"][:4] == ["plover:ASSAULT", "mode:firearms", "context:military", "context:territory"]
    assert (first["type"], second["type"], second["title"]) == (
        "attack",
        "agreement",
        "Turkey: Agree → Libya",
    )
    assert values(FORMAT, POLECAT)[0]["id"] == "polecat"


@pytest.mark.parametrize(
    ("code", "type"),
    [("010", "statement"), ("020", "request"), ("036", "offer"), ("051", "other"), ("057", "agreement"),
     ("0571", "agreement"), ("071", "aid"), ("0871", "ceasefire"), ("0872", "other"), ("138", "threat"),
     ("1383", "threat"), ("15", "deployment"), ("164", "reduction"), ("190", "attack"), ("", "other")],
)  # fmt: skip
def test_a_code_is_the_type_of_the_longest_code_it_begins_with(code, type):
    assert root_type(code) == type
    assert type in EVENT_TYPES


def test_two_events_with_one_published_id_are_two_and_the_same_file_again_appends_nothing():
    store = MemoryStore()
    assert ingest(store, FORMAT, ICEWS).appended == 8
    assert ingest(store, FORMAT, ICEWS).appended == 0
