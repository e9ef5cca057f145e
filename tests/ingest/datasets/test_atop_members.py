"""ATOP's member-level file, on a small file in the published layout."""

from __future__ import annotations

from events.ingest.datasets.atop_members import FORMAT
from events.stores.memory import MemoryStore
from tests.ingest.datasets.reading import actors, count, events, ingest, ingested, notices, relations, said

HEADER = (
    "atopid,cowid,member,cowsys,yrent,moent,dayent,yrexit,moexit,dayexit,ineffect,"
    "phase,defense,offense,neutral,nonagg,consul,conditio,asymm"
)
FILE = f"""{HEADER}
1005,,200,0,1815,1,3,1815,2,8,0,0,1,0,0,0,1,1,0
1020,3,240,1,1815,6,8,1820,5,15,0,1,1,0,0,0,1,0,0
1020,3,240,1,1820,5,15,1848,3,31,0,2,1,1,0,1,1,0,0
1035,,365,1,1815,11,20,1822,12,,0,0,1,0,0,0,1,1,1
1040,,210,1,1816,0,0,1820,3,0,0,0,0,0,1,0,0,0,0
3150,199,651,1,1945,3,,0,0,0,1,0,0,0,0,0,0,0,0
"""


def test_the_header_is_recognised():
    assert FORMAT.recognise(HEADER.encode())
    assert not FORMAT.recognise(b"version4id,ccode,state_name\n")


def test_each_row_is_a_membership_and_each_code_an_actor():
    assert count(FORMAT, FILE) == {"document": 1, "actor": 5 + 5, "event": 6}
    found = actors(FORMAT, FILE)
    assert (found["atop-1020"]["type"], found["atop-member-651"]["codes"]) == ("alliance", {"cow": "651"})


def test_blank_days_are_months_and_an_exit_in_year_0_goes_on():
    assert [said(event) for event in events(FORMAT, FILE)] == [
        ("lasts", "1815-01-03/1815-02-08"),
        ("lasts", "1815-06-08/1820-05-15"),
        ("lasts", "1820-05-15/1848-03-31"),
        ("lasts", "1815-11-20/1822-12"),
        ("lasts", "1816/1820-03"),
        ("lasts", "1945-03/.."),
    ]
    assert notices(FORMAT, FILE) == []


def test_obligations_and_phases_are_in_the_note():
    notes = [event["effects"][0]["note"] for event in events(FORMAT, FILE)]
    assert notes[0] == "Obligations: defense, consultation (conditional)"
    assert notes[2] == "Obligations: defense, offense, nonaggression, consultation (phase 2)"
    assert notes[-1] == "Obligations: none coded"


def test_a_member_is_in_force_through_its_phases_and_not_after():
    store = ingested(FORMAT, FILE)
    member = ("atop-member-240", "atop-1020")
    assert relations(store, 1820, 5, 15)[member] == "attested"
    assert relations(store, 1830, 1, 1)[member] == "attested"
    assert member not in relations(store, 1848, 4, 1)
    assert relations(store, 2012, 1, 1) == {("atop-member-651", "atop-3150"): "presumed"}


def test_an_exit_at_odds_with_ineffect_is_reported():
    text = (
        f"{HEADER}\n1,,2,1,1950,1,1,1960,1,1,1,0,1,0,0,0,0,0,0\n2,,2,1,1950,1,1,1940,1,1,0,0,1,0,0,0,0,0,0\n"
    )
    assert [notice.detail for notice in notices(FORMAT, text)] == [
        "ineffect says that it is in effect, and the exit is 1960-01-01; the dates are followed.",
        "It ends in 1940-01-01, before it begins in 1950-01-01; the row is left out.",
    ]
    assert len(events(FORMAT, text)) == 1


def test_the_same_file_again_appends_nothing():
    store = MemoryStore()
    assert ingest(store, FORMAT, FILE).appended == 17
    assert ingest(store, FORMAT, FILE).appended == 0
