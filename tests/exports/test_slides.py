"""The events for TimelineJS: by the rules of its JSON format, and by our own reader of it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from events.ingest import FORMATS, Context
from events.stores import Store
from tests.exports.record import exported

SLIDE = {
    "start_date", "end_date", "text", "media", "group", "display_date", "background", "autolink", "unique_id"
}  # fmt: skip
DATE = {"year", "month", "day", "hour", "minute", "second", "millisecond", "display_date", "format"}
MEDIA = {"url", "caption", "credit", "thumbnail", "alt", "title", "link", "link_target"}


def slides(record: Store, **asked: Any) -> dict[str, Any]:
    content = json.loads(exported(record, "timelinejs.json", **asked))
    return {slide["unique_id"]: slide for slide in content["events"]}


def test_it_has_the_members_that_timelinejs_reads_and_no_other(record: Store) -> None:
    content = json.loads(exported(record, "timelinejs.json"))
    assert set(content) == {"title", "events"}
    assert content["title"]["text"] == {"headline": "Libya &amp; &lt;us&gt;", "text": "<p>&lt;i&gt;</p>"}
    ids = [slide["unique_id"] for slide in content["events"]]
    assert len(ids) == len(set(ids)) == 8
    for slide in content["events"]:
        assert set(slide) <= SLIDE
        assert {"start_date", "text"} <= set(slide)
        assert set(slide["text"]) == {"headline", "text"}
        for date in (slide["start_date"], slide.get("end_date", slide["start_date"])):
            assert set(date) <= DATE
            assert "year" in date
            assert date["year"] != 0
            assert "month" in date or "day" not in date
            assert all(isinstance(part, int) for part in date.values())
            assert 1 <= date.get("month", 1) <= 12
        assert set(slide.get("media", {"url": ""})) <= MEDIA


@pytest.mark.parametrize(
    ("id", "dates", "shown"),
    [
        ("offensive", ({"year": 2019, "month": 4}, None), "=since\tMay"),
        ("aid", ({"year": 2018, "month": 6, "day": 2}, None), None),
        ("joined", ({"year": 1999, "month": 5, "day": 1}, None), "1999-05-01/.."),
        ("siege", ({"year": 2020, "month": 2, "day": 22}, None), None),
        ("caesar", ({"year": -44, "month": 3, "day": 15}, None), None),
        (
            "vague",
            ({"year": 2001, "month": 1, "day": 1}, {"year": 2003, "month": 5, "day": 31}),
            "[2001,2003-05]",
        ),
        (
            "until",
            ({"year": 1989, "month": 1, "day": 1}, {"year": 1989, "month": 12, "day": 31}),
            "until 1989",
        ),
        ("before", ({"year": 1988, "month": 1, "day": 1}, {"year": 1989, "month": 6, "day": 18}), None),
    ],
)
def test_a_date_is_placed_by_its_days_and_an_uncertain_one_shown_in_the_words_of_the_source(
    record: Store, id: str, dates: tuple[dict[str, int], dict[str, int] | None], shown: str | None
) -> None:
    slide = slides(record)[id]
    assert (slide["start_date"], slide.get("end_date"), slide.get("display_date")) == (*dates, shown)


class Tags(HTMLParser):
    """What a browser would make of a text: the tags, and what is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.read = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.read += data


def test_what_the_record_says_is_text_to_a_browser(record: Store) -> None:
    siege = slides(record)["siege"]
    headline, text = Tags(siege["text"]["headline"]), Tags(siege["text"]["text"])
    assert (headline.tags, headline.read) == ([], "<script>Siege")
    assert text.tags == [
        ("blockquote", {}),
        ("p", {}),
        ("a", {"href": "https://example.org/?a=1&b=2"}),
        ("p", {}),
        ("a", {"href": "https://example.org/m"}),
    ]
    assert text.read == 'Tom & "Jerry" <3A report, <Paper>=A memoir'
    assert siege["media"] == {
        "url": "https://example.org/a.jpg?x=1&y",
        "caption": "&lt;b&gt;A&lt;/b&gt;",
        "credit": "me",
    }


def test_an_event_without_a_title_is_headed_by_what_it_says(record: Store) -> None:
    found = {id: Tags(slide["text"]["headline"]).read for id, slide in slides(record).items()}
    assert found["before"] == "Burma – opposes – Government of National Accord: lasts"
    assert found["vague"] == "state report"


def test_it_is_as_known_at_a_position(record: Store) -> None:
    assert set(slides(record, known_at=11)) == {"offensive", "aid", "joined"}
    assert slides(record, known_at=11)["aid"]["start_date"]["day"] == 1


def test_our_own_reader_of_timelinejs_takes_it(record: Store) -> None:
    text = exported(record, "timelinejs.json")
    lines = list(FORMATS["timelinejs"].read([text], Context()))
    assert [problem for line in lines for problem in line.problems] == []
    titles = [line.value.get("title") for line in lines if line.value and "date" in line.value]
    assert "<script>Siege" in titles
    assert len(titles) == 8
