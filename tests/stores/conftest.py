"""A primary with a synchronous standby, as production has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.system.postgresql import Server


class Pair(NamedTuple):
    """Two servers of which the second follows the first."""

    primary: Server
    standby: Server

    def url(self) -> str:
        """The address of whichever of the two is the primary."""
        hosts = f"{self.primary.directory},{self.standby.directory}"
        return f"postgresql://service@/allegiance?host={hosts}&target_session_attrs=read-write"


@pytest.fixture
def pair(postgresql: Server) -> Iterator[Pair]:
    """Made anew, as a test may promote the standby, from the server that all tests share."""
    postgresql.empty()
    primary, standby = Server(), Server()
    try:
        primary.copy(postgresql)
        standby.follow(primary)
        with primary.connect("postgres", autocommit=True) as connection:
            connection.execute("alter system set synchronous_standby_names = 'standby'")
            connection.execute("select pg_reload_conf()")
        yield Pair(primary, standby)
    finally:
        standby.remove()
        primary.remove()
