"""Names and bytes of tiles and bundles, as c2sp.org/tlog-tiles has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidError
from events.tlog import tiles
from events.tlog.tiles import ENTRIES, Tile

NAMES = {
    "0/000": Tile(0, 0, 256),
    "0/x001/x234/067": Tile(0, 1234067, 256),
    "1/000.p/1": Tile(1, 0, 1),
    "63/999.p/255": Tile(63, 999, 255),
    "entries/x001/000.p/7": Tile(ENTRIES, 1000, 7),
}


@pytest.mark.parametrize(("name", "tile"), NAMES.items())
def test_a_tile_has_the_name_of_the_specification(name: str, tile: Tile) -> None:
    assert tile.path == name
    assert tiles.named(name) == tile


@given(
    st.builds(Tile, st.integers(-1, 63), st.integers(0, 10**12), st.integers(1, 256)),
)
def test_every_tile_is_found_by_its_name(tile: Tile) -> None:
    assert tiles.named(tile.path) == tile


@pytest.mark.parametrize(
    "name",
    [
        *("", "0", "0/", "0/0", "0/00", "0/0000", "0/001/234", "0/x001", "0/x000/001", "0/x1/234"),
        *("00/000", "64/000", "-1/000", "x/000", "entry/000", "8/0/000", "0/000/", "/0/000", "0/000\n"),
        *("0/000.p/0", "0/000.p/01", "0/000.p/256", "0/000.p/", "0/000.p", "0/000.p/1/", "0/00０"),
        "0/" + "x001/" * 20 + "001",
    ],
)
def test_what_is_no_name_is_no_tile(name: str) -> None:
    assert tiles.named(name) is None


def test_the_tiles_of_a_tree_are_those_of_the_specification_s_example() -> None:
    found = [[tile.width for tile in tiles.tiles_of(70_000, level)] for level in range(4)]
    assert found == [[256] * 273 + [112], [256, 17], [1], []]
    assert [tile.path for level in range(2) for tile in tiles.tiles_of(256, level)] == ["0/000", "1/000.p/1"]


def test_a_tree_has_no_tile_beyond_its_end() -> None:
    assert Tile(0, 0, 256).within(256)
    assert not Tile(0, 0, 256).within(255)
    assert Tile(0, 273, 112).within(70_000)
    assert not Tile(0, 273, 113).within(70_000)
    assert Tile(2, 0, 1).within(70_000)
    assert not Tile(1, 1, 18).within(70_000)
    assert not Tile(63, 0, 1).within(70_000)


@given(st.lists(st.binary(max_size=300)))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    data = tiles.bundle(entries)
    assert tiles.unbundle(data) == entries
    assert len(data) == sum(2 + len(entry) for entry in entries)


def test_a_bundle_says_the_length_of_each_entry_in_two_bytes() -> None:
    assert tiles.bundle([b"ab", b"", bytes(258)]) == b"\x00\x02ab\x00\x00\x01\x02" + bytes(258)


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00"])
def test_a_bundle_that_is_cut_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidError):
        tiles.unbundle(data)
