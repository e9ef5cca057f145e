"""Pictures over HTTP: pinned for ever, revalidated otherwise, and honest about what cannot be drawn."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from events.stores import Store
from service import create_app
from service.settings import Settings
from tests.service.client import BASE, ENDORSED, Client, problem

STATE, TIMELINE, CARD = f"{BASE}/state", f"{BASE}/timeline", "/embed/libya/card.png"
SVGS = (f"{STATE}.svg", f"{TIMELINE}.svg")
PNGS = (f"{STATE}.png", f"{TIMELINE}.png", CARD)

each = pytest.mark.parametrize("address", [*SVGS, *PNGS])


@each
def test_a_picture_is_for_every_site_and_does_nothing(untouched: Client, address: str) -> None:
    answer = untouched.get(address)
    assert answer.status_code == 200
    assert answer.content_type == ("image/svg+xml" if address in SVGS else "image/png")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@each
def test_a_picture_that_a_client_has_is_not_sent_again(untouched: Client, address: str) -> None:
    first = untouched.get(address)
    again = untouched.get(address, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    head = untouched.flask.head(address)
    assert head.data == b""
    assert head.headers["ETag"] == first.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(first.data))


@each
def test_a_pinned_picture_never_changes_and_a_live_one_is_revalidated(libya: Client, address: str) -> None:
    pinned = libya.get(f"{address}?known_at=7")
    live = libya.get(address)
    assert "immutable" in pinned.headers["Cache-Control"]
    assert live.headers["Cache-Control"] == "public, no-cache"
    libya.append(ENDORSED)
    assert libya.get(f"{address}?known_at=7").data == pinned.data
    assert libya.get(address).data != live.data
    assert libya.get(address).headers["ETag"] != live.headers["ETag"]


@pytest.mark.parametrize("address", SVGS)
def test_the_permalink_in_a_picture_leads_to_the_page_of_it(untouched: Client, address: str) -> None:
    texts = "".join(ElementTree.fromstring(untouched.get(f"{address}?lang=fr&actor=gna").data).itertext())
    link = re.search(r"http://localhost(/embed/libya\?[^\u2069\s]+)", texts)
    assert link
    assert "known_at=7" in link[1]
    assert "actor=gna" in link[1]
    assert untouched.get(link[1]).status_code == 200


def test_the_permalink_has_the_public_address(store: Store) -> None:
    client = Client(create_app(Settings(base_url="https://allegiance.example"), store), "")
    store.append("libya", [], author="desk", create=True)
    assert "https://allegiance.example/embed/libya" in client.get(f"{STATE}.svg").text


def test_a_picture_is_as_wide_and_in_the_language_that_is_asked_for(untouched: Client) -> None:
    root = ElementTree.fromstring(untouched.get(f"{STATE}.svg?width=320&lang=ar&theme=dark").data)
    assert (root.attrib["width"], root.attrib["lang"]) == ("320", "ar")
    assert "#14171A" in untouched.get(f"{STATE}.svg?theme=dark").text
    assert "خليفة حفتر" in untouched.get(f"{STATE}.svg?lang=ar").text


def test_a_timeline_can_be_narrowed_to_days(untouched: Client) -> None:
    assert "haftar" not in untouched.get(f"{TIMELINE}.svg?from=2000-01-01&to=2001-01-01").text.lower()
    assert "haftar" in untouched.get(f"{TIMELINE}.svg?from=2019-01-01&to=2021-01-01").text.lower()


def test_years_before_1_and_the_ends_of_the_calendar_are_drawn(untouched: Client) -> None:
    for at in ("-9999-01-01", "-0044-03-15", "0000-01-01", "9999-12-31"):
        for address in SVGS:
            assert untouched.get(f"{address}?at={at}").status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("width=319", "width"),
        ("width=1281", "width"),
        ("lang=de", "lang"),
        ("theme=auto", "theme"),
        ("axis=up", "axis"),
        ("at=2019-04", "at"),
        ("sides=9", "sides"),
        ("scale=3", "scale"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_advice(untouched: Client, query: str, field: str) -> None:
    for address in SVGS:
        assert problem(untouched.get(f"{address}?{query}"), 422)["errors"][0]["field"] == field


def test_an_axis_that_runs_backwards_is_refused(untouched: Client) -> None:
    found = problem(untouched.get(f"{TIMELINE}.png?from=2020-01-01&to=2019-01-01"), 422)
    assert found["errors"][0]["field"] == "to"


@each
def test_nothing_is_drawn_of_what_is_not_there(untouched: Client, address: str) -> None:
    problem(untouched.get(address.replace("libya", "nowhere")), 404)
    problem(untouched.get(f"{address}?actor=nobody"), 404)
    problem(untouched.get(f"{address}?known_at=99"), 404)
    assert untouched.get(f"{address}?known_at=0").status_code == 200
