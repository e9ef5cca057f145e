"""allegiance copy, between SQLite and PostgreSQL and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.stores import connect
from tests.cli.command import SEEDS, Command
from tests.domain.builders import actor

QUESTION = ("state", "libya", "--at", "2019-05-01", "--json")


@pytest.fixture
def other(tmp_path: Path) -> Command:
    """The command on another, empty database."""
    (tmp_path / "other").mkdir()
    command = Command(tmp_path / "other")
    command.out("init")
    return command


def test_a_timeline_moves_to_postgresql_and_back(allegiance: Command, other: Command, database: str) -> None:
    allegiance.out("ingest", "libya", SEEDS)
    told = allegiance.out("copy", allegiance.url, database)
    assert told.startswith("libya: 74 entries copied, it stands at position 74 in both; the same root, ")
    there = {"ALLEGIANCE_DATABASE": database}
    for words in (QUESTION, ("export", "libya"), ("log", "libya", "--json")):
        assert other.out(*words, **there) == allegiance.out(*words)
    other.out(
        "ingest", "libya", "-", text='{"entity": "actor", "id": "x", "type": "state", "name": "X"}', **there
    )
    assert "75 entries copied" in other.out("copy", database, other.url, "libya")
    roots = [item["root"] for item in other.json("copy", database, other.url)["items"]]
    assert "1 entries copied" in allegiance.out("copy", other.url, allegiance.url)
    assert [item["root"] for item in allegiance.json("copy", other.url, allegiance.url)["items"]] == roots
    for command in (allegiance, other):
        command.out("verify")


def test_what_was_signed_comes_along(allegiance: Command, other: Command, database: str) -> None:
    signing = {"ALLEGIANCE_SIGNING_KEY": str(allegiance.key)}
    allegiance.out("key", "create", "--name", "allegiance.example/log", **signing)
    for id in ("a", "b"):
        allegiance.ingest(actor(id))
        allegiance.out("sign", **signing)
        allegiance.out("copy", allegiance.url, database)
    stores = connect(allegiance.url), connect(database)
    here, there = (store.checkpoints.list("libya") for store in stores)
    assert here == there
    assert [signed.size for signed in there] == [1, 2]
    other.out("verify", ALLEGIANCE_DATABASE=database)
    for store in stores:
        store.close()


def test_a_copy_goes_on_where_it_was(allegiance: Command, other: Command) -> None:
    allegiance.ingest(actor("a"))
    allegiance.out("copy", allegiance.url, other.url)
    allegiance.ingest(actor("b"), actor("c"))
    assert allegiance.json("copy", allegiance.url, other.url)["items"][0]["copied"] == 2


def test_a_log_that_went_on_by_itself_is_not_copied_over(allegiance: Command, other: Command) -> None:
    allegiance.ingest(actor("a"))
    allegiance.out("copy", allegiance.url, other.url)
    allegiance.ingest(actor("b"))
    other.ingest(actor("c"))
    assert "not the same" in allegiance.error(4, "copy", allegiance.url, other.url)


def test_a_timeline_that_is_not_there_and_an_address_that_is_none_are_refused(
    allegiance: Command, other: Command
) -> None:
    assert "none" in allegiance.error(3, "copy", allegiance.url, other.url, "none")
    told = allegiance.error(2, "copy", allegiance.url, "mysql://me:secret@host/name")
    assert "postgresql://" in told
    assert "secret" not in told
