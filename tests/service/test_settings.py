"""Settings from the environment."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import SETTINGS, Settings, SettingsError


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.read({}) == Settings()
    assert Settings.read({"PORT": "", "ALLEGIANCE_DATABASE": ""}) == Settings()


def test_every_setting_has_a_row_in_the_table_and_its_default_there() -> None:
    assert [setting.field for setting in SETTINGS] == [field.name for field in dataclasses.fields(Settings)]
    for setting in SETTINGS:
        assert setting.meaning
        if setting.default not in ("none", "any", "beside the file of SQLite"):
            assert setting.parse(setting.default) == getattr(Settings(), setting.field)


def test_every_setting_is_read() -> None:
    settings = Settings.read(
        {
            "ALLEGIANCE_DATABASE": "sqlite:////var/lib/allegiance.db",
            "DATABASE_URL": "postgres://ignored",
            "ALLEGIANCE_DATABASE_OWNER": "postgresql://owner@a/db",
            "ALLEGIANCE_DATABASE_REPLICAS": "postgresql://b,c/db, postgres://d/db",
            "PORT": "80",
            "WEB_CONCURRENCY": "4",
            "ALLEGIANCE_BASE_URL": "https://allegiance.example/",
            "ALLEGIANCE_MAX_BODY": "1024",
            "ALLEGIANCE_MAX_ENTRIES": "10",
            "ALLEGIANCE_DISK_RESERVE": "0",
            "ALLEGIANCE_CACHE_ANSWERS": "0",
            "ALLEGIANCE_TRUSTED_HOSTS": "Allegiance.example, .example.org",
            "ALLEGIANCE_PROXIES": "1",
            "ALLEGIANCE_READ_LIMIT": "100",
            "ALLEGIANCE_WRITE_LIMIT": "0",
            "ALLEGIANCE_TOKEN": "alg_secret",
            "ALLEGIANCE_SIGNING_KEY": "/etc/allegiance/key",
            "ALLEGIANCE_CHECKPOINTS": "/srv/checkpoints",
        }
    )
    assert settings == Settings(
        "sqlite:////var/lib/allegiance.db",
        "postgresql://owner@a/db",
        ("postgresql://b,c/db", "postgres://d/db"),
        80,
        4,
        "https://allegiance.example",
        1024,
        10,
        0,
        0,
        ("allegiance.example", ".example.org"),
        1,
        100,
        0,
        "alg_secret",
        "/etc/allegiance/key",
        "/srv/checkpoints",
    )
    assert settings.outside == Path("/srv/checkpoints")


def test_checkpoints_are_kept_beside_the_database_unless_said_otherwise() -> None:
    settings = Settings.read({"ALLEGIANCE_DATABASE": "sqlite:////var/lib/allegiance.db"})
    assert settings.outside == Path("/var/lib/allegiance.db-checkpoints")


def test_the_usual_name_for_a_database_is_the_fallback() -> None:
    assert Settings.read({"DATABASE_URL": "sqlite:///a.db"}).database == "sqlite:///a.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLEGIANCE_DATABASE", "allegiance.db"),
        ("ALLEGIANCE_DATABASE", "sqlite:///"),
        ("ALLEGIANCE_DATABASE", "mysql://host/name"),
        ("ALLEGIANCE_DATABASE", "postgresql://"),
        ("ALLEGIANCE_DATABASE_OWNER", "sqlite:///a.db"),
        ("ALLEGIANCE_DATABASE_REPLICAS", "standby.example"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "٨٠"),
        ("WEB_CONCURRENCY", "-1"),
        ("ALLEGIANCE_BASE_URL", "allegiance.example"),
        ("ALLEGIANCE_BASE_URL", "https://allegiance.example/path"),
        ("ALLEGIANCE_BASE_URL", "https://allegiance.example:port"),
        ("ALLEGIANCE_MAX_BODY", "32MB"),
        ("ALLEGIANCE_MAX_ENTRIES", "0"),
        ("ALLEGIANCE_DISK_RESERVE", "1GB"),
        ("ALLEGIANCE_CACHE_ANSWERS", "many"),
        ("ALLEGIANCE_TRUSTED_HOSTS", "https://allegiance.example"),
        ("ALLEGIANCE_TRUSTED_HOSTS", ","),
        ("ALLEGIANCE_PROXIES", "-1"),
        ("ALLEGIANCE_READ_LIMIT", "many"),
        ("ALLEGIANCE_WRITE_LIMIT", "1.5"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({name: value})
    line = str(caught.value)
    assert name in line
    assert value in line
    assert "write" in line
    assert "\n" not in line


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_database_of_postgresql_is_taken(scheme: str) -> None:
    assert (
        Settings.read({"DATABASE_URL": f"{scheme}://user@host/name"}).database == f"{scheme}://user@host/name"
    )


def test_a_refused_address_is_told_without_its_password() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"DATABASE_URL": "mysql://user:secret@host/name?password=secret"})
    assert "secret" not in str(caught.value)


def test_the_server_does_not_start_with_a_bad_value() -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf", "service:create_app()"]
    done = subprocess.run(
        command, env={**os.environ, "PORT": "none"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert done.stderr.strip() == "PORT='none' cannot be used: write a whole number from 1 to 65535."
