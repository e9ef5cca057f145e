"""Who is meant: ids, names, aliases, near misses, and actors made of names in several scripts."""

import re
import unicodedata

import pytest

from events.fields import ID_PATTERN
from events.ingest import Context
from tests.ingest.sheets import CLAIM, claims, entities, event, events, problem, problems, read, sheet

KNOWN = {
    "gna": ("Government of National Accord", "GNA"),
    "turkey": ("Türkiye", "Turkey"),
    "congo-k": ("Democratic Republic of the Congo", "Congo"),
    "congo-b": ("Republic of the Congo", "Congo"),
    "haftar": ("Khalifa Haftar",),
}
NAMES = ("Русия", "الجيش الوطني الليبي", "中华人民共和国", "Ελλάς", "대한민국", "भारत", "Łódź", "Κύπρος")


def subject(name, create=False):
    return event(claims(subject=name, object="gna"), Context(KNOWN, create))["effects"][0]["subject"]


@pytest.mark.parametrize("name", ["turkey", "Turkey", "TURKEY", "Türkiye", " türkiye ", "TÜRKIYE"])
def test_an_actor_is_named_by_id_name_or_alias_in_any_case(name):
    assert subject(name) == "turkey"


def test_names_are_compared_in_one_unicode_form():
    assert subject(unicodedata.normalize("NFD", "Türkiye")) == "turkey"


def test_an_actor_in_the_record_is_not_made_again():
    assert not entities(read(claims(subject="Turkey", object="gna"), Context(KNOWN, True)), "actor")


def test_a_name_that_two_actors_bear_is_refused_naming_both():
    found = problem(claims(subject="Congo", object="gna"), Context(KNOWN, True))
    assert "may be any of congo-b, congo-k; write the id" in found.detail


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("name", ["Khalifa Hafter", "Khalifa-Haftar", "Turkiye", "Trukey", "Gna."])
def test_a_near_miss_is_refused_and_says_who_was_perhaps_meant(name, create):
    found = problem(claims(subject=name, object="turkey"), Context(KNOWN, create))
    assert "did you mean" in found.detail
    assert (found.field, found.value) == ("subject", name)


def test_an_unknown_name_is_refused_unless_actors_may_be_made():
    found = problem(claims(subject="Egypt", object="gna"), Context(KNOWN))
    assert found.detail == (
        "There is no actor 'Egypt'; record it first, or have the actors that are named created."
    )


def test_two_new_names_that_are_nearly_one_are_not_merged():
    (found,) = problems(
        read(sheet({**CLAIM, "subject": "Al-Nusra Front"}, {**CLAIM, "subject": "Al Nusra Front"}))
    )
    assert found.line == 3
    assert (
        "did you mean 'Al-Nusra Front' (al-nusra-front)? If not, write 'new: Al Nusra Front'" in found.detail
    )


def test_whoever_insists_gets_another_actor():
    rows = [
        {**CLAIM, "subject": name} for name in ("Austria", "new: Australia", "Australia", "new: australia")
    ]
    lines = read(sheet(*rows))
    assert [line["effects"][0]["subject"] for line in events(lines)] == ["austria", *["australia"] * 3]
    assert [actor["name"] for actor in entities(lines, "actor")] == ["Austria", "Egypt", "Australia"]


def test_a_short_name_is_not_near_whatever_begins_with_its_letters():
    assert event(sheet({**CLAIM, "subject": "US", "object": "Sudan"}))


def test_an_id_that_is_taken_is_not_taken_again():
    rows = [{**CLAIM, "subject": name} for name in ("Al-Nusra", "new: Al Nusra")]
    first, _, second = entities(read(sheet(*rows)), "actor")
    assert first["id"] == "al-nusra"
    assert re.fullmatch("al-nusra-[0-9a-f]{12}", second["id"])


@pytest.mark.parametrize("name", NAMES)
def test_an_actor_is_made_of_a_name_in_any_script(name):
    lines = read(sheet({**CLAIM, "subject": name}, {**CLAIM, "subject": unicodedata.normalize("NFD", name)}))
    made = entities(lines, "actor")[0]
    assert (made["name"], made["type"]) == (name, "other")
    assert re.fullmatch(ID_PATTERN, made["id"])
    assert {line["effects"][0]["subject"] for line in events(lines)} == {made["id"]}


def test_names_in_other_scripts_get_different_ids():
    rows = [{**CLAIM, "subject": name} for name in NAMES]
    assert len({actor["id"] for actor in entities(read(sheet(*rows)), "actor")}) == len(NAMES) + 1


@pytest.mark.parametrize(
    ("name", "id"), [("Côte d’Ivoire", "cote-d-ivoire"), ("Türkiye", "turkiye"), ("E.U.", "e-u")]
)
def test_a_name_in_latin_letters_makes_a_legible_id(name, id):
    assert entities(read(claims(subject=name)), "actor")[0]["id"] == id


def test_a_name_that_cannot_be_one_is_refused():
    assert "control or direction character" in problem(claims(subject="Is\u202erael")).detail
    assert "500 are the limit" in problem(claims(subject="x" * 501)).detail


def test_actors_of_a_row_that_fails_are_made_by_the_next_that_does_not():
    lines = read(sheet({**CLAIM, "kind": "x"}, CLAIM))
    assert [line.value["name"] for line in lines if line.value and line.value.get("type")] == [
        "Israel",
        "Egypt",
    ]


def test_thousands_of_names_are_compared_in_reasonable_time():
    rows = [
        {**CLAIM, "subject": f"Government of {place:x} {place * 7919 % 10_007:x}"} for place in range(2000)
    ]
    assert len(read(sheet(*rows))) > 2000
