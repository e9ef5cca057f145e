"""Rows on their way to a table that is written in its own order."""

from __future__ import annotations

from contextlib import closing
from random import Random

from events.stores.sqlite.sorting import Sorter


def test_rows_come_back_in_the_order_of_both_parts_of_their_keys():
    keys = [(f"relation {number % 7}", number) for number in range(5000)]
    shuffled = Random(1).sample(keys, len(keys))
    with closing(Sorter()) as sorter:
        for start in range(0, len(shuffled), 500):
            sorter.add((*key, f"ß{key}") for key in shuffled[start : start + 500])
        assert len(sorter) == len(keys)
        assert list(sorter) == [(*key, f"ß{key}") for key in sorted(keys)]


def test_of_one_key_the_first_comes_first():
    with closing(Sorter()) as sorter:
        sorter.add([("b", 1, b"1"), ("a", 1, b"2"), ("b", 1, b"3"), ("b", 1, b"4")])
        assert [row for *_, row in sorter] == [b"2", b"1", b"3", b"4"]


def test_there_may_be_none():
    with closing(Sorter()) as sorter:
        sorter.add([])
        assert (len(sorter), list(sorter)) == (0, [])
