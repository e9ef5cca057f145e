"""What the page's script draws is what the server would have sent: any day, any log, any language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

import service
from events.answer import Question
from events.days import FIRST_DAY, LAST_DAY, iso, ymd
from events.model import Commit
from events.stores import Store
from events.stores.memory import MemoryStore
from service.embed.compact import compact, interface
from service.embed.record import reader
from service.embed.scene import View, scene, view_of
from tests.browser.conftest import Open
from tests.contract.random_logs import FIRST, LAST, Commits, logs

ASKED = 110
"""How many days are asked of each log, which makes over 10,000 pairs of 100 logs."""

SCRIPT = (Path(service.__file__).parent / "static" / "embed" / "state.js").read_text(encoding="utf-8")

STATE = """([data, said, days]) => {
  const { read, state, iso } = window.allegianceEmbed, model = read(data, said);
  const id = (party) => data.parties[party][0];
  const span = ([earliest, latest]) => ({ earliest: iso(earliest), latest: iso(latest) });
  return days.map((day) => state(model, day).map(({ told, status }) => ({
    subject: id(told.relation.subject), kind: said.kinds[told.relation.kind][0],
    object: id(told.relation.object), under: told.relation.under,
    sign: said.kinds[told.relation.kind][1], status, disputed: told.disputed,
    since: { ...span(told.since), as_written: told.written, or_earlier: told.orEarlier },
    until: told.until && { ...span(told.until), as_written: told.untilWritten },
    last_evidence: span(told.evidenced), attributed_only: told.attributedOnly,
    means: told.means, evidence: told.evidence,
  })));
}"""
DAYS = """(days) => days.map((day) => {
  const { iso, parse, civil, number } = window.allegianceEmbed;
  return [iso(day), parse(iso(day)), number(...civil(day)), civil(day)];
})"""
SHOWN = """(html) => {
  const page = html ? new DOMParser().parseFromString(html, "text/html") : document;
  page.querySelectorAll("#view, #events").forEach((part) => part.normalize());
  const part = (selector) => page.querySelector(selector)?.outerHTML;
  return ["#on", "#counts", "#view", "#events ol", "#previous", "#next", ".views", "#permalink"].map(part);
}"""


@pytest.fixture(scope="module")
def script(chromium: Browser) -> Iterator[Page]:
    """An empty page that runs the page's own script."""
    page = chromium.new_page()
    page.add_script_tag(content=SCRIPT)
    yield page
    page.close()


_names = (f"t{number}" for number in count())
_store = MemoryStore()


@given(batches=logs(), data=st.data())
@settings(derandomize=True)
def test_the_state_on_any_day_of_any_log_is_the_servers(
    script: Page, batches: Commits, data: st.DataObject
) -> None:
    timeline = next(_names)
    for batch in batches:
        _store.append(timeline, batch, author="desk", create=True)
    commit = _store.resolve(timeline, data.draw(st.integers(4, _store.head(timeline).position)))
    days = data.draw(st.lists(st.integers(FIRST, LAST), min_size=ASKED, max_size=ASKED))
    drawn = script.evaluate(STATE, [handed(_store, timeline, commit), interface("en"), days])
    for day, shown in zip(days, drawn, strict=True):
        assert shown == answered(_store, timeline, commit, day), iso(day)


def handed(store: Store, timeline: str, commit: Commit) -> dict[str, Any]:
    """What stands in the page for the script."""
    view = view_of(reader(store)(timeline, commit, store.erased(timeline, commit.position)), View())
    return json.loads(json.dumps(compact(view)))


def answered(store: Store, timeline: str, commit: Commit, day: int) -> list[dict[str, Any]]:
    """The relations of the server's answer, evidence as places in order of day."""
    pieces = store.state(timeline, Question.of(day, lapsed=True), commit.position)
    listed = store.listing(timeline, "event", commit.position, None, 10_000)
    places = {item.entry.id: place for place, item in enumerate(listed)}
    relations = json.loads(f"[{pieces.relations}]")
    for relation in relations:
        relation.setdefault("under", "")
        relation.setdefault("means", [])
        relation["evidence"] = [places[id] for id in relation["evidence"]]
    return relations


def test_days_are_counted_as_the_record_counts_them(script: Page) -> None:
    random = Random(4)
    days = [
        FIRST_DAY,
        -366,
        -365,
        -1,
        0,
        1,
        2,
        LAST_DAY,
        *(random.randint(FIRST_DAY, LAST_DAY) for _ in range(3000)),
    ]
    told = script.evaluate(DAYS, days)
    assert told == [[iso(day), day, day, list(ymd(day))] for day in days]


@pytest.mark.parametrize(
    "text", ["2019-02-29", "2019-13-01", "2019-4-4", "4 April 2019", "20190404", "٢٠١٩-٠٤-٠٤", ""]
)
def test_what_is_no_day_is_none_to_the_script(script: Page, text: str) -> None:
    assert script.evaluate("(text) => window.allegianceEmbed.parse(text)", text) is None


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("view", ["camps", "matrix", "timeline"])
@pytest.mark.parametrize("timeline", ["libya", "many", "hostile"])
def test_a_page_that_was_moved_is_the_page_of_that_day(
    show: Open, site: str, record: Any, timeline: str, view: str, language: str
) -> None:
    store = record.store()
    shown = scene(store, timeline, store.head(timeline), View())
    random = Random(f"{timeline} {view} {language}")
    days = sorted(
        {
            *random.sample(shown.stops, 4),
            *(random.randint(shown.first - 400, shown.end + 400) for _ in range(4)),
        }
    )
    address = f"{site}/embed/{timeline}?lang={language}&view={view}"
    page = show(address).page
    for day in days:
        move(page, iso(day))
        there = page.request.get(f"{address}&at={iso(day)}")
        assert there.status == 200
        assert page.evaluate(SHOWN, None) == page.evaluate(SHOWN, there.text()), iso(day)


def move(page: Page, day: str) -> None:
    """To a day, as one who types it, until all is drawn."""
    page.fill("#at", day)
    page.click(".time button")
    page.wait_for_timeout(150)  # the list of events waits for the reader to rest
    page.wait_for_selector("#events ol:not([aria-busy])")
    page.wait_for_selector("main:not(:has(#view[aria-busy]))")
