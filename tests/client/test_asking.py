"""The client asks, and gives what the service says."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from itertools import islice

import pytest
import requests

from service.client import Client, ProblemError
from tests.client.conftest import Service


def test_importing_the_client_loads_neither_the_framework_nor_the_store() -> None:
    code = "import sys, service.client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    tops = {name.partition(".")[0] for name in loaded.split()}
    assert {"service", "urllib3"} <= tops
    assert tops.isdisjoint({"flask", "werkzeug", "marshmallow", "sqlite3", "sqlite_utils", "events", "click"})


def test_a_state_is_what_the_service_answers(untouched: Service, libya: Client) -> None:
    address = (
        f"{untouched.url}/v1/timelines/libya/state?at=2019-05-01&actor=haftar&kind=fights&include=lapsed"
    )
    found = libya.state("libya", date(2019, 5, 1), actors=["haftar"], kinds=["fights"], lapsed=True)
    assert found == requests.get(address, timeout=10).json()
    assert found["relations"][0]["status"] == "attested"


def test_what_was_known_is_asked_by_position_text_or_time(libya: Client) -> None:
    pinned = libya.state("libya", "2019-05-01", known_at=74)
    told = pinned["recorded_at"]
    assert told is not None
    moment = datetime.fromisoformat(told)
    assert libya.state("libya", "2019-05-01", known_at=moment) == pinned
    assert libya.state("libya", "2019-05-01", known_at=told) == pinned
    assert libya.state("libya", "2019-05-01", known_at=datetime(2000, 1, 1, tzinfo=UTC))["relations"] == []
    assert libya.state("libya", "2019-05-01", known_at=0)["position"] == 0


def test_a_time_without_a_zone_is_refused_before_it_is_sent(libya: Client) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        libya.state("libya", "2019-05-01", known_at=datetime(2026, 1, 1))  # noqa: DTZ001  # what is refused


def test_an_explanation_has_the_words_of_the_sources(libya: Client) -> None:
    found = libya.explain("libya", "haftar", "fights", "gna", "2019-05-01")
    assert found["status"] == "attested"
    words = [
        source["quote"]
        for spell in found["spells"]
        for piece in spell["evidence"]
        for event in piece["events"]
        for source in event["sources"]
    ]
    assert any("Since April" in quote for quote in words)


def test_collections_are_read_page_after_page(libya: Client) -> None:
    entries = list(libya.log("libya", limit=7))
    assert [entry["position"] for entry in entries] == list(range(1, 75))
    assert [entry["position"] for entry in libya.log("libya", 70)] == [71, 72, 73, 74]
    assert list(libya.log("libya", ops=["retract"])) == []
    assert [item["id"] for item in libya.timelines()] == ["libya"]
    assert len(list(libya.actors("libya"))) == 23
    assert len(list(libya.documents("libya", known_at=0))) == 0


def test_pages_are_fetched_as_they_are_asked_for(flaky, service: Service) -> None:
    with Client(flaky.url) as client:
        first = list(islice(client.log("libya", limit=10), 5))
        assert [entry["position"] for entry in first] == [1, 2, 3, 4, 5]
        assert flaky.seen == 1


def test_a_listing_stays_of_one_state_of_the_log(service: Service) -> None:
    with service.client() as client:
        pages = client.relations("libya", limit=5)
        found = [next(pages)]
        client.append("libya", [{"entity": "actor", "id": "new", "type": "state", "name": "New"}])
        client.retract("libya", "event", "russia-consolidates-assad", "tried out")
        found += pages
        assert found == list(client.relations("libya", known_at=74))


@pytest.mark.parametrize(
    ("filters", "all_are"),
    [
        ({"ongoing": True}, lambda spell: spell["until"] is None and spell["cap"] is None),
        ({"ongoing": False}, lambda spell: spell["until"] is not None or spell["cap"] is not None),
        ({"attributed_only": True}, lambda spell: spell["attributed_only"]),
        ({"not_attested_since": date(2012, 1, 1)}, lambda spell: spell["last_evidence"]["latest"] < "2012"),
    ],
)
def test_relations_are_narrowed(libya: Client, filters, all_are) -> None:
    found = list(libya.relations("libya", **filters))
    assert found
    assert all(all_are(spell) for item in found for spell in item["spells"])
    assert len(found) < len(list(libya.relations("libya")))


def test_events_are_narrowed(libya: Client) -> None:
    found = list(libya.events("libya", date_basis="inferred", approximate=True, attributed_only=True))
    assert found
    assert {item["event"]["date_basis"] for item in found} == {"inferred"}


def test_changes_on_both_axes(libya: Client) -> None:
    (began,) = libya.changes("libya", "2019-04-02", "2019-04-30")
    assert (began["date"], began["before"], began["after"]) == ("2019-04-04", None, "attested")
    learned = list(libya.learned("libya", 0, 74, at="2019-05-01"))
    assert learned
    assert all(item["before"] is None and item["after"]["status"] for item in learned)


def test_one_thing_is_shown_with_its_history(libya: Client) -> None:
    assert libya.event("libya", "tripoli-besieged")["history"][0]["op"] == "record"
    assert libya.actor("libya", "gnu")["actor"]["succeeds"] == ["gna"]
    assert libya.document("libya", "trt-world-2020")["document"]["publisher"] == "TRT World"
    assert libya.timeline("libya")["title"]["en"] == "Libya"


def test_what_is_refused_is_an_exception_with_the_whole_problem(untouched: Service, libya: Client) -> None:
    with pytest.raises(ProblemError) as caught:
        libya.state("libya", "2019-04")
    error = caught.value
    assert (error.status, error.slug) == (422, "invalid")
    assert "any day from 2019-04-01 to 2019-04-30" in str(error)
    answer = requests.get(f"{untouched.url}/v1/timelines/libya/state?at=2019-04", timeout=10)
    assert error.problem | {"request_id": ""} == answer.json() | {"request_id": ""}
    with pytest.raises(ProblemError, match="nowhere") as caught:
        libya.state("nowhere", "2019-04-01")
    assert (caught.value.status, caught.value.slug) == (404, "unknown")


def test_names_are_put_into_addresses_as_they_are(libya: Client) -> None:
    for name in ("../../healthz", "a/b?c=d#e", "ü", "a%2Fb"):
        with pytest.raises(ProblemError) as caught:
            libya.event("libya", name)
        assert caught.value.status == 404


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://", "https://example.org?a=b"])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"https://example\.org"):
        Client(url)


def test_an_answer_can_be_kept_as_the_bytes_that_it_was(untouched: Service, libya: Client) -> None:
    found = libya.state("libya", "2019-05-01", known_at=74)
    answer = requests.get(untouched.url + found["permalink"], timeout=10)
    assert json.dumps(found, ensure_ascii=False, separators=(",", ":")) == answer.text


def test_what_is_learned_is_followed(service: Service) -> None:
    with service.client() as client:
        entries = client.follow("libya", 73, wait=5)
        assert next(entries)["position"] == 74
        late = threading.Timer(
            0.3, client.append, ("libya", [{"entity": "actor", "id": "new", "type": "state", "name": "New"}])
        )
        late.start()
        entry = next(entries)
        late.join()
        assert (entry["position"], entry["id"]) == (75, "new")


def test_words_are_searched_for(libya: Client) -> None:
    hits = list(libya.search("libya", "طرابلس", entity=["event"]))
    assert hits
    assert all(hit["entity"] == "event" for hit in hits)


def test_common_membership_is_asked_for(libya: Client) -> None:
    assert list(libya.common_membership("libya", "2020-03-10")) == []


def test_an_export_comes_in_pieces(untouched: Service, libya: Client) -> None:
    pieces = libya.export("libya", "csv", at="2019-05-01", known_at=74)
    address = f"{untouched.url}/v1/timelines/libya/export.csv?at=2019-05-01&known_at=74"
    assert b"".join(pieces) == requests.get(address, timeout=10).content
    with pytest.raises(ProblemError, match="at"):
        b"".join(libya.export("libya", "csv"))
    with pytest.raises(ProblemError):
        b"".join(libya.export("libya", "../../healthz"))


def test_what_is_private_is_read_with_a_token_alone(service: Service) -> None:
    service.store.access.set_visibility("libya", "private")
    with service.client() as insider, Client(service.url) as outsider:
        assert [item["id"] for item in insider.timelines()] == ["libya"]
        assert insider.state("libya", "2019-05-01")["position"] == 74
        assert b"".join(insider.export("libya", "log.ndjson")).count(b"\n") == 74
        assert list(outsider.timelines()) == []
        for ask in (
            lambda: outsider.state("libya", "2019-05-01"),
            lambda: b"".join(outsider.export("libya", "log.ndjson")),
        ):
            with pytest.raises(ProblemError) as caught:
                ask()
            assert (caught.value.status, caught.value.slug) == (404, "unknown")
