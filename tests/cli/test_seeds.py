"""The Libya timeline, asked on the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.command import Command

PRESENT = {"attested", "presumed", "possible"}
ARTICLE = "ALLEGIANCE_ARTICLE"


def status(seeded: Command, day: str, relation: str) -> str | None:
    """How a relation stands on a day, the lapsed not counted."""
    items = seeded.json("state", "libya", "--at", day)["relations"]
    found = {f"{item['subject']} {item['kind']} {item['object']}": item["status"] for item in items}
    return found.get(relation)


@pytest.mark.parametrize(
    ("day", "relation", "expected"),
    [
        ("1975-06-01", "ussr supports gaddafi-government", {"attested"}),
        ("1995-01-01", "ussr supports gaddafi-government", {None}),
        ("2018-07-01", "russia endorses saif-al-islam", PRESENT),
        ("2017-07-01", "russia endorses saif-al-islam", {None}),
        ("2019-05-01", "gna fights haftar", {"attested"}),
        ("2019-03-01", "gna fights haftar", {None}),
        ("2020-03-01", "france supports haftar", PRESENT),
        ("2020-03-01", "russia supports haftar", PRESENT),
        ("2020-03-01", "egypt supports haftar", PRESENT),
        ("2020-03-01", "uae supports haftar", PRESENT),
        ("2020-03-01", "turkey supports gna", PRESENT),
        ("2020-03-01", "un recognizes gna", PRESENT),
    ],
)
def test_the_timeline_says_who_stood_with_whom(
    seeded: Command, day: str, relation: str, expected: set[str | None]
) -> None:
    assert status(seeded, day, relation) in expected


def test_nothing_of_gaddafi_s_government_outlives_it(seeded: Command) -> None:
    assert (
        seeded.json("state", "libya", "--at", "2012-06-01", "--actor", "gaddafi-government")["relations"]
        == []
    )


def test_no_backer_is_still_shown_as_certain_in_2035(seeded: Command) -> None:
    items = seeded.json("state", "libya", "--at", "2035-01-01")
    assert not [item for item in items["relations"] if item["status"] in ("attested", "presumed")]


def test_the_seeds_have_no_errors_without_the_article(seeded: Command) -> None:
    assert [item for item in seeded.json("lint", "libya")["items"] if item["severity"] == "error"] == []


def test_every_quote_stands_in_the_article_where_the_seeds_say(seeded: Command) -> None:
    path = os.environ.get(ARTICLE)
    if not path:
        assert not os.environ.get("CI"), f"{ARTICLE} must name the article where CI runs"
        pytest.skip(f"NOT CHECKED: set {ARTICLE} to the text of the article to check the seeds against it")
    assert Path(path).is_file()
    found = seeded.json("lint", "libya", "--document", f"trt-world-2020={path}")["items"]
    assert [item for item in found if item["severity"] == "error"] == []


def test_the_store_of_the_seeds_is_what_their_log_says(seeded: Command) -> None:
    assert seeded.json("verify", "libya")["items"][0]["faults"] == []
