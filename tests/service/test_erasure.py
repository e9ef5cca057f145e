"""After an erasure every answer that rested on it says so, under another ETag, and nothing kept is served."""

from __future__ import annotations

import io
import zipfile

import pytest
from werkzeug.test import TestResponse

from events import exports
from events.errors import BusyError
from events.model import Why
from tests.service.client import BASE, Client
from tests.service.matrix import address as address_of

CANARY = "The offensive"
PINNED = [
    f"{BASE}/state?at=2019-05-01&known_at=7",
    f"{BASE}/explain?subject=haftar&kind=fights&object=gna&at=2019-05-01&known_at=7",
    f"{BASE}/relations?known_at=7",
    f"{BASE}/changes?from=2019-01-01&to=2019-12-31&known_at=7",
    f"{BASE}/events?known_at=7",
    f"{BASE}/events/offensive?known_at=7",
    f"{BASE}/state.svg?at=2019-05-01&known_at=7",
    f"{BASE}/timeline.svg?known_at=7",
    "/embed/libya?known_at=7&view=timeline",
    "/embed/libya?at=2019-05-01&known_at=7",
    "/embed/libya/words?known_at=7&from=0",
]


def erase(client: Client, *positions: int) -> None:
    store = client.app.extensions["allegiance"].store
    store.erase("libya", positions, Why("a court"), author="clerk")


@pytest.mark.parametrize("address", PINNED)
def test_a_pinned_answer_has_another_etag_and_other_bytes(libya: Client, address: str) -> None:
    before = libya.get(address)
    assert before.status_code == 200
    erase(libya, 6)
    after = libya.get(address, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.data != before.data
    assert CANARY not in after.text
    assert b"Since April" not in after.data
    assert libya.get(address, If_None_Match=after.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("address", [address.replace("known_at=7", "known_at=1") for address in PINNED[2:5]])
def test_what_was_known_before_it_is_the_same_bytes_under_the_same_etag(libya: Client, address: str) -> None:
    before = libya.get(address)
    erase(libya, 6)
    after = libya.get(address)
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])


def test_state_and_explanation_say_how_much_is_gone_and_where_it_says_why(libya: Client) -> None:
    erase(libya, 6)
    for address in PINNED[:2]:
        for pinned in ("&known_at=7", ""):
            assert libya.get(address.replace("&known_at=7", pinned)).json["erased"] == {
                "entries": 1, "by": [8],
            }  # fmt: skip


def test_the_entry_says_which_entry_erased_it(libya: Client) -> None:
    erase(libya, 6)
    told = libya.get(f"{BASE}/events/offensive").json
    assert (told["status"], told["event"]) == ("erased", None)
    assert [(line["op"], line.get("erased")) for line in told["history"]] == [("record", 8), ("erase", None)]
    line = libya.get(f"{BASE}/log?after=5&limit=1").json["items"][0]
    assert (line["body"], line["erased"]) == (None, 8)
    proof = libya.get(f"{BASE}/log/proof?position=6").json
    assert (proof["body"], proof["salt"], proof["erased"]) == (None, None, 8)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "erased by law"), ("fr", "effacées par la loi"), ("ar", "بحكم القانون")]
)
def test_an_embedded_page_says_so_in_its_language(libya: Client, lang: str, said: str) -> None:
    address = f"/embed/libya?known_at=7&lang={lang}"
    assert said not in libya.get(address).text
    erase(libya, 6)
    assert said in libya.get(address).text


@pytest.mark.parametrize("picture", ["state.svg?at=2019-05-01&", "timeline.svg?"])
def test_a_picture_says_so(libya: Client, picture: str) -> None:
    erase(libya, 6)
    assert "1 of its entries erased by law" in libya.get(f"{BASE}/{picture}known_at=7").text
    assert "erased" not in libya.get(f"{BASE}/{picture.replace('at=2019-05-01&', '')}known_at=5").text


def test_a_live_page_that_was_cited_before_says_that_it_says_less(libya: Client) -> None:
    assert "Updated since it was cited" not in libya.get("/embed/libya?cited=7").text
    erase(libya, 6)
    assert "Updated since it was cited" in libya.get("/embed/libya?cited=7").text


def test_what_a_process_kept_from_before_is_dropped(libya: Client) -> None:
    for address in PINNED:
        libya.get(address)
    site = libya.app.extensions["allegiance"]
    assert site.record.cache_info().currsize
    erase(libya, 6)
    libya.get(f"{BASE}/state?at=2019-05-01")
    assert [kept.cache_info().currsize for kept in (site.state, site.record, site.page)] == [1, 0, 0]
    libya.get("/embed/libya")
    libya.get("/embed/libya")
    assert site.page.cache_info().hits == 1


def test_the_pages_for_people_tell_of_it(libya: Client) -> None:
    erase(libya, 6)
    entries = libya.get("/timelines/libya/entries").text
    assert "erased by law" in entries
    assert "a court" in entries
    assert CANARY not in entries
    for page in ("", "/changes", "/changes?axis=known&from=1&to=8", "/embed"):
        assert libya.get(f"/timelines/libya{page}").status_code == 200


def test_an_actor_of_that_time_goes_by_its_id(libya: Client) -> None:
    line = {"id": "haftar", "type": "person", "name": "A commander", "reason": "a court"}
    assert libya.post(f"{BASE}/actors/haftar/correction", line).status_code == 201
    erase(libya, 4)
    for address in (*PINNED[:2], "/embed/libya?known_at=7"):
        answer = libya.get(address)
        assert answer.status_code == 200
        assert "Khalifa Haftar" not in answer.text
    actors = libya.get(PINNED[0]).json["actors"]
    assert actors["haftar"] == {"name": "haftar", "type": None, "erased": True}


def test_no_address_says_a_word_of_it_any_more(libya: Client) -> None:
    rules = sorted(
        {
            rule.rule
            for rule in libya.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and "<timeline>" in rule.rule
        }
    )
    said = [rule for rule in rules if CANARY in words_of(libya.get(address_of(rule, "libya")))]
    assert len(said) > 10, "many addresses told of it"
    erase(libya, 6)
    for rule in rules:
        words = words_of(libya.get(address_of(rule, "libya")))
        assert CANARY not in words, rule
        assert "Since April" not in words, rule


@pytest.mark.parametrize(
    "address",
    [
        "changes?from=2019-01-01&to=2019-12-31",
        "relations",
        "search?q=haftar",
        "feed.json",
        "export.csv?at=2019-05-01",
        "log",
    ],
)
def test_every_answer_that_rests_on_it_says_so_in_a_header(libya: Client, address: str) -> None:
    assert "Allegiance-Erased" not in libya.get(f"{BASE}/{address}").headers
    erase(libya, 6)
    assert libya.get(f"{BASE}/{address}").headers["Allegiance-Erased"] == "1"


def test_nobody_may_keep_an_answer_that_was_made_while_it_was_erased(
    libya: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = libya.app.extensions["allegiance"].store
    state = store.state

    def meanwhile(*asked: object) -> object:
        monkeypatch.undo()
        found = state(*asked)
        erase(libya, 6)
        return found

    monkeypatch.setattr(store, "state", meanwhile)
    answer = libya.get(PINNED[0])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "immutable" in libya.get(PINNED[0]).headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        *PINNED,
        "/oembed?url=http://localhost/embed/libya?known_at=7%26at=2019-05-01",
        f"{BASE}/export.zip?known_at=7",
    ],
)
def test_nor_one_before_whose_making_it_was_erased(
    libya: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    store = libya.app.extensions["allegiance"].store
    erased = store.erased

    def asked_just_before(*asked: object) -> object:
        monkeypatch.undo()
        found = erased(*asked)
        erase(libya, 6)
        return found

    monkeypatch.setattr(store, "erased", asked_just_before)
    answer = libya.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_what_is_sent_while_it_is_made_breaks_off_when_it_is_erased(
    libya: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BLOCK_BYTES", 1)
    answer = libya.flask.get(f"{BASE}/export.log.ndjson?known_at=7", buffered=False)
    assert "immutable" in answer.headers["Cache-Control"]
    erase(libya, 6)
    with pytest.raises(BusyError, match="erased while it was sent"):
        answer.get_data()
    assert CANARY not in libya.get(f"{BASE}/export.log.ndjson?known_at=7").text


def words_of(answer: TestResponse) -> str:
    """What an answer says, those that are archives file by file."""
    if answer.content_type != "application/zip":
        return answer.data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
