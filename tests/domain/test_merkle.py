"""The root of the tree over a log, against RFC 6962's own definition."""

from __future__ import annotations

import hashlib

import pytest

from events import merkle


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, over hashes of leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    half = 1
    while 2 * half < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:half]) + defined(leaves[half:])).digest()


@pytest.mark.parametrize("size", [*range(20), 63, 64, 65, 1000])
def test_the_root_is_that_of_the_definition(size: int) -> None:
    leaves = [merkle.leaf(str(number).encode()) for number in range(size)]
    assert merkle.root(leaves) == defined(leaves)
