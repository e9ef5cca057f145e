"""The relations of a day as CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest

from events import ask
from events.exports import FORMATS
from events.exports.cells import row
from events.stores import Store
from events.strict_json import read
from tests.exports.record import HOSTILE, T, exported, wanted

FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")


def rows(text: bytes) -> list[dict[str, str]]:
    """The rows as a reader of CSV has them."""
    return list(csv.DictReader(io.StringIO(text.decode(), newline=""), strict=True))


@pytest.mark.parametrize("at", ["2019-05-01", "2000-01-01", "-0043-03-15", "1989-06-18", "1900-01-01"])
def test_every_relation_of_the_answer_is_a_row_with_all_that_it_says(record: Store, at: str) -> None:
    asked = wanted(record, at)
    assert asked.question is not None
    answer = read(ask.state(record, T, asked.question, asked.commit))
    table = rows(exported(record, "csv", at))
    assert len(table) == len(answer["relations"])
    for cells, item in zip(table, answer["relations"], strict=True):
        plain = {name: re.sub(f"^'('*{FORMULA.pattern})", r"\1", text) for name, text in cells.items()}
        assert plain["at"] == at
        assert int(plain["position"]) == answer["position"]
        for name in ("subject", "kind", "object", "status"):
            assert plain[name] == item[name]
        for name in ("subject", "object"):
            assert plain[f"{name}_name"] == answer["actors"][item[name]]["name"]
        for name in ("disputed", "attributed_only"):
            assert plain[name] == str(item[name]).lower()
        assert plain["under"] == item.get("under", "")
        assert plain["means"] == "; ".join(item.get("means", []))
        assert plain["evidence"] == "; ".join(item["evidence"])
        for name in ("since", "until", "last_evidence"):
            for part in ("earliest", "latest", "as_written"):
                if f"{name}_{part}" in plain:
                    assert plain[f"{name}_{part}"] == str((item[name] or {}).get(part) or "")
        assert plain["since_or_earlier"] == str(item["since"]["or_earlier"]).lower()


def test_it_says_which_documents_and_where_they_are(record: Store) -> None:
    table = rows(exported(record, "csv", "2020-02-22", lapsed=True))
    by_kind = {cells["kind"]: cells for cells in table}
    assert by_kind["supports"]["sources"] == "report"
    assert by_kind["fights"]["sources"] == "report; memoir"
    assert by_kind["fights"]["links"] == "https://example.org/?a=1&b=2; https://example.org/m"


@pytest.mark.parametrize("name", ["csv", "panel.csv"])
def test_no_cell_is_a_formula_to_a_spreadsheet(record: Store, name: str) -> None:
    days = {"csv": {"at": "2019-05-01"}, "panel.csv": {"years": (-50, 2022)}}[name]
    for at in ({"at": "-0043-03-15"}, {"at": "2000-01-01"}, days) if name == "csv" else (days,):
        table = rows(exported(record, name, **at))
        assert table
        for cells in table:
            for column, text in cells.items():
                assert column == "year" or not FORMULA.match(text), (column, text)


def test_what_an_apostrophe_was_put_before_can_be_had_again(record: Store) -> None:
    names = {
        cells["subject_name"]
        for at in ("2019-05-01", "2000-01-01")
        for cells in rows(exported(record, "csv", at))
    }
    assert "''=odd" in names
    objects = {cells["object_name"] for cells in rows(exported(record, "csv", "2019-05-01"))}
    assert f"'{HOSTILE}" in objects


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("=1", "'=1"), ("'=1", "''=1"), ("'Abd", "'Abd"), ("＝1", "'＝1"), ("\t=1", "'\t=1"), ("a=1", "a=1"),
        ("\n=1", "'\n=1"), ("", ""), (None, ""), (["-a", "b"], "'-a; b"), (-44, "-44"), (True, "true"),
    ],
)  # fmt: skip
def test_a_cell_is_text_to_a_spreadsheet_and_can_be_undone(said: object, written: str) -> None:
    ((cell, end),) = csv.reader(io.StringIO(row([said, "x"]).decode(), newline=""))  # type: ignore[list-item]
    assert (cell, end) == (written, "x")


def test_lines_end_as_rfc_4180_has_it_and_there_is_no_mark_before_the_first(record: Store) -> None:
    text = exported(record, "csv", "2019-05-01")
    assert text.startswith(b"at,position,")
    assert text.count(b"\r\n") == len(rows(text)) + 1


def test_it_names_actors_as_they_were_called_on_the_day(record: Store) -> None:
    (cells,) = rows(exported(record, "csv", "1989-01-01"))
    assert (cells["subject"], cells["subject_name"]) == ("burma", "Burma")


def test_the_state_is_exported_as_it_is_answered(record: Store) -> None:
    asked = wanted(record, "2019-05-01")
    assert asked.question is not None
    assert exported(record, "json", "2019-05-01").decode() == ask.state(
        record, T, asked.question, asked.commit
    )


def test_an_empty_timeline_can_be_exported_in_every_form(record: Store) -> None:
    for format in FORMATS.values():
        takes = {"day": {"at": "2019-05-01"}, "years": {"years": (2019, 2020)}}.get(format.takes, {})
        assert isinstance(exported(record, format.name, known_at=0, **takes), bytes)
