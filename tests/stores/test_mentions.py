"""Who names what in a large batch, on its way to the table."""

from __future__ import annotations

from contextlib import closing

import pytest

from events.stores.sqlite import mentions as module
from events.stores.sqlite.mentions import Mentions


def test_positions_come_back_thing_by_thing_in_order_and_in_rows_of_bounded_length(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module, "_AT_ONCE", 700)
    monkeypatch.setattr(module, "_PACKED", 100)
    things = [("actor", "a"), ("actor", "a-b"), ("actor", "é"), ("document", "a")]
    with closing(Mentions()) as mentions:
        for first in range(1, 2001, 50):
            mentions.add([[things[place % 4]] for place in range(50)], first)
        for _ in range(2):
            rows = list(mentions)
            assert [thing for thing, _ in rows] == sorted(thing for thing, _ in rows)
            assert max(len(positions) for _, positions in rows) == 100
            for place, thing in enumerate(things):
                said = [position for named, row in rows if named == thing for position in row]
                assert said == [p for f in range(1, 2001, 50) for p in range(f + place, f + 50, 4)]
