"""The pages for people, as the server sends them."""

from __future__ import annotations

import re

import pytest

from service.embed.language import LANGUAGES
from service.pages.words import _WORDS, words
from tests.cli.command import PROJECT
from tests.service.client import Client
from tests.service.conftest import app, client, libya, token, untouched

__all__ = ["app", "client", "libya", "token", "untouched"]

PAGES = (
    "/",
    "/timelines/libya",
    "/timelines/libya/entries",
    "/timelines/libya/changes",
    "/timelines/libya/embed",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_only_what_is_ours_and_stands_in_no_frame(untouched: Client, path: str) -> None:
    response = untouched.get(path)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", response.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_revalidated(untouched: Client, path: str) -> None:
    first = untouched.get(path)
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert first.headers["ETag"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_in_the_language_that_is_asked_for(untouched: Client, path: str, lang: str) -> None:
    text = untouched.get(f"{path}?lang={lang}").text
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in text
    assert words(lang)["api"] in text


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_timeline_that_is_not_there_is_not_found(untouched: Client, path: str) -> None:
    assert untouched.get(path.replace("libya", "nowhere")).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/embed/libya"])
def test_a_parameter_that_is_not_known_is_refused(untouched: Client, path: str) -> None:
    assert untouched.get(f"{path}?nonsense=1").status_code == 422


def test_every_word_is_there_in_every_language() -> None:
    assert {key for key, texts in _WORDS.items() if len(texts) != 3 or not all(texts)} == set()


def test_the_pages_have_the_colours_of_the_embed(libya: Client) -> None:
    assert "/static/tokens.css" in libya.get("/").text
    shared = (PROJECT / "service" / "static" / "tokens.css").read_text(encoding="utf-8")
    style = libya.get("/embed/style.css").text
    for colour in ("--with: #0072b2", "--against: #f08a3c"):
        assert colour in shared
        assert colour.replace(": ", ":") in style


def test_the_home_of_an_empty_service_says_how_to_begin(client: Client) -> None:
    assert "allegiance ingest" in client.get("/").text


def test_an_entry_says_what_was_done_and_why(libya: Client) -> None:
    retraction = {"reason": "It was <another> siege"}
    assert libya.post("/v1/timelines/libya/events/siege/retraction", retraction).status_code == 201
    text = libya.get("/timelines/libya/entries").text
    assert "retracted" in text
    assert "Reason: It was &lt;another&gt; siege" in text
