"""The relations of a day as GraphML, read by networkx."""

from __future__ import annotations

import io
from typing import Any

import networkx
import pytest

from events import ask
from events.days import iso
from events.stores import Store
from events.strict_json import read
from events.vocabulary import KINDS
from tests.domain.builders import actor, draft, effect, event
from tests.exports.record import HOSTILE, T, exported, wanted

DAYS = ("2019-05-01", "2000-01-01", "2020-02-22", "1989-01-01")


def graph(record: Store, at: str, **of: Any) -> networkx.MultiDiGraph:
    """The graph as networkx reads it."""
    return networkx.read_graphml(io.BytesIO(exported(record, "graphml", at, **of)), force_multigraph=True)


@pytest.mark.parametrize("at", DAYS)
def test_networkx_reads_every_actor_and_relation_of_the_answer(record: Store, at: str) -> None:
    asked = wanted(record, at)
    assert asked.question is not None
    answer = read(ask.state(record, T, asked.question, asked.commit))
    found = graph(record, at)
    assert found.is_directed()
    assert set(found.nodes) == set(answer["actors"])
    for id, named in answer["actors"].items():
        assert {name: found.nodes[id][name] for name in ("name", "type")} == named
    relations = {data["relation"]: data for _, _, data in found.edges(data=True)}
    assert len(relations) == len(answer["relations"])
    for number, item in enumerate(answer["relations"], 1):
        data = relations[f"r{number}"]
        for name in ("kind", "sign", "status", "disputed", "attributed_only"):
            assert (data[name], type(data[name])) == (item[name], type(item[name]))
        assert data.get("under") == item.get("under")
        assert data["evidence"].split("; ") == item["evidence"]
        assert data["since_or_earlier"] is item["since"]["or_earlier"]
        for name in ("since", "until", "last_evidence"):
            for part in ("earliest", "latest", "as_written"):
                assert data.get(f"{name}_{part}") == (item[name] or {}).get(part)


@pytest.mark.parametrize("at", DAYS)
def test_a_relation_without_a_direction_stands_both_ways_and_says_so(record: Store, at: str) -> None:
    found = graph(record, at)
    for subject, object, key, data in found.edges(keys=True, data=True):
        assert data["directed"] is KINDS[data["kind"]].directed
        back = [other for other in (found.get_edge_data(object, subject) or {}).values()
                if other["relation"] == data["relation"]]  # fmt: skip
        if data["directed"]:
            assert back == []
        else:
            assert [{**other, "id": None} for other in back] == [{**data, "id": None}], key


def test_the_graph_says_what_it_is_of(record: Store) -> None:
    about = graph(record, "2019-05-01").graph
    head = record.head(T)
    assert (about["timeline"], about["at"], about["position"]) == (T, "2019-05-01", head.position)
    assert about["recorded_at"] == head.recorded_at
    assert about["permalink"] == f"/v1/timelines/libya/state?at=2019-05-01&known_at={head.position}"


def test_codes_are_attributes_of_their_scheme(record: Store) -> None:
    nodes = graph(record, "2000-01-01").nodes
    assert nodes["-odd"]["code_cow"] == "620"
    assert "code_cow" not in nodes["pact"]
    assert graph(record, "2019-05-01").nodes["gna"]["code_wikidata"] == "Q19878"


def test_what_is_markup_elsewhere_is_text_here(record: Store) -> None:
    found = graph(record, "2019-05-01")
    assert found.nodes["haftar"]["name"] == HOSTILE
    assert "=since\tMay" in {data.get("since_as_written") for _, _, data in found.edges(data=True)}


def test_words_that_xml_would_mend_come_back_as_written(record: Store) -> None:
    date, words = "2019-05-01", "a\r\nb\rc \U0001f600"
    lines = [
        actor("odd", name="<b> ]]> \U0001f600"),
        event("e", date, effect("holds", "odd", "opposes", "gna"), as_written=words),
    ]
    record.append(T, [draft(line) for line in lines], author="desk")
    found = graph(record, date, kinds=["opposes"])
    assert found.nodes["odd"]["name"] == "<b> ]]> \U0001f600"
    ((_, _, data),) = found.edges(data=True)
    assert data["since_as_written"] == "a\r\nb\rc \U0001f600"


def test_a_day_of_nothing_is_a_graph_of_nothing(record: Store) -> None:
    found = graph(record, iso(1))
    assert (found.number_of_nodes(), found.number_of_edges()) == (0, 0)
