"""UCDP's External Support Dataset, on a small file in the published layout."""

from __future__ import annotations

from events.ingest.datasets.ucdp_esd import FORMAT
from events.stores.memory import MemoryStore
from tests.ingest.datasets.reading import actors, count, events, ingest, ingested, notices, relations

COLUMNS = (
    "id,active,year,actor_id,actor_name,actor_nonstate,oppo_id,oppo_name,dyad_id,ext_id,ext_name,ext_nonstate,"
    "ext_coalition_name,ext_sup,ext_x,ext_p,ext_y,ext_w,ext_m,ext_t,ext_f,ext_i,ext_l,ext_o,ext_u"
)
FILE = f"""{COLUMNS}
1,1,1979,114,Government of Iran,0,164,KDPI,406,,,,,0,0,0,0,0,0,0,0,0,0,0,0
2,1,1981,114,Government of Iran,0,164,KDPI,406,260,KDP,1,0,1,0,0,1,0,0,0,0,0,0,0,0
3,1,1981,164,KDPI,1,114,Iran,406,"116,261","Government of Iraq,PUK",1,0,1,0,0,1,1,0,0,0,0,0,0,0
4,0,1982,164,KDPI,1,114,Government of Iran,406,116,Government of Iraq,0,NATO,1,1,1,0,1,1,1,1,1,1,1,1
5,1,1982,86,MPLA,1,9,Angola,420,"623,567","Interahamwe, ex-FAR,UNITA",1,0,1,0,0,0,0,0,0,0,0,0,0,1
6,1,1983,7,Here,1,8,There,7,"671,7906","Thai elements",1,0,1,0,0,0,1,0,0,0,0,0,0,0
"""


def test_the_header_is_recognised():
    assert FORMAT.recognise(COLUMNS.encode())


def test_the_dyad_year_file_is_not_since_it_does_not_say_who_is_supported():
    assert not FORMAT.recognise(b"year,conflict_id,dyad_id,gwno_a,gwno_b,ext_sup\n")


def test_each_supporter_of_a_row_with_support_is_an_event():
    assert count(FORMAT, FILE) == {"document": 1, "actor": 11, "event": 1 + 2 + 1 + 2 + 2}


def test_support_holds_in_the_year_from_the_supporter_to_the_supported():
    first = events(FORMAT, FILE)[0]
    assert (first["id"], first["date"], first["title"]) == (
        "ucdp-esd:1981:260:114:406",
        "1981",
        "KDP supported Government of Iran against KDPI in 1981",
    )
    effect = {"op": "holds", "subject": "ucdp-260", "kind": "supports", "object": "ucdp-114"}
    note = "access to infrastructure or joint operations"
    assert first["effects"] == [{**effect, "means": ["bases"], "note": note}]


def test_the_kinds_of_support_are_means_where_we_have_one_and_words_in_the_note():
    event = events(FORMAT, FILE)[3]
    assert event["effects"][0]["means"] == [
        "bases",
        "funding",
        "intelligence",
        "training",
        "troops",
        "weapons",
    ]
    assert event["effects"][0]["note"].endswith("access to territory, other support, unknown kind of support")
    assert event["tags"] == ["ucdp-dyad:406", "dyad-inactive", "coalition:NATO"]


def test_the_kinds_of_several_supporters_are_nobodys_own():
    [iraq, puk] = [event["effects"][0] for event in events(FORMAT, FILE)[1:3]]
    assert (iraq["subject"], puk["subject"]) == ("ucdp-116", "ucdp-261")
    assert "means" not in iraq
    assert iraq["note"] == "Of 2 supporters together: access to infrastructure or joint operations, weapons"


def test_actors_are_governments_armed_groups_or_other_by_their_name():
    found = actors(FORMAT, FILE)
    assert (found["ucdp-114"]["type"], found["ucdp-261"]["type"]) == ("government", "armed_group")
    assert found["ucdp-623"]["name"] == "Interahamwe, ex-FAR"


def test_fewer_names_than_ids_are_reported_and_the_ids_stand():
    [notice] = notices(FORMAT, FILE)
    assert (notice.line, notice.field, notice.value) == (7, "ext_name", "Thai elements")
    assert actors(FORMAT, FILE)["ucdp-671"]["name"] == "UCDP actor 671"


def test_a_supporter_is_attested_between_years_of_support_and_lapses_after():
    store = ingested(FORMAT, FILE)
    iraq = ("ucdp-116", "ucdp-164")
    assert iraq not in relations(store, 1980, 12, 31)
    assert relations(store, 1982, 6, 1)[iraq] in ("attested", "possible")
    assert iraq not in relations(store, 1984, 6, 1)


def test_the_same_file_again_appends_nothing():
    store = MemoryStore()
    assert ingest(store, FORMAT, FILE).appended == 20
    assert ingest(store, FORMAT, FILE).appended == 0
