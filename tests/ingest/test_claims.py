"""Rows as claims: every column and its other names, what may be left out, and the sources they make."""

import pytest

from events.ingest import Context, template
from events.ingest.table import COLUMNS
from events.stores import connect
from events.vocabulary import KINDS
from tests.ingest.sheets import (
    CLAIM,
    CREATING,
    append,
    claims,
    entities,
    event,
    events,
    notices,
    problem,
    problems,
    read,
    sheet,
)

FULL = {
    "date": "1956-10-29",
    "as_written": "on 29 October",
    "subject": "Soviet Union",
    "kind": "supports",
    "object": "Egypt",
    "op": "starts",
    "title": "Arms for Egypt",
    "quote": "= “arms”",
    "source_url": "https://example.org/suez",
    "source_title": "Suez",
    "source_published": "1991",
    "publisher": "A Press",
    "attributed_to": "Nasser; Dulles",
    "under": "the arms deal",
    "means": "weapons;Training",
    "confidence": "High",
    "tags": "arms; cold war",
    "id": "arms-for-egypt",
}
SYNONYMS = [(column.name, synonym) for column in COLUMNS for synonym in column.synonyms]


def test_every_column_has_its_place_in_the_record():
    lines = read(sheet(FULL))
    (document,) = entities(lines, "document")
    assert document == {
        "entity": "document",
        "id": document["id"],
        "title": "Suez",
        "url": "https://example.org/suez",
        "published": "1991",
        "publisher": "A Press",
    }
    assert events(lines) == [
        {
            "id": "arms-for-egypt",
            "date": "1956-10-29",
            "as_written": "on 29 October",
            "title": "Arms for Egypt",
            "confidence": "high",
            "tags": ["arms", "cold war"],
            "effects": [
                {
                    "op": "starts",
                    "subject": "soviet-union",
                    "kind": "supports",
                    "object": "egypt",
                    "under": "the arms deal",
                    "means": ["weapons", "training"],
                }
            ],
            "sources": [
                {"document": document["id"], "quote": "= “arms”", "attributed_to": ["nasser", "dulles"]}
            ],
        }
    ]
    assert [actor["name"] for actor in entities(lines, "actor")] == [
        "Soviet Union",
        "Egypt",
        "Nasser",
        "Dulles",
    ]


def test_a_row_needs_no_more_than_date_actors_kind_and_source():
    assert event(claims()) == {
        "date": "1956-10-29",
        "effects": [{"op": "holds", "subject": "israel", "kind": "fights", "object": "egypt"}],
        "sources": [{"document": "example-org-7efbdee34432"}],
    }


@pytest.mark.parametrize(("name", "synonym"), SYNONYMS)
def test_a_column_goes_by_other_names(name, synonym):
    renamed = {synonym if column == name else column: text for column, text in FULL.items()}
    assert [line.value for line in read(sheet(renamed))] == [line.value for line in read(sheet(FULL))]


def test_no_name_means_two_columns():
    names = [name.replace("_", " ") for column in COLUMNS for name in (column.name, *column.synonyms)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("written", [str.upper, str.title, lambda name: name.replace("_", "")])
def test_a_header_is_read_whatever_its_case_and_punctuation(written):
    table = sheet({f" {written(name).replace('_', '-')} ": text for name, text in FULL.items()})
    assert [line.value for line in read(table)] == [line.value for line in read(sheet(FULL))]


def test_a_column_of_its_own_name_comes_before_another_that_could_be_meant():
    lines = read(claims(when="1999", source="somewhere"))
    assert events(lines)[0]["date"] == "1956-10-29"
    assert notices(lines) == ["The column 'when' is not read.", "The column 'source' is not read."]


@pytest.mark.parametrize(
    ("date", "op"),
    [
        ("1956-10-29", "holds"),
        ("1956", "holds"),
        ("1956~", "holds"),
        ("[1956,1957]", "holds"),
        ("1956/1957", "lasts"),
        ("1956/..", "lasts"),
        ("../1956", "lasts"),
        ("1956/", "lasts"),
    ],
)
def test_without_an_op_an_interval_lasts_and_any_other_date_holds(date, op):
    assert event(claims(date=date))["effects"][0]["op"] == op


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_may_be_written_as_people_write_words(kind):
    assert event(claims(kind=kind.replace("_", " ").title()))["effects"][0]["kind"] == kind


def test_what_looks_like_a_formula_stays_text():
    assert event(claims(title='=HYPERLINK("https://example.org")'))["title"].startswith("=HYPERLINK(")
    assert event(claims(title="'=1+1"))["title"] == "=1+1"
    assert event(claims(date="'-0044-03-15"))["date"] == "-0044-03-15"
    assert event(claims(title="'tis so"))["title"] == "'tis so"


# Sources


def test_a_source_is_declared_once_before_its_first_use():
    lines = read(
        sheet({**CLAIM, "source_title": "Suez"}, CLAIM, {**CLAIM, "source_url": "https://example.org/b"})
    )
    order = [line.value.get("entity", "event") for line in lines]
    assert order == ["document", "actor", "actor", "event", "event", "document", "event"]
    assert entities(lines, "document")[1]["title"] == "https://example.org/b"


def test_a_source_without_a_link_is_known_by_title_and_publisher():
    row = {**CLAIM, "source_url": "", "source_title": "Suez", "publisher": "A Press"}
    lines = read(sheet(row, row, {**row, "publisher": "B Press"}))
    assert len(entities(lines, "document")) == 2


def test_a_later_row_may_not_say_otherwise_of_a_source():
    lines = read(sheet({**CLAIM, "source_title": "Suez"}, {**CLAIM, "source_title": "Suéz"}))
    (found,) = problems(lines)
    assert (found.line, found.field) == (3, "source_title")
    assert "Line 2 says 'Suez'" in found.detail


def test_it_is_said_which_line_said_what_of_a_source():
    rows = ["", "Suez", "Other"]
    table = sheet(*({**CLAIM, "kind": "fights" if title else "x", "source_title": title} for title in rows))
    assert "Line 3 says 'Suez'" in problems(read(table))[1].detail


def test_a_source_in_the_record_is_named_and_not_declared_again():
    known = {"kyle": {"title": "Suez", "url": CLAIM["source_url"]}}
    lines = read(claims(source_title="Suez crisis"), Context(create_actors=True, documents=known))
    assert not entities(lines, "document")
    assert events(lines)[0]["sources"] == [{"document": "kyle"}]
    assert notices(lines) == [
        "The record says 'Suez' here of this source, and that stands; correct it there."
    ]


def test_a_very_long_link_still_makes_a_source():
    assert event(claims(source_url="https://example.org/" + "x" * 1500))


# The header


@pytest.mark.parametrize("name", ["date", "subject", "kind", "object", "source_url"])
def test_a_column_that_must_be_there_is_missed_by_name(name):
    table = sheet({column: text for column, text in CLAIM.items() if column != name})
    found = problem(table)
    assert (found.line, found.field) == (1, name)


def test_every_missing_column_is_named_at_once():
    assert [found.field for found in problems(read("title\nx\n"))] == [
        "date", "subject", "kind", "object", "source_url",
    ]  # fmt: skip


def test_a_slip_in_a_header_is_a_problem_and_a_stranger_a_notice():
    lines = read(claims(confidense="high", remarks="none"))
    (found,) = problems(lines)
    assert (found.line, found.column, found.value) == (1, 6, "confidense")
    assert "did you mean 'confidence'" in found.detail
    assert notices(lines) == ["The column 'remarks' is not read."]


def test_a_column_may_stand_there_once():
    found = problem("date,subject,kind,object,source_url,Date\n1956,a,fights,b,https://example.org,1957\n")
    assert (found.line, found.column) == (1, 6)


def test_an_empty_file_is_a_problem():
    assert "nothing in this" in problem("").detail


# Sending again


def test_the_same_file_again_appends_nothing():
    store = connect("memory:")
    store.initialise()
    first = append(store, read(sheet(FULL, CLAIM)))
    again = append(store, read(sheet(FULL, CLAIM)))
    assert (first.appended, again.appended) == (8, 0)


def test_the_same_file_appends_nothing_once_its_actors_and_sources_are_known():
    store = connect("memory:")
    store.initialise()
    lines = read(sheet(FULL, CLAIM))
    append(store, lines)
    actors = {actor["id"]: (actor["name"],) for actor in entities(lines, "actor")}
    documents = {document["id"]: document for document in entities(lines, "document")}
    again = read(sheet(FULL, CLAIM), Context(actors, False, documents))
    assert (append(store, again).appended, len(again)) == (0, 2)


def test_the_template_reads_without_problems_and_fills_every_column():
    lines = read(template.csv_text(), CREATING)
    assert len(events(lines)) == len(template.ROWS)
    assert not notices(lines)
    assert {name for row in template.ROWS for name in row} == {column.name for column in COLUMNS}
