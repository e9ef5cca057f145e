"""allegiance relations and events."""

from __future__ import annotations

import pytest

from tests.cli.command import Command


def test_relations_are_told_with_their_evidence(seeded: Command) -> None:
    told = seeded.out("relations", "libya", "--subject", "ussr", COLUMNS="160")
    for part in (
        "ussr supports gaddafi-government",
        "by troops, training",
        "one of its actors ended 1991-12-26",
    ):
        assert part in told
    assert "begins 1970-01-01…1970-12-31: soviet-support-for-gaddafi" in told


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("--ongoing", {"supports", "opposes", "endorses"}),
        ("--attributed-only", {"opposes", "endorses"}),
        ("--disputed", set()),
        ("--not-attested-since 2000-01-01", {"supports"}),
        ("--not-attested-since 2000-01-01 --kind fights", set()),
    ],
)
def test_relations_are_narrowed(seeded: Command, words: str, found: set[str]) -> None:
    assert {item["kind"] for item in seeded.json("relations", "libya", *words.split())["items"]} == found


def test_events_are_told_with_what_they_rest_on(seeded: Command) -> None:
    told = seeded.out("events", "libya", "--date-basis", "inferred", "--attributed-only", COLUMNS="160")
    for part in (
        "2019-04",
        "“Since April”",
        "(haftar-april-offensive)",
        "inferred, high",
        "as said by erdogan",
    ):
        assert part in told


@pytest.mark.parametrize(
    "words", ["relations libya --disputed", "events libya --confidence low --date-basis stated"]
)
def test_nothing_found_is_said(seeded: Command, words: str) -> None:
    assert seeded.out(*words.split()) in ("No relation is so.\n", "No event is so.\n")


def test_a_log_is_narrowed_to_some_ops(allegiance: Command) -> None:
    from tests.domain.builders import actor

    allegiance.ingest(actor("libya"))
    assert allegiance.json("log", "libya", "--op", "retract")["items"] == []
    assert len(allegiance.json("log", "libya", "--op", "retract", "--op", "record")["items"]) == 1
