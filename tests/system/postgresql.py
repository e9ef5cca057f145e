"""PostgreSQL servers of the tests' own, from Debian's packages: a primary, and standbys of it.

Each lives in a directory that goes with it, listens on a socket there and nowhere else, and
runs as a user without rights, as PostgreSQL will not run as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

OWNER, SERVICE = "owner", "service"
"""Who owns the tables, and who serves and may not change the log."""

_PROGRAMS = Path("/usr/lib/postgresql")
_START_SECONDS = 30
_FAST = ("fsync=off", "full_page_writes=off")  # no test takes away the machine's power


def programs() -> Path | None:
    """Where the newest PostgreSQL's programs are, or None if it is not installed."""
    found = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """One server."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="allegiance-pg-"))
        self._data = self.directory / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._own(self.directory)

    def make(self) -> Server:
        """A new primary, with the two roles."""
        words = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", "--wal-segsize=1")
        self._run("initdb", "-D", self._data, *words)
        self.start()
        with self.connect("postgres", autocommit=True) as connection:
            for role in (OWNER, SERVICE):
                connection.execute(f"create role {role} login")
            connection.execute("create database allegiance owner owner")
        return self

    def copy(self, source: Server) -> Server:
        """A primary of its own that begins with all that `source` holds."""
        self._back_up(source, "any")
        return self.start()

    def follow(self, primary: Server, name: str = "standby") -> Server:
        """A standby, which goes on following `primary`."""
        self._back_up(primary, name, "-R")
        return self.start()

    def _back_up(self, source: Server, name: str, *words: str) -> None:
        address = f"host={source.directory} user=postgres application_name={name}"
        self._run("pg_basebackup", "-D", self._data, "-d", address, "-c", "fast", "--no-sync", *words)

    def start(self, *settings: str) -> Server:
        """Start, and wait until it answers."""
        words = [
            *("-D", str(self._data), "-k", str(self.directory), "-c", "listen_addresses="),
            *(word for setting in (*_FAST, *settings) for word in ("-c", setting)),
        ]
        log = (self.directory / "log").open("ab")
        self._process = subprocess.Popen(
            [self._program("postgres"), *words], stdout=log, stderr=log, cwd=self.directory, **as_nobody()
        )
        log.close()
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.directory / "log").read_text()[-2000:]) from None
                time.sleep(0.02)
            else:
                return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop at once; SIGKILL is the crash of a machine that loses its disk with it."""
        if self._process is None:
            return
        children = self._children() if how == signal.SIGKILL else []
        self._process.send_signal(how)  # first: it would start what it misses anew
        self._process.wait(_START_SECONDS)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, how)
        self._process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it stand still meanwhile, as a machine does that takes connections and answers nothing."""
        assert self._process is not None
        stopped = [self._process.pid, *self._children()]
        try:
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def promote(self) -> None:
        """Make a standby the primary."""
        with self.connect("postgres", autocommit=True) as connection:
            connection.execute("select pg_promote(true, 20)")

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, role: str = SERVICE, database: str = "allegiance") -> str:
        """The address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={self.directory}"

    def connect(self, role: str = OWNER, database: str = "postgres", **how: Any) -> psycopg.Connection[Any]:
        """A connection for a test's own use."""
        return psycopg.connect(self.url(role, database), connect_timeout=5, **how)

    def empty(self) -> None:
        """Take everything out of the database, as only one who is above its triggers can."""
        with self.connect("postgres", "allegiance", autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            tables = connection.execute(
                "select string_agg(tablename, ', ') from pg_tables"
                " where schemaname = 'public' and tablename <> 'migration'"
            ).fetchone()
            assert tables is not None
            connection.execute(f"truncate {tables[0]} restart identity")

    def _children(self) -> list[int]:
        assert self._process is not None
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in listed.read_text().split()]

    def _program(self, name: str) -> str:
        directory = programs()
        assert directory is not None
        return str(directory / name)

    def _run(self, program: str, *words: object) -> None:
        subprocess.run(
            [self._program(program), *map(str, words)],
            check=True,
            capture_output=True,
            cwd=self.directory,
            **as_nobody(),
        )

    def _own(self, directory: Path) -> None:
        if as_whom := as_nobody():
            shutil.chown(directory, as_whom["user"], as_whom["group"])


def as_nobody() -> dict[str, Any]:
    """How to start a process as a user without rights, where we are root."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
