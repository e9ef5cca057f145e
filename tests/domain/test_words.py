"""The words of a text in any script, and the part of it that is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.words import snippet, terms, words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Haftar’s forces attack Tripoli", "HAFTAR"),
        ("Haftar’s forces attack Tripoli", "tripoli haftar"),
        ("François Hollande à l’Élysée", "francois elysee"),
        ("straße", "STRASSE"),
        ("ΑΘΗΝΑΙ και Ἀθῆναι", "αθηναι"),
        ("خَلِيفَة حَفْتَر", "خليفة حفتر"),
        ("خليفة حفتر", "خَلِيفَة"),
        ("اليَـــمَن", "اليمن"),
        ("אֱלֹהִים", "אלהים"),
        ("中国人民解放军", "解放"),
        ("中国人民解放军", "军"),
        ("中国和俄罗斯", "中国 俄罗斯"),
        ("カダフィ大佐", "大佐"),
        ("ｶﾀﾞﾌｨ", "カダフィ"),
        ("ประเทศไทย", "ไทย"),
        ("한국과 북한", "북한"),
        ("हिन्दी और उर्दू", "उर्दू"),
        ("Ливия и Россия", "россия"),
        ("ﬁnal №5 of 2019", "final no5"),
        ("co\u00adoperation", "cooperation"),
        ("می\u200cخواهم", "میخواهم"),
        ("x" * 5000, "x" * 200),
    ],
)
def test_a_text_is_found_by_its_words_however_they_are_written(text: str, asked: str) -> None:
    assert set(terms(asked)) <= words(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Haftar", "haf"),
        ("中国", "国中"),
        ("Tripoli", "trip oli"),
        ("1970", "197"),
        ("حفتر", "خليفة"),
        ("ab cd", "abcd"),
    ],
)
def test_a_text_is_not_found_by_what_is_no_word_of_it(text: str, asked: str) -> None:
    assert not set(terms(asked)) <= words(text)


@pytest.mark.parametrize("text", ["", " ", "—", "!?…", "🇱🇾", "\u200d", "\u0301", '"*" ^ ()', "_"])
def test_what_has_no_letter_and_no_digit_has_no_word(text: str) -> None:
    assert terms(text) == []
    assert words(text) == set()


@given(st.text())
def test_every_text_is_found_by_itself_and_its_words_by_themselves(text: str) -> None:
    assert set(terms(text)) <= words(text)
    assert all(terms(word) and set(terms(word)) <= words(word) for word in words(text))


@given(st.text())
def test_a_word_has_nothing_that_an_index_could_take_for_a_sign_of_its_own(text: str) -> None:
    for word in words(text):
        assert not set(word) & set("\"'*:^()_-+{}<>&|!\\ \t\n\r\0")
        assert 1 <= len(word) <= 100


def test_a_snippet_is_the_text_about_the_first_word_in_its_own_signs() -> None:
    text = f"{'Before that, nothing. ' * 20}Since April, Häftar’s forces. {'And then no more. ' * 20}"
    shown = snippet(text, {"haftar"})
    assert "Häftar’s forces" in shown
    assert shown.strip("…") in text
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) < 250
    assert snippet("Häftar’s forces", {"haftar"}) == "Häftar’s forces"


def test_a_snippet_of_a_script_without_spaces_is_about_the_sign_itself() -> None:
    text = "我们在这里看不到任何相关的内容。" * 20 + "中国人民解放军" + "后来什么也没有发生。" * 20
    assert "解放" in snippet(text, {"解放"})
    assert len(snippet(text, {"解放"})) < 250


@given(st.text(), st.text())
def test_a_snippet_is_always_a_part_of_the_text(text: str, other: str) -> None:
    assert snippet(text, set(terms(other))).strip("…") in text
