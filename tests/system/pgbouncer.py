"""A pgbouncer of the tests' own, from Debian's package: connections are pooled by the transaction."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import psycopg

from tests.system.postgresql import SERVICE, Server, as_nobody

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
_START_SECONDS = 30
_PORT = 6432  # a part of the socket's name; nothing listens on the network


class Pooler:
    """In front of one server, with so many connections to it."""

    def __init__(self, server: Server, connections: int) -> None:
        self._directory = server.directory
        settings = {
            "listen_addr": "",
            "listen_port": _PORT,
            "unix_socket_dir": server.directory,
            "auth_type": "any",
            "pool_mode": "transaction",
            "default_pool_size": connections,
            "logfile": server.directory / "pgbouncer.log",
        }
        lines = [f"{name} = {value}" for name, value in settings.items()]
        config = server.directory / "pgbouncer.ini"
        target = f"host={server.directory} dbname=allegiance user={SERVICE}"
        config.write_text("\n".join(["[databases]", f"allegiance = {target}", "[pgbouncer]", *lines]))
        assert PROGRAM is not None
        self._process = subprocess.Popen(
            [PROGRAM, "-q", str(config)], cwd=server.directory, stderr=subprocess.DEVNULL, **as_nobody()
        )
        self._wait()

    def url(self) -> str:
        """The address of the database through it."""
        return f"postgresql://{SERVICE}@/allegiance?host={self._directory}&port={_PORT}"

    def stop(self) -> None:
        """Stop at once."""
        self._process.terminate()
        self._process.wait(_START_SECONDS)

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(Path(self._directory, "pgbouncer.log").read_text()) from None
                time.sleep(0.02)
            else:
                return
