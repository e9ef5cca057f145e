"""allegiance init, verify and rebuild, and a database that cannot be used."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from events.stores.sqlite import connection
from tests.cli.command import Command
from tests.domain.builders import actor, document, effect, event

LINES = (document(), actor("ussr"), actor("libya"), event("aid", "1970/1989", effect("lasts")))


def test_init_says_what_it_did_and_is_safe_to_repeat(bare: Command) -> None:
    assert bare.out("init") == f"{bare.url} was made or brought up to date. It holds 0 timelines.\n"
    bare.ingest(*LINES)
    assert bare.out("init") == f"{bare.url} is up to date; nothing was done. It holds 1 timeline.\n"


def test_verify_checks_every_timeline_unless_one_is_named(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    allegiance.ingest(*LINES, timeline="other")
    told = allegiance.out("verify").splitlines()
    assert [line.split(":")[0] for line in told] == ["libya", "other"]
    assert all(line.endswith("all is well.") for line in told)
    assert [item["timeline"] for item in allegiance.json("verify", "other")["items"]] == ["other"]


def test_verify_finds_an_entry_that_was_tampered_with(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    with sqlite3.connect(allegiance.path) as database:
        database.execute("drop trigger entry_update")
        database.execute("update entry set author = 'somebody' where position = 2")
    database.close()
    result = allegiance("verify")
    assert result.exit_code == 1
    assert "position 2" in result.stdout


def test_rebuild_mends_an_index_that_verify_finds_wrong(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    with sqlite3.connect(allegiance.path) as database:
        database.execute("update stretch set disputed = 1 - disputed")
    database.close()
    assert allegiance("verify").exit_code == 1
    assert allegiance.out("rebuild", "libya") == "libya: read 4 entries, its indexes are new.\n"
    allegiance.out("verify")


def test_rebuild_does_all_timelines_unless_one_is_named(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    allegiance.ingest(*LINES, timeline="other")
    assert len(allegiance.out("rebuild").splitlines()) == 2


def test_a_busy_database_is_told_with_its_own_exit_code(
    allegiance: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.01)
    other = sqlite3.connect(allegiance.path, isolation_level=None)
    other.execute("begin immediate")
    told = allegiance.error(5, "ingest", "libya", "-", text='{"entity": "document", "title": "A report"}')
    assert "Another program holds" in told
    other.close()


@pytest.mark.parametrize("words", ["init", "timelines", "rebuild"])
def test_a_file_that_is_no_database_is_refused_in_a_sentence(bare: Command, words: str) -> None:
    bare.path.write_text("This is a letter and no database." * 100)
    assert "not a database" in bare.error(5, words)


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path, bare: Command) -> None:
    (tmp_path / "file").write_text("")
    told = bare.error(5, "init", ALLEGIANCE_DATABASE=f"sqlite:///{tmp_path}/file/below/a.db")
    assert str(tmp_path / "file") in told


@pytest.mark.parametrize("value", ["allegiance.db", "mysql://secret@host/db"])
def test_a_setting_that_cannot_stand_is_one_line(bare: Command, value: str) -> None:
    told = bare.error(2, "timelines", ALLEGIANCE_DATABASE=value)
    assert told.startswith("Error: ALLEGIANCE_DATABASE=")
    assert len(told.splitlines()) == 1
    assert "secret" not in told
