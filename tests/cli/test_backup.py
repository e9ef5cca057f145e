"""allegiance backup and restore."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shlex import quote

import pytest

from events.stores.sqlite import SQLiteStore
from tests.cli.command import PROGRAM, PROJECT, SEEDS, Command
from tests.domain.builders import actor

ASKED = ("state", "libya", "--at", "2019-05-01", "--json")


@pytest.fixture
def libya(allegiance: Command) -> Command:
    """The command over the Libya timeline, a copy of its own."""
    allegiance.out("ingest", "libya", SEEDS)
    return allegiance


@pytest.fixture
def elsewhere(tmp_path: Path) -> Command:
    """The command where there is no database."""
    return Command(tmp_path / "elsewhere")


def test_what_was_backed_up_is_restored_elsewhere_to_the_byte(libya: Command, elsewhere: Command) -> None:
    file = libya.path.with_name("backup")
    told = libya.out("backup", file)
    assert "1 timeline backed up, whole and verified" in told
    assert "libya" in told
    assert "74" in told
    told = elsewhere.out("restore", file)
    assert "1 timeline restored, whole and verified" in told
    assert elsewhere.out(*ASKED) == libya.out(*ASKED)
    assert "all is well" in elsewhere.out("verify")


def test_both_say_as_json_where_each_timeline_stands(libya: Command, elsewhere: Command) -> None:
    file = libya.path.with_name("backup")
    made = libya.json("backup", file)
    assert made["file"] == str(file)
    (standing,) = made["timelines"]
    assert (standing["timeline"], standing["position"], len(standing["digest"])) == ("libya", 74, 64)
    assert elsewhere.json("restore", file) == made
    assert libya.json("restore", file) == made


def test_a_file_that_is_there_is_not_written_over(libya: Command) -> None:
    libya.path.with_name("backup").write_text("last year's")
    assert "name a new file" in libya.error(2, "backup", libya.path.with_name("backup"))
    assert libya.path.with_name("backup").read_text() == "last year's"


def test_what_would_be_lost_is_told_and_not_lost(libya: Command) -> None:
    file = libya.path.with_name("backup")
    libya.out("backup", file)
    libya.ingest(actor("new"))
    told = libya.error(4, "restore", file)
    assert "1 entries of libya after position 74" in told
    assert "Nothing was changed" in told
    assert libya.json("timelines")["items"][0]["position"] == 75


def test_a_file_that_is_no_backup_is_refused(elsewhere: Command) -> None:
    assert "no backup" in elsewhere.error(5, "restore", SEEDS)
    assert not elsewhere.path.exists()


def test_where_there_is_nothing_to_back_up_it_says_so(bare: Command, tmp_path: Path) -> None:
    assert "allegiance init" in bare.error(5, "backup", tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    libya: Command, elsewhere: Command, tmp_path: Path
) -> None:
    """As `init` would; the backup itself stays as it is."""
    file = tmp_path / "backup"
    libya.out("backup", file)
    before = file.read_bytes()
    store = SQLiteStore(file)
    connection = store.connections.get()
    connection.execute("delete from _sqlite_migrations where name = 'm005_blocks_of_stretches'")
    connection.execute("alter table stretch drop column block")
    store.close()
    assert file.read_bytes() != before
    elsewhere.out("restore", file)
    assert elsewhere.out(*ASKED) == libya.out(*ASKED)


def test_no_room_for_a_backup_leaves_nothing_of_it(libya: Command, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    program = " ".join(map(quote, (*PROGRAM, "backup", str(place / "backup"))))
    done = subprocess.run(
        ("sh", "-c", f"ulimit -f 100; exec {program}"),
        env={**os.environ, "ALLEGIANCE_DATABASE": libya.url},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    assert "The disk is full" in done.stderr
    assert list(place.iterdir()) == []
