"""The page as the server sends it: complete without scripts, and the same for ever where it is pinned."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from events.moments import parse_at
from service.embed import language
from tests.domain.builders import actor, document, effect, event
from tests.service.client import Client, problem

PAGE = "/embed/libya"


class Reader(HTMLParser):
    """What a reader sees of a page, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "head")
        if tag == "a":
            self.links += [value or "" for name, value in attributes if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "head")
        if tag in ("p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "a", "blockquote"):
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All of it, on one line, without the marks that keep directions apart."""
        return re.sub(r"[ \n]+", " ", "".join(self.words)).translate({0x2068: None, 0x2069: None})


def shown(client: Client, query: str = "") -> Reader:
    """The page that an address gives."""
    response = client.get(PAGE + query)
    assert response.status_code == 200, response.text
    assert response.content_type == "text/html; charset=utf-8"
    return Reader(response.text)


def _page(client: Client, query: str) -> str:
    return client.get(PAGE + query).text


def state(client: Client, at: str) -> dict[str, Any]:
    """The answer of the API for a day."""
    answer = client.get(f"/v1/timelines/libya/state?at={at}").json
    assert answer is not None
    return dict(answer)


def test_without_a_day_it_shows_the_last_with_evidence_and_says_so(libya: Client) -> None:
    page = shown(libya)
    assert "Who stood where on 31 March 2020" in page.text
    assert "the last day with evidence" in page.text
    assert "the last day with evidence" not in shown(libya, "?at=2020-03-31").text


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("at", ["1975-06-01", "2011-05-01", "2019-05-01", "2020-03-01", "2020-06-01"])
def test_every_relation_stands_there_with_its_status_dates_and_sources(
    libya: Client, at: str, lang: str
) -> None:
    html = libya.get(f"{PAGE}?at={at}&lang={lang}").text
    rows = [Reader(row).text for row in re.findall(r'<li class="row.*?</li>', html, re.S)]
    answer, said = state(libya, at), language.words(lang)
    assert len(rows) >= len(answer["relations"])
    for relation in answer["relations"]:
        evidenced = [parse_at(relation["last_evidence"][end]) for end in ("earliest", "latest")]
        wanted = [said[relation["status"]], language.point(lang, *evidenced)]
        if relation["since"]["as_written"]:
            wanted.append(relation["since"]["as_written"])
        assert any(all(part in row for part in wanted) for row in rows), relation
    counted = said["counts"].format(**answer["counts"])
    assert counted in Reader(html).text


def test_each_event_has_its_quote_source_attribution_and_own_words(libya: Client) -> None:
    page = shown(libya, "?view=timeline&event=haftar-april-offensive")
    for words in (
        "April 2019 Since April",
        "Since April, Haftar's has been the side which violated all deals",
        "according to Recep Tayyip Erdoğan · TRT World",
        "published between 22 February and 31 March 2020",
        "date inferred from the source",
    ):
        assert words in page.text
    assert any(link.startswith("https://www.trtworld.com/") for link in page.links)


@pytest.mark.parametrize("at", ["1975-06-01", "2018-06-01", "2019-05-01", "2020-03-01", "2020-06-01"])
def test_every_relation_stands_there_with_a_quote_of_its_evidence(libya: Client, at: str) -> None:
    rows = [
        Reader(row).text for row in re.findall(r'<li class="row.*?</li>', _page(libya, f"?at={at}"), re.S)
    ]
    for relation in state(libya, at)["relations"]:
        events = [libya.get(f"/v1/timelines/libya/events/{id}").json for id in relation["evidence"]]
        quotes = [source.get("quote") for one in events if one for source in one["event"]["sources"]]
        assert any(quote and quote in row for quote in quotes for row in rows), relation


def test_the_quote_is_that_of_the_last_evidence_by_the_day_and_says_whose_word_it_is(libya: Client) -> None:
    before, after = (shown(libya, f"?at={at}").text for at in ("2019-05-01", "2020-04-01"))
    quote = "violated all deals and attacked the legitimate government."
    assert f"{quote} according to Recep Tayyip Erdoğan TRT World" in before.split("Events around")[0]
    assert quote not in after.split("Events around")[0]


def test_an_arrow_points_on_where_no_end_is_reported_and_nowhere_else(growing: Client) -> None:
    def bar(query: str) -> str:
        row = re.search(r'<li class="row.*?<svg class="bar".*?</svg>', _page(growing, query), re.S)
        assert row is not None
        return row[0]

    fights = "?actor=haftar&sides=2&at="
    assert '<use href="#onwards" x="100.0%"/>' in bar(f"{fights}2019-06-01"), "the evidence goes on"
    seen = re.search(r'<use href="#onwards" x="(.*?)%"/>', bar(f"{fights}2020-12-01"))
    assert seen is not None
    assert float(seen[1]) < 90, "it points from the last evidence, and not from the day"
    ended = event(
        "peace",
        "2020-10-23",
        effect("ends", "haftar", "fights", "gna"),
        sources=[{"document": "trt-world-2020"}],
    )
    assert growing.append(ended).status_code == 201
    assert "onwards" not in bar(f"{fights}2019-06-01")


def test_possible_and_presumed_never_look_like_attested(libya: Client) -> None:
    html = libya.get(f"{PAGE}?at=2019-04-20").text
    for status in ("attested", "possible"):
        rows = re.findall(rf'<li class="row {status}">.*?</li>', html, re.S)
        assert rows
        assert all(f"<em>{status}</em>" in row for row in rows)
    possible = re.findall(r'<li class="row possible">.*?</li>', html, re.S)
    assert not any('class="attested"' in row for row in possible)


def test_a_pinned_page_is_the_same_for_ever_and_a_live_one_is_not(growing: Client) -> None:
    pinned, live = growing.get(f"{PAGE}?known_at=74"), growing.get(PAGE)
    assert pinned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert live.headers["Cache-Control"] == "public, no-cache"
    assert growing.get(PAGE, If_None_Match=live.headers["ETag"]).status_code == 304
    _append(growing)
    again = growing.get(f"{PAGE}?known_at=74")
    assert (again.data, again.headers["ETag"]) == (pinned.data, pinned.headers["ETag"])
    assert growing.get(PAGE, If_None_Match=live.headers["ETag"]).status_code == 200


def test_the_language_is_not_the_browsers(libya: Client) -> None:
    assert libya.get(PAGE, Accept_Language="fr").data == libya.get(PAGE).data


def test_a_page_pinned_by_a_time_may_still_change_and_is_revalidated(libya: Client) -> None:
    response = libya.get(f"{PAGE}?known_at=9999-01-01T00:00:00Z")
    assert response.headers["Cache-Control"] == "public, no-cache"


def test_a_cited_page_says_when_it_says_something_else(growing: Client) -> None:
    assert "Updated since it was cited." not in shown(growing, "?cited=74").text
    _append(growing, title="Nothing that touches the day", at="1985-01-01", effects=[])
    unchanged = shown(growing, "?cited=74&at=2019-05-01&actor=turkey")
    assert "Updated since it was cited." not in unchanged.text
    _append(growing)
    page = shown(growing, "?cited=74&at=2020-03-31")
    assert "Updated since it was cited." in page.text
    assert "/timelines/libya/changes?axis=known&from=74&to=76&lang=en" in page.links
    assert "?at=2020-03-31&known_at=74" in page.links
    assert "Updated" not in shown(growing, "?cited=74&known_at=74").text
    for link in page.links:
        if link.startswith("/timelines"):
            assert growing.get(link).status_code == 200


def _append(client: Client, title: str = "A new claim", at: str = "2020-03-15", effects: Any = None) -> None:
    said = [effect("holds", "france", "opposes", "gna")] if effects is None else effects
    line = event(None, at, *said, title=title, sources=[{"document": "trt-world-2020"}])
    assert client.append(line).status_code == 201


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("?at=2019-04", 422, "any day from 2019-04-01 to 2019-04-30"),
        ("?at=sometime", 422, "is no day"),
        ("?lang=de", 422, "en"),
        ("?theme=pink", 422, "light"),
        ("?view=map", 422, "camps"),
        ("?axis=up", 422, "ltr"),
        ("?sides=4", 422, "1 Tripoli government (GNA); 2 Haftar’s forces; 3 The Gaddafi camp"),
        ("?sides=nobody", 422, "There is no side 'nobody'"),
        ("?between=gna", 422, "two different actors"),
        ("?between=gna,gna", 422, "two different actors"),
        ("?actor=nobody", 404, "nobody"),
        ("?between=gna,nobody", 404, "nobody"),
        ("?known_at=75", 404, "74"),
        ("?cited=75", 404, "74"),
        ("?colour=red", 422, "colour"),
    ],
)
def test_what_cannot_be_shown_is_a_problem_that_says_what_to_write(
    libya: Client, query: str, status: int, detail: str
) -> None:
    assert detail in problem(libya.get(PAGE + query), status)["detail"]


@pytest.mark.parametrize(("at", "link"), [("-9999-01-01", "before"), ("9999-12-31", "after")])
def test_nothing_leads_beyond_the_first_and_the_last_day(libya: Client, at: str, link: str) -> None:
    page = libya.get(f"{PAGE}?at={at}").text
    assert f'id="{link}" aria-label' in page
    assert len(re.findall(r'id="(?:before|after)" href', page)) == 1


def test_there_is_no_page_of_a_timeline_that_is_not_there(libya: Client) -> None:
    problem(libya.get("/embed/nowhere"), 404)
    problem(libya.get("/embed/libya/"), 404)


def test_sides_are_chosen_by_number_and_by_name_in_any_language(libya: Client) -> None:
    def names(query: str) -> list[str]:
        return re.findall(r'<section class="camp"><h3><bdi>(.*?)</bdi>', libya.get(PAGE + query).text)

    assert names("") == ["Tripoli government (GNA)", "Haftar’s forces", "The Gaddafi camp"]
    assert names("?sides=2,1") == ["Haftar’s forces", "Tripoli government (GNA)"]
    assert names("?sides=2&lang=fr") == ["Forces de Haftar"]
    assert names("?sides=قوات حفتر") == ["Haftar’s forces"]
    assert names("?sides=haftar’s forces&sides=1") == ["Haftar’s forces", "Tripoli government (GNA)"]


def test_what_touches_no_side_shown_stands_with_the_others(libya: Client) -> None:
    page = shown(libya, "?sides=1&at=2020-03-31")
    others = page.text.split("Between others")[1]
    assert "Russia supports Khalifa Haftar" in others


def test_an_actor_with_both_sides_stands_in_both_and_is_tagged(growing: Client) -> None:
    said = effect("holds", "russia", "supports", "gna")
    line = event("both", "2020-03-15", said, sources=[{"document": "trt-world-2020"}])
    assert growing.append(line).status_code == 201
    text = shown(growing, "?at=2020-03-31").text
    assert text.count("also with") == 2
    assert "also with Haftar’s forces" in text
    assert "also with Tripoli government (GNA)" in text


def test_an_actor_narrows_the_page_and_a_pair_shows_its_history(libya: Client) -> None:
    assert "France" not in shown(libya, "?actor=turkey&at=2020-03-31").text
    history = shown(libya, "?view=timeline&between=ussr,gaddafi-government&at=1975-06-01")
    assert "possible from 1 January 1970 to 30 December 1970" in history.text
    assert "attested from 31 December 1970 to 1 January 1989" in history.text
    assert "The Soviet Union supports Gaddafi" in history.text


def test_a_timeline_without_sides_shows_its_relations_and_the_actors_asked_for(growing: Client) -> None:
    assert growing.post("/v1/timelines", {"id": "plain"}).status_code == 201
    assert "Nothing has been recorded here yet." in Reader(growing.get("/embed/plain").text).text
    lines = [
        document(),
        actor("a"),
        actor("b"),
        event("e", "2019-04-04", effect("starts", "a", "supports", "b")),
    ]
    body = "\n".join(json.dumps(line) for line in lines)
    sent = growing.send("/v1/timelines/plain/events", body, "application/x-ndjson")
    assert sent.status_code == 201
    assert "Relations + With a supports b" in Reader(growing.get("/embed/plain").text).text
    assert "b + With a supports" in Reader(growing.get("/embed/plain?actor=b").text).text


def test_it_may_stand_in_any_frame_and_load_nothing_but_its_own(libya: Client) -> None:
    policy = libya.get(PAGE).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors *" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in libya.get("/healthz").headers["Content-Security-Policy"]
    html = libya.get(PAGE).text
    assert not re.search(r"<[^>]+ (style|on\w+)=", html)


def test_sources_open_elsewhere_and_learn_nothing_of_the_page(libya: Client) -> None:
    anchors = re.findall(r'<a href="https?://[^>]*>', libya.get(f"{PAGE}?view=timeline").text)
    assert anchors
    assert all('rel="noopener noreferrer"' in anchor and 'target="_blank"' in anchor for anchor in anchors)


def test_the_words_of_any_event_are_there_for_the_script(libya: Client) -> None:
    response = libya.get(f"{PAGE}/words?known_at=74&from=0")
    assert response.headers["Cache-Control"].endswith("immutable")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    content = response.json
    assert content is not None
    assert content["from"] == 0
    assert len(content["events"]) == 37
    assert "known_at=74" in content["events"][0]
    live = libya.get(f"{PAGE}/words?known_at=74&from=0&live=1").json
    assert live is not None
    assert "known_at" not in live["events"][0]


def test_the_script_is_kept_for_ever_under_an_address_of_its_content(libya: Client) -> None:
    address = re.search(r'src="(/embed/script\.js[^"]*)"', libya.get(f"{PAGE}?lang=fr").text)
    assert address is not None
    script = libya.get(address[1].replace("&amp;", "&"))
    assert script.headers["Cache-Control"].endswith("immutable")
    assert script.content_type == "text/javascript; charset=utf-8"
    assert "décembre" in script.text
    assert libya.get("/embed/script.js").headers["Cache-Control"] == "public, no-cache"
