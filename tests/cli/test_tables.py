"""allegiance ingest with files other than NDJSON, what cannot stand in them, and allegiance template."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from events.ingest.rejects import BOM
from events.ingest.template import csv_text
from tests.cli.command import Command, ndjson
from tests.domain.builders import actor, document, effect, event
from tests.ingest.sheets import CLAIM, sheet
from tests.ingest.test_claim_faults import BROKEN, LARGE, large_table, mended, mended_header

BAD = {**CLAIM, "kind": "figths"}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of three claims, the second of which cannot stand."""
    path = tmp_path / "claims.csv"
    path.write_text(sheet(CLAIM, BAD, {**CLAIM, "date": "1956-11"}))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file of rejects."""
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))


def save(path: Path, *cells: dict[str, str]) -> Path:
    path.write_text(BOM + sheet(*cells), encoding="utf-8")
    return path


# Formats


def test_the_example_is_a_table_that_can_be_ingested(allegiance: Command, tmp_path: Path) -> None:
    file = tmp_path / "example.csv"
    file.write_text(allegiance.out("template", "--csv"), encoding="utf-8")
    assert allegiance.json("ingest", "suez", file, "--create-actors")["appended"] > 8
    state = allegiance.json("state", "suez", "--at", "1956-11-02")
    assert ("israel", "fights", "egypt") in {
        (found["subject"], found["kind"], found["object"]) for found in state["relations"]
    } | {(found["object"], found["kind"], found["subject"]) for found in state["relations"]}


def test_a_template_needs_its_form(allegiance: Command) -> None:
    assert "--csv" in allegiance.error(2, "template")


def test_the_same_table_again_appends_nothing(allegiance: Command) -> None:
    allegiance.out("ingest", "suez", "-", "--create-actors", text=csv_text())
    for options in ((), ("--create-actors",), ("--format", "csv")):
        again = allegiance.json("ingest", "suez", "-", *options, text=csv_text())
        assert (again["appended"], again["existing"]) == (0, 8)


def test_a_table_names_actors_that_are_there_by_any_of_their_names(allegiance: Command) -> None:
    allegiance.ingest(
        actor("il", name="State of Israel", aliases=["Israel"]), actor("eg", names={"en": "Egypt"})
    )
    answer = allegiance.json("ingest", "libya", "-", text=sheet(CLAIM))
    assert answer["appended"] == 2
    assert allegiance.json("state", "libya", "--at", "1956-10-29")["relations"][0]["subject"] == "eg"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_stdin_is_recognised_too_whatever_its_encoding(allegiance: Command, encoding: str) -> None:
    text = sheet({**CLAIM, "title": "Déjà vu"}, delimiter=";").encode(encoding)
    assert allegiance.json("ingest", "suez", "-", "--create-actors", text=text)["appended"] == 4


def test_a_pipe_that_cannot_be_rewound_is_read_as_well(allegiance: Command) -> None:
    process = allegiance.process("ingest", "suez", "-", "--create-actors", "--json")
    out, error = process.communicate(csv_text().encode(), timeout=30)
    assert process.returncode == 0, error
    assert json.loads(out)["existing"] == 0


def test_a_timeline_of_timelinejs_is_taken(allegiance: Command, tmp_path: Path) -> None:
    file = tmp_path / "slides.csv"
    file.write_text("Year,Month,Day,Headline,Text\r\n1956,10,29,Israel attacks,In Sinai\r\n")
    assert allegiance.json("ingest", "suez", file)["appended"] == 2


def test_a_named_format_is_the_one_that_is_read(allegiance: Command) -> None:
    told = allegiance.error(2, "ingest", "suez", "-", "--format", "ndjson", text=sheet(CLAIM))
    assert "This is not JSON" in told
    assert "is not one of" in allegiance.error(2, "ingest", "suez", "-", "--format", "pdf", text="")


def test_a_file_that_nothing_recognises_is_refused_naming_the_formats(
    allegiance: Command, tmp_path: Path
) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7")
    told = allegiance.error(2, "ingest", "suez", file)
    assert "cow-alliances" in told
    assert "ndjson" in told


def test_notices_are_told_on_stderr(allegiance: Command) -> None:
    result = allegiance(
        "ingest", "suez", "-", "--create-actors", text=sheet({**CLAIM, "a\x1b[2Jcolour": "red"})
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("4 appended")
    assert result.stderr.startswith("Notice: line 1, column 6, field a")
    assert "\x1b" not in result.stderr


# What a broken line may declare


def test_a_line_that_is_no_json_may_declare_what_the_others_name(allegiance: Command) -> None:
    broken = json.dumps(actor("ussr"))[:-1] + ",}\n"
    lines = ndjson(document(), actor("libya")) + broken + ndjson(event("aid", "1970", effect("holds")))
    told = allegiance.error(2, "ingest", "libya", "-", text=lines)
    assert told.startswith("Error: 1 problem; nothing was appended.\n  line 3, column")


# Rejects


def test_rows_that_cannot_stand_are_written_with_the_reason_and_mended_they_are_read(
    allegiance: Command, table: Path, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    words = ("ingest", "suez", table, "--create-actors")
    told = allegiance.error(2, *words, "--rejects", rejects)
    assert "1 row written to" in told
    assert "line 3, column 3, field kind = 'figths'" in told
    assert allegiance.json("timelines")["items"] == []
    (row,) = rows(rejects)
    assert (row["line"], row["kind"]) == ("3", "figths")
    assert "did you mean 'fights'" in row["problem"]

    save(rejects, {**row, "kind": "opposes"})
    assert allegiance.json(*words, "--mended", rejects)["appended"] == 6
    assert allegiance.json(*words, "--mended", rejects)["appended"] == 0
    kinds = {item["kind"] for item in allegiance.json("state", "suez", "--at", "1956-10-29")["relations"]}
    assert kinds == {"fights", "opposes"}


def test_what_is_still_wrong_is_rejected_again_and_mended_on_top(allegiance: Command, tmp_path: Path) -> None:
    table, first, second = (tmp_path / name for name in ("claims.csv", "first.csv", "second.csv"))
    table.write_text(sheet(CLAIM, BAD, {**BAD, "date": "1957"}))
    words = ("ingest", "suez", table, "--create-actors")
    allegiance.error(2, *words, "--rejects", first)
    good, bad = rows(first)
    save(first, {**good, "kind": "threatens"}, bad)
    allegiance.error(2, *words, "--mended", first, "--rejects", second)
    (left,) = rows(second)
    assert left["line"] == "4"
    save(second, {**left, "kind": "opposes"})
    assert allegiance.json(*words, "--mended", first, "--mended", second)["appended"] == 6


def test_rows_that_contradict_the_log_are_rejected_too(allegiance: Command, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    one = {**CLAIM, "id": "attack"}
    allegiance.out("ingest", "suez", "-", "--create-actors", text=sheet(one))
    other = sheet({**one, "date": "1957"}, CLAIM)
    allegiance.error(4, "ingest", "suez", "-", "--rejects", rejects, text=other)
    assert [row["line"] for row in rows(rejects)] == ["2"]


def test_where_all_is_well_no_rejects_are_written(allegiance: Command, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    allegiance.out("ingest", "suez", "-", "--create-actors", "--rejects", rejects, text=sheet(CLAIM))
    assert not rejects.exists()


def test_a_table_without_a_needed_column_has_no_rows_to_reject(allegiance: Command, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    text = "date,subject,kind\n1956,Israel,fights\n"
    assert "No rows written" in allegiance.error(2, "ingest", "suez", "-", "--rejects", rejects, text=text)
    assert not rejects.exists()


def test_rejects_are_not_written_over_what_is_read(allegiance: Command, table: Path) -> None:
    before = table.read_bytes()
    told = allegiance.error(2, "ingest", "suez", table, "--rejects", table)
    assert "choose another" in told
    assert table.read_bytes() == before


@pytest.mark.parametrize("option", ["--create-actors", "--rejects=rejects.csv"])
def test_what_goes_with_tables_goes_with_nothing_else(allegiance: Command, option: str) -> None:
    assert "goes with a table" in allegiance.error(2, "ingest", "suez", "-", option, text=ndjson(document()))


@pytest.mark.parametrize(
    "cells", [{"date": "1956"}, {"line": "3"}, {"line": "3", "problem": "", **BAD, "more": "x"}]
)
def test_mended_rows_must_have_the_columns_of_their_table(
    allegiance: Command, table: Path, tmp_path: Path, cells: dict[str, str]
) -> None:
    other = save(tmp_path / "other.csv", cells)
    assert "columns of the table" in allegiance.error(2, "ingest", "suez", table, "--mended", other)
    told = allegiance.error(2, "ingest", "suez", "-", "--mended", other, text=ndjson(document()))
    assert "no rows to mend" in told


@pytest.mark.parametrize("line", ["", "99", "x"])
def test_a_mended_row_for_no_row_of_the_table_is_refused(
    allegiance: Command, table: Path, tmp_path: Path, line: str
) -> None:
    other = save(
        tmp_path / "other.csv", {"line": "3", "problem": "", **CLAIM}, {"line": line, "problem": "", **CLAIM}
    )
    told = allegiance.error(2, "ingest", "suez", table, "--create-actors", "--mended", other)
    assert f"Line 3 of what is mended is for line {line!r} of the table" in told
    assert allegiance.json("timelines")["items"] == []


def test_a_workbook_is_taken_and_its_rows_rejected_and_mended(allegiance: Command, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book, file, rejects = openpyxl.Workbook(), tmp_path / "claims.xlsx", tmp_path / "rejects.csv"
    for row in (list(CLAIM), list(CLAIM.values()), list(BAD.values())):
        book.active.append(row)
    book.save(file)
    words = ("ingest", "suez", file, "--create-actors")
    allegiance.error(2, *words, "--rejects", rejects)
    (row,) = rows(rejects)
    save(rejects, {**row, "kind": "opposes"})
    assert allegiance.json(*words, "--mended", rejects)["appended"] == 5
    assert allegiance.json(*words, "--mended", rejects)["appended"] == 0


def test_of_ten_thousand_rows_three_hundred_are_rejected_and_mended_everything_is_in(
    allegiance: Command, tmp_path: Path
) -> None:
    table, rejects = tmp_path / "claims.csv", tmp_path / "rejects.csv"
    text, places = large_table()
    table.write_text(text, encoding="utf-8", newline="")
    words = ("ingest", "suez", table, "--create-actors")
    told = allegiance.error(2, *words, "--rejects", rejects).splitlines()
    assert f"Error: {BROKEN} problems; nothing was appended." in told
    lines = [line.strip() for line in told if line.startswith("  line ")]
    assert [line.split(", field")[0] for line in lines] == [f"line {at}, column {col}" for at, col in places]
    assert allegiance.json("timelines")["items"] == []

    rejected = rejects.read_bytes().decode()
    corrected = [row.cells for row in (*mended_header(rejected), *mended(rejected))]
    with rejects.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(corrected)
    assert allegiance.json(*words, "--mended", rejects)["existing"] == 0
    store = allegiance.store()
    ids = [entry.id for entry in store.entries("suez") if entry.entity == "event"]
    store.close()
    assert ids == [f"claim-{place}" for place in range(LARGE)]
    assert allegiance.json(*words, "--mended", rejects)["appended"] == 0
