"""allegiance export in every format, here and from an address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from events.exports import FORMATS
from service import create_app
from service.settings import Settings
from tests.cli.command import Command
from tests.cli.test_remote import Remote, remote

__all__ = ["remote"]

ALIKE = {
    "json": ("at=2019-05-01", "--at 2019-05-01"),
    "csv": ("at=2019-05-01", "--at 2019-05-01"),
    "graphml": ("at=2019-05-01", "--at 2019-05-01"),
    "panel.csv": ("from=-0044&to=2021", "--from -44 --to 2021"),
    "timelinejs.json": ("", ""),
    "ndjson": ("", ""),
    "log.ndjson": ("", ""),
    "zip": ("", ""),
}
each_format = pytest.mark.parametrize("name", FORMATS)


@pytest.fixture(scope="module")
def http(seeded: Command) -> Iterator[FlaskClient]:
    """The service over the same database."""
    store = seeded.store()
    yield create_app(Settings(database=seeded.url), store).test_client()
    store.close()


@each_format
def test_an_export_is_byte_for_byte_the_same_as_over_http(
    seeded: Command, http: FlaskClient, name: str
) -> None:
    query, words = ALIKE[name]
    over_http = http.get(f"/v1/timelines/libya/export.{name}?{query}&known_at=70".replace("?&", "?"))
    done = seeded("export", "libya", "--format", name, *words.split(), "--known-at", 70)
    assert (over_http.status_code, done.exit_code) == (200, 0)
    assert done.stdout_bytes == over_http.data


@each_format
def test_an_export_of_a_timeline_at_an_address_is_the_same(remote: Remote, name: str) -> None:
    words = ("--format", name, *ALIKE[name][1].split())
    elsewhere = remote.here("export", remote.libya, *words)
    assert elsewhere.exit_code == 0, elsewhere.stderr
    assert elsewhere.stdout_bytes == remote.there("export", "libya", *words).stdout_bytes


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--format csv", "csv needs --at"),
        ("--format panel.csv --from 2019", "panel.csv needs --from and --to"),
        ("--format panel.csv --from 2020 --to 2019", "exchange the two"),
        ("--format zip --at 2019-05-01", "zip has no use for --at"),
        ("--at 2019-05-01", "ndjson has no use for --at"),
        ("--format csv --at 2019-05-01 --from 2019 --to 2020", "csv has no use for --from and --to"),
        ("--format xlsx", "'xlsx' is not one of"),
    ],
)
def test_what_a_format_needs_is_asked_for_and_what_it_has_no_use_for_refused(
    seeded: Command, words: str, told: str
) -> None:
    assert told in seeded.error(2, "export", "libya", *words.split())


@pytest.mark.parametrize("given", [("--at", "2019-05-01"), ("--format", "csv"), ("--from", "2010")])
def test_a_folder_of_pages_takes_no_day_and_no_format(
    seeded: Command, tmp_path: Path, given: tuple[str, str]
) -> None:
    said = seeded.error(2, "export", "libya", "--embed", tmp_path / "pages", *given)
    assert f"leave {given[0]} out" in said
    assert not (tmp_path / "pages").exists()
