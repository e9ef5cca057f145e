"""allegiance key, sign and verify: what was signed, by whom, and whether the log is still that."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
import requests

from events.tlog import tiles
from events.tlog.note import Verifier
from tests.cli.command import SEEDS, Command
from tests.domain.builders import document
from tests.tlog.served import served


@pytest.fixture
def signing(allegiance: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command over an empty database, with a key."""
    allegiance.environment["ALLEGIANCE_SIGNING_KEY"] = str(allegiance.key)
    allegiance.out("key", "create", "--name", "allegiance.example/log")
    return allegiance


def tampered(command: Command, *statements: str) -> None:
    """Change the database as its owner can."""
    with sqlite3.connect(command.path) as database:
        for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f"drop trigger {name}")
        for statement in statements:
            database.execute(statement)
    database.close()


# The key


def test_a_key_is_for_its_owner_alone_and_shows_what_verifies_it(signing: Command) -> None:
    assert signing.key.stat().st_mode & 0o777 == 0o600
    shown = signing.out("key", "show", "libya")
    assert Verifier.read(shown).name == "allegiance.example/log/libya"
    *_, secret = signing.key.read_text().strip().split("+", 4)  # a plus may stand in base64 too
    assert secret not in shown


def test_a_key_that_is_there_stays(signing: Command) -> None:
    before = signing.key.read_text()
    assert "is there already" in signing.out("key", "create")
    assert signing.key.read_text() == before


def test_a_key_is_named_after_the_public_address(allegiance: Command) -> None:
    named = {"ALLEGIANCE_SIGNING_KEY": str(allegiance.key), "ALLEGIANCE_BASE_URL": "https://record.example"}
    assert "record.example/log/TIMELINE" in allegiance.out("key", "create", **named)


@pytest.mark.parametrize("words", [("key", "create"), ("key", "show", "libya"), ("sign",)])
def test_without_a_key_it_is_said_how_to_name_one(allegiance: Command, words: tuple[str, ...]) -> None:
    assert "ALLEGIANCE_SIGNING_KEY" in allegiance.error(2, *words)


def test_a_key_that_is_not_there_or_none_is_told(signing: Command) -> None:
    signing.key.unlink()
    assert "allegiance key create" in signing.error(2, "sign")
    signing.key.write_text("a letter")
    assert "no signing key" in signing.error(2, "sign")


# Signing


def test_signing_keeps_the_note_in_the_database_and_outside_of_it(signing: Command) -> None:
    signing.ingest(document())
    (made,) = signing.json("sign")["items"]
    assert (made["timeline"], made["size"]) == ("libya", 1)
    assert Verifier.read(signing.out("key", "show", "libya")).open(made["note"])
    assert (signing.outside / "libya.checkpoint").read_text(encoding="utf-8") == made["note"]
    assert signing.store().checkpoints.list("libya") == [(1, made["note"], made["vkey"])]


def test_what_was_signed_is_not_signed_again(signing: Command) -> None:
    signing.ingest(document())
    assert signing.out("sign") == "libya: signed at position 1.\n"
    assert signing.out("sign") == "libya: nothing is new.\n"


def test_a_new_key_signs_what_the_old_one_signed(signing: Command) -> None:
    signing.ingest(document())
    signing.out("sign")
    signing.key.unlink()
    signing.out("key", "create", "--name", "allegiance.example/log")
    assert signing.out("sign") == "libya: signed at position 1.\n"
    assert len({vkey for _, _, vkey in signing.store().checkpoints.list("libya")}) == 2


def test_a_restored_backup_is_neither_signed_nor_written_to(signing: Command, tmp_path: Path) -> None:
    """It goes on being read, doctor says what to do, and the whole log takes writes again."""
    signing.ingest(document())
    signing.out("sign")
    backup = shutil.copy(signing.path, tmp_path / "backup.db")
    signing.ingest(document("another"))
    signing.out("sign")
    whole = shutil.copy(signing.path, tmp_path / "whole.db")
    shutil.copy(backup, signing.path)
    line = '{"entity": "document", "id": "new", "title": "New"}'
    why = "it ends at position 1, and it was signed at 2"
    assert why in signing.error(5, "ingest", "libya", "-", text=line)
    assert why in signing.error(5, "sign")
    assert signing.json("log", "libya")["items"]
    told = signing("doctor", COLUMNS="200")
    assert told.exit_code == 1
    assert "Bring back the whole log" in " ".join(told.stdout.split())
    assert signing("verify").exit_code == 1
    shutil.copy(whole, signing.path)
    signing.out("doctor")
    signing.ingest(document("new"))


def test_a_database_made_anew_takes_nothing_that_was_signed_before_until_that_is_meant(
    signing: Command,
) -> None:
    signing.ingest(document())
    signing.out("sign")
    for file in signing.path.parent.glob("allegiance.db*"):
        if file.is_file():
            file.unlink()
    signing.out("init")
    line = '{"entity": "document", "id": "new", "title": "New"}'
    told = signing.error(5, "ingest", "libya", "-", text=line)
    assert "this database has nothing of it, and it was signed at 1" in told
    assert "the newest backup" in told
    assert f"move {signing.outside / 'libya.checkpoint'} away, and {signing.key} too" in told
    assert "begin a new log on purpose" in " ".join(signing("doctor").stdout.split())
    (signing.outside / "libya.checkpoint").unlink()
    signing.key.unlink()
    signing.out("key", "create", "--name", "allegiance.example/log")
    signing.ingest(document("new"))
    assert signing.out("sign") == "libya: signed at position 1.\n"


def test_doctor_tells_that_no_checkpoint_is_kept_outside_any_more(signing: Command) -> None:
    signing.ingest(document())
    signing.out("sign")
    shutil.rmtree(signing.outside)
    signing.ingest(document("another"))
    assert "has no checkpoint of libya" in signing.out("doctor", COLUMNS="500")
    signing.out("sign")
    assert (signing.outside / "libya.checkpoint").exists()
    assert "has no checkpoint" not in signing.out("doctor", COLUMNS="500")


def test_doctor_says_who_signs_and_whether_others_can_read_the_key(signing: Command) -> None:
    def told() -> dict[str, str]:
        (check,) = [c for c in signing.json("doctor")["checks"] if c["name"] == "signing"]
        return dict(check)

    assert told()["verdict"] == "ok"
    signing.key.chmod(0o644)
    assert "chmod 600" in signing("doctor", COLUMNS="500").stdout
    signing.environment.clear()
    assert told()["verdict"] == "note"


# Verifying


def test_verify_checks_the_tree_alone_where_asked_to(signing: Command) -> None:
    signing.out("ingest", "libya", SEEDS)
    signing.out("sign")
    (report,) = signing.json("verify", "--tree")["items"]
    assert (report["entries"], report["relations_checked"], report["faults"]) == (74, 0, [])


@pytest.mark.parametrize("how", [(), ("--tree",)])
def test_verify_holds_the_log_against_what_was_signed(signing: Command, how: tuple[str, ...]) -> None:
    signing.ingest(document())
    signing.out("sign")
    key = signing.out("key", "show", "libya").strip()
    signing.out("verify", "libya", "--vkey", key, *how)
    other = signing.out("key", "show", "other").strip()
    assert "not signed with the key" in signing("verify", "libya", "--vkey", other, *how).stdout
    tampered(signing, "update checkpoint set note = replace(note, 'libya', 'lybia')")
    assert signing("verify", *how).exit_code == 1


def test_verify_finds_entries_that_went_missing_at_the_end(signing: Command) -> None:
    """Within the database nothing tells of them but what was signed."""
    signing.ingest(document())
    signing.ingest(document("another"))
    signing.out("sign")
    tampered(
        signing, *(f"delete from {t} where position = 2" for t in ("entry", "body", "commits")),
        "update timeline set head = 1",
    )  # fmt: skip
    signing.out("rebuild")
    found = signing("verify")
    assert "it ends at position 1, and it was signed at 2" in " ".join(found.stdout.split())


def test_verify_checks_a_log_over_http_and_a_copy_of_its_files(signing: Command, tmp_path: Path) -> None:
    signing.ingest(*(document(f"d{number}") for number in range(300)))
    signing.out("sign")
    key = signing.out("key", "show", "libya").strip()
    names = ["checkpoint", "vkey"]
    names += [f"tile/{tile.path}" for level in (-1, 0, 1) for tile in tiles.tiles_of(300, level)]
    with served(signing.store()) as address:
        (report,) = signing.json("verify", "--log", f"{address}/log/libya", "--vkey", key)["items"]
        assert (report["entries"], report["faults"]) == (300, [])
        found = signing("verify", "--log", f"{address}/log/nowhere")
        assert found.exit_code == 1
        assert "answers 404" in found.stdout
        for name in names:
            copy = tmp_path / "copy" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(requests.get(f"{address}/log/libya/{name}", timeout=10).content)
    assert "all is well" in signing.out("verify", "--log", tmp_path / "copy", "--vkey", key)


def test_verify_says_what_is_no_log(signing: Command, tmp_path: Path) -> None:
    assert "no directory" in signing.error(2, "verify", "--log", tmp_path / "nothing")
    assert "no address" in signing.error(2, "verify", "--log", "ftp://allegiance.example/log/libya")
    assert signing("verify", "--log", tmp_path).exit_code == 1
    signing.error(2, "verify", "libya", "--log", tmp_path)
    signing.error(2, "verify", "--vkey", "key")
