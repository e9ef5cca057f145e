"""Timelines made with TimelineJS: its sheet and its JSON give the same events."""

import json

import pytest

from events import codec
from events.errors import InvalidError, TooLargeError, UnreadableError
from events.ingest import Context, timelinejs
from events.ingest.slides import plain_text
from events.stores import connect
from tests.ingest.sheets import append, entities, events, notices, problems, sheet

COLUMNS = (
    "Year", "Month", "Day", "Time", "End Year", "End Month", "End Day", "End Time", "Display Date",
    "Headline", "Text", "Media", "Media Credit", "Media Caption", "Media Thumbnail", "Type", "Group",
    "Background",
)  # fmt: skip
TITLE = {"Headline": "The <b>Suez</b> crisis", "Type": "title"}
SLIDE = {
    "Year": "1956",
    "Month": "10",
    "Day": "29",
    "Time": "17:00:00",
    "End Year": "1956",
    "End Month": "11",
    "End Day": "6",
    "Display Date": "Autumn 1956",
    "Headline": "<p>War &amp; peace</p>",
    "Text": "<p>Israel attacks.</p><p>Then <i>others</i>.</p><script>x()</script>",
    "Media": "https://example.org/canal.jpg",
    "Media Credit": "<a href='https://example.org'>UPI</a>",
    "Media Caption": "The canal",
    "Group": "war",
    "Background": "#fff",
}
EVENT = {
    "date": "1956-10-29/1956-11-06",
    "as_written": "Autumn 1956",
    "title": "War & peace",
    "tags": ["war"],
    "media": [{"url": "https://example.org/canal.jpg", "credit": "UPI", "caption": "The canal"}],
}
QUOTE = "Israel attacks.\nThen others."


def saved(*slides):
    return sheet(*slides, columns=COLUMNS).encode()


def as_json(*slides, **others):
    return json.dumps({"events": slides, **others}).encode()


def lines_of(table, origin=None):
    return list(timelinejs.read([table], Context(origin=origin)))


def dated(**parts):
    cells = {name.replace("_", " ").title(): text for name, text in parts.items()}
    return lines_of(saved({"Headline": "x", **cells}))


def test_a_slide_of_the_sheet_becomes_an_event_whose_source_is_the_timeline():
    lines = lines_of(saved(TITLE, SLIDE))
    (document,) = entities(lines, "document")
    assert document == {"entity": "document", "id": document["id"], "title": "The Suez crisis"}
    assert events(lines) == [{**EVENT, "sources": [{"document": document["id"], "quote": QUOTE}]}]
    assert [line.number for line in lines] == [1, 3]
    assert not notices(lines)


def test_json_gives_what_the_sheet_gives():
    slide = {
        "start_date": {"year": "1956", "month": 10, "day": 29.0, "hour": "17"},
        "end_date": {"year": 1956, "month": "11", "day": "6"},
        "display_date": "Autumn 1956",
        "text": {"headline": SLIDE["Headline"], "text": SLIDE["Text"]},
        "media": {"url": SLIDE["Media"], "credit": SLIDE["Media Credit"], "caption": SLIDE["Media Caption"]},
        "group": "war",
        "unique_id": "slide-1",
    }
    whole = as_json(slide, title={"text": {"headline": TITLE["Headline"]}}, scale="human")
    assert [line.value for line in lines_of(whole)] == [line.value for line in lines_of(saved(TITLE, SLIDE))]


def test_an_era_is_an_event_with_that_tag():
    era = {"start_date": {"year": 1945}, "end_date": {"year": 1991}, "text": {"headline": "Cold War"}}
    from_json = events(lines_of(as_json(eras=[era])))
    from_sheet = events(
        lines_of(saved({"Year": "1945", "End Year": "1991", "Headline": "Cold War", "Type": "era"}))
    )
    assert [(event["date"], event["tags"]) for event in from_json + from_sheet] == [
        ("1945/1991", ["era"])
    ] * 2


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        ({"year": "2019"}, "2019"),
        ({"year": "2019", "month": "4"}, "2019-04"),
        ({"year": "2019", "month": "04", "day": "9"}, "2019-04-09"),
        ({"year": "476", "end_year": "480"}, "0476/0480"),
        ({"year": "-44", "month": "3", "day": "15"}, "-0043-03-15"),
        ({"year": "-1"}, "0000"),
        ({"year": "2019", "end_year": "2019"}, "2019"),
    ],
)
def test_a_date_is_put_together_from_its_parts(parts, date):
    assert events(dated(**parts))[0]["date"] == date


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({}, "Year"),
        ({"year": "MMXIX"}, "Year"),
        ({"year": "0"}, "Year"),
        ({"year": "-13800000000"}, "Year"),
        ({"year": "2019", "month": "13"}, "Month"),
        ({"year": "2019", "month": "April"}, "Month"),
        ({"year": "2019", "day": "4"}, "Month"),
        ({"year": "2021", "month": "2", "day": "29"}, "Day"),
        ({"year": "2021", "month": "2", "day": "32"}, "Day"),
        ({"year": "2019", "end_year": "2018"}, "End Year"),
        ({"year": "2019", "end_month": "5"}, "End Year"),
    ],
)
def test_a_part_of_a_date_that_is_wrong_is_named(parts, field):
    (found,) = problems(dated(**parts, text="y"))
    assert (found.line, found.field) == (2, field)


def test_faults_in_json_say_where_they_are():
    good = {"start_date": {"year": 2019}}
    bad = {
        "start_date": {"year": 2019, "month": 13},
        "media": {"url": "https://a b"},
        "text": {"headline": "\x07"},
    }
    fields = {found.field for found in problems(lines_of(as_json(good, bad)))}
    assert fields == {"events[1].start_date.month", "events[1].media.url", "events[1].text.headline"}


def test_media_that_are_no_link_are_left_out_with_a_notice():
    lines = lines_of(saved({**SLIDE, "Media": "<iframe src='https://example.org'></iframe>"}))
    assert "media" not in events(lines)[0]
    assert notices(lines) == ["This is no link and is left out; media are links."]


def test_a_text_that_is_too_long_is_cut_with_a_notice():
    lines = lines_of(saved({**SLIDE, "Text": "x" * 5000}))
    assert len(events(lines)[0]["sources"][0]["quote"]) == 4000
    assert "5000 characters" in notices(lines)[0]


def test_the_address_of_a_timeline_is_the_link_of_its_document():
    (document,) = entities(lines_of(saved(SLIDE), "https://example.org/suez.json"), "document")
    assert (document["title"], document["url"]) == ("https://example.org/suez.json",) * 2
    assert codec.record(document, "suez")


def test_the_same_timeline_again_appends_nothing():
    store = connect("memory:")
    store.initialise()
    assert append(store, lines_of(saved(TITLE, SLIDE, SLIDE))).appended == 2
    assert append(store, lines_of(saved(TITLE, SLIDE))).appended == 0


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>a</p> <p>b</p>", "a\nb"),
        ("a &lt; b &amp; c&nbsp;d", "a < b & c d"),
        ("<style>p {}</style>a<!-- b -->", "a"),
        ("a < b", "a < b"),
        ("<![x[ a", "<![x[ a"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_that_it_shows(markup, text):
    assert plain_text(markup) == text


def test_what_is_no_timeline_is_refused():
    for content, error in ((b"{", UnreadableError), (b"{}", InvalidError), (b'{"events": 1}', InvalidError)):
        with pytest.raises(error):
            lines_of(content)
    assert [found.field for found in problems(lines_of(b""))][:2] == ["year", "headline"]


def test_a_timeline_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(timelinejs, "MAX_BYTES", 10)
    with pytest.raises(TooLargeError):
        lines_of(saved(SLIDE))


@pytest.mark.parametrize("item", [None, 1, "x", [], {"start_date": []}, {"start_date": {"year": True}}])
def test_a_slide_that_is_something_else_is_a_problem(item):
    assert [found.field for found in problems(lines_of(as_json(item)))] == ["events[0].start_date.year"]
