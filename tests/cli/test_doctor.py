"""allegiance doctor."""

from __future__ import annotations

import json
import sqlite3

import pytest

from service.cli.doctor import has_wal_reset_bug, wal_reset
from service.settings import without_password
from tests.cli.command import Command


@pytest.mark.parametrize(
    ("version", "has_it"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_versions_with_the_wal_reset_bug_are_known(version: tuple[int, ...], has_it: bool) -> None:
    assert has_wal_reset_bug(version) == has_it


def test_an_affected_sqlite_is_named_with_what_is_done_about_it() -> None:
    check = wal_reset((3, 40, 1))
    assert check.verdict == "note"
    assert "committed pages can be lost" in check.detail
    assert "one of its own connections at a time" in check.detail
    assert "do not let one" in check.detail


def test_a_mended_sqlite_is_nothing_to_speak_of() -> None:
    assert wal_reset((3, 51, 3)).verdict == "ok"


def test_a_sound_installation_is_well(allegiance: Command) -> None:
    told = allegiance.out("doctor", COLUMNS="200")
    assert "All is well." in told
    assert sqlite3.sqlite_version in told
    assert str(allegiance.path) in told
    assert "WEB_CONCURRENCY" in told


def test_the_report_is_json_where_asked_for(allegiance: Command) -> None:
    report = allegiance.json("doctor", WEB_CONCURRENCY="1")
    assert report["well"] is True
    checks = {check["name"]: check for check in report["checks"]}
    assert checks["ALLEGIANCE_DATABASE"]["detail"] == f"{allegiance.url} (from ALLEGIANCE_DATABASE)"
    assert checks["PORT"]["detail"] == "8000 (the default)"
    assert checks["ALLEGIANCE_READ_LIMIT"]["detail"] == "auto (the default)"
    assert {"database", "writable", "free disk", "SQLite R*Tree", "SQLite JSON", "Python", "packages"} <= set(
        checks
    )


def test_a_database_that_is_not_initialised_needs_doing_something(bare: Command) -> None:
    result = bare("doctor", "--json", WEB_CONCURRENCY="1")
    assert result.exit_code == 1
    problems = [check for check in json.loads(result.stdout)["checks"] if check["verdict"] == "problem"]
    assert [check["name"] for check in problems] == ["database"]
    assert "allegiance init" in problems[0]["detail"]
    assert not bare.path.exists()


def test_a_bad_setting_is_part_of_the_report(bare: Command) -> None:
    result = bare("doctor", PORT="eighty")
    assert result.exit_code == 1
    assert "PORT='eighty'" in result.stdout


def test_a_database_of_postgresql_is_looked_at_too(bare: Command, database: str) -> None:
    """That of the tests does not wait for the disk, which is what is found of it."""
    result = bare("doctor", "--json", ALLEGIANCE_DATABASE=database, WEB_CONCURRENCY="1")
    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert checks["database"]["detail"].startswith("PostgreSQL ")
    assert checks["role"]["verdict"] == "ok"
    assert checks["durability"]["verdict"] == "problem"
    assert "fsync is off" in checks["durability"]["detail"]


def test_a_role_that_owns_the_tables_is_told(bare: Command, database: str) -> None:
    owner = database.replace("//service@", "//owner@")
    checks = json.loads(bare("doctor", "--json", ALLEGIANCE_DATABASE=owner).stdout)["checks"]
    assert [check["verdict"] for check in checks if check["name"] == "role"] == ["note"]


def test_passwords_are_not_shown() -> None:
    assert without_password("postgresql://desk:secret@db/record") == "postgresql://…@db/record"
    assert (
        without_password("postgresql://db/record?password=secret&x=1")
        == "postgresql://db/record?password=…&x=1"
    )


def test_a_token_is_never_shown(allegiance: Command) -> None:
    for form in ((), ("--json",)):
        told = allegiance("doctor", *form, ALLEGIANCE_TOKEN="a-secret").stdout
        assert "ALLEGIANCE_TOKEN" in told
        assert "a-secret" not in told


def test_a_disk_below_the_mark_needs_doing_something(allegiance: Command) -> None:
    result = allegiance("doctor", "--json", ALLEGIANCE_DISK_RESERVE=str(2**50))
    assert result.exit_code == 1
    (problem,) = [check for check in json.loads(result.stdout)["checks"] if check["verdict"] == "problem"]
    assert problem["name"] == "free disk"
    assert "make room to append again" in problem["detail"]
