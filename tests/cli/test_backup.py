"""allegiance backup and restore."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shlex import quote

import pytest

from events.stores.sqlite import SQLiteStore
from tests.cli.command import PROGRAM, PROJECT, SEEDS, Command, ndjson
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
    assert root(libya) in told
    assert "libya" in told
    assert "74" in told
    told = elsewhere.out("restore", file)
    assert "1 timeline restored, whole and verified" in told
    assert elsewhere.out(*ASKED) == libya.out(*ASKED)
    assert "all is well" in elsewhere.out("verify")


def root(command: Command) -> str:
    """The root of the tree, as every answer names it."""
    return str(command.json("state", "libya", "--at", "2019-05-01")["root"])


def test_both_say_as_json_where_each_timeline_stands(libya: Command, elsewhere: Command) -> None:
    file = libya.path.with_name("backup")
    made = libya.json("backup", file)
    assert made["file"] == str(file)
    (standing,) = made["timelines"]
    assert (standing["timeline"], standing["position"], standing["root"]) == ("libya", 74, root(libya))
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


@pytest.fixture
def signed(libya: Command) -> Command:
    """Where what is appended is signed, and checkpoints are kept outside the database."""
    libya.environment["ALLEGIANCE_SIGNING_KEY"] = str(libya.key)
    libya.out("key", "create")
    libya.out("sign")
    return libya


def test_a_backup_older_than_what_was_signed_comes_back_to_be_read_and_never_forks_history(
    signed: Command,
) -> None:
    old, new = signed.path.with_name("old"), signed.path.with_name("new")
    signed.out("backup", old)
    signed.ingest(actor("new"))
    signed.out("sign")
    signed.out("backup", new)
    signed.path.rename(signed.path.with_name("broken"))

    result = signed("restore", old)
    assert result.exit_code == 1
    assert "1 timeline restored, whole and verified" in result.stdout
    assert "it ends at position 74, and it was signed at 75" in result.stderr
    assert "Bring back the whole log: the newest backup" in result.stderr
    assert signed.json(*ASKED[:-1])["position"] == 74
    assert "is not the one that was signed" in signed.error(
        5, "ingest", "libya", "-", text=ndjson(actor("x"))
    )

    assert "restored" in signed.out("restore", new)
    assert signed.json(*ASKED[:-1])["position"] == 75
    assert "76" in signed.ingest(actor("x"))


def test_where_no_checkpoint_is_kept_outside_restore_says_that_nobody_knows(
    signed: Command, elsewhere: Command
) -> None:
    file = signed.path.with_name("backup")
    signed.out("backup", file)
    result = elsewhere("restore", file)
    assert result.exit_code == 0
    assert "Of libya no checkpoint is kept outside the database" in result.stderr


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
    # Where other tests have workers share their figures there is no room either.
    environment = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    done = subprocess.run(
        ("sh", "-c", f"ulimit -f 100; exec {program}"),
        env={**environment, "ALLEGIANCE_DATABASE": libya.url},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    assert "The disk is full" in done.stderr
    assert list(place.iterdir()) == []
