"""A database of PostgreSQL that was dumped and restored, as docs/scaling.md says, is the same record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from events.ask import root
from events.errors import ForkedError
from events.model import Why
from events.stores.outside import Outside
from events.stores.postgres import PostgreSQLStore
from events.verify import verify
from service import signing
from tests.domain.builders import TIMELINE, actor, document, draft
from tests.system.postgresql import OWNER, Server, programs
from tests.tlog.served import SIGNER


def run(program, *words):
    directory = programs()
    assert directory is not None
    return subprocess.run([directory / program, *map(str, words)], check=True, capture_output=True)


@pytest.fixture
def restored(postgresql: Server):
    """Restores a dump into a database of its own; gives its address."""

    def restore(dump):
        with postgresql.connect("postgres", autocommit=True) as connection:
            connection.execute("drop database if exists restored")
            connection.execute("create database restored owner owner")
        run("pg_restore", "--exit-on-error", f"--dbname={postgresql.url(OWNER, 'restored')}", dump)
        return postgresql.url(database="restored")

    yield restore
    with postgresql.connect("postgres", autocommit=True) as connection:
        connection.execute("drop database if exists restored with (force)")


def test_what_was_dumped_and_restored_is_the_same_record(postgresql, database, restored, tmp_path):
    store = PostgreSQLStore(database)
    store.append(TIMELINE, [draft(document()), draft(actor("ussr"))], author="desk", create=True)
    store.append(TIMELINE, [draft(actor("libya"))], author="desk")
    store.erase(TIMELINE, [2], Why("a court"), author="clerk")
    store.access.set_visibility(TIMELINE, "private")
    _, secret = store.tokens.create(("read",))
    dump = tmp_path / "allegiance.dump"
    run("pg_dump", "--format=custom", f"--file={dump}", postgresql.url(OWNER))
    copy = PostgreSQLStore(restored(dump))
    assert copy.head(TIMELINE) == store.head(TIMELINE)
    assert root(copy, TIMELINE, 4) == root(store, TIMELINE, 4)
    assert verify(copy, TIMELINE).faults == []
    assert copy.access.visibility(TIMELINE) == "private"
    assert copy.access.audit() == store.access.audit()
    assert copy.tokens.find(secret) == store.tokens.find(secret) is not None
    with psycopg.connect(copy.primary.url) as connection, pytest.raises(psycopg.Error):
        connection.execute("delete from body")
    assert copy.append(TIMELINE, [draft(actor("gdr"))], author="desk").position == 5
    copy.close()
    store.close()


def test_one_that_is_too_old_is_not_appended_to(postgresql, database, restored, tmp_path):
    store = PostgreSQLStore(database)
    store.outside = Outside(tmp_path / "checkpoints")
    store.append(TIMELINE, [draft(document())], author="desk", create=True)
    dump = tmp_path / "allegiance.dump"
    run("pg_dump", "--format=custom", f"--file={dump}", postgresql.url(OWNER))
    store.append(TIMELINE, [draft(actor("libya"))], author="desk")
    signing.sign(store, SIGNER, TIMELINE)
    copy = PostgreSQLStore(restored(dump))
    copy.outside = Outside(tmp_path / "checkpoints")
    with pytest.raises(ForkedError):
        copy.append(TIMELINE, [draft(actor("gdr"))], author="desk")
    copy.close()
    store.close()


def test_backup_says_how_a_server_is_backed_up(database, tmp_path):
    found = subprocess.run(
        [Path(sys.executable).with_name("allegiance"), "backup", tmp_path / "file"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ALLEGIANCE_DATABASE": database},
    )
    assert found.returncode == 2
    assert "pg_dump" in found.stderr
    assert not (tmp_path / "file").exists()
