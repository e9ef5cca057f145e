"""Rows on their way to a table that is written in its own order."""

from __future__ import annotations

import marshal
from contextlib import closing
from random import Random

from events.stores.sqlite.sorting import Sorter


def test_rows_come_back_in_the_order_of_both_parts_of_their_keys():
    keys = [(f"relation {number % 7}", number) for number in range(5000)]
    shuffled = Random(1).sample(keys, len(keys))
    with closing(Sorter()) as sorter:
        for start in range(0, len(shuffled), 500):
            sorter.add((*key, marshal.dumps((key, "ß", None))) for key in shuffled[start : start + 500])
        assert len(sorter) == len(keys)
        assert [row for _, row in sorter] == [(key, "ß", None) for key in sorted(keys)]


def test_there_may_be_none():
    with closing(Sorter()) as sorter:
        sorter.add([])
        assert (len(sorter), list(sorter)) == (0, [])
